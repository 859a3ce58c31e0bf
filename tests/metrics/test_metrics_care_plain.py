"""The figures of customer care equal a slow plain reading of their definitions over random histories."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import METRICS, periods
from metrics.base import Answer, Part
from store import Database
from tests.oracles.caring import Caring, survival
from tests.oracles.ledger import write
from tests.oracles.plain import History, Optout, Rating, Ticket

LONDON = ZoneInfo("Europe/London")
BY_KEY = {metric.key: metric for metric in METRICS}
START = datetime(2026, 9, 20, tzinfo=UTC)
people, reps = st.integers(1, 3), st.integers(1, 2)
moments = st.builds(
    lambda day, hour: START + timedelta(days=day, hours=hour),
    st.integers(0, 60),
    st.sampled_from([0, 8, 9, 16, 22, 23]),
)
spans = st.sampled_from([None, timedelta(0), timedelta(minutes=7), timedelta(hours=4), timedelta(hours=30),
                         timedelta(days=15), timedelta(hours=-2)])  # fmt: skip
tickets = st.builds(
    lambda who, rep, at, one, two: Ticket(
        who, rep, at, at + one if one is not None else None, at + two if two is not None else None
    ),
    people, reps, moments, spans, spans,
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> History:
    asked: list[Ticket] = draw(st.lists(tickets, max_size=8))
    rated: list[Rating] = []
    for _ in range(draw(st.integers(0, 8))):
        place = draw(st.sampled_from([None, *range(len(asked))]))
        who = asked[place].customer if place is not None else draw(people)
        rated.append(Rating(who, draw(reps), draw(moments), draw(st.integers(1, 5)), place))
    away = draw(st.lists(
        st.builds(lambda who, at, days: Optout(who, at, at + timedelta(days=days) if days else None), people, moments,
                  st.sampled_from([None, 3, 40])), max_size=3, unique_by=lambda one: one.customer))  # fmt: skip
    return History(tickets=tuple(asked), ratings=tuple(rated), optouts=tuple(away))


def value_of(answer: Answer, name: str) -> float | None:
    part = answer.figure.parts[name]
    assert isinstance(part, Part)
    return part.value


def over(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@pytest.mark.parametrize("now", [datetime(2026, 11, 28, 12, tzinfo=UTC), datetime(2026, 10, 20, 22, tzinfo=UTC)])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
async def test_figures_of_care_equal_the_plain_reading(database: Database, now: datetime, history: History) -> None:
    october = periods.month(2026, 10, LONDON, now)
    if not history.moments() or min(history.moments()) >= october.end:
        return
    ledger, plain = await write(database, history, LONDON), Caring(history, LONDON, now)
    start, end = october.start, min(october.end, now)

    scores = [one.score for one in plain.ratings if start <= one.at < end]
    csat = await ledger.ask(BY_KEY["csat"], october, now, by="rep")
    assert csat.value == over(sum(score >= 4 for score in scores), len(scores))
    assert value_of(csat, "mean") == over(sum(scores), len(scores))
    assert csat.figure.parts["distribution"] == [
        {"score": score, "ratings": scores.count(score)} for score in range(1, 6)
    ]
    assert sum(row.denominator or 0 for row in csat.breakdown) == len(scores)

    waits = plain.waits(start, end)
    waiting = await ledger.ask(BY_KEY["waiting"], october, now, by="week")
    assert (waiting.value, waiting.figure.n) == (survival([wait[:2] for wait in waits], 0.5), len(waits))
    assert value_of(waiting, "p90") == survival([wait[:2] for wait in waits], 0.1)
    working = [(plain.working_minutes(t.at, plain.first_answer(t) or now), done) for _, done, t in waits]
    assert value_of(waiting, "in_working_hours") == pytest.approx(survival(working, 0.5))
    assert value_of(waiting, "within_target") == over(*plain.within(start, end, 4))
    assert value_of(waiting, "waiting") == plain.still_waiting(end)
    assert sum(row.n for row in waiting.breakdown) == len(waits)

    done = plain.resolved(start, end)
    rated = [score for _, score in done if score is not None]
    care = await ledger.ask(BY_KEY["care"], october, now, by="rep")
    assert care.value == over(sum(score >= 4 for score in rated), len(rated))
    assert (value_of(care, "resolved"), value_of(care, "unrated")) == (len(done), len(done) - len(rated))
    assert sum(row.denominator or 0 for row in care.breakdown) == len(rated)

    known = plain.contactable(start, end)
    left = {one.customer for one in plain.optouts if start <= one.at < end} & known
    gone = await ledger.ask(BY_KEY["unsubscribe"], october, now, by="rep")
    assert (gone.value, value_of(gone, "count")) == (over(len(left), len(known)), len(left))
    assert sum(row.denominator or 0 for row in gone.breakdown) == len(known)
