"""Alerts of what waits: leads without a contact, tickets without an answer, deals in which nothing happens."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.scheduler import Programme, Scheduler, product
from handlers.alerts.waiting import watch_waiting
from handlers.base import Reply
from handlers.clockwork.programme import WORK
from handlers.replies import load
from store.customers.lookup import add_customer
from store.people.team import team_of
from store.records.entries import Clock as Entered
from store.records.entries import LeadEntry, Origin, SaleEntry
from store.records.writing import log_lead, log_sale
from store.tables import followups, outbox
from tests.handlers.clocked import labels, rows
from tests.handlers.office import NOW, Drawn, Office

HOUR = timedelta(hours=1)
MINH, ROSA = 2, 3


@dataclass
class Clock:
    """The office with a clock: what the alerts say to whom; 15:00 on a Friday at the start, work ends at 17:30."""

    office: Office
    told: int = 0
    replies: dict[int, Reply] = field(default_factory=dict)

    async def at(self, hours: float, *, morning: bool = False) -> dict[int, str]:
        """What each chat hears that long after the start."""
        now = NOW + hours * HOUR
        for chat in (self.office.rep, self.office.other_rep, self.office.manager, self.office.owner):
            chat.now = now
        await watch_waiting(self.office.database, now)
        while morning and await Scheduler(self.office.database, Drawn(), Programme(WORK), now=lambda: now).tick():
            pass
        found = await rows(self.office.database, outbox)
        self.told, new = len(found), found[self.told :]
        self.replies = {row.chat_id: load(row.payload) for row in new}
        assert len(self.replies) == len(new), "one message a chat"
        return {chat: reply.text for chat, reply in self.replies.items()}

    def button(self, chat: int, label: str) -> str:
        return next(str(key.data) for row in self.replies[chat].buttons for key in row if key.text == label)


@pytest.fixture
def clock(office: Office) -> Clock:
    return Clock(office)


async def test_a_lead_that_waits_in_working_time_is_told_once_to_its_owner_and_the_manager(clock: Clock) -> None:
    office = clock.office
    said = (await office.manager.say("/alert lead 4h")).text
    assert said.startswith("Watched all day: New leads not contacted within 4 h of working time.")
    await office.rep.say("/lead Lan 0912345678")
    assert await clock.at(2) == {}
    assert await clock.at(16) == {}, "Saturday 7:00: two and a half hours of work have passed"
    expected = "⏳ <b>Lan</b>, a new lead since 20 Nov, 15:00, has not been contacted yet. Rosa looks after it."
    assert await clock.at(18.6) == {MINH: expected, ROSA: expected}
    assert labels(clock.replies[ROSA]) == ["Log a call", "Hand over", "Remind: 1 day", "Remind: 1 week", "Card"]
    assert await clock.at(19) == {}, "told once, whatever process asks"
    assert await clock.at(70) == {}


async def test_a_contact_a_deal_an_opt_out_or_removal_ends_the_wait(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/alert lead 30m")
    for name in ("Lan", "Mai", "Hoa", "Nga", "Tam"):
        reply = await office.rep.say(f"/lead {name}")
    office.rep.now = NOW + timedelta(minutes=10)
    await office.rep.say("/call Lan không nghe")
    await office.rep.say("/deal Mai 12tr")
    await office.rep.say("/optout Hoa")
    await office.rep.say("/sale Nga 2tr")
    await office.rep.press(next(b.data for row in reply.buttons for b in row if b.text == "Undo"))
    assert await clock.at(1) == {}


async def test_many_leads_come_as_one_message_that_a_button_completes(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/alert lead 30m")
    await office.owner.say("/alert ticket 15m")
    for number in range(13):
        await (office.rep if number else office.other_rep).say(f"/lead Khach{chr(97 + number)}")
    await office.rep.say("/ticket Khachb gửi hóa đơn")
    heard = await clock.at(1)
    assert heard[MINH].splitlines()[0] == "⏳ 13 new leads not contacted for 30 min:"
    assert len(heard[MINH].splitlines()) == 12
    assert heard[MINH].endswith("… and 3 more")
    assert "Ticket #14 of <b>Khachb</b>" in heard[1]
    assert "12 new leads" in heard[ROSA]
    assert "Ticket #14" in heard[ROSA], "both in one message"
    shown = await office.manager.press(clock.button(MINH, "See all 13: leads"))
    assert [f"{number}. <b>" in shown.text for number in range(1, 14)] == [True] * 13
    own = await office.rep.press(clock.button(ROSA, "See all 12: leads"))
    assert "Khacha" not in own.text
    alone = await office.rep.press(clock.button(ROSA, "1"))
    assert alone.text.startswith("⏳ <b>Khachm</b>")
    assert "meanwhile" in (await office.other_rep.press(clock.button(ROSA, "1"))).toast


async def test_a_thing_put_off_comes_as_a_reminder_and_a_call_is_one_tap_away(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/alert lead 30m")
    await office.rep.say("/lead Lan")
    await clock.at(1)
    later = await office.rep.press(clock.button(ROSA, "Remind: 1 day"))
    assert later.text == "Later, 09:00 tomorrow: Lan · new lead not contacted yet"
    assert [(row.member_id, row.due_at) for row in await rows(office.database, followups)] == [(3, NOW + 18 * HOUR)]
    asked = await office.rep.press(clock.button(ROSA, "Log a call"))
    assert asked.text == "What came of the call?"
    given = await office.rep.press(clock.button(ROSA, "Hand over"))
    assert "Tuan" in labels(given)


async def test_two_things_of_two_alerts_have_a_button_each_that_says_which_it_is(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/alert lead 30m")
    await office.manager.say("/alert ticket 30m")
    await office.rep.say("/lead Lan")
    await office.rep.say("/ticket Lan gửi hóa đơn")
    heard = await clock.at(1)
    assert "a new lead since" in heard[MINH] and "Ticket #2" in heard[MINH]
    assert labels(clock.replies[MINH]) == ["New lead: Lan", "Ticket: Lan"]
    ticket = await office.manager.press(clock.button(MINH, "Ticket: Lan"))
    assert ticket.text.startswith("⏳ Ticket #2 of") and labels(ticket)[:2] == ["Answered", "Resolved"]


async def test_a_ticket_is_told_until_it_is_answered(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/canhbao yêu cầu 30 phút")
    await office.rep.say("/lead Lan")
    for what in ("gửi hóa đơn", "đổi size"):
        await office.rep.say(f"/ticket Lan {what}")
    await office.rep.say("/answered 3")
    heard = await clock.at(0.6)
    assert heard[MINH] == (
        "⏳ Ticket #2 of <b>Lan</b>, opened 20 Nov, 15:00, has no answer yet. Rosa looks after it.\ngửi hóa đơn"
    )
    await office.rep.press(clock.button(ROSA, "Answered"))
    assert "answered meanwhile" in (await office.rep.press("v1|alone|t:2")).toast


async def test_a_quiet_deal_is_told_in_the_morning_once(clock: Clock) -> None:
    office = clock.office
    made = await office.manager.say("/alert deal")
    assert "Deals with no activity for 30 days" in made.text
    assert "Your team's median is not known yet" in made.text
    await office.manager.say("/alert 1 deal 7 days")
    await office.rep.say("/lead Lan")
    await office.rep.say("/deal Lan 12tr")
    await office.rep.say("/lead Mai")
    await office.rep.say("/deal Mai 15tr")
    day = 24
    await clock.at(5 * day)
    await office.rep.say("/call Mai 5p")
    assert await clock.at(6 * day + 17.2, morning=True) == {}
    heard = await clock.at(8 * day + 17.2, morning=True)
    expected = "⏳ Deal #2 with <b>Lan</b>, 12M: nothing has happened since 20 Nov 2026. Rosa looks after it."
    assert heard == {MINH: expected, ROSA: expected}
    assert await clock.at(9 * day + 17.2, morning=True) == {}
    await office.rep.say("/stage 2 quoted")
    assert await clock.at(10 * day + 17.2, morning=True) == {}
    heard = await clock.at(13 * day + 17.2, morning=True)
    assert "Deal #4 with <b>Mai</b>" in heard[MINH]
    assert "Lan" not in heard[MINH], "its stage was moved"


async def test_a_figure_among_lists_of_deals_has_a_button_by_its_name_and_no_number_comes_twice(clock: Clock) -> None:
    office = clock.office
    for line in ("revenue < 10tr", "deal 7 days", "deal 3 days"):
        await office.manager.say(f"/alert {line}")
    for name in ("Lan", "Mai", "Hoa"):
        await office.rep.say(f"/lead {name}")
        await office.rep.say(f"/deal {name} 12tr")
    heard = (await clock.at(8 * 24 + 17.2, morning=True))[MINH]
    listed = [line.split(".")[0] for line in heard.splitlines() if "looks after it" in line or ", since " in line]
    assert listed == ["1", "2", "3", "4", "5", "6"], "two lists, one numbering"
    assert heard.startswith("⚠️ Net revenue")
    keys = labels(clock.replies[MINH])
    assert keys == ["Look closer", "Alert 1: Net revenue", *"123456"]
    shown = await office.manager.press(clock.button(MINH, "Alert 1: Net revenue"))
    assert "1. Net revenue below" in shown.text and "Remove" in labels(shown)
    places = {line.split(".")[0]: line.split("<b>")[1].split("</b>")[0] for line in heard.splitlines() if "<b>" in line}
    for number in "16":
        alone = await office.manager.press(clock.button(MINH, number))
        assert places[number] in alone.text


async def test_a_figure_and_one_deal_have_a_button_each_that_says_which_it_is(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/lang vi")
    await office.manager.say("/alert revenue < 10tr")
    await office.manager.say("/alert deal 7 days")
    await office.rep.say("/lead Lan")
    await office.rep.say("/deal Lan 12tr")
    heard = await clock.at(8 * 24 + 17.2, morning=True)
    assert labels(clock.replies[MINH]) == ["Xem kỹ", "Cảnh báo 1: Doanh số thuần", "Cơ hội: Lan"]
    assert labels(clock.replies[ROSA])[0] == "Log a call", "alone in its message"
    assert "12 tr" in heard[MINH]


async def test_a_paused_or_quiet_alert_says_nothing_and_speaks_afterwards(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/alert lead 30m")
    await office.rep.say("/lead Lan")
    assert "(paused)" in (await office.manager.press("v1|al|1:p")).text
    assert await clock.at(1) == {}
    await office.manager.press("v1|al|1:p")
    assert set(await clock.at(1.1)) == {MINH, ROSA}
    await office.rep.say("/lead Mai")
    assert "Quiet until 21 Nov 2026" in (await office.manager.press("v1|al|1:d1")).text
    assert await clock.at(2) == {}
    assert set(await clock.at(44)) == set(), "Sunday"
    assert set(await clock.at(66)) == {MINH, ROSA}


async def test_vietnamese(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/lang vi")
    await office.manager.say("/canhbao khách mới 30 phút")
    await office.rep.say("/lead Lan")
    heard = await clock.at(1)
    assert heard[MINH] == "⏳ <b>Lan</b>, khách mới từ 15:00 20/11, chưa được liên hệ. Phụ trách: Rosa."
    assert labels(clock.replies[MINH]) == [
        "Ghi cuộc gọi",
        "Chuyển khách",
        "Nhắc: 1 ngày",
        "Nhắc: 1 tuần",
        "Thẻ khách",
    ]
    listed = (await office.manager.say("/canhbao")).text
    assert "1. Khách mới chưa được liên hệ sau 30 phút làm việc" in listed


async def test_who_leads_no_longer_hears_nothing(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/alert lead 30m")
    await office.owner.say("/role Minh rep")
    await office.rep.say("/lead Lan")
    assert await clock.at(1) == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/alert lead 4h", "leads not contacted within 4 h of"),
        ("/alert leads untouched for 90 minutes", "not contacted within 90 min of"),
        ("/canhbao khách mới 1h30", "not contacted within 90 min of"),
        ("/canhbao khach moi chua lien he 2 tieng", "not contacted within 2 h of"),
        ("/alert lead 1 day", "not contacted within 9 h 30 min of"),
        ("/alert ticket > 30m", "Tickets not answered within 30 min of"),
        ("/canhbao yêu cầu chưa trả lời 45p", "Tickets not answered within 45 min of"),
        ("/alert deal 2 weeks", "no activity for 14 days"),
        ("/canhbao cơ hội 10 ngày", "no activity for 10 days"),
        ("/alert lead conversion < 20%", "Conversion below 20 %"),
    ],
)
async def test_lines_as_people_write_them(office: Office, line: str, said: str) -> None:
    assert said in (await office.manager.say(line)).text


@pytest.mark.parametrize(
    "line", ["/alert lead", "/alert lead 4", "/alert lead soon", "/alert lead 6 days", "/alert lead 2m",
             "/alert ticket", "/alert deal 4h", "/alert deal 0 days", "/alert lead < 4h", "/alert 7 lead 4h"],
)  # fmt: skip
async def test_what_is_not_plain_is_refused_with_an_example(office: Office, line: str) -> None:
    text = (await office.manager.say(line)).text
    assert "/alert" in text
    assert "Watched" not in text


async def test_the_products_own_clock_looks_at_what_waits(clock: Clock) -> None:
    office = clock.office
    await office.manager.say("/alert lead 30m")
    await office.rep.say("/lead Lan")
    await Scheduler(office.database, Drawn(), product(), now=lambda: NOW + HOUR).tick()
    assert {row.chat_id for row in await rows(office.database, outbox)} == {MINH, ROSA}


async def test_a_deals_patience_is_the_teams_own_median_once_it_is_known(office: Office) -> None:
    async with office.database.begin() as session:
        clock = Entered.of(await team_of(session, office.team_id))
        for number in range(10):
            came, customer = (
                NOW - timedelta(days=20 + number),
                await add_customer(session, office.team_id, f"C{number}"),
            )
            await log_lead(session, clock, LeadEntry(customer, ROSA, came), Origin(ROSA, came))
            sold = came + timedelta(days=11, hours=number)
            await log_sale(session, clock, SaleEntry(customer, ROSA, sold, 5_000_000, "VND"), Origin(ROSA, sold))
    said = (await office.manager.say("/canhbao cơ hội")).text
    assert said.splitlines() == [
        "Watched each morning: Deals with no activity for 12 days. You hear of each one once, and so does whoever looks"
        " after it.",
        "That is your team's median from the first contact to the sale.",
    ]
