"""On which days a digest comes and which it is about: holidays, quiet hours, other rules, other working days."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from store.tables import runs, schedules
from tests.handlers.clocked import Clocked, key, make, rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def backend() -> str:
    """When a digest comes is the same on both databases."""
    return "sqlite"


def at(text: str) -> datetime:
    """An instant by the team's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


async def states(clocked: Clocked) -> list[tuple[str, str]]:
    return [(row.period[1:], row.state) for row in await rows(clocked.office.database, runs)]


async def go(clocked: Clocked, *mornings: str) -> None:
    for one in mornings:
        await clocked.tick(at(one))


async def logged(clocked: Clocked, *days: str) -> None:
    for number, on in enumerate(days):
        clocked.office.rep.now = at(f"{on} 10:00")
        await clocked.office.rep.say(f"/lead Khach{number} 09012345{number:02}")


@pytest.mark.parametrize(
    ("every", "about"), [("daily", "29 Apr – 1 May 2027"), ("on working days", "29 Apr – 1 May 2027")]
)
async def test_after_a_holiday_a_daily_digest_is_about_the_last_day_of_work_too(
    clocked: Clocked, every: str, about: str
) -> None:
    clocked.office.manager.now = at("2027-04-29 07:00")
    await make(clocked.office.manager, every)
    await logged(clocked, "2027-04-28", "2027-04-29")
    await go(clocked, "2027-04-29 08:00", "2027-04-30 08:00", "2027-05-01 08:00", "2027-05-02 08:00")
    if every != "daily":  # Sunday is none, Monday the 3rd is a holiday in lieu
        about = "29 Apr – 3 May 2027"
        await go(clocked, "2027-05-03 08:00", "2027-05-04 08:00")
    assert about.replace(" – ", "–") in (await clocked.said())[-1].replace(" – ", "–")
    found = await states(clocked)
    assert found[0] == ("2027-04-29", "sent")
    assert found[-1][1] == "sent"
    assert {state for _, state in found[1:-1]} == {"held"}


async def test_all_of_tet_is_told_after_it(clocked: Clocked) -> None:
    clocked.office.manager.now = at("2027-02-04 07:00")
    shown = await make(clocked.office.manager)
    assert shown.text.splitlines()[-1] == "Next: 11 Feb 2027, 08:00 (Vietnam time)"
    await logged(clocked, "2027-02-03")
    await go(clocked, *(f"2027-02-{day:02} 08:00" for day in range(4, 12)))
    assert [state for _, state in await states(clocked)] == ["held"] * 7 + ["sent"]
    assert (await clocked.said())[-1].startswith("<b>Shop</b> · 3–10 Feb 2027")


async def test_a_weekly_digest_that_falls_on_tet_comes_on_the_next_working_day(clocked: Clocked) -> None:
    clocked.office.manager.now = at("2027-02-02 07:00")
    shown = await make(clocked.office.manager, "weekly")
    assert shown.text.splitlines()[-1] == "Next: 11 Feb 2027, 08:00 (Vietnam time)"
    await logged(clocked, "2027-02-03")
    await go(clocked, "2027-02-08 08:00", "2027-02-09 08:00", "2027-02-11 08:00")
    assert await states(clocked) == [("2027-02-08", "held"), ("2027-02-11", "sent")]
    text = (await clocked.said())[-1]
    assert text.startswith("<b>Shop</b> · week 1–7 Feb 2027")
    assert text.endswith("<i>Next: 15 Feb 2027, 08:00 (Vietnam time)</i>")


async def test_where_a_whole_week_of_work_is_tet_the_week_before_it_is_told_on_the_first_day_after(
    clocked: Clocked,
) -> None:
    clocked.office.owner.now = clocked.office.manager.now = at("2026-02-10 07:00")
    await clocked.office.owner.say("/settings days mon-fri")
    await make(clocked.office.manager, "weekly")
    await logged(clocked, "2026-02-11")
    await go(clocked, *(f"2026-02-{day} 08:00" for day in range(16, 24)))
    assert await states(clocked) == [("2026-02-16", "held"), ("2026-02-21", "sent"), ("2026-02-23", "empty")]
    assert (await clocked.said())[1].startswith("<b>Shop</b> · week 9–15 Feb 2026")


