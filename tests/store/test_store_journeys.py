from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.derived.journeys import Event, Journey, Kind, fold, in_order

START = datetime(2026, 1, 1, tzinfo=UTC)


def event(kind: Kind, day: float, number: int = 0, *, vague: bool = False, **more: Any) -> Event:
    at = START + timedelta(days=day)
    return Event(kind, number, at, at.date(), vague, **more)


def call(day: float, number: int = 0, **more: Any) -> Event:
    return event(Kind.CONTACT, day, number, call=True, **more)


def sale(day: float, number: int = 0, **more: Any) -> Event:
    return event(Kind.SALE, day, number, **more)


def told(journeys: list[Journey]) -> list[tuple[str | None, float | None, int, bool]]:
    return [(journey.outcome, journey.days, journey.calls, journey.first) for journey in journeys]


CASES = {
    "nothing": ([], []),
    "a walk-in makes no journey": ([sale(3)], []),
    "calls and a sale": ([call(0), call(3, 1), sale(8, 2)], [("won", 8.0, 2, True)]),
    "a lead's creation starts one": ([event(Kind.LEAD, 0), sale(2, 1)], [("won", 2.0, 0, True)]),
    "a second one is not first": (
        [call(0), sale(1, 1), call(10, 2), sale(12.5, 3)],
        [("won", 1.0, 1, True), ("won", 2.5, 1, False)],
    ),
    "a refunded purchase leaves the next one first": (
        [call(0), sale(1, 1, refunded_at=START + timedelta(days=2)), call(10, 2), sale(12, 3)],
        [("won", 1.0, 1, True), ("won", 2.0, 1, True)],
    ),
    "silence over the gap lapses it at its last contact": (
        [call(0), call(5, 1), call(95.5, 2)],
        [("lapsed", 5.0, 2, True), (None, None, 1, True)],
    ),
    "exactly the gap does not": ([call(0), call(90, 1)], [(None, None, 2, True)]),
    "a sale after the gap is a walk-in": ([call(0), sale(91, 1)], [("lapsed", 0.0, 1, True)]),
    "a deal adopts it and keeps its start": (
        [call(0), event(Kind.DEAL_OPENED, 4, 7, deal_id=7), sale(10, 8, deal_id=7)],
        [("won", 10.0, 1, True)],
    ),
    "a deal does not lapse": (
        [event(Kind.DEAL_OPENED, 0, 7, deal_id=7), sale(200, 8, deal_id=7)],
        [("won", 200.0, 0, True)],
    ),
    "a lost deal": (
        [event(Kind.DEAL_OPENED, 0, 7, deal_id=7), event(Kind.DEAL_CLOSED, 6, 7, deal_id=7)],
        [("lost", 6.0, 0, True)],
    ),
    "deals side by side": (
        [
            event(Kind.DEAL_OPENED, 0, 7, deal_id=7),
            event(Kind.DEAL_OPENED, 1, 8, deal_id=8),
            call(2, 9),
            call(3, 10, deal_id=8),
            sale(4, 11, deal_id=8),
        ],
        [(None, None, 1, True), ("won", 3.0, 1, True)],
    ),
    "a sale without its deal leaves deals open": (
        [event(Kind.DEAL_OPENED, 0, 7, deal_id=7), sale(4, 11)],
        [(None, None, 0, True)],
    ),
    "a deal closed before it opened is no journey": (
        [event(Kind.DEAL_CLOSED, 0, 7, deal_id=7, won=True), event(Kind.DEAL_OPENED, 5, 7, deal_id=7)],
        [],
    ),
    "dates alone count whole days": (
        [call(0.9, 1), sale(3, 2, vague=True)],
        [("won", 3.0, 1, True)],
    ),
    "on a day known by date only the contact comes first": (
        [sale(0, 1, vague=True), call(0.6, 2)],
        [("won", 0.0, 1, True)],
    ),
    "by the clock the sale comes first": ([sale(0.1, 1), call(0.6, 2)], [(None, None, 1, False)]),
}


@pytest.mark.parametrize("name", CASES)
def test_journeys_are_folded_as_defined(name: str) -> None:
    events, expected = CASES[name]
    assert told(fold(events, 90)) == expected


def _events() -> st.SearchStrategy[list[Event]]:
    def made(rows: list[tuple[int, int, bool]]) -> list[Event]:
        kinds = [Kind.LEAD, Kind.CONTACT, Kind.SALE]
        return [
            event(kinds[kind], hour / 24, number, vague=vague, call=kind == 1)
            for number, (kind, hour, vague) in enumerate(rows)
        ]

    row = st.tuples(st.integers(0, 2), st.integers(0, 24 * 400), st.booleans())
    return st.lists(row, max_size=30).map(made)


@given(_events(), st.randoms())
def test_the_order_of_logging_does_not_matter(events: list[Event], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled, 90) == fold(events, 90)


@given(_events())
def test_no_journey_lasts_less_than_nothing_and_sales_win_once(events: list[Event]) -> None:
    journeys = fold(events, 90)
    assert all(journey.days >= 0 for journey in journeys if journey.days is not None)
    won = [journey.sale_id for journey in journeys if journey.outcome == "won"]
    assert len(won) == len(set(won)) <= sum(event.kind is Kind.SALE for event in events)
    assert sum(journey.outcome is None for journey in journeys) <= 1


@given(_events())
def test_days_stay_in_order(events: list[Event]) -> None:
    days = [event.day for event in in_order(events)]
    assert days == sorted(days)
    assert all(isinstance(day, date) for day in days)
