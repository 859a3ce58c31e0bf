"""Lead scores equal a slow plain reading of their definition over random histories, by either table of points."""

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from metrics import periods, scores
from metrics.answers.written import to_json
from store import Database
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, Deal, History, Lead, Refund, Sale
from tests.oracles.scoring import Scoring

LONDON = ZoneInfo("Europe/London")
GAP = 90
START = datetime(2026, 6, 1, tzinfo=UTC)
HOURS = (0, 9, 22, 23)
KINDS = ("call", "call", "message", "email", "meeting", "visit", "event", "social")
OUTCOMES = (None, None, "connected", "no_answer", "answered", "busy", "interested", "not_interested", "quoted",
            "callback", "wrong_number")  # fmt: skip
CHANNELS = (None, "web", "zalo", "referral")
people, reps = st.integers(1, 6), st.integers(1, 2)
moments = st.builds(lambda day, hour: START + timedelta(days=day, hours=hour), st.integers(0, 180),
                    st.sampled_from(HOURS))  # fmt: skip
calls = st.builds(
    Call, people, reps, moments, st.sampled_from(["in", "out", "out"]), st.sampled_from(OUTCOMES),
    st.sampled_from([None, 0, 60]), st.sampled_from(KINDS),
)  # fmt: skip
sales = st.builds(Sale, people, reps, moments, st.just(100), st.sampled_from(CHANNELS))
leads = st.builds(Lead, people, reps, moments, st.sampled_from(CHANNELS))
deals = st.builds(
    lambda who, rep, at, days, end: Deal(
        who, rep, at, 100, stage="new",
        lost=at + timedelta(days=days) if end == "lost" else None,
        won=at + timedelta(days=days) if end in {"won", "sold"} else None,
        sold=100 if end == "sold" else None,
    ),
    people, reps, moments, st.integers(1, 60), st.sampled_from([None, None, "lost", "won", "sold"]),
)  # fmt: skip


@pytest.fixture
def backend() -> str:
    """Both databases answer alike, says `test_metrics_both_databases`: one is asked."""
    return "sqlite"


def apart(records: list[Any], taken: set[Any]) -> tuple[Any, ...]:
    """Those that share neither customer and instant with another."""
    kept = []
    for one in records:
        at = getattr(one, "at", None) or one.opened
        if not {(one.customer, at), (one.customer, getattr(one, "won", None))} & taken:
            taken |= {(one.customer, at), (one.customer, getattr(one, "won", None) or getattr(one, "lost", at))}
            kept.append(one)
    return tuple(kept)


@st.composite
def histories(draw: st.DrawFn) -> History:
    taken: set[Any] = set()
    sold = apart(draw(st.lists(sales, max_size=4)), taken)
    back = tuple(
        Refund(i, sale.at + timedelta(days=draw(st.integers(0, 60))), sale.amount)
        for i, sale in enumerate(sold)
        if draw(st.booleans())
    )
    made = draw(st.lists(leads, max_size=5, unique_by=lambda lead: lead.customer))
    # a lead or a call may fall on the instant of a sale or of one another
    return History(apart(draw(st.lists(calls, max_size=15)), set()), sold, back, leads=tuple(made),
                   deals=apart(draw(st.lists(deals, max_size=3)), taken))  # fmt: skip


def many(seed: int) -> History:
    """Hundreds of journeys over a year and a half, some channels and outcomes winning oftener than others."""
    dice, begun = random.Random(seed), datetime(2025, 4, 1, tzinfo=UTC)
    found: dict[str, list[Any]] = {"leads": [], "calls": [], "sales": [], "refunds": [], "deals": []}
    for who in range(1, 321):
        at = begun + timedelta(days=dice.randrange(590), hours=dice.choice(HOURS))
        channel = dice.choice(CHANNELS)
        found["leads"].append(Lead(who, 1 + who % 2, at, channel))
        for _ in range(dice.choice((0, 1, 1, 2, 3, 5, 8))):
            at += timedelta(days=dice.randrange(1, 20), hours=dice.choice(HOURS))
            found["calls"].append(
                Call(who, 1 + who % 2, at, dice.choice(("in", "out", "out", "out")), dice.choice(OUTCOMES),
                     dice.choice((None, 0, 60)), dice.choice(KINDS))
            )  # fmt: skip
        end = at + timedelta(days=dice.randrange(1, 15))
        if dice.random() < (0.6 if channel == "referral" else 0.3):
            found["sales"].append(Sale(who, 1, end, 100, channel))
            if dice.random() < 0.1:
                found["refunds"].append(Refund(len(found["sales"]) - 1, end + timedelta(days=1), 100))
        elif dice.random() < 0.2:
            found["deals"].append(Deal(who, 1, at, 100, stage="new", lost=end if dice.random() < 0.8 else None))
    return History(**{name: tuple(records) for name, records in found.items()})


async def check(ledger: Ledger, history: History, now: datetime) -> str:
    """Hold the leads, their points and their order against the plain reading; says whose points they are."""
    spots = {who: row * (math.sqrt(5) - 1) / 2 % 1 for who, row in ledger.customers.items()}
    plain = Scoring(history, LONDON, now, GAP, spots)
    assume(any(at < now for at in history.moments()))
    written = to_json(await ledger.ask(scores.REPORT, periods.current("month", LONDON, now), now))
    parts, names = written["parts"], {who: f"Customer {who}" for who in ledger.customers}
    basis, table = plain.points()
    assert (parts["basis"], parts["closed"]["value"]) == (basis, len(plain.closed()))
    told = {(row["factor"], row["value"]): row["points"] for row in parts["points"]}
    assert {key: worth for key, worth in told.items() if worth} == {key: worth for key, worth in table.items() if worth}
    found = {
        row["key"]: (row["score"]["value"], {why["factor"]: why["points"] for why in row["reasons"]})
        for row in parts["leads"]
    }
    assert found == {names[who]: scored for who, scored in plain.leads_now().items()}
    assert written["value"] == len(found)
    ranked = [row["score"]["value"] for row in parts["leads"]]
    assert ranked == sorted(ranked, reverse=True)
    return basis


@pytest.mark.parametrize("now", [datetime(2026, 11, 28, 12, tzinfo=UTC), datetime(2026, 9, 20, 22, tzinfo=UTC)])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
async def test_the_scores_of_a_young_team_equal_the_plain_reading(
    database: Database, now: datetime, history: History
) -> None:
    assert await check(await write(database, history, LONDON), history, now) == "fixed"


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), back=st.sampled_from([0, 30, 75]))
async def test_the_teams_own_points_equal_the_plain_reading(database: Database, seed: int, back: int) -> None:
    history = many(seed)
    ledger = await write(database, history, LONDON, landed=True)
    now = datetime(2026, 11, 28, 12, tzinfo=UTC) - timedelta(days=back)
    assert await check(ledger, history, now) == "history"
