"""When something is due: rules as wall time, over the days on which clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.periods.timetable import Rule, missed, next_run, out_of, period_of, put_off_from, rule_of, run_key
from metrics.periods.wall import at_wall

BERLIN, NEW_YORK, APIA, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe")
)
SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WALLS = [
    ("2026-03-29T02:30", BERLIN, "2026-03-29T01:00"),  # skipped: the first instant after the gap
    ("2026-10-25T02:30", BERLIN, "2026-10-25T00:30"),  # twice: the first
    ("2026-03-08T02:00", NEW_YORK, "2026-03-08T07:00"),
    ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30"),
    ("2026-10-04T02:15", LORD_HOWE, "2026-10-03T15:30"),  # half an hour is skipped there
    ("2026-06-01T08:00", SAIGON, "2026-06-01T01:00"),
]


@pytest.mark.parametrize(("wall", "zone", "instant"), WALLS)
def test_wall_times_in_gaps_and_folds(wall: str, zone: ZoneInfo, instant: str) -> None:
    assert at_wall(datetime.fromisoformat(wall), zone) == utc(instant)


NEXT = [
    (Rule("day", "08:00"), SAIGON, "2026-11-26T00:59", "2026-11-26T01:00"),
    (Rule("day", "08:00"), SAIGON, "2026-11-26T01:00", "2026-11-27T01:00"),
    (Rule("day", "08:00", days=(0, 1, 2, 3, 4)), SAIGON, "2026-11-27T02:00", "2026-11-30T01:00"),
    (Rule("week", "08:00", on=0), SAIGON, "2026-11-26T00:00", "2026-11-30T01:00"),
    (Rule("month", "08:00", on=31), SAIGON, "2026-02-01T00:00", "2026-02-28T01:00"),
    (Rule("month", "08:00", on=1), SAIGON, "2026-02-01T01:00", "2026-03-01T01:00"),
    (Rule("day", "02:30"), BERLIN, "2026-03-28T12:00", "2026-03-29T01:00"),
    (Rule("day", "02:30"), BERLIN, "2026-03-29T01:00", "2026-03-30T00:30"),
    (Rule("day", "02:30"), BERLIN, "2026-10-25T00:30", "2026-10-26T01:30"),  # not again in the second 2:30
    (Rule("day", "08:00"), APIA, "2011-12-29T20:00", "2011-12-30T18:00"),  # Samoa had no 30 December 2011
    (Rule("hour", "00:15"), SAIGON, "2026-11-26T01:14", "2026-11-26T01:15"),
    (Rule("hour", "00:15"), SAIGON, "2026-11-26T01:15", "2026-11-26T02:15"),
]


@pytest.mark.parametrize(("rule", "zone", "after", "due"), NEXT)
def test_next_due_times(rule: Rule, zone: ZoneInfo, after: str, due: str) -> None:
    assert next_run(rule, zone, utc(after)) == utc(due)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, SAIGON, ZoneInfo("America/St_Johns")])
@pytest.mark.parametrize("at", ["00:00", "02:15", "08:00", "23:59"])
def test_a_daily_rule_comes_once_on_each_local_day_of_a_year(zone: ZoneInfo, at: str) -> None:
    rule, due, days, keys = Rule("day", at), utc("2026-01-01T12:00"), [], set()
    while True:
        due = next_run(rule, zone, due)
        if due >= utc("2027-01-01T12:00"):
            break
        days.append(due.astimezone(zone).date())
        keys.add(run_key(rule, due, zone))
    assert days == [days[0] + timedelta(days=number) for number in range(365)]
    assert len(keys) == 365


@given(
    st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01")),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Ho_Chi_Minh"]),
)
def test_wall_times_never_run_backwards(wall: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    assert at_wall(wall, zone) <= at_wall(wall + timedelta(minutes=1), zone) + timedelta(seconds=1)


def test_rules_survive_being_kept() -> None:
    rule = Rule("week", "18:30", on=4, days=(0, 1))
    assert rule_of(rule.json()) == rule


PERIODS = [
    (Rule("day"), "2026-11-26T01:00", "2026-11-25", "2026-11-25"),
    (Rule("day", days=(0, 1, 2, 3, 4)), "2026-11-30T01:00", "2026-11-27", "2026-11-29"),  # Monday: since Friday
    (Rule("week"), "2026-11-30T01:00", "2026-11-23", "2026-11-29"),
    (Rule("month", on=1), "2026-12-01T01:00", "2026-11-01", "2026-11-30"),
]


@pytest.mark.parametrize(("rule", "due", "first", "last"), PERIODS)
def test_a_due_time_is_about_the_whole_period_before(rule: Rule, due: str, first: str, last: str) -> None:
    period = period_of(rule, utc(due), SAIGON)
    assert (period.first_day.isoformat(), period.full_last_day.isoformat()) == (first, last)
    assert not period.running


@pytest.mark.parametrize(
    ("rule", "due", "own"),
    [
        (Rule("month", "08:00", on=31), "2026-05-02 01:00", "2026-04-30 01:00"),
        (Rule("month", "08:00", on=31), "2026-04-30 01:00", "2026-04-30 01:00"),
        (Rule("week", "08:00", on=6), "2026-11-23 01:00", "2026-11-22 01:00"),
        (Rule("week", "08:00"), "2026-11-23 01:00", "2026-11-23 01:00"),
        (Rule("day", "08:00", days=(0, 1, 2, 3, 4)), "2026-11-22 01:00", "2026-11-22 01:00"),
    ],
)
def test_what_was_put_off_keeps_the_due_time_it_was_put_off_from(rule: Rule, due: str, own: str) -> None:
    assert put_off_from(rule, SAIGON, utc(due)) == utc(own)


def test_due_times_past_their_grace_are_missed_and_the_next_is_run() -> None:
    rule, hours = Rule("day", "08:00"), timedelta(hours=6)
    past, due = missed(rule, SAIGON, utc("2026-11-23T01:00"), utc("2026-11-26T03:00"), hours)
    assert past == [utc(f"2026-11-{day}T01:00") for day in (23, 24, 25)]
    assert due == utc("2026-11-26T01:00")
    past, due = missed(rule, SAIGON, utc("2026-11-26T01:00"), utc("2026-11-26T08:00"), hours)
    assert (past, due) == ([utc("2026-11-26T01:00")], utc("2026-11-27T01:00"))


QUIET = [
    ("2026-11-26T13:59", "2026-11-26T13:59"),
    ("2026-11-26T14:00", "2026-11-27T00:30"),  # 21:00
    ("2026-11-26T18:00", "2026-11-27T00:30"),  # 1:00
    ("2026-11-27T00:30", "2026-11-27T00:30"),  # 7:30
]


@pytest.mark.parametrize(("at", "out"), QUIET)
def test_quiet_hours_end_in_the_morning(at: str, out: str) -> None:
    assert out_of((time(21), time(7, 30)), SAIGON, utc(at)) == utc(out)
