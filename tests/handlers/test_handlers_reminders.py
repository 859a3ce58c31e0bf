"""Follow-ups: set by a line or a button, told at their time, and what may be done about them."""

from datetime import datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select, update

from handlers.base import Reply
from handlers.reminders.reminding import remind
from store import Database
from store.customers.followups import plan
from store.customers.lookup import add_customer
from store.tables import customers, followups, outbox
from tests.handlers.office import NOW, Chat, Office

H = timedelta(hours=1)


def datas(reply: Reply) -> list[str]:
    return [button.data or "" for row in reply.buttons for button in row]


def pick(reply: Reply, ending: str) -> str:
    return next(data for data in datas(reply) if data.endswith(ending))


@pytest.fixture
async def office(office: Office) -> Office:
    rep = (await office.rep.request("hi")).member.id
    async with office.database.begin() as session:
        for name in ("Lan", "Nga"):
            await add_customer(session, office.team_id, name, owner_id=rep)
    return office


async def due_of(database: Database) -> list[tuple[datetime, str, bool]]:
    async with database.read() as session:
        rows = await session.execute(select(followups).order_by(followups.c.id))
        return [(row.due_at, row.text, row.done_at is not None) for row in rows]


async def told(database: Database, now: datetime) -> list[str]:
    await remind(database, now)
    async with database.read() as session:
        rows = await session.execute(select(outbox).order_by(outbox.c.id))
        return [row.payload["text"] for row in rows]


async def test_a_line_sets_a_reminder_and_its_edit_moves_it(office: Office) -> None:
    reply = await office.rep.say("/remind Lan tomorrow 9am send the quote", message_id=50)
    assert reply.text == "I will remind you 09:00 tomorrow: Lan · send the quote"
    reply = await office.rep.say("/remind Lan tomorrow 10am send the quote", message_id=50, edited=True)
    assert "10:00 tomorrow" in reply.text
    [(due, text, done)] = await due_of(office.database)
    assert (due, text, done) == (NOW + 19 * H, "send the quote", False)


async def test_an_unknown_customer_is_asked_and_a_missing_time_too(office: Office) -> None:
    assert "Xuan" in (await office.rep.say("/remind Xuan monday")).text
    asked = await office.rep.say("/remind Lan")
    assert await due_of(office.database) == []
    assert asked.buttons or "When" in asked.text


async def test_it_comes_back_with_buttons_and_is_put_off_done_or_given_up(office: Office) -> None:
    await office.rep.say("/remind Lan in 2 hours call")
    assert await told(office.database, NOW + H) == []
    assert await told(office.database, NOW + 2 * H) == ["⏰ <b>Lan · call</b>"]
    assert len(await told(office.database, NOW + 3 * H)) == 1
    later: Chat = office.rep
    later.now = NOW + 2 * H
    reply = await later.press("v1|fu|1:d1")
    assert reply.text == "Later, 09:00 tomorrow: Lan · call"
    assert len(await told(office.database, NOW + 18 * H)) == 2
    reasons = await later.press("v1|fu|1:no")
    assert reasons.text.startswith("Why?")
    assert "price" in [button.text for row in reasons.buttons for button in row]
    assert (await later.press("v1|fu|1:no0")).text == "Given up: Lan · call (price)"
    assert (await due_of(office.database))[0][2]


async def test_after_no_answer_the_next_try_is_offered_at_once(office: Office) -> None:
    reply = await office.rep.say("/call Lan no answer")
    assert [data.rpartition(":")[2] for data in datas(reply) if data.startswith("v1|rem")] == [
        "?", "h2", "d1", "mo", "no",
    ]  # fmt: skip
    planned = await office.rep.press(pick(reply, ":mo"))
    assert "Lan" in planned.text
    [(due, _, _)] = await due_of(office.database)
    assert due.astimezone(NOW.tzinfo) == datetime(2026, 11, 23, 2, 0, tzinfo=NOW.tzinfo)  # Monday, 9:00 there
    await office.rep.press(pick(reply, ":d1"))
    assert len(await due_of(office.database)) == 1


async def test_give_up_under_a_call_asks_why_and_is_kept(office: Office) -> None:
    reply = await office.rep.say("/call Lan no answer")
    reasons = await office.rep.press(pick(reply, ":no"))
    assert (await office.rep.press(datas(reasons)[0])).text == "Given up: Lan (price)"
    assert (await due_of(office.database))[0][2]


async def test_two_hours_from_the_evening_is_the_next_morning_and_a_late_one_waits_too(office: Office) -> None:
    reply = await office.rep.say("/call Lan no answer")
    office.rep.now = NOW + 5 * H  # 20:00
    assert "07:30 tomorrow" in (await office.rep.press(pick(reply, ":h2"))).text
    office.rep.now = NOW
    await office.rep.say("/remind Nga in 5 hours")  # 20:00, but the bot is down until 22:00
    assert await told(office.database, NOW + 7 * H) == []
    assert len(await told(office.database, NOW + 16.6 * H)) == 2


