"""Alerts: a crossing speaks once, being back speaks once, everything else is silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.scheduler import Programme, Scheduler
from handlers.clockwork.programme import WORK
from handlers.replies import load
from store.people import membership
from store.people.team import team_of
from store.records.entries import Clock, ContactEntry, Origin, SaleEntry
from store.records.writing import log_contact, log_sale
from store.tables import members, outbox, teams
from tests.handlers.clocked import key, labels, rows
from tests.handlers.office import NOW, Drawn, Office

MORNING = NOW + timedelta(hours=17, minutes=5)
DAY = timedelta(days=1)


@dataclass
class Mornings:
    """The office over some mornings: what was sold each day, and what the alerts said."""

    office: Office

    async def sell(self, day: int, *amounts: str) -> None:
        self.office.rep.now = NOW + day * DAY
        for amount in amounts:
            await self.office.rep.say(f"/sale Nga {amount}")

    async def said(self, day: int, late: timedelta = timedelta()) -> list[str]:
        """What is new in the morning after that day, or so much later, when the bot starts again."""
        before = len(await rows(self.office.database, outbox))
        now = MORNING + day * DAY + late
        scheduler = Scheduler(self.office.database, Drawn(), Programme(WORK), now=lambda: now)
        while await scheduler.tick():
            pass
        return [row.payload["text"] for row in (await rows(self.office.database, outbox))[before:]]


@pytest.fixture
async def mornings(office: Office) -> Mornings:
    office.rep.now = NOW - DAY
    await office.rep.say("/lead Nga")
    return Mornings(office)


async def test_a_crossing_speaks_once_and_being_back_once(mornings: Mornings) -> None:
    reply = await mornings.office.manager.say("/alert revenue < 10tr")
    assert reply.text.startswith("Watched each morning: Net revenue below ₫10,000,000, daily.")
    await mornings.sell(0, "12tr")
    assert await mornings.said(0) == []
    await mornings.sell(1, "3tr")
    assert await mornings.said(1) == ["⚠️ Net revenue, 21 Nov 2026: <b>₫3,000,000</b>, below ₫10,000,000"]
    await mornings.sell(2, "4tr")
    assert await mornings.said(2) == []
    assert await mornings.said(3) == []  # 24 November is a holiday
    await mornings.sell(4, "25tr")
    assert await mornings.said(4) == ["✓ Net revenue, 24 Nov 2026: <b>₫25,000,000</b>, no longer below ₫10,000,000"]


async def test_a_crossing_names_what_it_leaves_out_for_want_of_an_exchange_rate(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr")
    await mornings.sell(0, "3tr", "900 usd")
    [text] = await mornings.said(0)
    assert text.splitlines() == [
        "⚠️ Net revenue, 20 Nov 2026: <b>₫3,000,000</b>, below ₫10,000,000",
        "left out: 1 record without an exchange rate",
    ]


async def test_several_alerts_come_as_one_message_and_by_rep_names_who(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr")
    await mornings.office.manager.say("/alert revenue > 2tr by rep")
    await mornings.sell(0, "3tr")
    [text] = await mornings.said(0)
    assert text.splitlines() == [
        "⚠️ Net revenue, 20 Nov 2026: <b>₫3,000,000</b>, below ₫10,000,000",
        "⚠️ Net revenue of Rosa, 20 Nov 2026: <b>₫3,000,000</b>, above ₫2,000,000",
    ]


async def test_a_weekly_alert_speaks_on_monday_of_the_week_before(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert calls < 5 weekly")
    assert await mornings.said(0) == []
    [text] = await mornings.said(2)  # Monday 23 November
    assert text == "⚠️ Calls, week 16–22 Nov 2026: <b>0</b>, below 5"


async def test_quiet_for_a_week_and_removed(mornings: Mornings) -> None:
    manager = mornings.office.manager
    await manager.say("/alert revenue < 10tr")
    assert "Quiet until 27 Nov 2026" in (await manager.press("v1|al|1:z")).text
    await mornings.sell(0, "3tr")
    assert await mornings.said(0) == []
    assert "1. Net revenue below" in (await manager.say("/alert")).text
    assert "managers" in (await mornings.office.rep.press("v1|al|1:x")).toast
    assert "Removed" in (await manager.press("v1|al|1:x")).text
    assert "For example" in (await manager.say("/alert")).text
    assert "gone already" in (await manager.press("v1|al|1:x")).toast


@pytest.mark.parametrize(
    "line", ["/alert revenue", "/alert < 10tr", "/alert revenue < abc", "/alert revenue < 10", "/alert xyz < 5",
             "/alert conversion < 20% tomorrow", "/alert roi > 100% by rep", "/alert roi unusual by rep",
             "/alert revenue unusual tomorrow", "/alert revenue unusual < 5tr"],
)  # fmt: skip
async def test_what_is_not_plainly_an_alert_is_refused_with_an_example(office: Office, line: str) -> None:
    text = (await office.manager.say(line)).text
    assert "/alert" in text or "whole team" in text
    assert "Watched" not in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/alert calls<5", "Calls below 5, daily"),
        ("/canhbao doanhso dưới 10tr theo nhân viên hàng tuần", "Net revenue below ₫10,000,000, per rep, weekly"),
        ("/alert revenue unusual", "What is usual for Thu is not known yet: 0 of the 6 earlier ones"),
        ("/alert conversion below 20%", "Conversion below 20 %, daily"),
        ("/alert doanh số thuần trên 1,5 tỷ", "Net revenue above ₫1,500,000,000, daily"),
    ],
)
async def test_lines_as_people_write_them(office: Office, line: str, said: str) -> None:
    assert said in (await office.manager.say(line)).text


@pytest.mark.parametrize("line", ["/remove Minh", "/role Minh rep"])
async def test_who_leads_no_longer_hears_nothing_and_their_alerts_are_dropped(mornings: Mornings, line: str) -> None:
    office = mornings.office
    await office.manager.say("/alert revenue < 10tr")
    await office.owner.say("/alert calls < 5")
    await office.owner.say(line)
    await mornings.sell(0, "3tr")
    [text] = await mornings.said(0)
    assert "Calls" in text
    assert "revenue" not in (await office.owner.say("/alert")).text


async def sold(office: Office, member_id: int | None, at: datetime, *amounts: int) -> None:
    """Log sales to the first customer, without a word."""
    async with office.database.begin() as session:
        clock = Clock.of(await team_of(session, office.team_id))
        for amount in amounts:
            await log_sale(session, clock, SaleEntry(1, member_id, at, amount, "VND"), Origin(member_id, at))


async def test_more_reps_than_a_message_shows_are_counted_and_all_shown_by_a_button(mornings: Mornings) -> None:
    office = mornings.office
    await office.manager.say("/alert revenue < 10tr by rep")
    for number in range(23):
        async with office.database.begin() as session:
            account = await membership.greet(session, 100 + number, f"Rep{number:02}", None)
            member = await membership.join(session, office.team_id, account.id, f"Rep{number:02}", "rep", NOW - DAY)
        await sold(office, member.id, NOW, 1_000_000 + 100_000 * number)
    [text] = await mornings.said(0)
    lines = text.splitlines()
    assert len(lines) == 12
    assert lines[:2] == ["⚠️ Net revenue, 20 Nov 2026, below ₫10,000,000:", "Rosa: <b>₫0</b>"], "who sold nothing first"
    assert lines[3] == "Rep00: <b>₫1,000,000</b>", "the farthest first"
    assert lines[-1] == "… and 15 more reps"
    payload = load((await rows(office.database, outbox))[-1].payload)
    [everybody] = [key.data for row in payload.buttons for key in row if key.text == "See all 25: Net revenue"]
    office.manager.now = MORNING
    shown = await office.manager.press(everybody)
    assert len(shown.text.splitlines()) == 26
    assert shown.text.endswith("25. Rep22: <b>₫3,200,000</b>")
    assert "managers" in (await office.rep.press(everybody)).toast


async def test_an_unusual_day_speaks_with_what_is_usual_and_why(mornings: Mornings) -> None:
    office = mornings.office
    for week in range(9, 0, -1):
        await sold(office, 3, NOW - 7 * week * DAY, 10_000_000 + 200_000 * (week % 3))
    said = await office.manager.say("/alert revenue unusual")
    assert "Net revenue unusual for its weekday" in said.text
    assert "For Thu there was nothing so far" in said.text
    assert await mornings.said(-1) == [], "a Thursday that cannot be known"
    await mornings.sell(0, "2tr")
    [text] = await mornings.said(0)
    assert text.splitlines() == [
        "⚠️ Net revenue, 20 Nov 2026: <b>₫2,000,000</b>, unusual for Fri (usually 8.67M to 11.7M, judging by 9 weeks)",
        "against 13 Nov 2026: customers 0, orders per customer 0, average order −8.2M",
        "most of it: Rosa −8.2M",
    ]
    for day in (1, 2, 4, 5, 6):
        assert await mornings.said(day) == []
    await sold(office, 3, NOW + 7 * DAY, 10_000_000)
    [text] = await mornings.said(7)
    assert text.startswith("✓ Net revenue, 27 Nov 2026: <b>₫10,000,000</b>, usual again for Fri (")
    assert text.endswith(", judging by 10 weeks)")


async def test_an_unusual_count_names_who_made_it(mornings: Mornings) -> None:
    office = mornings.office
    async with office.database.begin() as session:
        clock = Clock.of(await team_of(session, office.team_id))
        for week in range(8, 0, -1):
            for _ in range(4):
                at = NOW - 7 * week * DAY
                await log_contact(session, clock, ContactEntry(1, 3, "call", at), Origin(3, at))
        for _ in range(20):
            await log_contact(session, clock, ContactEntry(1, 4, "call", NOW), Origin(4, NOW))
    assert "Usual" not in (await office.manager.say("/canhbao cuocgoi bất thường")).text
    [text] = await mornings.said(0)
    assert text.splitlines() == [
        "⚠️ Calls, 20 Nov 2026: <b>20</b>, unusual for Fri (usually 0 to 10, judging by 8 weeks)",
        "against 13 Nov 2026: most of it: Tuan +20",
    ]


async def test_an_alert_is_changed_by_its_number_by_buttons_and_paused(mornings: Mornings) -> None:
    manager = mornings.office.manager
    await manager.say("/alert revenue < 10tr")
    await manager.say("/alert calls < 5 weekly")
    listed = await manager.say("/alert")
    assert labels(listed) == ["1", "2"]
    shown = await manager.press("v1|al|1:m")
    assert labels(shown) == [
        "5M", "8M", "9M", "11M", "12M", "20M", "Quiet for a day", "Quiet for a week", "Pause", "Remove",
    ]  # fmt: skip
    assert "Net revenue below ₫8,000,000" in (await manager.press(key(shown, "8M"))).text
    assert "Net revenue above ₫12,000,000, per rep" in (await manager.say("/alert 1 revenue > 12tr by rep")).text
    assert "1. Net revenue above ₫12,000,000, per rep, daily" in (await manager.say("/alert 1")).text
    assert "(paused)" in (await manager.press("v1|al|1:p")).text
    assert await mornings.said(0) == []
    assert "no alert 9" in (await manager.say("/alert 9")).text
    for payload in ("v1|al|1:e7", "v1|al|1:q", "v1|al|1:ax", "v1|al|1:a20991231"):
        assert "no longer works" in (await manager.press(payload)).toast


async def test_a_figure_that_is_not_known_is_neither_crossed_nor_back(mornings: Mornings) -> None:
    office = mornings.office
    await office.manager.say("/alert aov < 5tr")
    assert await mornings.said(0) == [], "nothing was sold"
    await mornings.sell(1, "3tr")
    assert len(await mornings.said(1)) == 1
    assert await mornings.said(2) == [], "nothing was sold"
    await mornings.sell(4, "4tr")
    assert await mornings.said(4) == [], "still below"
    await mornings.sell(5, "8tr")
    [text] = await mornings.said(5)
    assert text.startswith("✓ ")


async def test_reps_who_share_a_name_are_watched_apart(mornings: Mornings) -> None:
    office = mornings.office
    await office.manager.say("/alert revenue > 2tr by rep")
    async with office.database.begin() as session:
        account = await membership.greet(session, 77, "Rosa", None)
        twin = await membership.join(session, office.team_id, account.id, "Rosa", "rep", NOW - DAY)
    await sold(office, 3, NOW, 3_000_000)
    await sold(office, twin.id, NOW, 5_000_000)
    [text] = await mornings.said(0)
    assert text.splitlines()[1:] == [f"Rosa ({twin.id}): <b>₫5,000,000</b>", "Rosa (3): <b>₫3,000,000</b>"]


async def test_what_is_watched_already_is_not_watched_twice(office: Office) -> None:
    await office.manager.say("/alert revenue < 10tr")
    assert (await office.manager.say("/alert revenue < 10tr")).text == "That is watched already: /alert 1 shows it."
    assert "Net revenue below" in (await office.manager.say("/alert 1")).text
    assert (await office.manager.say("/alert revenue < 12tr")).text.startswith("Watched each morning")


async def test_a_rep_with_a_new_name_is_told_once(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr by rep")
    await mornings.sell(0, "3tr")
    assert (await mornings.said(0))[0].splitlines() == [
        "⚠️ Net revenue, 20 Nov 2026, below ₫10,000,000:", "Tuan: <b>₫0</b>", "Rosa: <b>₫3,000,000</b>",
    ]  # fmt: skip
    async with mornings.office.database.begin() as session:
        await session.execute(update(members).where(members.c.id == 3).values(name="Rosie", key="rosie"))
    await mornings.sell(1, "4tr")
    assert await mornings.said(1) == []
    await mornings.sell(2, "12tr")
    [text] = await mornings.said(2)
    assert text == "✓ Net revenue of Rosie, 22 Nov 2026: <b>₫12,000,000</b>, no longer below ₫10,000,000"


async def test_a_day_off_without_a_record_is_not_held_against_a_limit(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr")
    await mornings.office.manager.say("/alert revenue < 2tr by rep")
    await mornings.sell(0, "12tr")
    assert len(await mornings.said(0)) == 1, "Tuan sold nothing on a Friday"
    await mornings.sell(1, "12tr")
    assert await mornings.said(1) == []
    assert await mornings.said(2) == [], "Sunday, when nobody works"
    await mornings.sell(9, "3tr")
    [text] = await mornings.said(9)
    assert text.startswith("⚠️ Net revenue, 29 Nov 2026: <b>₫3,000,000</b>"), "a Sunday on which somebody did"


async def test_the_day_before_a_holiday_is_told_after_it(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr")
    await mornings.sell(3, "3tr")  # Monday; Tuesday the 24th is a holiday
    assert await mornings.said(3) == []
    assert await mornings.said(4) == ["⚠️ Net revenue, 23 Nov 2026: <b>₫3,000,000</b>, below ₫10,000,000"]


async def test_what_crossed_on_a_morning_that_was_missed_is_told_on_the_next(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr")
    await mornings.office.manager.say("/alert revenue < 2tr by rep")
    await mornings.sell(0, "12tr")
    assert len(await mornings.said(0)) == 1, "Tuan sold nothing"
    await mornings.sell(1, "3tr")
    assert await mornings.said(1, late=timedelta(hours=7)) == [], "Sunday 15:05: too late for this morning"
    await mornings.sell(2, "12tr")
    assert await mornings.said(2) == [
        "⚠️ Net revenue, 21 Nov 2026: <b>₫3,000,000</b>, below ₫10,000,000\n"
        "✓ Net revenue, 22 Nov 2026: <b>₫12,000,000</b>, no longer below ₫10,000,000"
    ]
    [*_, row] = await rows(mornings.office.database, outbox)
    assert labels(load(row.payload)) == ["1. Net revenue"]
    assert await mornings.said(2, late=timedelta(hours=1)) == []
    await mornings.sell(4, "12tr")
    assert await mornings.said(4) == []


async def test_what_crossed_on_missed_mornings_and_still_does_is_told_of_the_last(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr")
    await mornings.sell(0, "12tr")
    assert await mornings.said(0) == []
    await mornings.sell(11, "3tr")
    await mornings.sell(12, "4tr")
    assert await mornings.said(12) == ["⚠️ Net revenue, 2 Dec 2026: <b>₫4,000,000</b>, below ₫10,000,000"]
    assert await mornings.said(13, late=timedelta(hours=9)) == []
    await mornings.sell(14, "30tr")
    assert await mornings.said(14) == ["✓ Net revenue, 4 Dec 2026: <b>₫30,000,000</b>, no longer below ₫10,000,000"]


async def test_a_weekly_alert_waits_for_the_first_morning_that_is_no_holiday(mornings: Mornings) -> None:
    office = mornings.office
    async with office.database.begin() as session:
        await session.execute(update(teams).values(settings={**(await team_of(session, 1)).settings, "holidays": "JP"}))
    await office.manager.say("/alert calls < 5 weekly")
    assert await mornings.said(2) == [], "Monday 23 November is Japan's Labour Thanksgiving Day"
    assert await mornings.said(3) == ["⚠️ Calls, week 16–22 Nov 2026: <b>0</b>, below 5"]
    assert await mornings.said(4) == []


async def test_a_weekly_alert_is_told_late_when_the_bot_was_down_over_monday(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert calls < 5 weekly")
    assert await mornings.said(0) == []
    assert await mornings.said(4) == ["⚠️ Calls, week 16–22 Nov 2026: <b>0</b>, below 5"], "Wednesday, the first since"
    assert await mornings.said(5) == []


async def test_a_weekly_alert_is_told_when_monday_was_missed_and_the_next_morning_is_a_holiday(
    mornings: Mornings,
) -> None:
    await mornings.office.manager.say("/alert calls < 5 weekly")
    assert await mornings.said(1) == []
    assert await mornings.said(3) == [], "Monday was missed, and Tuesday 24 November is a holiday"
    assert await mornings.said(4) == ["⚠️ Calls, week 16–22 Nov 2026: <b>0</b>, below 5"]
    assert await mornings.said(5) == []


async def test_a_weekly_alert_is_told_when_the_bot_came_back_on_monday_evening(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert calls < 5 weekly")
    assert await mornings.said(1) == []
    assert await mornings.said(2, late=timedelta(hours=10)) == [], "Monday 18:05: its morning is recorded as missed"
    assert await mornings.said(3) == [], "a holiday"
    assert await mornings.said(4, late=timedelta(hours=10)) == [], "Wednesday's morning is missed as well"
    assert await mornings.said(5) == ["⚠️ Calls, week 16–22 Nov 2026: <b>0</b>, below 5"]
    assert [await mornings.said(day) for day in (6, 7, 8)] == [[], [], []]
    assert await mornings.said(9) == [], "the next week: still below"


async def test_a_weekly_alert_that_no_morning_was_left_for_is_not_told_in_the_next_week(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert calls < 5 weekly")
    assert await mornings.said(1) == []
    assert await mornings.said(9) == ["⚠️ Calls, week 23–29 Nov 2026: <b>0</b>, below 5"], "Monday, a week later"


async def test_each_rep_is_held_against_their_own_weekday_since_they_joined(mornings: Mornings) -> None:
    office = mornings.office
    async with office.database.begin() as session:
        await session.execute(update(members).where(members.c.id == 3).values(joined_at=NOW - 100 * DAY))
        await session.execute(update(members).where(members.c.id == 4).values(joined_at=NOW - 20 * DAY))
    for week in range(9, 0, -1):
        await sold(office, 3, NOW - 7 * week * DAY, 10_000_000 + 200_000 * (week % 3))
    for week in (2, 1):
        await sold(office, 4, NOW - 7 * week * DAY, 5_000_000)
    said = await office.manager.say("/alert revenue unusual by rep")
    assert "Net revenue unusual for its weekday, per rep." in said.text
    assert "known for 0 of 2. The others follow" in said.text, "on a Thursday nobody ever sold"
    await sold(office, 3, NOW, 2_000_000)
    await sold(office, 4, NOW, 50_000_000)
    [text] = await mornings.said(0)
    assert text.splitlines() == [
        "⚠️ Net revenue of Rosa, 20 Nov 2026: <b>₫2,000,000</b>, unusual for Fri (usually 8.67M to 11.7M, judging by 9"
        " weeks)",
        "against 13 Nov 2026: customers 0, orders per customer 0, average order −8.2M",
    ], "of Tuan two Fridays are too few"
    async with office.database.begin() as session:
        await session.execute(update(members).where(members.c.id == 3).values(name="Rosie", key="rosie"))
    await sold(office, 3, NOW + 7 * DAY, 10_000_000)
    [text] = await mornings.said(7)
    assert text.startswith("✓ Net revenue of Rosie, 27 Nov 2026: <b>₫10,000,000</b>, usual again for Fri (")


async def test_an_unusual_week_is_told_on_monday_and_weeks_with_a_holiday_are_no_measure(mornings: Mornings) -> None:
    office, monday = mornings.office, NOW - 4 * DAY
    for week in range(16, 0, -1):
        for amount in (20_000_000, 21_000_000 + 500_000 * (week % 4)):
            await sold(office, 3, monday - 7 * week * DAY, amount)
    said = await office.manager.say("/alert revenue unusual weekly")
    assert "Net revenue unusual for a week." in said.text
    assert "Usual for a whole week, judging by 12 weeks: " in said.text
    await sold(office, 3, NOW, 5_000_000)
    assert await mornings.said(0) == await mornings.said(1) == []
    [text] = await mornings.said(2)
    first, against, *_ = text.splitlines()
    assert first.startswith("⚠️ Net revenue, week 16–22 Nov 2026: <b>₫5,000,000</b>, unusual for a whole week (usually ")
    assert first.endswith(", judging by 12 weeks)")
    assert against.startswith("against week 9–15 Nov 2026: customers 0, orders per customer")
    await sold(office, 3, NOW + 5 * DAY, 1_000_000)
    assert [await mornings.said(day) for day in (3, 4, 9)] == [[], [], []], "the week of 24 November has a holiday"


async def test_unusual_calls_of_a_rep_each_week_in_vietnamese(mornings: Mornings) -> None:
    office = mornings.office
    await office.manager.say("/lang vi")
    async with office.database.begin() as session:
        await session.execute(update(members).values(joined_at=NOW - 200 * DAY))
        clock = Clock.of(await team_of(session, office.team_id))
        for week in range(14, 0, -1):
            for number in range(9 + week % 2):
                at = NOW - 7 * week * DAY - timedelta(hours=number)
                await log_contact(session, clock, ContactEntry(1, 3, "call", at), Origin(3, at))
    said = await office.manager.say("/canhbao cuộc gọi bất thường theo nhân viên hàng tuần")
    assert said.text.splitlines() == [
        "Sáng thứ Hai mỗi tuần sẽ kiểm tra: Cuộc gọi bất thường so với các tuần trước, từng nhân viên. Bot báo khi vượt"
        " ngưỡng và khi trở lại bình thường.",
        "Mỗi nhân viên được so với mức thường của chính mình (cả tuần): đã biết 1/2 người. Người khác đủ 6 tuần thì"
        " bot tự bắt đầu.",
    ]
    [text] = await mornings.said(2)
    assert text == (
        "⚠️ Cuộc gọi của Rosa, tuần 16–22/11/2026: <b>0</b>, bất thường (cả tuần thường từ 1 đến 18, theo 12 tuần)"
    )


@pytest.mark.parametrize(("language", "closer", "quiet"), [("en", "Look closer", "Quiet for a day"),
                                                           ("vi", "Xem kỹ", "Tạm tắt 1 ngày")])  # fmt: skip
async def test_one_crossing_comes_with_its_picture_and_what_can_be_done(
    mornings: Mornings, language: str, closer: str, quiet: str
) -> None:
    manager = mornings.office.manager
    await manager.say(f"/lang {language}")
    await manager.say("/alert revenue < 10tr")
    await mornings.sell(0, "3tr")
    assert len(await mornings.said(0)) == 1
    [row] = await rows(mornings.office.database, outbox)
    assert row.picture == b"\x89PNG"
    reply = load(row.payload)
    assert labels(reply)[:2] == [closer, quiet]
    manager.now = MORNING + timedelta(hours=1)
    looked = await manager.press(key(reply, closer))
    assert looked.photo is not None
    assert ("₫3,000,000" if language == "en" else "3.000.000 ₫") in looked.text
    await manager.press(key(reply, quiet))
    await mornings.sell(1, "25tr")
    assert await mornings.said(1) == [], "quiet for a day"
    await mornings.sell(3, "25tr")
    assert len(await mornings.said(4)) == 1, "and it is back"


async def test_several_come_without_a_picture_and_with_a_button_each(mornings: Mornings) -> None:
    manager = mornings.office.manager
    await manager.say("/alert revenue < 10tr")
    await manager.say("/alert calls < 5")
    await mornings.sell(0, "3tr")
    assert len(await mornings.said(0)) == 1
    [row] = await rows(mornings.office.database, outbox)
    assert row.picture is None
    assert labels(load(row.payload)) == ["1. Net revenue", "2. Calls"]
    assert "1. Net revenue below" in (await manager.press("v1|al|1:m")).text


async def test_reps_without_any_record_are_told_without_an_empty_picture(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert calls < 5 by rep")
    [text] = await mornings.said(0)
    assert text.splitlines() == ["⚠️ Calls, 20 Nov 2026, below 5:", "Rosa: <b>0</b>", "Tuan: <b>0</b>"]
    assert (await rows(mornings.office.database, outbox))[0].picture is None


@pytest.mark.parametrize(
    ("language", "line", "part", "example"),
    [("en", "/alert conversion < 20% tomorrow", "“20% tomorrow”", "/alert conversion < 20%"),
     ("vi", "/canhbao chuyendoi < 20% ngày mai", "“20% ngày mai”", "/canhbao chuyendoi < 20%"),
     ("en", "/alert waiting > soon", "“soon”", "/alert waiting < 2h"),
     ("en", "/alert calls < 2.5", "“2.5”", "/alert calls < 5")],
)  # fmt: skip
async def test_a_limit_that_is_not_clear_is_told_as_typed_with_an_example_of_its_figure(
    office: Office, language: str, line: str, part: str, example: str
) -> None:
    await office.manager.say(f"/lang {language}")
    text = (await office.manager.say(line)).text
    assert part in text and text.endswith(example.replace("<", "&lt;"))
    assert "Watched" in (await office.manager.say(example)).text or language == "vi"


@pytest.mark.parametrize(("limit", "said"), [("2h", "2 h"), ("1,5 giờ", ""), ("90p", "90 min"), ("3h", "3 h")])
async def test_a_limit_of_waiting_is_read_in_hours_too(office: Office, limit: str, said: str) -> None:
    text = (await office.manager.say(f"/alert waiting > {limit}")).text
    assert (f"above {said}, daily" in text) if said else "“1,5 giờ”" in text


async def test_a_limit_that_may_be_percent_or_times_is_asked(office: Office) -> None:
    await office.manager.say("/alert roi < 20%")
    asked = await office.manager.say("/alert 1 roi<1 weekly")
    assert asked.text == "“1” of ROI: 1 % or 100 %?"
    assert [button.data for row in asked.buttons for button in row] == [
        "v1|run|alert 1 roi < 1% weekly", "v1|run|alert 1 roi < 100% weekly",
    ]  # fmt: skip
    assert "below 100 %, weekly" in (await office.manager.press(asked.buttons[1][0].data)).text


async def test_the_line_that_changes_an_alert_keeps_whose_and_how_often(office: Office) -> None:
    await office.manager.say("/alert revenue < 10tr by rep weekly")
    assert (await office.manager.say("/alert 1")).text.endswith("/alert 1 revenue &lt; … by rep weekly")
    await office.manager.say("/lang vi")
    shown = (await office.manager.say("/canhbao 1")).text
    assert shown.endswith("/canhbao 1 doanhso &lt; … theo nhân viên hàng tuần")
    said = (await office.manager.say("/canhbao 1 doanhso < 12tr theo nhân viên hàng tuần")).text
    assert "dưới 12.000.000 ₫, từng nhân viên, theo tuần" in said
