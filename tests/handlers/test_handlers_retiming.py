"""A digest whose hour or zone is changed: every day once, none left out in silence, whatever the hour of the change."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics.periods.timetable import Rule, next_run, on_its_day
from store.tables import outbox, runs, schedules
from tests.handlers.clocked import DAY, Clocked, key, make, rows
from tests.handlers.office import NOW

H = timedelta(hours=1)
ZONES = ("Pacific/Auckland", "Asia/Ho_Chi_Minh", "Europe/London", "America/Los_Angeles")


@pytest.fixture
def backend() -> str:
    """How rows are moved is the same on both databases."""
    return "sqlite"


async def lively(clocked: Clocked) -> None:
    """A manager's digest every day at 8:00, and something logged on each of ten days."""
    await clocked.office.owner.say("/settings holidays off")
    await clocked.office.owner.say("/settings quiet off")
    await make(clocked.office.manager)
    for number in range(10):
        clocked.office.rep.now = NOW + number * DAY
        await clocked.office.rep.say(f"/lead Khach{number} 09012345{number:02}")


async def days(clocked: Clocked) -> list[tuple[str, str]]:
    """The day of each run with what became of it."""
    return [(row.period[1:], row.state) for row in await rows(clocked.office.database, runs)]


@pytest.mark.parametrize("after", range(0, 48, 5))
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
async def test_a_change_of_zone_leaves_out_no_day_and_repeats_none(clocked: Clocked, zone: str, after: int) -> None:
    await lively(clocked)
    at = NOW
    while at < NOW + after * H:
        at += H
        await clocked.tick(at)
    clocked.office.owner.now = at
    await clocked.office.owner.say(f"/settings zone {zone}")
    while at < NOW + 5 * DAY:
        at += H
        await clocked.tick(at)
    found = await days(clocked)
    first = date.fromisoformat(found[0][0])
    assert first in {date(2026, 11, 20), date(2026, 11, 21)}
    assert [on for on, _ in found] == [(first + number * DAY).isoformat() for number in range(len(found))]
    assert len(found) >= 4
    assert {row.reason for row in await rows(clocked.office.database, runs) if row.state == "missed"} <= {
        "the time zone was changed"
    }
    heard = [row for row in await rows(clocked.office.database, outbox) if row.kind == "digest"]
    states = [state for _, state in found]
    assert len(heard) == 2 * states.count("sent") + states.count("empty")


async def test_what_a_new_zone_has_passed_long_ago_is_missed_with_its_reason_and_said_in_the_next(
    clocked: Clocked,
) -> None:
    await lively(clocked)
    office = clocked.office
    office.owner.now = NOW + 4 * H  # 19:00 in Vietnam, 1:00 of the next day in Auckland
    await office.owner.say("/settings zone Pacific/Auckland")
    office.owner.now = NOW + 5 * H
    await office.owner.say("/settings zone America/Los_Angeles")
    office.owner.now = NOW + 30 * H  # 13:00 of 21 November in Los Angeles is the morning of the 22nd in Auckland
    office.manager.now = office.owner.now
    await office.owner.say("/settings zone Pacific/Auckland")
    assert await days(clocked) == [("2026-11-20", "missed"), ("2026-11-21", "missed")]
    log = (await office.manager.say("/digest log")).text
    assert "missed (the time zone was changed)" in log
    await clocked.tick(NOW + 60 * H)
    assert "Not sent: 20 Nov 2026, 21 Nov 2026, 22 Nov 2026. Why: /digest log" in "\n".join(await clocked.said())


async def test_an_hour_that_has_passed_today_brings_todays_digest_at_once(clocked: Clocked) -> None:
    await lively(clocked)
    manager = clocked.office.manager
    [made] = await rows(clocked.office.database, schedules)
    await manager.press(f"v1|dg|{made.id}:h17")
    await clocked.tick(NOW + 3 * H)
    manager.now = NOW + 17 * H  # 8:00 of the next day, before its digest at 17:00
    await manager.press(f"v1|dg|{made.id}:h7")
    await clocked.tick(manager.now)
    assert await days(clocked) == [("2026-11-20", "empty"), ("2026-11-21", "sent")]


async def test_an_hour_later_today_does_not_repeat_what_came_this_morning(clocked: Clocked) -> None:
    await lively(clocked)
    manager = clocked.office.manager
    await clocked.tick(NOW + 17 * H)
    manager.now = NOW + 18 * H
    [made] = await rows(clocked.office.database, schedules)
    shown = await manager.press(f"v1|dg|{made.id}:h17")
    assert "Next: 22 Nov 2026, 17:00" in shown.text
    await clocked.tick(NOW + 28 * H)
    assert await days(clocked) == [("2026-11-21", "sent")]
    assert key(shown, "Pause")


@pytest.mark.parametrize("was", ZONES)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "rule",
    [Rule("day", "08:00"), Rule("week", "23:30", on=6), Rule("month", "00:10", on=31)],
    ids=lambda rule: rule.every,
)
def test_the_day_stays_and_the_hour_is_that_of_the_new_zone(rule: Rule, zone: str, was: str) -> None:
    old, new = ZoneInfo(was), ZoneInfo(zone)
    at = datetime(2026, 1, 1, tzinfo=old)
    for _ in range(60):
        at = next_run(rule, old, at)
        moved = on_its_day(rule, new, at, old).astimezone(new)
        assert (moved.date(), moved.time()) == (at.astimezone(old).date(), rule.time)