async def test_a_time_chosen_in_the_quiet_hours_is_meant(office: Office) -> None:
    await office.rep.say("/remind Lan today 10pm")
    assert await told(office.database, NOW + 7 * H) == ["⏰ <b>Lan</b>"]


async def test_many_at_once_come_as_one_list(office: Office) -> None:
    for number in range(5):
        await office.rep.say(f"/remind Lan tomorrow 9am thing {number}")
    [text] = await told(office.database, NOW + 18 * H)
    assert text.startswith("⏰ 5 follow-ups are due")


async def test_of_very_many_at_once_none_is_left_out(office: Office) -> None:
    for number in range(23):
        await office.rep.say(f"/remind Lan tomorrow 9am thing {number}")
    first, second = await told(office.database, NOW + 18 * H)
    assert first.startswith("⏰ 23 follow-ups are due")
    assert first.endswith("\n20. Lan · thing 19")
    assert second == "21. Lan · thing 20\n22. Lan · thing 21\n23. Lan · thing 22"


async def test_a_colleagues_reminder_is_theirs(office: Office) -> None:
    await office.rep.say("/remind Lan tomorrow")
    assert "colleague" in (await office.other_rep.press("v1|fu|1:ok")).toast
    assert (await office.rep.press("v1|fu|1:ok")).text == "Done: Lan"


async def test_what_was_taken_back_is_not_reminded_of(office: Office) -> None:
    reply = await office.rep.say("/call Lan no answer")
    await office.rep.press(pick(reply, ":d1"))
    await office.rep.say("/undo")
    assert await told(office.database, NOW + 24 * H) == []
    assert "Follow-ups" not in (await office.rep.say("/today")).text


async def test_a_call_names_the_customers_next_follow_up(office: Office) -> None:
    assert "next" not in (await office.rep.say("/call Lan 5m")).text
    await office.rep.say("/remind Lan tomorrow 9am")
    await office.rep.say("/remind Lan in 1 hour")
    assert (await office.rep.say("/call Lan 5m")).text.endswith(" · today 2 calls · next 16:00")
    assert "next" not in (await office.rep.say("/call Nga 5m")).text
    office.rep.now = NOW + 2 * H  # what is overdue is no next one
    again = await office.rep.say("/call Lan no answer")
    assert again.text.endswith(" · next 09:00 tomorrow")
    await office.rep.press("v1|fu|1:ok")
    await office.rep.press(pick(again, ":mo"))
    await office.rep.say("/undo")  # the follow-up that hangs on it is no more
    assert "next" not in (await office.rep.say("/call Lan 5m")).text
    office.rep.language = "vi"
    await office.rep.say("nhắc Lan 9h mai")
    assert (await office.rep.say("gọi Lan 5p")).text.endswith(" · hẹn tiếp 09:00 ngày mai")


async def test_a_sale_brings_its_sequence(office: Office) -> None:
    assert "/sequence on" in (await office.manager.say("/sequence")).text
    assert "after 30 days" in (await office.manager.say("/sequence 3 All well?; 30 Time for more?")).text
    assert (await office.rep.say("/sale Lan 12tr")).text.endswith(" · next 09:00 23 Nov")
    assert [(due - NOW, text) for due, text, _ in await due_of(office.database)] == [
        (timedelta(days=3) - 6 * H, "All well?"), (timedelta(days=30) - 6 * H, "Time for more?"),
    ]  # fmt: skip
    assert "No follow-ups" in (await office.manager.say("/sequence off")).text
    assert "For example" in (await office.manager.say("/sequence tomorrow")).text


async def test_today_shows_what_is_due_overdue_born_and_without_a_next_step(office: Office) -> None:
    assert "Nothing is due" in (await office.rep.say("/today")).text
    await office.rep.say("/call Lan 5m")
    await office.rep.say("/deal Nga 50tr")
    await office.rep.say("/remind Lan in 1 hour send the quote")
    async with office.database.begin() as session:
        await session.execute(
            update(customers).where(customers.c.name == "Lan").values(birthday="1990-11-20", birthday_agreed_at=NOW)
        )
    office.rep.now = NOW + 2 * H
    reply = await office.rep.say("/today")
    assert reply.text.splitlines() == [
        "<b>Today</b>: calls 1, contacts 1, sales 0 (0)",
        "Follow-ups: 1 due today, 1 overdue",
        "1. 16:00: Lan · send the quote",
        "🎂 Birthday today: Lan",
        "No next step: deal #2, Nga, ₫50,000,000",
    ]
    calendar = await office.rep.press("v1|ics|me")
    assert calendar.document is not None
    text = calendar.document.content.decode()
    assert "DTSTART:20261120T090000Z" in text
    assert "SUMMARY:Lan · send the quote" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.parametrize("birthday", ["1990-11-20", "--11-20"])
