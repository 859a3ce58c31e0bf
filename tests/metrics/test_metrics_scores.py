"""Lead scores: points by hand, the fixed table, what is seen and when, and a back-test on a year of history."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from metrics import periods, scores
from metrics.answers.asking import ask, rows
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import Answer, Scope, TeamScope
from metrics.charts import Table, canvas_of
from metrics.models.points import FIXED, Points, Worth, points_of, reasons, score_of
from metrics.pictures import picture_of
from metrics.wording import Say
from store import Database
from store.facts import Filters
from store.tables import customers, teams
from tests.conftest import SAMPLED
from tests.oracles.ledger import write
from tests.oracles.plain import Call, History, Lead, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NOVEMBER = periods.month(2026, 11, HANOI, NOW)
DAY = timedelta(days=1)


def history(good: int, bad: int, **seen: str) -> list[tuple[dict[str, str], bool]]:
    return [(seen, number < good) for number in range(good + bad)]


def test_points_are_the_drawn_odds_over_the_teams() -> None:
    points = points_of([*history(60, 40, source="zalo"), *history(20, 80, source="tiktok"), *history(0, 1, source="x")])
    base = 80 / 201

    def worth(won: int, closed: int) -> int:
        share = (won + 10 * base) / (closed + 10)
        return round(10 * math.log(share * (1 - base) / ((1 - share) * base)))

    assert (points.own, points.closed, points.won) == (True, 201, 80)
    assert points.table["source", "zalo"] == Worth(worth(60, 100), 60, 100)
    assert points.table["source", "tiktok"] == Worth(worth(20, 100), 20, 100)
    assert (worth(60, 100), worth(20, 100)) == (7, -9)
    # one journey says next to nothing
    assert points.table["source", "x"].points == worth(0, 1) == -2


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        (0, 0, "own ones need 200 closed leads, 0 so far"),
        (100, 99, "own ones need 200 closed leads, 199 so far"),
        (0, 300, "none of the 300 closed leads was won"),
        (300, 0, "all 300 closed leads were won"),
    ],
)
def test_few_or_all_alike_journeys_leave_the_fixed_points(good: int, bad: int, why: str) -> None:
    points = points_of(history(good, bad, source="zalo"))
    assert not points.own
    assert Say("en")(scores.basis(points)) == f"fixed points by recency and outcome: {why}"
    assert {key: worth.points for key, worth in points.table.items()} == FIXED


def test_scores_stay_between_0_and_100_and_name_their_reasons() -> None:
    points = Points(
        {("source", "a"): Worth(70), ("outcome", "busy"): Worth(-3), ("contacts", "1"): Worth(0)}, 0, 0, own=True
    )
    assert score_of(reasons({"source": "a", "outcome": "busy", "contacts": "1"}, points)) == 100
    assert score_of(reasons({"source": "unheard of"}, points)) == 50
    assert reasons({"source": "a", "outcome": "busy", "contacts": "1"}, points) == [
        ("source", "a", 70), ("outcome", "busy", -3),
    ]  # fmt: skip
    assert score_of(reasons({"source": "a"}, replace(points, table={("source", "a"): Worth(-70)}))) == 0


LEADS = History(
    leads=tuple(Lead(number, 1 + number % 2, NOW - 50 * DAY, "zalo") for number in range(1, 6)),
    calls=(
        Call(1, 1, NOW - 2 * DAY, outcome="interested"),
        Call(2, 1, NOW - 40 * DAY, outcome="no_answer"),
        Call(3, 1, NOW - 5 * DAY, outcome="no_answer"),
        Call(3, 1, NOW - 4 * DAY, outcome="not_interested"),
        Call(5, 1, NOW - 3 * DAY, outcome="quoted"),
    ),
    sales=(Sale(5, 1, NOW - 1 * DAY, 100),),
)


async def test_open_leads_are_ranked_by_the_fixed_points_of_a_young_team(database: Database) -> None:
    ledger = await write(database, LEADS, HANOI)
    answer = await ledger.ask(scores.REPORT, NOVEMBER, NOW)
    written = to_json(answer)
    # 1: 2 days ago, interested; 3: 4 days ago, not interested; 4: came 50 days ago; 2: 40 days ago, no answer; 5 bought
    assert [(row["key"], row["score"]["value"]) for row in written["parts"]["leads"]] == [
        ("Customer 1", 85), ("Customer 3", 40), ("Customer 4", 35), ("Customer 2", 30),
    ]  # fmt: skip
    assert (written["parts"]["basis"], written["value"]) == ("fixed", 4)
    said = caption(answer, Say("en"))
    assert "fixed points" in said
    assert "85 Customer 1: interested +20, within 3 days +15" in said
    async with database.begin() as session:
        own = customers.c.id.in_([ledger.customers[1], ledger.customers[3]])
        await session.execute(update(customers).where(own).values(owner_id=ledger.reps[2]))
    chart = picture_of(answer, Say("en", markup=False))
    assert isinstance(chart, Table)
    assert [(row.place, row.label) for row in chart.rows] == [
        ("85 ·", "Customer 1"), ("40 ·", "Customer 3"), ("35 ·", "Customer 4"), ("30 ·", "Customer 2"),
    ]  # fmt: skip
    assert not [text for text in canvas_of(chart).figure.texts if text.get_text().endswith("·")]
    mine = to_json(await ledger.ask(scores.REPORT, NOVEMBER, NOW, filters=Filters(rep=ledger.reps[2])))
    assert [row["key"] for row in mine["parts"]["leads"]] == ["Customer 1", "Customer 3"]
    assert " · November 2026 (to 22 Nov) · @Rep 2\n" in caption(
        await ledger.ask(scores.REPORT, NOVEMBER, NOW, filters=Filters(rep=ledger.reps[2])), Say("en", markup=False)
    )
    async with ledger.database.read() as session:
        listed = await rows(scores.REPORT, session, Scope(ledger.team, NOVEMBER, NOW))
    assert next(record[:2] for record in listed.records) == (85, "Customer 1")


async def test_what_happens_later_changes_no_score(database: Database) -> None:
    """As of a fortnight ago the answer is the same whether or not the rest was ever logged."""
    then = NOW - 14 * DAY
    known = History(leads=LEADS.leads, calls=tuple(call for call in LEADS.calls if call.at < then))
    before, after = await write(database, known, HANOI), await write(database, LEADS, HANOI)
    period = periods.month(2026, 11, HANOI, then)
    one, other = [to_json(await ledger.ask(scores.REPORT, period, then)) for ledger in (before, after)]
    assert one == other
    assert len(one["parts"]["leads"]) == 5
    # the same of a past period, asked today
    past = periods.custom(date(2026, 11, 1), date(2026, 11, 7), HANOI, NOW)
    assert len(to_json(await after.ask(scores.REPORT, past, NOW))["parts"]["leads"]) == 5


@pytest.mark.parametrize("leads", [(), (Lead(1, 1, NOW - DAY),)])
async def test_an_empty_team_and_a_lone_lead(database: Database, leads: tuple[Lead, ...]) -> None:
    ledger = await write(database, History(leads=leads), HANOI)
    answer = await ledger.ask(scores.REPORT, NOVEMBER, NOW)
    assert answer.value == (len(leads) or None)
    assert caption(answer, Say("vi"))


async def _at(database: Database, team: TeamScope, now: datetime) -> Answer:
    async with database.read() as session:
        return await ask(scores.REPORT, session, Scope(team, periods.current("month", HANOI, now), now))


async def test_the_upper_third_wins_more_often_than_the_lower(sample_template: Path) -> None:
    """Scored at four instants of the sample team's year, by what was known then; who bought since is looked up here."""
    database = Database(f"sqlite+aiosqlite:///{sample_template}")
    async with database.read() as session:
        team = TeamScope((await session.execute(select(teams.c.id))).scalar_one(), HANOI, "VND")
        first = select(customers.c.name, customers.c.first_purchase_at)
        bought = {row.name: row.first_purchase_at for row in await session.execute(first)}
    upper: list[bool] = []
    lower: list[bool] = []
    for back in (100, 80, 60, 40):
        then = SAMPLED - back * DAY
        written = to_json(await _at(database, team, then))
        assert written["parts"]["basis"] == "history"
        names = [row["key"] for row in written["parts"]["leads"]]
        assert not [name for name in names if bought[name] is not None and bought[name] < then]
        won: Sequence[bool] = [bought[name] is not None for name in names]
        upper += won[: len(won) // 3]
        lower += won[-(len(won) // 3) :]
    await database.close()
    assert len(upper) > 60
    assert sum(upper) / len(upper) > 1.5 * sum(lower) / len(lower)
