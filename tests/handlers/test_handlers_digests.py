"""Digests: made by buttons, sent by the clock, silent when there is nothing to say, restated when figures change."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from store.people import links, membership
from store.people.team import create_team
from store.tables import outbox, runs, schedules
from tests.handlers.clocked import DAY, GROUP, Clocked, in_group, key, labels, make, rows
from tests.handlers.office import NOW, Office


async def test_a_manager_makes_a_digest_with_one_tap_and_it_says_when_it_comes(office: Office) -> None:
    reply = await make(office.manager)
    assert reply.text.splitlines() == [
        "<b>Digest</b>: daily, 08:00, in private",
        "Figures: Net revenue, Calls, Conversion",
        "About the whole team, in English",
        "Next: 21 Nov 2026, 08:00 (Vietnam time)",
    ]
    assert labels(reply) == [
        "How often", "Hour", "Figures", "About whom", "Where", "Language", "Preview", "Pause", "Remove",
    ]  # fmt: skip


async def test_every_setting_is_changed_by_a_button(office: Office) -> None:
    reply = await make(office.manager)
    press = office.manager.press
    reply = await press(key(await press(key(reply, "Hour")), "17:00"))
    assert "daily, 17:00" in reply.text
    reply = await press(key(await press(key(reply, "How often")), "on working days"))
    assert "on working days, 17:00" in reply.text
    reply = await press(key(await press(key(reply, "Language")), "Vietnamese"))
    assert "in Vietnamese" in reply.text
    reply = await press(key(await press(key(reply, "About whom")), "Rosa"))
    assert "About Rosa" in reply.text
    chosen = await press(key(await press(key(reply, "Figures")), "Average order"))
    assert "Average order" in chosen.text
    reply = await press(key(reply, "Pause"))
    assert "Paused" in reply.text
    reply = await press(key(reply, "Resume"))
    assert "Next: 21 Nov 2026, 17:00" in reply.text or "Next: 20 Nov 2026, 17:00" in reply.text
    assert "Removed" in (await press(key(reply, "Remove"))).text
    assert "No digest yet" in (await office.manager.say("/digest")).text


async def test_reps_make_none_and_other_teams_digests_are_not_found(office: Office) -> None:
    reply = await make(office.manager)
    assert "managers" in (await office.rep.say("/digest")).text
    assert "managers" in (await office.rep.press(key(reply, "Remove"))).toast
    assert (await office.manager.press("v1|dg|99:v")).toast


async def test_a_group_needs_a_link_and_never_sees_one_reps_figures(office: Office) -> None:
    manager = in_group(office.manager)
    here = {"chat_id": GROUP, "chat_title": "Đội"}
    assert "not linked" in (await manager.say("/digest", **here)).text
    assert "managers" in (await in_group(office.rep).say("/link", **here)).text
    assert (await manager.say("/link", **here)).text == "Linked to Shop. Digests for this group: /digest"
    reply = await manager.say("/digest", **here)
    made = (await manager.say("", data=key(reply, "weekly"), **here)).text
    assert "weekly, on Monday, 08:00, Đội" in made
    [schedule] = await rows(office.database, schedules)
    assert schedule.chat_id == GROUP
    choices = await office.manager.press(f"v1|dg|{schedule.id}:w")
    assert "private chat only" in (await office.manager.press(key(choices, "Rosa"))).toast
    assert (await manager.say("/link off", **here)).text.startswith("Unlinked")


async def test_it_comes_at_its_time_with_picture_text_completeness_and_next_time(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.rep.say("/sale Lan 12tr")
    await office.rep.press("v1|pick|1:0:0")
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 8tr")
    await office.rep.say("/deal Nga 50tr")
    await clocked.tick(NOW + timedelta(hours=16, minutes=59))
    assert await clocked.said() == []
    await clocked.tick(NOW + timedelta(hours=17))
    caption, text = await clocked.said()
    assert caption.startswith("<b>KPIs</b> · 20 Nov 2026; nothing before it")
    assert len(caption.splitlines()) <= 6
    lines = text.splitlines()
    assert lines[0] == "<b>Shop</b> · 20 Nov 2026"
    assert lines[1].startswith("Net revenue: <b>")
    assert "1 deal has no next step" in lines
    assert "1 of 2 reps logged; nothing from Tuan yet" in lines
    assert lines[-1] == "<i>Next: 22 Nov 2026, 08:00 (Vietnam time)</i>"
    assert [bool(row.picture) for row in await rows(office.database, outbox)] == [True, False]


async def test_a_group_hears_no_names_with_figures(clocked: Clocked) -> None:
    office, manager = clocked.office, in_group(clocked.office.manager)
    here = {"chat_id": GROUP, "chat_title": "Đội"}
    await manager.say("/link", **here)
    await manager.say("", data=key(await manager.say("/digest", **here), "daily"), **here)
    for chat, name in ((office.rep, "Nga 0901234567"), (office.other_rep, "Hoa 0901234568")):
        await chat.say(f"/lead {name}")
        await chat.say(f"/sale {name.split()[0]} 8tr")
    await clocked.tick(NOW + timedelta(hours=17))
    text = "\n".join(await clocked.said())
    assert "In front: Rosa, Tuan" in text
    assert "0901234567" not in text
    assert "Nga" not in text
    assert "2 of 2 reps logged" in text


async def test_an_empty_day_is_said_once_then_silence_then_figures_again(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    for day in range(3):
        await clocked.tick(NOW + timedelta(hours=17) + day * DAY)
    assert len(await clocked.said()) == 1
    assert "Nothing was logged" in (await clocked.said())[0]
    office.rep.now = NOW + 3.5 * DAY
    await office.rep.say("/lead Nga")
    await clocked.tick(NOW + timedelta(hours=17) + 3 * DAY)  # 24 November is Vietnam's Culture Day
    await clocked.tick(NOW + timedelta(hours=17) + 4 * DAY)
    assert len(await clocked.said()) == 3
    assert [run.state for run in await rows(office.database, runs)] == ["empty", "empty", "empty", "held", "sent"]


async def test_a_figure_that_was_sent_is_restated_when_it_changes(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 120tr")
    await clocked.tick(NOW + timedelta(hours=17))
    office.rep.now = NOW + timedelta(hours=18)
    await office.rep.say("/sale Nga 4tr 20/11")
    await clocked.tick(NOW + timedelta(hours=17) + DAY)
    text = (await clocked.said())[-1]
    assert "Restated: Net revenue, 20 Nov 2026, 120M → 124M: 1 back-dated sale" in text
    await office.rep.say("/lead Hoa")
    await clocked.tick(NOW + timedelta(hours=17) + 2 * DAY)
    assert "Restated" not in (await clocked.said())[-1]
    [first, *_] = await rows(office.database, runs)
    assert first.kept["values"]["revenue"] == 120_000_000


async def test_what_was_said_of_the_team_is_not_restated_by_one_reps_figures(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 120tr")
    await office.manager.say("/lead Tam")
    await office.manager.say("/sale Tam 30tr")
    await clocked.tick(NOW + timedelta(hours=17))
    [made] = await rows(office.database, schedules)
    await office.manager.press(key(await office.manager.press(f"v1|dg|{made.id}:w"), "Rosa"))
    office.rep.now = NOW + timedelta(hours=18)
    await office.rep.say("/sale Nga 4tr 20/11")
    await clocked.tick(NOW + timedelta(hours=17) + DAY)
    assert "Restated" not in (await clocked.said())[-1]
    await office.manager.press(f"v1|dg|{made.id}:w0")
    await clocked.tick(NOW + timedelta(hours=17) + 2 * DAY)
    assert "Restated: Net revenue, 20 Nov 2026, 150M → 154M: 1 back-dated sale" in (await clocked.said())[-1]


@pytest.mark.parametrize(
    ("typed", "restated"),
    [
        ("/sale Nga 124tr", "120M → 124M: 1 correction"),
        ("/sale Nga 120tr 19/11", "120M → 0: 1 correction"),
        ("/call Nga 5p", "120M → 0: 1 removed"),
    ],
)
async def test_an_edit_of_what_a_digest_has_told_is_restated(clocked: Clocked, typed: str, restated: str) -> None:
    office = clocked.office
    await make(office.manager)
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 120tr")
    message = office.rep.ids[0]
    await clocked.tick(NOW + timedelta(hours=17))
    office.rep.now = NOW + timedelta(hours=18)
    await office.rep.say(typed, edited=True, message_id=message, sent_at=NOW)
    await clocked.tick(NOW + timedelta(hours=17) + DAY)
    assert f"Restated: Net revenue, 20 Nov 2026, {restated}" in (await clocked.said())[-1]
    await clocked.tick(NOW + timedelta(hours=17) + 2 * DAY)
    assert "Net revenue, 20 Nov" not in (await clocked.said())[-1]


async def test_a_call_that_is_logged_late_restates_the_calls(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.rep.say("/lead Nga")
    await office.rep.say("/call Nga 5p")
    await clocked.tick(NOW + timedelta(hours=17))
    office.rep.now = NOW + timedelta(hours=18)
    late = await office.rep.say("/call Nga 7p 20/11")
    await clocked.tick(NOW + timedelta(hours=17) + DAY)
    assert "Restated: Calls, 20 Nov 2026, 1 → 2: 1 back-dated contact" in (await clocked.said())[-1]
    office.rep.now = NOW + timedelta(hours=42)
    await office.rep.press(key(late, "Undo"))
    await clocked.tick(NOW + timedelta(hours=17) + 2 * DAY)
    assert "Restated: Calls, 20 Nov 2026, 2 → 1: 1 removed" in (await clocked.said())[-1]


async def test_holidays_are_kept_and_the_next_time_is_past_them(clocked: Clocked) -> None:
    office = clocked.office
    office.manager.now = datetime.fromisoformat("2026-04-29T02:00:00+00:00")
    reply = await make(office.manager)
    assert "Next: 2 May 2026" in reply.text  # 30 April and 1 May are holidays
    await office.rep.say("/lead Nga")
    await clocked.tick(datetime.fromisoformat("2026-04-30T01:00:00+00:00"))
    assert [(run.state, run.reason) for run in await rows(office.database, runs)] == [("held", "holiday")]
    office.manager.now = clocked.now
    assert "a holiday" in (await office.manager.say("/digest log")).text


async def test_what_was_missed_is_said_in_the_next_and_in_the_log(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    office.rep.now = NOW + 2 * DAY
    await office.rep.say("/lead Nga")
    await clocked.tick(NOW + timedelta(hours=17) + 2 * DAY)
    assert "Not sent: 21 Nov 2026, 22 Nov 2026. Why: /digest log" in (await clocked.said())[-1]
    office.manager.now = clocked.now
    log = (await office.manager.say("/digest log")).text
    assert "missed (the bot was not running)" in log
    assert "waiting to be sent" in log


async def test_a_preview_is_the_digest_as_it_would_be_now(office: Office) -> None:
    reply = await make(office.manager)
    assert "no digest would come" in (await office.manager.press(key(reply, "Preview"))).text
    office.rep.now = NOW - DAY
    await office.rep.say("/lead Nga")
    preview = await office.manager.press(key(reply, "Preview"))
    assert preview.photo is not None
    assert preview.then[0].text.startswith("<b>Shop</b> · 19 Nov 2026")


@pytest.mark.parametrize("line", ["/remove Minh", "/role Minh rep"])
async def test_who_leads_no_longer_gets_no_digest(clocked: Clocked, line: str) -> None:
    office = clocked.office
    await make(office.manager)
    await office.owner.press("v1|dg|0:d")
    await office.rep.say("/lead Nga")
    await office.owner.say(line)
    assert [row.removed_at for row in await rows(office.database, schedules)] == [NOW, None]
    await clocked.tick(NOW + timedelta(hours=17))
    assert {row.chat_id for row in await rows(office.database, outbox)} == {office.owner.telegram_id}


async def test_a_private_digest_of_somebody_who_may_not_hear_it_is_removed_when_it_comes_due(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.rep.say("/lead Nga")
    async with office.database.begin() as session:  # not by /role, which removes it at once
        member = (await membership.members_of(session, office.team_id))[1]
        await membership.change_role(session, office.team_id, member.id, "rep")
    await clocked.tick(NOW + timedelta(hours=17))
    assert await clocked.said() == []
    [schedule] = await rows(office.database, schedules)
    assert schedule.removed_at == clocked.now
    office.owner.now = clocked.now
    assert "it may not go there any more" in (await office.owner.say("/digest log")).text


async def test_an_unlinked_group_gets_nothing_more_even_when_another_team_links_it(clocked: Clocked) -> None:
    office, manager = clocked.office, in_group(clocked.office.manager)
    here = {"chat_id": GROUP, "chat_title": "Đội"}
    await manager.say("/link", **here)
    await manager.say("", data="v1|dg|0:d", **here)
    await office.rep.say("/lead Nga")
    await manager.say("/link off", **here)
    assert None not in [row.removed_at for row in await rows(office.database, schedules)]
    async with office.database.begin() as session:  # as one that was kept before its group was let go
        await session.execute(update(schedules).values(removed_at=None))
        other = await create_team(session, name="Other", zone="UTC", currency="VND", locale="en", now=NOW)
        member = (await membership.members_of(session, office.team_id))[0]
        await links.link(session, other, GROUP, 0, "Đội", member.id, NOW)
    await clocked.tick(NOW + timedelta(hours=17))
    assert await clocked.said() == []
    assert None not in [row.removed_at for row in await rows(office.database, schedules)]


async def test_what_waits_for_a_group_that_is_let_go_is_not_sent(clocked: Clocked) -> None:
    manager, here = in_group(clocked.office.manager), {"chat_id": GROUP, "chat_title": "Đội"}
    await manager.say("/link", **here)
    await manager.say("", data="v1|dg|0:d", **here)
    await clocked.office.rep.say("/lead Nga")
    await clocked.tick(NOW + timedelta(hours=17))
    await manager.say("/link off", **here)
    assert {row.failure for row in await rows(clocked.office.database, outbox)} == {"unlinked"}


async def test_a_monthly_digest_comes_on_the_first_in_the_readers_language(clocked: Clocked) -> None:
    office = clocked.office
    await office.manager.say("/lang vi")
    made = await make(office.manager, "tháng, ngày 1")
    assert made.text.splitlines()[0] == "<b>Báo cáo</b>: hằng tháng, ngày 1, 08:00, chat riêng"
    assert made.text.splitlines()[-1] == "Lần tới: 08:00 1/12/2026 (giờ Việt Nam)"
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 8tr")
    await clocked.tick(datetime(2026, 12, 1, 0, 59, tzinfo=UTC))
    assert await clocked.said() == []
    await clocked.tick(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    caption, text = await clocked.said()
    assert caption.splitlines()[0] == "<b>KPI</b> · tháng 11/2026, chưa có kỳ trước để so"
    assert text.splitlines()[:2] == [
        "<b>Shop</b> · tháng 11/2026", "Doanh số thuần: <b>8.000.000 ₫</b>, trước đó chưa có; tháng 10: —",
    ]  # fmt: skip
    assert text.splitlines()[-1] == "<i>Lần tới: 08:00 2/1/2027 (giờ Việt Nam)</i>"


async def test_a_digest_of_a_private_chat_is_not_shown_in_a_group(office: Office) -> None:
    manager = in_group(office.manager)
    here = {"chat_id": GROUP, "chat_title": "Đội"}
    office.rep.now = NOW - DAY
    await office.rep.say("/lead Nga")
    await manager.say("/link", **here)
    await manager.say("", data="v1|dg|0:d", **here)
    [made] = await rows(office.database, schedules)
    assert (await manager.say("", data=f"v1|dg|{made.id}:p", **here)).photo is not None
    await manager.say("", data=f"v1|dg|{made.id}:a0", **here)
    refused = await manager.say("", data=f"v1|dg|{made.id}:p", **here)
    assert (refused.photo, refused.text) == (None, "")
    assert "private chat" in refused.toast
    assert (await office.manager.press(f"v1|dg|{made.id}:p")).photo is not None


async def test_digests_of_several_chats_are_told_apart(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.owner.press("v1|dg|0:d")
    topic = {"chat_id": GROUP, "chat_title": "Đội", "thread_id": 7}
    await in_group(office.manager).say("/link", **topic)
    await in_group(office.manager).say("", data="v1|dg|0:d", **topic)
    names = labels(await office.manager.say("/digest"))[:3]
    assert names == ["daily, 08:00, in private", "daily, 08:00, in private, Olga", "daily, 08:00, Đội #7"]
    await office.rep.say("/lead Nga")
    await clocked.tick(NOW + timedelta(hours=17))
    async with office.database.begin() as session:
        at, kicked = NOW + timedelta(hours=18), "Forbidden: bot was kicked from the group chat"
        await session.execute(update(outbox).where(outbox.c.chat_id > 0).values(sent_at=at))
        await session.execute(update(outbox).where(outbox.c.chat_id < 0).values(failed_at=at, failure=kicked))
    office.manager.now = NOW + timedelta(hours=20)
    assert set((await office.manager.say("/digest log")).text.splitlines()[1:]) == {
        "08:00 today · daily, in private: sent, 09:00 today",
        "08:00 today · daily, in private, Olga: sent, 09:00 today",
        "08:00 today · daily, Đội #7: not delivered (the bot was removed from the group)",
    }


async def test_a_digest_whose_text_was_not_delivered_is_not_told_as_sent(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.rep.say("/lead Nga")
    await clocked.tick(NOW + timedelta(hours=17))
    picture, text = await rows(office.database, outbox)
    office.manager.now = clocked.now
    async with office.database.begin() as session:
        await session.execute(update(outbox).where(outbox.c.id == picture.id).values(sent_at=clocked.now))
    assert "waiting to be sent" in (await office.manager.say("/digest log")).text
    async with office.database.begin() as session:
        refused = {"failed_at": clocked.now, "failure": "Bad Request: wonders"}
        await session.execute(update(outbox).where(outbox.c.id == text.id).values(**refused))
    told = (await office.manager.say("/digest log")).text
    assert told.endswith("not delivered (Telegram refused it: Bad Request: wonders)")


async def test_a_digest_of_a_day_says_how_far_the_targets_are_that_it_counts_toward(clocked: Clocked) -> None:
    office = clocked.office
    await office.manager.say("/target calls 20 week")
    await office.manager.say("/target calls 80 month")
    await office.manager.say("/target revenue 100tr month")
    await office.manager.say("/target revenue 30tr month @Rosa")
    await make(office.manager)
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 25tr")
    await office.rep.say("/call Nga 5p")
    await clocked.tick(NOW + timedelta(hours=17))
    lines = (await clocked.said())[-1].splitlines()
    told = [line for line in lines if line.startswith("Target")]
    assert [line[: line.index(";")] for line in told] == [
        "Target, week 16–22 Nov 2026 (to 21 Nov): Calls: 1 of 20",
        "Target, November 2026 (to 21 Nov): Net revenue: 25M of 100M",
    ]


async def test_a_rep_who_is_silent_is_named_with_the_day_they_last_logged_themselves(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    office.other_rep.now = NOW - 5 * DAY
    await office.other_rep.say("/lead Hoa 0901234599")
    await office.rep.say("/lead Nga")
    await office.rep.say("/sale Nga 25tr @Tuan")  # Tuan sold it, Rosa logged it
    await clocked.tick(NOW + timedelta(hours=17))
    assert "1 of 2 reps logged; nothing from Tuan since 15 Nov 2026" in (await clocked.said())[-1]


async def test_those_who_are_silent_since_the_same_day_are_named_together(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await office.manager.say("/lead Nga")
    await clocked.tick(NOW + timedelta(hours=17))
    assert "0 of 2 reps logged; nothing from Rosa, Tuan yet" in (await clocked.said())[-1]
    for number, chat in enumerate((office.rep, office.other_rep)):
        chat.now = NOW + timedelta(hours=18, minutes=number)
        await chat.say(f"/lead Khach{number} 09012345{number:02}")
    office.manager.now = NOW + 2 * DAY
    await office.manager.say("/lead Binh")
    await clocked.tick(NOW + timedelta(hours=17) + 2 * DAY)
    told = (await clocked.said())[-1]
    assert "0 of 2 reps logged; nothing from Rosa, Tuan since 21 Nov 2026" in told


async def test_of_many_missed_ones_the_last_are_named_and_the_log_goes_by_their_days(clocked: Clocked) -> None:
    office = clocked.office
    await make(office.manager)
    await make(office.manager, "weekly")
    office.rep.now = NOW + 10 * DAY
    await office.rep.say("/lead Nga")
    await clocked.tick(NOW + timedelta(hours=17) + 10 * DAY)
    said = "Not sent: 28 Nov 2026, 29 Nov 2026, 30 Nov 2026, and others before. Why: /digest log"
    assert said in "\n".join(await clocked.said())
    office.manager.now = clocked.now
    days = [line[:12] for line in (await office.manager.say("/digest log")).text.splitlines()[1:]]
    assert days[:4] == ["08:00 today ", "08:00 yester", "08:00 yester", "08:00 29 Nov"]