async def test_a_birthday_is_told_without_its_year_and_after_an_optout_taken_back(
    office: Office, birthday: str
) -> None:
    await office.rep.say("/lead Mai Linh")
    async with office.database.begin() as session:
        born = {"birthday": birthday, "birthday_agreed_at": NOW}
        await session.execute(update(customers).where(customers.c.name == "Mai Linh").values(**born))
    assert "Mai Linh" in (await office.rep.say("/today")).text
    await office.rep.say("/optout Mai Linh")
    assert "Mai Linh" not in (await office.rep.say("/today")).text
    await office.rep.say("/optin Mai Linh")
    assert "Mai Linh" in (await office.rep.say("/today")).text


async def test_a_birthday_in_a_line_is_told_once_the_customer_agreed(office: Office) -> None:
    logged = await office.rep.say("/lead Mai Linh sinh nhật 20/11/1990")
    assert "Recorded #1: new lead Mai Linh, birthday 20/11/1990" in logged.text
    assert "Mai Linh" not in (await office.rep.say("/today")).text
    assert "wishes not agreed to" in (await office.rep.say("/find Mai Linh")).text
    assert "Rosa's customer" in (await office.other_rep.press(pick(logged, "3:y"))).text
    agreed = await office.rep.press(pick(logged, "3:y"))
    assert "Mai Linh, 20/11/1990" in agreed.text
    assert "🎂 Birthday today: Mai Linh" in (await office.rep.say("/today")).text
    await office.rep.press(pick(agreed, "3:n"))
    assert "Mai Linh" not in (await office.rep.say("/today")).text
    await office.manager.say("/settings birthdays all")
    assert "Mai Linh" in (await office.rep.say("/today")).text
    assert not any(data.startswith("v1|bday") for data in datas(await office.rep.say("/find Mai Linh")))
    await office.rep.press(pick(logged, "3:y"))
    await office.manager.say("/caidat sinh nhật tắt")
    assert "Mai Linh" not in (await office.rep.say("/today")).text


async def test_a_lead_who_is_known_keeps_the_birthday_of_the_line(office: Office) -> None:
    await office.rep.say("/lead Mai Linh 0912345678")
    asked = await office.rep.say("/lead Mai Linh birthday 1/2")
    await office.rep.press(next(data for data in datas(asked) if data.startswith("v1|pick")))
    assert "Birthday: 01/02 · wishes not agreed to" in (await office.rep.say("/find Mai Linh")).text


async def test_those_born_on_29_february_are_told_on_1_march_of_other_years(office: Office) -> None:
    await office.rep.say("/lead Mai Linh birthday 29/2/1992")
    await office.manager.say("/settings birthdays all")
    told = {}
    for year, month, day in ((2027, 3, 1), (2028, 2, 29), (2028, 3, 1)):
        office.rep.now = datetime(year, month, day, 3, 0, tzinfo=NOW.tzinfo)
        told[year, month] = "Mai Linh" in (await office.rep.say("/today")).text
    assert told == {(2027, 3): True, (2028, 2): True, (2028, 3): False}


async def test_the_calendar_file_is_read_by_a_calendar_with_every_follow_up(office: Office) -> None:
    long = 'gửi báo giá, hỏi lại; \\ về đơn "nước" 🎂 ' * 4
    await office.rep.say(f"/remind Lan tomorrow 9am {long}")
    async with office.database.begin() as session:
        for number in range(119):
            due = NOW + timedelta(days=1, hours=number)
            await plan(session, office.team_id, 3, due, NOW, origin="remind", text=f"n° {number}")
        await plan(session, office.team_id, 4, NOW + H, NOW, origin="remind", text="Tuan's own")
    told = await office.rep.press("v1|ics|me")
    assert told.document is not None
    calendar = icalendar.Calendar.from_ical(told.document.content)
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert len(events) == 120
    assert not any("Tuan" in str(event["SUMMARY"]) for event in events.values())
    first = events[f"followup-{office.team_id}-1@chot"]
    assert str(first["SUMMARY"]) == " · ".join(["Lan", " ".join(long.split())])
    assert isinstance(first, icalendar.Event)
    assert first.start == NOW.replace(day=21, hour=2)
    assert first.duration == timedelta(minutes=30)
    [alarm] = first.walk("VALARM")
    assert alarm["TRIGGER"].to_ical() == b"P0D"  # no time before the start
    again = await office.rep.press("v1|ics|me")
    assert again.document is not None
    assert {str(one["UID"]) for one in icalendar.Calendar.from_ical(again.document.content).walk("VEVENT")} == set(
        events
    )
