"""Milestones of targets: each told once, to whom the target is of, whatever corrections take back and bring again."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from handlers.milestones import AGAIN, KIND, tell_milestones
from store import looks
from store.outbox import mute
from store.tables import outbox
from tests.handlers.clocked import rows
from tests.handlers.office import NOW, Chat, Office

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
