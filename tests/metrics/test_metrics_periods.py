"""Periods are cut at the team's midnight, compare like with like and survive a button's key."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import periods
from metrics.periods import Period
from metrics.periods.wall import local_midnight

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ZONES = [HANOI, LONDON, NEW_YORK, SAO_PAULO, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe")]
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=HANOI)


def at(text: str, zone: ZoneInfo = HANOI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def span(period: Period) -> tuple[str, str]:
    """Start and end as local texts."""
    return tuple(f"{t.astimezone(period.zone):%Y-%m-%d %H:%M}" for t in (period.start, period.end))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("on", "zone", "utc"),
    [
        ("2026-11-22", HANOI, "2026-11-21T17:00"),
        ("2018-11-04", SAO_PAULO, "2018-11-04T03:00"),  # clocks jump over midnight
        ("2018-02-18", SAO_PAULO, "2018-02-18T03:00"),  # clocks go back at midnight
        ("2023-11-05", ZoneInfo("America/Havana"), "2023-11-05T04:00"),  # midnight comes twice
        ("1919-03-31", ZoneInfo("America/Toronto"), "1919-03-31T04:30"),  # the gap began at 23:30
    ],
)
def test_a_local_day_begins_at_its_first_instant(on: str, zone: ZoneInfo, utc: str) -> None:
    found = local_midnight(date.fromisoformat(on), zone)
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(("on", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_of_changing_clocks_has_23_or_25_hours(on: str, hours: int) -> None:
    period = periods.day(date.fromisoformat(on), LONDON, NOW)
    assert period.end - period.start == timedelta(hours=hours)
    assert period.days == 1


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("day", ("2026-11-22 00:00", "2026-11-22 10:30")),
        ("week", ("2026-11-16 00:00", "2026-11-22 10:30")),
        ("month", ("2026-11-01 00:00", "2026-11-22 10:30")),
        ("quarter", ("2026-10-01 00:00", "2026-11-22 10:30")),
        ("year", ("2026-01-01 00:00", "2026-11-22 10:30")),
    ],
)
def test_a_running_unit_ends_now(unit: periods.Unit, expected: tuple[str, str]) -> None:
    period = periods.current(unit, HANOI, NOW)
    assert period.running
    assert span(period) == expected


def test_a_unit_not_begun_is_whole_and_not_running() -> None:
    period = periods.month(2026, 12, HANOI, NOW)
    assert (period.running, period.cut, period.days) == (False, False, 31)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        # finished units: the unit before, whole
        (periods.day(date(2026, 11, 1), HANOI, NOW), ("2026-10-31 00:00", "2026-11-01 00:00")),
        (periods.week(date(2026, 11, 4), HANOI, NOW), ("2026-10-26 00:00", "2026-11-02 00:00")),
        (periods.month(2026, 3, HANOI, NOW), ("2026-02-01 00:00", "2026-03-01 00:00")),
        (periods.month(2026, 1, HANOI, NOW), ("2025-12-01 00:00", "2026-01-01 00:00")),
        (periods.quarter(2026, 1, HANOI, NOW), ("2025-10-01 00:00", "2026-01-01 00:00")),
        (periods.year(2025, HANOI, NOW), ("2024-01-01 00:00", "2025-01-01 00:00")),
        # running units: the same elapsed part
        (periods.current("day", HANOI, NOW), ("2026-11-21 00:00", "2026-11-21 10:30")),
        (periods.current("week", HANOI, NOW), ("2026-11-09 00:00", "2026-11-15 10:30")),
        (periods.current("month", HANOI, NOW), ("2026-10-01 00:00", "2026-10-22 10:30")),
        (periods.current("quarter", HANOI, NOW), ("2026-07-01 00:00", "2026-08-22 10:30")),
        (periods.current("year", HANOI, NOW), ("2025-01-01 00:00", "2025-11-22 10:30")),
        # ranges: as many days just before
        (periods.last_days(30, HANOI, NOW), ("2026-09-24 00:00", "2026-10-23 10:30")),
        (
            periods.custom(date(2026, 10, 1), date(2026, 11, 15), HANOI, NOW),
            ("2026-08-16 00:00", "2026-10-01 00:00"),
        ),
        (
            periods.custom(date(2026, 11, 1), date(2026, 11, 30), HANOI, NOW),
            ("2026-10-10 00:00", "2026-10-31 10:30"),
        ),
    ],
)
def test_the_comparison_is_the_period_before_or_its_elapsed_part(period: Period, expected: tuple[str, str]) -> None:
    before = periods.comparison(period, NOW)
    assert span(before) == expected
    assert not before.running


@pytest.mark.parametrize(
    ("now", "unit", "expected_end"),
    [
        ("2026-03-29 10:00", "month", "2026-03-01 00:00"),  # February has no 29th: its last instant
        ("2026-03-31 10:00", "month", "2026-03-01 00:00"),
        ("2028-03-29 10:00", "month", "2028-02-29 10:00"),
        ("2026-03-28 10:00", "month", "2026-02-28 10:00"),
        ("2026-05-31 10:00", "quarter", "2026-03-01 00:00"),
        ("2026-06-15 10:00", "quarter", "2026-03-15 10:00"),
        ("2028-02-29 10:00", "year", "2027-03-01 00:00"),
        ("2028-12-31 23:00", "year", "2027-12-31 23:00"),
    ],
)
def test_an_elapsed_part_is_held_inside_the_shorter_unit(now: str, unit: periods.Unit, expected_end: str) -> None:
    moment = at(now)
    assert span(periods.comparison(periods.current(unit, HANOI, moment), moment))[1] == expected_end


def test_a_comparison_keeps_the_time_of_day_over_changing_clocks() -> None:
    moment = at("2026-03-30 10:30", LONDON)  # the clocks moved the day before
    before = periods.comparison(periods.current("day", LONDON, moment), moment)
    assert span(before) == ("2026-03-29 00:00", "2026-03-29 10:30")
    assert before.end - before.start == timedelta(hours=9, minutes=30)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (periods.month(2026, 10, HANOI, NOW), ("2025-10-01 00:00", "2025-11-01 00:00")),
        (periods.current("month", HANOI, NOW), ("2025-11-01 00:00", "2025-11-22 10:30")),
        (periods.current("year", HANOI, NOW), ("2025-01-01 00:00", "2025-11-22 10:30")),
        (periods.day(date(2024, 2, 29), HANOI, NOW), ("2023-02-28 00:00", "2023-03-01 00:00")),
        (periods.month(2024, 2, HANOI, NOW), ("2023-02-01 00:00", "2023-03-01 00:00")),
        (periods.week(date(2026, 11, 4), HANOI, NOW), ("2025-11-03 00:00", "2025-11-10 00:00")),
        (periods.current("week", HANOI, NOW), ("2025-11-17 00:00", "2025-11-23 10:30")),
        (periods.last_days(7, HANOI, NOW), ("2025-11-17 00:00", "2025-11-23 10:30")),
        (
            periods.custom(date(2024, 2, 1), date(2024, 2, 29), HANOI, NOW),
            ("2023-02-01 00:00", "2023-03-01 00:00"),
        ),
    ],
)
def test_a_year_earlier_holds_the_same_dates_or_weekdays(period: Period, expected: tuple[str, str]) -> None:
    assert span(periods.year_earlier(period, NOW)) == expected


def test_the_29th_of_february_runs_against_the_28th() -> None:
    moment = at("2028-02-29 10:00")
    earlier = periods.year_earlier(periods.current("month", HANOI, moment), moment)
    assert span(earlier) == ("2027-02-01 00:00", "2027-02-28 10:00")


def test_steps_go_back_whole_and_never_into_the_future() -> None:
    running = periods.current("month", HANOI, NOW)
    before = periods.step(running, -1, NOW)
    assert before is not None
    assert before == periods.month(2026, 10, HANOI, NOW)
    assert periods.step(before, 1, NOW) == running
    assert periods.step(running, 1, NOW) is None
    week = periods.step(periods.last_days(7, HANOI, NOW), -1, NOW)
    assert week is not None
    assert span(week) == ("2026-11-09 00:00", "2026-11-16 00:00")


def test_buckets_cover_a_period_without_gaps() -> None:
    parts = list(periods.buckets(periods.custom(date(2026, 10, 14), date(2026, 11, 30), HANOI, NOW), "month"))
    assert [span(part) for part in parts] == [
        ("2026-10-14 00:00", "2026-11-01 00:00"),
        ("2026-11-01 00:00", "2026-11-22 10:30"),
    ]
    assert len(list(periods.buckets(periods.month(2026, 10, HANOI, NOW), "day"))) == 31


@pytest.mark.parametrize(
    ("period", "key"),
    [
        (periods.day(date(2026, 10, 1), HANOI, NOW), "d2026-10-01"),
        (periods.current("week", HANOI, NOW), "w2026-11-16"),
        (periods.month(2026, 10, HANOI, NOW), "m2026-10"),
        (periods.quarter(2026, 3, HANOI, NOW), "q2026-3"),
        (periods.year(2026, HANOI, NOW), "y2026"),
        (periods.last_days(30, HANOI, NOW), "l30-20261122"),
        (periods.custom(date(2026, 10, 1), date(2026, 11, 15), HANOI, NOW), "c20261001-20261115"),
    ],
)
def test_a_key_is_short_and_reads_back(period: Period, key: str) -> None:
    assert periods.key(period) == key
    assert periods.from_key(key, HANOI, NOW) == period


@pytest.mark.parametrize("key", ["", "x", "m2026-13", "d2026-02-30", "q2026-5", "c20261001", "y99999", "l0-20261122"])
def test_a_broken_key_is_a_value_error(key: str) -> None:
    with pytest.raises(ValueError, match="no period key"):
        periods.from_key(key, HANOI, NOW)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        periods.day(date(2026, 1, 1), HANOI, datetime(2026, 1, 1))  # noqa: DTZ001 - the naive value is the case


DATES = st.dates(date(1990, 1, 1), date(2035, 1, 1))
NOWS = st.datetimes(datetime(1995, 1, 1), datetime(2034, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis takes naive bounds


@given(st.sampled_from(["day", "week", "month", "quarter", "year"]), DATES, st.sampled_from(ZONES), NOWS)
def test_every_unit_meets_its_neighbours_and_reads_back(
    unit: periods.Unit, on: date, zone: ZoneInfo, now: datetime
) -> None:
    period = periods.holding(unit, on, zone, now)
    before = periods.step(period, -1, now)
    assert before is None or before.full_end == period.start
    assert period.first_day <= on <= period.full_last_day
    assert periods.from_key(periods.key(period), zone, now) == period
    assert len(periods.key(period)) <= 20


@given(st.sampled_from(["day", "week", "month", "quarter", "year", "last_days"]), st.sampled_from(ZONES), NOWS)
def test_a_running_period_compares_with_an_equal_part_that_ends_before_it_starts(
    unit: periods.Unit, zone: ZoneInfo, now: datetime
) -> None:
    running = periods.last_days(9, zone, now) if unit == "last_days" else periods.current(unit, zone, now)
    before = periods.comparison(running, now)
    assert before.start <= before.end <= before.full_end == running.start
    assert before.days <= running.days or unit in {"quarter", "year"}
    if unit in {"day", "week", "last_days"}:
        assert before.days == running.days


@given(DATES, st.integers(0, 400), st.sampled_from(ZONES), NOWS)
def test_buckets_of_any_range_join_up(first: date, length: int, zone: ZoneInfo, now: datetime) -> None:
    period = periods.custom(first, first + timedelta(days=length), zone, now)
    parts = list(periods.buckets(period, "week"))
    if period.end > period.start:
        assert parts[0].start == period.start
        assert parts[-1].end == period.end
    assert all(one.end == two.start for one, two in pairwise(parts))