async def test_a_monthly_digest_waits_for_new_year_and_a_new_hour_does_not_lose_it(clocked: Clocked) -> None:
    manager = clocked.office.manager
    manager.now = at("2026-12-15 07:00")
    await make(manager, "monthly")
    await logged(clocked, "2026-12-16")
    await go(clocked, "2027-01-01 08:00")
    manager.now = at("2027-01-01 12:00")
    [made] = await rows(clocked.office.database, schedules)
    shown = await manager.press(f"v1|dg|{made.id}:h9")
    assert shown.text.splitlines()[-1] == "Next: 2 Jan 2027, 09:00 (Vietnam time)"
    await go(clocked, "2027-01-02 08:30")
    assert await clocked.said() == []
    await go(clocked, "2027-01-02 09:00")
    assert (await clocked.said())[-1].startswith("<b>Shop</b> · December 2026")
    await go(clocked, "2027-02-01 09:00")
    assert [state for _, state in await states(clocked)] == ["held", "sent", "empty"]


async def test_a_digest_of_the_quiet_hours_says_that_it_comes_at_their_end(clocked: Clocked) -> None:
    manager = clocked.office.manager
    manager.now = at("2026-11-20 12:00")
    shown = await manager.press(key(await manager.press(key(await make(manager), "Hour")), "6:00"))
    assert shown.text.splitlines()[-1] == "Next: 21 Nov 2026, 07:30 (Vietnam time)"


@pytest.mark.parametrize("change", [("ek",), ("z", "z"), ("z", "h10", "z"), ("ew", "ed")])
async def test_what_came_this_morning_is_not_announced_again_for_today(
    clocked: Clocked, change: tuple[str, ...]
) -> None:
    manager = clocked.office.manager
    manager.now = at("2026-11-20 07:00")
    await make(manager)
    await logged(clocked, "2026-11-19")
    await go(clocked, "2026-11-20 08:00")
    manager.now = at("2026-11-20 08:30")
    [made] = await rows(clocked.office.database, schedules)
    for act in ("h9", *change):
        shown = await manager.press(f"v1|dg|{made.id}:{act}")
    assert shown.text.splitlines()[-1].startswith("Next: 21 Nov 2026")
    said = len(await clocked.said())
    await go(clocked, "2026-11-20 09:00", "2026-11-20 10:00")
    assert len(await clocked.said()) == said


async def test_other_working_days_take_nothing_that_is_due_already(clocked: Clocked) -> None:
    owner, manager = clocked.office.owner, clocked.office.manager
    manager.now = at("2026-11-20 07:00")  # a Friday
    await make(manager, "on working days")
    await logged(clocked, "2026-11-19")
    owner.now = at("2026-11-20 08:30")
    await owner.say("/settings days mon-fri")
    await go(clocked, "2026-11-20 08:31", "2026-11-21 08:00", "2026-11-23 08:00")
    assert (await states(clocked))[0] == ("2026-11-20", "sent")
    assert [on for on, _ in await states(clocked)] == ["2026-11-20", "2026-11-23"]


async def test_other_working_days_move_the_digests_that_come_on_them(clocked: Clocked) -> None:
    owner, manager = clocked.office.owner, clocked.office.manager
    owner.now = manager.now = at("2026-11-20 12:00")  # a Friday
    made = await make(manager, "on working days")
    assert "Next: 21 Nov 2026" in made.text
    await make(manager, "daily")
    await owner.say("/settings days mon-fri")
    found = await rows(clocked.office.database, schedules)
    assert [one.rule["days"] for one in found] == [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6]]
    assert [one.next_run_at.astimezone(ZONE).day for one in found] == [23, 21]
