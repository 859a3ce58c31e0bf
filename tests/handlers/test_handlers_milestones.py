"""Milestones of targets: each told once, to whom the target is of, whatever corrections take back and bring again."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.scheduler import Programme, Scheduler
from handlers.clockwork.programme import STANDING
from handlers.milestones import ends
from handlers.milestones.levels import AGAIN, KIND, tell_milestones
from store.queues import looks
from store.queues.outbox import mute
from store.tables import outbox
from tests.handlers.clocked import rows
from tests.handlers.office import NOW, Chat, Drawn, Office

GROUP = -2001


@dataclass
class Aims:
    """The office with a clock: what the milestones say to whom."""

    office: Office
    told: int = 0

    async def sell(self, chat: Chat, line: str) -> str:
        reply = await chat.say(f"/sale Nga {line}")
        return next(str(b.data) for row in reply.buttons for b in row if b.text in {"Undo", "Xóa"})

    async def said(self, minutes: int = 3) -> list[tuple[int, str]]:
        """What is new, after a while, with the chat that hears it."""
        for chat in (self.office.rep, self.office.other_rep, self.office.manager, self.office.owner):
            chat.now += timedelta(minutes=minutes)
        await tell_milestones(self.office.database, self.office.rep.now)
        found = [(row.chat_id, row.payload["text"]) for row in await rows(self.office.database, outbox) if row.payload]
        self.told, new = len(found), found[self.told :]
        return new


@pytest.fixture
async def aims(office: Office) -> Aims:
    await office.rep.say("/lead Nga")
    return Aims(office)


async def test_each_level_of_a_reps_target_is_told_once_to_the_rep(aims: Aims) -> None:
    rep = aims.office.rep
    await aims.office.manager.say("/target revenue 100tr month @Rosa")
    await aims.sell(rep, "40tr")
    assert await aims.said() == []
    undo = await aims.sell(rep, "15tr giao hàng")
    assert await aims.said() == [
        (3, "🎯 Net revenue, November 2026: ₫55,000,000, 55 % of your target of ₫100,000,000; ₫45,000,000 to go.")
    ]
    assert await aims.said() == []
    await rep.press(undo)
    assert await aims.said() == []
    await aims.sell(rep, "20tr")
    assert await aims.said() == [], "half was told before it was taken back"
    last = await aims.sell(rep, "45tr")
    assert await aims.said() == [
        (3, "🎉 Net revenue, November 2026: your target of ₫100,000,000 is reached, with ₫105,000,000.")
    ], "all of it at once is one message"
    await rep.press(last)
    assert await aims.said() == []
    await aims.sell(rep, "35tr")
    assert await aims.said() == [], "nine tenths are less than what was told"


async def test_a_teams_target_goes_where_its_digests_go_and_names_nobody(aims: Aims) -> None:
    office = aims.office
    await office.manager.say("/target calls 4 week")
    group = replace(office.manager, private=False, telegram_id=office.manager.telegram_id)
    await group.say("/link", chat_id=GROUP, chat_title="Sales")
    await office.manager.press("v1|dg|0:d")
    shown = await office.manager.press("v1|dg|1:a")
    await office.manager.press(next(b.data for row in shown.buttons for b in row if b.text == "Sales"))
    await office.rep.say("/call Nga 5p")
    await office.other_rep.say("/call Nga 6p")
    assert await aims.said() == [(GROUP, "🎯 Calls, week 16–22 Nov 2026: 2, 50 % of the team's target of 4; 2 to go.")]


async def test_without_a_digest_managers_hear_of_the_teams_target(aims: Aims) -> None:
    await aims.office.manager.say("/target revenue 10tr month")
    async with aims.office.database.begin() as session:
        await mute(session, aims.office.owner.telegram_id, 0, NOW, "blocked")
    await aims.sell(aims.office.rep, "12tr")
    [(chat, text)] = await aims.said()
    assert chat == aims.office.manager.telegram_id
    assert "the team's target of ₫10,000,000 is reached, with ₫12,000,000" in text


async def test_quiet_hours_are_kept_and_yesterday_is_completed_in_the_morning(aims: Aims) -> None:
    office = aims.office
    await office.manager.say("/target calls 2 week")
    office.rep.now = NOW + timedelta(days=2, hours=7)  # Sunday 22:00, the week ends at midnight
    await office.rep.say("/call Nga 5p")
    assert len(await aims.said()) == 2
    for row in await rows(office.database, outbox):
        assert row.due_at == NOW + timedelta(days=2, hours=16, minutes=30), "Monday 7:30"
    office.rep.now = NOW + timedelta(days=2, hours=17)
    await office.rep.say("/call Nga 5p hôm qua 21h")
    assert ["is reached, with 2" in text for _, text in await aims.said()] == [True, True]


async def test_a_ratio_is_not_half_reached_and_a_raised_target_is_another_one(aims: Aims) -> None:
    manager = aims.office.manager
    await manager.say("/target aov 10tr month")
    await manager.say("/target revenue 10tr month @Rosa")
    await aims.sell(aims.office.rep, "10tr")
    assert len(await aims.said()) == 1
    await manager.say("/target revenue 20tr month @Rosa")
    await aims.sell(aims.office.rep, "1tr")
    [(_, text)] = await aims.said()
    assert "55 % of your target of ₫20,000,000" in text


async def test_two_processes_tell_once_and_what_a_dead_one_had_taken_is_told_later(aims: Aims) -> None:
    database, rep = aims.office.database, aims.office.rep
    await aims.office.manager.say("/target revenue 10tr month @Rosa")
    await aims.sell(rep, "6tr")
    await asyncio.gather(tell_milestones(database, rep.now), tell_milestones(database, rep.now))
    assert len(await rows(database, outbox)) == 1
    await aims.sell(rep, "3tr")
    rep.now += AGAIN
    async with database.begin() as session:
        assert await looks.claim(session, aims.office.team_id, KIND, rep.now, rep.now + AGAIN)
    await tell_milestones(database, rep.now)
    assert len(await rows(database, outbox)) == 1, "somebody has taken it"
    await tell_milestones(database, rep.now + AGAIN)
    assert ["90 % of your" in row.payload["text"] for row in await rows(database, outbox)] == [False, True]


async def test_vietnamese(aims: Aims) -> None:
    await aims.office.rep.say("/lang vi")
    await aims.office.manager.say("/target revenue 10tr month @Rosa")
    await aims.sell(aims.office.rep, "9tr")
    [(_, text)] = await aims.said()
    assert text == (
        "🎯 Doanh số thuần, tháng 11/2026: 9.000.000 ₫, đạt 90 % mục tiêu 10.000.000 ₫ của bạn; còn 1.000.000 ₫."
    )


@dataclass
class Ends:
    """The office on the mornings after its weeks: what is said of means and shares."""

    aims: Aims
    told: int = 0

    async def on(self, day: int, hours: float = 0.5) -> list[tuple[int, str]]:
        """What is new half an hour past eight, ``day`` days after the office's Friday."""
        office, now = self.aims.office, FRIDAY_8 + timedelta(days=day, hours=hours)
        scheduler = Scheduler(
            office.database, Drawn(), Programme({ends.KIND: ends.tell_ends}, (ends.STANDING,)), now=lambda: now
        )
        while await scheduler.tick():
            pass
        found = [(row.chat_id, row.payload["text"]) for row in await rows(office.database, outbox) if row.payload]
        self.told, new = len(found), found[self.told :]
        return new


