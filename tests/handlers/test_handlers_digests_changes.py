"""A digest whose days are changed, or that is paused a while: each day is told once, what was put off still comes."""

import random
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from metrics.periods import Period, from_key
from store.tables import runs, schedules
from tests.handlers.clocked import DAY, Clocked, make, rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """An instant by the team's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def lively(clocked: Clocked, first: str, days: int) -> None:
    """Something is logged on each day."""
    for number in range(days):
        clocked.office.rep.now = at(f"{first} 10:00") + number * DAY
        await clocked.office.rep.say(f"/lead Khach{number} 0901234{number:03}")


async def told(clocked: Clocked) -> list[Period]:
    """What each digest that was sent was about."""
    found = [row for row in await rows(clocked.office.database, runs) if row.state == "sent"]
    return [from_key(row.kept["period"], ZONE, row.due_at) for row in found]


async def spans(clocked: Clocked) -> list[tuple[int, int]]:
    """The first and last day of the month of each digest that was sent."""
    return [(one.first_day.day, one.full_last_day.day) for one in await told(clocked)]


async def press(clocked: Clocked, act: str, when: str) -> str:
    [made] = await rows(clocked.office.database, schedules)
    clocked.office.manager.now = at(when)
    return (await clocked.office.manager.press(f"v1|dg|{made.id}:{act}")).text.splitlines()[-1]


async def works(clocked: Clocked, days: str, when: str) -> None:
    clocked.office.owner.now = at(when)
    await clocked.office.owner.say(f"/settings days {days}")


async def go(clocked: Clocked, *mornings: str) -> None:
    for one in mornings:
        await clocked.tick(at(one))


async def begun(clocked: Clocked, days: str, every: str) -> None:
    """On Thursday 3 December 2026 a digest is made, and it comes on Friday."""
    await works(clocked, days, "2026-12-03 12:00")
    await lively(clocked, "2026-11-30", 12)
    clocked.office.manager.now = at("2026-12-03 12:00")
    await make(clocked.office.manager, every)
    await go(clocked, "2026-12-04 08:00", "2026-12-05 08:00", "2026-12-06 08:00")


async def test_a_saturday_that_becomes_a_working_day_leaves_friday_to_monday(clocked: Clocked) -> None:
    await begun(clocked, "mon-fri", "on working days")
    await works(clocked, "mon-sat", "2026-12-06 12:00")
    await go(clocked, "2026-12-07 08:00", "2026-12-08 08:00")
    assert await spans(clocked) == [(3, 3), (4, 6), (7, 7)]


async def test_a_saturday_that_becomes_one_before_its_digest_is_about_friday(clocked: Clocked) -> None:
    await works(clocked, "mon-fri", "2026-12-03 12:00")
    await lively(clocked, "2026-11-30", 12)
    clocked.office.manager.now = at("2026-12-03 12:00")
    await make(clocked.office.manager, "on working days")
    await go(clocked, "2026-12-04 08:00")
    await works(clocked, "mon-sat", "2026-12-05 07:00")
    await go(clocked, "2026-12-05 08:00", "2026-12-07 08:00")
    assert await spans(clocked) == [(3, 3), (4, 4), (5, 6)]


async def test_a_saturday_that_is_none_any_more_tells_friday_no_second_time(clocked: Clocked) -> None:
    await begun(clocked, "mon-sat", "on working days")
    await works(clocked, "mon-fri", "2026-12-06 12:00")
    await go(clocked, "2026-12-07 08:00", "2026-12-08 08:00")
    assert await spans(clocked) == [(3, 3), (4, 4), (5, 6), (7, 7)]


async def test_from_daily_to_working_days_on_a_sunday_tells_saturday_once(clocked: Clocked) -> None:
    await begun(clocked, "mon-sat", "daily")
    assert await press(clocked, "ek", "2026-12-06 12:00") == "Next: 7 Dec 2026, 08:00 (Vietnam time)"
    await go(clocked, "2026-12-07 08:00", "2026-12-08 08:00")
    assert await spans(clocked) == [(3, 3), (4, 4), (5, 5), (6, 6), (7, 7)]


async def test_days_that_passed_in_a_pause_are_told_by_none(clocked: Clocked) -> None:
    await begun(clocked, "mon-fri", "on working days")
    await works(clocked, "mon-sat", "2026-12-06 12:00")
    await press(clocked, "z", "2026-12-06 13:00")
    await go(clocked, "2026-12-07 08:00", "2026-12-09 08:00")
    await press(clocked, "z", "2026-12-09 13:00")
    await go(clocked, "2026-12-10 08:00")
    assert await spans(clocked) == [(3, 3), (9, 9)]


@pytest.mark.parametrize(("seed", "first"), [(3, "2027-04-22")])
async def test_whatever_is_changed_when_each_day_is_told_by_exactly_one(
    clocked: Clocked, seed: int, first: str
) -> None:
    dice, days = random.Random(seed), 14  # April has holidays on a Friday, and the Saturday and Monday after it
    await lively(clocked, first, days + 2)
    clocked.office.manager.now = at(f"{first} 00:30")
    await make(clocked.office.manager, "daily")
    for step in range(days * 8):
        now = at(f"{first} 00:45") + 3 * step * HOUR
        await clocked.tick(now)
        wall = f"{now:%Y-%m-%d %H:%M}"
        if dice.random() < 0.14:
            await works(clocked, dice.choice(["mon-sat", "mon-fri", "mon-sun", "tue-sat", "mon,wed,fri"]), wall)
        if dice.random() < 0.1:
            await press(clocked, dice.choice(["ek", "ed", "h7", "h12"]), wall)
        if dice.random() < 0.05:
            await press(clocked, "z", wall)
            await press(clocked, "z", wall)
    found = await told(clocked)
    assert len(found) > days / 4
    for one, following in pairwise(found):
        assert following.first_day == one.full_last_day + DAY, [(each.first_day, each.full_last_day) for each in found]


@pytest.mark.parametrize("acts", [("z", "z"), ("z", "h9", "z"), ("h9", "z", "z"), ("ew",)])
async def test_what_was_put_off_survives_a_pause_that_ends_before_it(clocked: Clocked, acts: tuple[str, ...]) -> None:
    clocked.office.manager.now = at("2027-02-05 07:00")
    await make(clocked.office.manager, "weekly")
    await lively(clocked, "2027-02-01", 3)
    await go(clocked, "2027-02-08 08:00")  # Tết
    hour = "09" if "h9" in acts else "08"
    for act in acts:
        shown = await press(clocked, act, "2027-02-09 12:00")
    assert shown == f"Next: 11 Feb 2027, {hour}:00 (Vietnam time)"
    await go(clocked, f"2027-02-11 {hour}:00")
    assert (await clocked.said())[-1].startswith("<b>Shop</b> · week 1–7 Feb 2027")
    await go(clocked, f"2027-02-15 {hour}:00")
    assert [row.state for row in await rows(clocked.office.database, runs)] == ["held", "sent", "empty"]


async def test_what_was_put_off_into_a_pause_is_not_told_after_it(clocked: Clocked) -> None:
    clocked.office.manager.now = at("2027-02-05 07:00")
    await make(clocked.office.manager, "weekly")
    await lively(clocked, "2027-02-01", 3)
    await go(clocked, "2027-02-08 08:00")
    await press(clocked, "z", "2027-02-09 12:00")
    assert await press(clocked, "z", "2027-02-12 12:00") == "Next: 15 Feb 2027, 08:00 (Vietnam time)"
    await go(clocked, "2027-02-12 12:01", "2027-02-15 08:00")
    assert [row.state for row in await rows(clocked.office.database, runs)] == ["held", "empty"]


async def test_a_digest_of_working_days_stays_one_where_all_seven_are(clocked: Clocked) -> None:
    await works(clocked, "mon-sun", "2026-12-03 12:00")
    clocked.office.manager.now = at("2026-12-03 12:00")
    made = await make(clocked.office.manager, "on working days")
    assert made.text.splitlines()[0] == "<b>Digest</b>: on working days, 08:00, in private"
    await works(clocked, "mon-fri", "2026-12-03 13:00")
    [kept] = await rows(clocked.office.database, schedules)
    assert kept.rule["days"] == [0, 1, 2, 3, 4]
    await works(clocked, "mon-sun", "2026-12-03 14:00")
    await works(clocked, "mon-sat", "2026-12-03 15:00")
    [kept] = await rows(clocked.office.database, schedules)
    assert kept.rule["days"] == [0, 1, 2, 3, 4, 5]
