"""Whose a customer was, and where it came from, is told as of the instant asked about: a hand-over moves no past."""

from datetime import datetime
from zoneinfo import ZoneInfo

from metrics import METRICS, periods
from metrics.base import NONE, Answer
from metrics.periods import Period
from store import Database
from store.customers.editing import change_customer
from store.facts import Filters
from store.people.team import team_of
from store.records.entries import Clock
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import History, Lead, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
METRIC = {metric.key: metric for metric in METRICS}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


NOW = at("2026-11-20 09:00")


def month(number: int, now: datetime = NOW) -> Period:
    return periods.month(2026, number, HANOI, now)


async def hand_over(ledger: Ledger, customer: int, rep: int | None, when: str) -> None:
    async with ledger.database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        to = {"owner_id": ledger.reps[rep] if rep is not None else None}
        await change_customer(session, clock, ledger.customers[customer], to, None, at(when), None)


def counts(answer: Answer) -> dict[str, int]:
    return {row.key: row.n for row in answer.breakdown}


async def test_a_hand_over_moves_no_month_before_it(database: Database) -> None:
    bought = [Sale(who, who, at(day), 100) for who, day in ((1, "2026-09-01 09:00"), (2, "2026-09-02 09:00"))]
    ledger = await write(database, History(sales=tuple(bought)), HANOI)
    for customer in (1, 2):
        await hand_over(ledger, customer, 1, "2026-09-03 09:00")
    await hand_over(ledger, 1, 2, "2026-10-10 09:00")
    retention = METRIC["retention"]
    assert counts(await ledger.ask(retention, month(10), NOW, by="rep")) == {"Rep 1": 2}  # whose they were on 1 Oct
    assert counts(await ledger.ask(retention, month(11), NOW, by="rep")) == {"Rep 1": 1, "Rep 2": 1}
    own = [await ledger.ask(retention, month(10), NOW, filters=Filters(rep=ledger.reps[rep])) for rep in (1, 2)]
    assert [answer.figure.n for answer in own] == [2, 0]
    loyal = METRIC["loyalty"]
    assert counts(await ledger.ask(loyal, month(9), NOW, by="rep")) == {"Rep 1": 2}
    assert counts(await ledger.ask(loyal, month(10), NOW, by="rep")) == {"Rep 1": 1, "Rep 2": 1}
    before = at("2026-10-09 09:00")  # nothing is known yet of what came after
    assert counts(await ledger.ask(loyal, month(10, before), before, by="rep")) == {"Rep 1": 2}


async def test_a_lead_is_whose_it_was_when_it_came(database: Database) -> None:
    leads = (Lead(1, 1, at("2026-10-03 09:00"), "web"), Lead(2, 1, at("2026-10-20 09:00"), "web"))
    ledger = await write(database, History(leads=leads, sales=(Sale(3, 2, at("2026-10-01 09:00"), 1),)), HANOI)
    await hand_over(ledger, 1, 1, "2026-10-02 09:00")
    await hand_over(ledger, 1, 2, "2026-10-05 09:00")
    await hand_over(ledger, 2, None, "2026-10-06 09:00")
    await hand_over(ledger, 2, 2, "2026-10-21 09:00")
    answer = await ledger.ask(METRIC["conversion"], month(10), NOW, by="rep")
    assert {row.key: row.denominator for row in answer.breakdown} == {"Rep 1": 1, "Rep 2": 0, NONE: 1}
    reach = METRIC["engagement"]
    assert counts(await ledger.ask(reach, month(10), NOW, by="rep")) == {"Rep 2": 2, NONE: 1}  # at the month's end


async def test_a_source_named_later_is_not_known_before(database: Database) -> None:
    history = History(
        leads=(Lead(1, 1, at("2026-10-20 09:00"), "web"),),
        sales=(Sale(1, 1, at("2026-10-01 09:00"), 300), Sale(2, 1, at("2026-10-02 09:00"), 100, channel="zalo")),
    )
    ledger = await write(database, history, HANOI)

    async def by_channel(key: str, now: datetime) -> dict[str, object]:
        found = await ledger.ask(METRIC[key], month(10, now), now, by="channel")
        return {row.key: row.value if key == "revenue" else row.n for row in found.breakdown}

    early, late = at("2026-10-10 09:00"), at("2026-10-25 09:00")
    assert await by_channel("revenue", early) == {NONE: 300, "zalo": 100}
    assert await by_channel("revenue", late) == {"web": 300, "zalo": 100}
    for key, kept in (
        ("loyalty", {"zalo": 1}),
        ("engagement", {"zalo": 1}),
        ("clv", {"zalo": 1}),
        ("value", {"zalo": 1}),
    ):
        assert await by_channel(key, early) == {NONE: 1, **kept}, key
        assert await by_channel(key, late) == {"web": 1, **kept}, key
    only = Filters(channel="web")
    assert (await ledger.ask(METRIC["revenue"], month(10, early), early, filters=only)).value == 0
    assert (await ledger.ask(METRIC["revenue"], month(10, late), late, filters=only)).value == 300