FRIDAY_8 = NOW - timedelta(hours=7)
"""Monday 23 November is three days later."""


@pytest.fixture
async def mornings(aims: Aims) -> Ends:
    assert ends.STANDING in STANDING
    found = Ends(aims)
    assert await found.on(0) == []
    return found


async def test_a_mean_is_reached_only_when_its_period_has_ended_and_with_its_records(mornings: Ends) -> None:
    aims = mornings.aims
    await aims.office.manager.say("/target aov 5tr week @Rosa")
    await aims.office.manager.say("/target aov 4tr week @Tuan")
    await aims.sell(aims.office.rep, "9tr")
    assert await aims.said() == [], "a first sale of 9 tr is no mean of a week"
    assert await mornings.on(1) == await mornings.on(2) == []
    aims.office.rep.now = FRIDAY_8 + timedelta(days=2)
    await aims.sell(aims.office.rep, "2tr")
    assert await aims.said() == []
    assert await mornings.on(3) == [
        (
            3,
            "🎉 Average order, week 16–22 Nov 2026: ₫5,500,000 (₫11,000,000 / 2);"
            " your target of ₫5,000,000 was reached.",
        )
    ], "and Tuan, who sold nothing, hears nothing"
    assert await mornings.on(4) == await mornings.on(10) == []


async def test_a_mean_that_fell_below_its_target_is_not_told(mornings: Ends) -> None:
    aims = mornings.aims
    await aims.office.manager.say("/target aov 5tr week")
    await aims.sell(aims.office.rep, "9tr")
    await aims.sell(aims.office.rep, "500k giao hàng")
    assert [await mornings.on(day) for day in (1, 2, 3, 4)] == [[]] * 4


async def test_a_share_of_few_says_so_and_a_duration_is_reached_below_its_target(mornings: Ends) -> None:
    office = mornings.aims.office
    async with office.database.begin() as session:
        await mute(session, office.owner.telegram_id, 0, NOW, "blocked")
    await office.manager.say("/target csat 80% week")
    await office.manager.say("/target waiting 30m week")
    await office.rep.say("/rating Nga 5")
    await office.rep.say("/ticket Nga máy kêu to")
    office.rep.now += timedelta(minutes=20)
    await office.rep.say("/answered Nga")
    told = await mornings.on(3)
    assert [chat for chat, _ in told] == [office.manager.telegram_id] * 2
    assert [text for _, text in told] == [
        "🎉 Customer satisfaction, week 16–22 Nov 2026: 100 % (1 / 1); the team's target of 80 % was reached.\n"
        "few data (1)",
        "🎉 Waiting time, week 16–22 Nov 2026: 20 min (1 ticket); the team's target of at most 30 min was reached.",
    ]


async def test_a_morning_that_was_missed_is_told_with_the_next_one(mornings: Ends) -> None:
    aims = mornings.aims
    await aims.office.manager.say("/target aov 5tr week @Rosa")
    await aims.sell(aims.office.rep, "9tr")
    assert len(await mornings.on(9)) == 1, "everything was down for eight days, over a Monday"
    assert await mornings.on(10) == []


async def test_the_end_of_a_period_in_vietnamese_and_after_the_quiet_hours(mornings: Ends) -> None:
    aims = mornings.aims
    await aims.office.rep.say("/lang vi")
    await aims.office.manager.say("/target aov 5tr week @Rosa")
    await aims.office.owner.say("/settings quiet 21:00-9:00")
    await aims.sell(aims.office.rep, "9tr")
    assert await mornings.on(3) == [
        (3, "🎉 Giá trị đơn trung bình, tuần 16–22/11/2026: 9.000.000 ₫ (9.000.000 ₫ / 1), bạn đã đạt mục tiêu"
            " 5.000.000 ₫.")
    ]  # fmt: skip
    assert (await rows(aims.office.database, outbox))[-1].due_at == FRIDAY_8 + timedelta(days=3, hours=1)
