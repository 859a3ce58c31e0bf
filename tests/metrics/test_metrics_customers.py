"""Metrics of customers and contacts, worked by hand: who became, was reached, came back, bought more."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, cac, periods, roi
from metrics.answers.rendering import caption
from metrics.base import Answer, Part, TeamScope
from metrics.periods import Period
from metrics.wording import Say, phrase
from store import Database
from store.facts.costs import Spent
from store.facts.leads import Newcomers
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, Cost, Deal, History, Lead, Refund, Sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
BY_KEY = {metric.key: metric for metric in METRICS}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def part(answer: Answer, name: str) -> float | None:
    found = answer.figure.parts[name]
    assert isinstance(found, Part)
    return found.value


async def asked(ledger: Ledger, key: str, period: Period = OCTOBER, now: datetime = NOW) -> Answer:
    return await ledger.ask(BY_KEY[key], period, now)


FUNNEL = History(
    leads=(*(Lead(i, 1, at(f"2026-10-0{i} 09:00"), "web") for i in (1, 2, 3)),
           Lead(5, 1, at("2026-09-02 09:00")), Lead(6, 2, at("2026-06-02 09:00"))),
    calls=(Call(4, 1, at("2026-10-04 09:00")), Call(3, 1, at("2026-10-05 09:00"))),
    sales=(
        Sale(1, 1, at("2026-10-09 09:00"), 100), Sale(5, 1, at("2026-10-09 09:00"), 100),
        Sale(6, 2, at("2026-10-09 09:00"), 100), Sale(7, 2, at("2026-10-10 09:00"), 100, "web"),
        Sale(8, 2, at("2026-10-31 23:59"), 100), Sale(2, 1, at("2026-10-20 09:00"), 100),
    ),
    refunds=(Refund(5, at("2026-11-01 00:00"), 100),),
)  # fmt: skip


async def test_conversion_may_pass_100_percent_and_says_so(database: Database) -> None:
    ledger = await write(database, FUNNEL, HANOI)
    answer = await asked(ledger, "conversion")
    assert (answer.value, answer.figure.numerator, answer.figure.denominator) == (1.25, 5, 4)
    assert (part(answer, "walk_ins"), part(answer, "new_customers"), part(answer, "leads")) == (2, 5, 4)
    # 1 bought, 2 was refunded in full (its journey was won, so none is open); 3 and 4 still wait
    assert (part(answer, "cohort"), part(answer, "cohort_open"), part(answer, "cohort_lost")) == (0.25, 2, 1)
    said = caption(answer, Say("en"))
    assert "over 100 %" in said
    assert "<b>Of these leads bought by now: 25" in said
    by = {row.key: row.value for row in (await ledger.ask(BY_KEY["conversion"], OCTOBER, NOW, by="channel")).breakdown}
    assert by == {"web": 2 / 3, "(none)": 3.0}
    early = await asked(ledger, "conversion", now=at("2026-10-31 23:59"))
    assert (early.value, part(early, "cohort")) == (1.25, 0.5)  # the refund is not yet known, nor the last sale


async def test_a_lead_waits_until_the_gap_has_passed(database: Database) -> None:
    ledger = await write(database, FUNNEL, HANOI)
    for now, waiting in ((at("2027-01-02 09:00"), 2), (at("2027-01-02 09:00:01"), 1), (at("2027-01-03 09:00:01"), 0)):
        assert part(await asked(ledger, "conversion", now=now), "cohort_open") == waiting


async def test_without_leads_conversion_says_how_to_add_one(database: Database) -> None:
    ledger = await write(database, History(sales=(Sale(1, 1, at("2026-10-09 09:00"), 100),)), HANOI)
    answer = await asked(ledger, "conversion")
    assert (answer.value, part(answer, "walk_ins"), part(answer, "cohort")) == (None, 1, None)
    assert answer.reason is not None
    assert "/lead" in Say("en")(answer.reason)


async def test_the_cost_of_a_new_customer_leaves_other_kinds_out(database: Database) -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    costs = (
        Cost(first, last, 600, "web"), Cost(first, first, 300, None, "sales"), Cost(first, last, 500, None, "other"),
        Cost(date(2026, 9, 30), date(2026, 10, 2), 100, "zalo"),
    )  # fmt: skip
    sales = tuple(Sale(i, 1, at(f"2026-10-0{i} 09:00"), 100, "web" if i == 1 else None) for i in (1, 2, 3))
    ledger = await write(database, History(sales=sales, costs=costs), HANOI)
    answer = await asked(ledger, "cac")
    # of 100 over three days 67 fall on the two in October
    assert (answer.figure.numerator, answer.figure.denominator, answer.value) == (967, 3, 967 / 3)
    assert (part(answer, "cost"), part(answer, "new_customers"), part(answer, "clv_to_cac")) == (967, 3, None)
    rows = {row.key: row.value for row in (await ledger.ask(BY_KEY["cac"], OCTOBER, NOW, by="channel")).breakdown}
    assert rows == {"web": 600.0, "zalo": None, "(none)": 150.0}


async def test_without_new_customers_their_cost_is_unknown(database: Database) -> None:
    spent = (Cost(date(2026, 10, 1), date(2026, 10, 31), 600),)
    sold, back = at("2026-10-03 09:00"), at("2026-10-05 09:00")
    history = History(sales=(Sale(1, 1, sold, 100),), refunds=(Refund(0, back, 100),), costs=spent)
    answer = await asked(await write(database, history, HANOI), "cac")
    assert (answer.value, part(answer, "cost")) == (None, 600)


async def test_without_a_recorded_cost_new_customers_are_not_free(database: Database) -> None:
    sales = (Sale(1, 1, at("2026-10-03 09:00"), 100), Sale(2, 1, at("2026-10-03 09:00"), 100, "web"))
    october = date(2026, 10, 1), date(2026, 10, 31)
    rent = (Cost(*october, 9, None, "other"),)
    answer = await asked(await write(database, History(sales=sales, costs=rent), HANOI), "cac")
    assert (answer.value, part(answer, "cost"), part(answer, "new_customers")) == (None, 0, 2)
    assert "no marketing or sales cost logged" in caption(answer, Say("en"))
    assert "log one, such as /cost 500k marketing" in caption(answer, Say("en"))
    ledger = await write(database, History(sales=sales, costs=(Cost(*october, 600, "web"),)), HANOI)
    rows = {row.key: row.value for row in (await ledger.ask(BY_KEY["cac"], OCTOBER, NOW, by="channel")).breakdown}
    assert rows == {"web": 600.0, "(none)": None}


async def test_a_breakdown_without_any_value_says_why_once(database: Database) -> None:
    october = date(2026, 10, 1), date(2026, 10, 31)
    sales = tuple(Sale(i, 1, at("2026-10-03 09:00"), 100, name) for i, name in enumerate(("web", "zalo", "store"), 1))
    ledger = await write(database, History(sales=sales, costs=(Cost(*october, 600),)), HANOI)
    answer = await ledger.ask(BY_KEY["cac"], OCTOBER, NOW, by="channel")
    assert (answer.value, {row.value for row in answer.breakdown}) == (200, {None})
    said = caption(answer, Say("en")).split("\n")
    assert said[2].startswith("no part is known by itself: no marketing or sales cost logged for this period: log one")
    assert len(said) == 4
    assert "xét riêng thì chưa phần nào tính được: kỳ này chưa ghi chi phí" in caption(answer, Say("vi"))


def test_a_cost_without_an_exchange_rate_is_not_said_to_be_missing() -> None:
    paid, team = Spent(unpriced=1), TeamScope(1, HANOI, "VND")
    each = cac.compute(cac.AcquisitionFacts(paid, Newcomers(customers=2)), team)
    back = roi.compute(roi.RoiFacts(spent=paid), team)
    for figure in (each, back):
        assert (figure.value, figure.reason) == (
            None,
            phrase("no cost has an exchange rate: give one with /fx usd 26000"),
        )


async def test_what_customers_brought_is_set_against_their_cost(database: Database) -> None:
    old = tuple(Sale(i, 1, at("2025-09-01 09:00"), 100) for i in range(1, 31))
    history = History(
        sales=(*old, Sale(1, 1, at("2026-09-01 09:00"), 100), Sale(31, 1, at("2026-10-01 09:00"), 10)),
        refunds=(Refund(0, at("2026-11-01 09:00"), 10),),
        costs=(Cost(date(2026, 10, 1), date(2026, 10, 1), 50),),
    )
    answer = await asked(await write(database, history, HANOI), "cac")
    assert part(answer, "clv_to_cac") == pytest.approx((3110 - 10) / 31 / 50)


def message(text: str, direction: str = "out", outcome: str | None = None, kind: str = "message", who: int = 1) -> Call:
    return Call(who, 1, at(text), direction, outcome, None, kind)


async def test_the_win_rate_divides_by_contacts_that_went_both_ways(database: Database) -> None:
    calls = (
        Call(1, 1, at("2026-10-01 08:00"), "out", "connected"), Call(1, 1, at("2026-10-01 09:00"), "out", None, 30),
        Call(1, 1, at("2026-10-01 10:00"), "out", "no_answer"), Call(1, 1, at("2026-10-01 11:00"), "in", "busy"),
        Call(1, 1, at("2026-10-01 12:00"), kind="visit"), Call(1, 1, at("2026-10-01 13:00"), kind="meeting"),
        Call(1, 1, at("2026-10-01 14:00"), kind="event"), message("2026-10-02 08:00", outcome="answered"),
        message("2026-10-02 09:00", outcome="no_answer"), message("2026-11-01 00:00", "in"),
    )  # fmt: skip
    sales = (Sale(1, 1, at("2026-10-05 09:00"), 100), Sale(2, 1, at("2026-10-31 23:59:59"), 100),
             Sale(3, 2, at("2026-10-06 09:00"), 100))  # fmt: skip
    back = (Refund(2, at("2026-10-07 09:00"), 100),)
    deals = (
        Deal(1, 1, at("2026-09-01 09:00"), 300, won=at("2026-10-02 09:00")),
        Deal(2, 1, at("2026-09-01 09:00"), 100, lost=at("2026-10-31 23:59")),
        Deal(3, 2, at("2026-09-01 09:00"), None, lost=at("2026-10-03 09:00")),
        Deal(4, 2, at("2026-09-01 09:00"), 100), Deal(5, 2, at("2026-10-15 09:00"), 100),
        Deal(1, 1, at("2026-09-01 10:00"), 300, lost=at("2026-11-01 00:00")),
    )  # fmt: skip
    answer = await asked(await write(database, History(calls, sales, back, deals=deals), HANOI), "winrate")
    assert (answer.figure.numerator, answer.figure.denominator, answer.value) == (2, 6, 2 / 6)
    assert part(answer, "deals") == 1 / 3
    assert part(answer, "deals_by_value") == 0.75
    assert (part(answer, "open"), part(answer, "stale")) == (3, 1)


async def test_without_contacts_the_win_rate_is_unknown(database: Database) -> None:
    answer = await asked(
        await write(database, History(sales=(Sale(1, 1, at("2026-10-05 09:00"), 1),)), HANOI), "winrate"
    )
    assert answer.value is None
    assert (part(answer, "deals"), part(answer, "open")) == (None, 0)
    assert answer.reason is not None
    assert "/call" in Say("en")(answer.reason)


async def test_loyalty_counts_days_and_not_lines(database: Database) -> None:
    often = tuple(Sale(1, 1, at(f"2026-10-0{day} 09:00"), 10) for day in range(1, 6))
    one_day = tuple(Sale(2, 1, at(f"2026-10-01 0{hour}:00"), 10) for hour in range(1, 6))
    history = History(
        sales=(*often, *one_day, Sale(3, 1, at("2026-10-01 09:00"), 10), Sale(4, 1, at("2026-11-01 00:00"), 10)),
        refunds=(Refund(10, at("2026-10-02 09:00"), 10),),
    )
    ledger = await write(database, history, HANOI)
    answer = await asked(ledger, "loyalty")
    assert (answer.value, answer.figure.denominator) == (0.5, 2)
    table = answer.figure.parts["distribution"]
    assert table == [
        {"days": 1, "customers": 1}, {"days": 2, "customers": 0}, {"days": 3, "customers": 0},
        {"days": 4, "customers": 0}, {"days": 5, "or_more": True, "customers": 1},
    ]  # fmt: skip
    before = await asked(ledger, "loyalty", now=at("2026-10-05 09:00"))  # the fifth day is not yet known
    assert before.value == 0.0


async def test_a_message_is_answered_within_seven_days_and_before_the_next(database: Database) -> None:
    calls = (
        message("2026-10-01 09:00", who=1), message("2026-10-08 09:00", "in", who=1),  # the last instant of 7 days
        message("2026-10-01 09:00", who=2), message("2026-10-08 09:00:01", "in", who=2),  # a second too late
        message("2026-10-01 09:00", who=3), message("2026-10-02 09:00", who=3),  # the second gets the answer
        message("2026-10-03 09:00", "in", who=3),
        message("2026-10-01 09:00", who=4), message("2026-10-02 09:00", "in", kind="email", who=4),  # not its kind
        message("2026-10-05 09:00", outcome="answered", who=4),
        message("2026-10-31 09:00", kind="email", who=5),  # answered after the period
        message("2026-11-01 09:00", "in", kind="email", who=5),
        Call(6, 1, at("2026-10-01 09:00"), "out", "connected"), Call(6, 1, at("2026-10-01 10:00"), "out", "busy"),
        Call(6, 1, at("2026-10-01 11:00"), "out"),
    )  # fmt: skip
    ledger = await write(database, History(calls), HANOI)
    answer = await asked(ledger, "response")
    assert (answer.figure.numerator, answer.figure.denominator) == (5, 9)
    assert (part(answer, "calls"), part(answer, "messages"), part(answer, "emails")) == (0.5, 0.5, 1.0)
    assert [left.count for left in answer.figure.excluded] == [1]
    for now, known in ((at("2026-11-01 09:00"), 0), (at("2026-11-01 09:00:01"), 1)):
        told = (await asked(ledger, "response", now=now)).figure.parts["emails"]
        assert isinstance(told, Part)
        assert told.n == known


@pytest.mark.parametrize(
    ("product", "quantity", "price", "tag", "verdict"),
    [
        ("A1", 1, 110, None, None),
        ("A1", 3, 100, None, "upsell"),
        ("A2", 1, 150, None, "upsell"),
        ("A3", 1, 80, None, None),
        ("B1", 1, 50, None, "cross"),
        ("x", 1, 50, None, "cross"),
        ("A1", 1, 100, "upsell", "upsell"),
        (None, 1, 100, "cross", "cross"),
        ("B1", 1, 50, "upsell", "upsell"),
    ],
)
async def test_a_sale_is_judged_against_the_purchases_before_it(
    database: Database, product: str | None, quantity: int, price: int, tag: str | None, verdict: str | None
) -> None:
    first = Sale(1, 1, at("2026-09-30 23:59:59"), 100, None, "A1")
    later = Sale(1, 1, at("2026-10-01 00:00"), price * quantity, None, product, quantity, tag)
    answer = await asked(await write(database, History(sales=(first, later)), HANOI), "upsell")
    assert (answer.value, answer.figure.denominator) == (1.0 if verdict else 0.0, 1)
    assert (part(answer, "upsell"), part(answer, "cross")) == (float(verdict == "upsell"), float(verdict == "cross"))
    assert part(answer, "revenue") == (price * quantity if verdict else 0)


async def test_sales_without_product_are_left_out_of_both_sides(database: Database) -> None:
    day = at("2026-10-05 09:00")
    history = History(
        sales=(
            *(Sale(i, 1, at("2026-09-05 09:00"), 100, None, "A1") for i in (1, 2, 3)),
            Sale(1, 1, day, 100), Sale(2, 1, day, 100, None, "B1"), Sale(2, 1, day, 40), Sale(3, 1, day, 7, None, "B1"),
            Sale(4, 1, day, 100, None, "B1"),
        ),
        refunds=(Refund(4, at("2026-10-06 09:00"), 30), Refund(6, at("2026-10-06 09:00"), 7)),
    )  # fmt: skip
    answer = await asked(await write(database, history, HANOI), "upsell")
    # 1 bought nothing that can be judged, 3's sale was refunded in full, 4 is new
    assert (answer.figure.numerator, answer.figure.denominator) == (1, 2)
    assert (part(answer, "of_buyers"), part(answer, "revenue"), part(answer, "revenue_share")) == (1.0, 70, 1.0)
    unclassified = answer.figure.parts["unclassified"]
    assert unclassified == Part(2, "count", 1)
    alone = await asked(await write(database, replace(history, sales=history.sales[:4], refunds=()), HANOI), "upsell")
    assert (alone.figure.numerator, alone.figure.denominator) == (0, 2)


async def test_engaged_is_who_was_in_touch_or_bought(database: Database) -> None:
    calls = (
        Call(1, 1, at("2026-10-01 00:00"), "out", "connected"), Call(2, 1, at("2026-10-02 09:00"), "in"),
        message("2026-10-03 09:00", who=3), message("2026-10-04 09:00", "in", who=3),
        Call(4, 1, at("2026-10-04 09:00"), "out", "no_answer"), Call(5, 1, at("2026-11-01 00:00"), "in"),
        Call(6, 1, at("2026-09-30 23:59:59"), "in"),
    )  # fmt: skip
    sales = (Sale(1, 1, at("2026-10-05 09:00"), 100), Sale(7, 1, at("2026-10-05 09:00"), 100))
    history = History(calls, sales, (Refund(1, at("2026-10-06 09:00"), 100),))
    answer = await asked(await write(database, history, HANOI), "engagement")
    assert (answer.figure.numerator, answer.figure.denominator) == (3, 6)  # 5 came later; 7 got all of it back
    table = answer.figure.parts["by_kind"]
    assert isinstance(table, list)
    assert {row["kind"]: row["customers"] for row in table if row["customers"]} == {"call": 2, "message": 1, "sale": 1}


async def test_relationships_are_referred_or_came_back(database: Database) -> None:
    day = at("2026-10-05 09:00")
    sales = (
        Sale(1, 1, day, 100), Sale(2, 1, day, 100), Sale(3, 1, day, 100, "referral"),
        Sale(4, 1, at("2025-11-01 00:00"), 100), Sale(4, 1, day, 100),
        Sale(5, 1, at("2025-10-30 09:00"), 100), Sale(5, 1, at("2025-10-31 23:59:59"), 100),
        Sale(6, 1, day, 100), Sale(6, 1, day.replace(hour=10), 100), Sale(7, 1, day, 100),
    )  # fmt: skip
    calls = (Call(5, 1, at("2025-11-01 00:00"), "in"), Call(8, 1, day, "in"))
    history = History(calls, sales, (Refund(9, day.replace(day=6), 100),), referred=(2, 3))
    answer = await asked(await write(database, history, HANOI), "ror")
    # 7 got all of it back and 8 never bought; 5 was called, but bought twice before the 12 months
    assert (part(answer, "helped"), part(answer, "referred"), part(answer, "repeat")) == (6, 2, 1)
    assert answer.value == 3 / 6


@pytest.mark.parametrize("key", ["loyalty", "response", "upsell", "ror"])
async def test_nothing_known_is_a_reason(database: Database, key: str) -> None:
    history = History(calls=(Call(1, 1, at("2026-10-05 09:00")),))
    answer = await asked(await write(database, history, HANOI), key)
    assert answer.value is None
    assert answer.reason is not None
    assert "/" in Say("en")(answer.reason)
