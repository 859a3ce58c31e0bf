"""Birthdays are told in the morning to whose customer it is, once a year, of those who agreed to be wished."""

from datetime import UTC, datetime, timedelta

from bot.scheduler import Programme, Scheduler
from handlers.clockwork.programme import STANDING
from handlers.reminders import birthdays
from store.tables import outbox
from tests.handlers.clocked import DAY, key, rows
from tests.handlers.office import Drawn, Office

MORNING = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
"""8:30 in Vietnam on the day after the office's Friday."""


async def live(office: Office, days: int) -> list[tuple[datetime, int, str]]:
    """Let so many mornings come, the first from the minute before; returns what was said: when, to whom, what."""
    now = MORNING - timedelta(minutes=1)
    programme = Programme({"birthdays": birthdays.greet}, (birthdays.STANDING,))
    process = Scheduler(office.database, Drawn(), programme, now=lambda: now)
    for number in range(days):
        while await process.tick():
            pass
        now = MORNING + number * DAY
        while await process.tick():
            pass
    return [(row.due_at, row.chat_id, row.payload["text"]) for row in await rows(office.database, outbox)]


def test_every_team_has_it() -> None:
    assert birthdays.STANDING in STANDING


async def test_the_owner_hears_once_of_who_agreed_with_a_wish_to_forward(office: Office) -> None:
    agreed = await office.rep.say("/lead Mai Linh 0912345678 birthday 21/11/1990")
    await office.rep.say("/lead Hoa birthday 21/11")  # never asked
    theirs = await office.other_rep.say("/lead Bình birthday 22/11")
    await office.rep.press(key(agreed, "Agreed"))
    await office.other_rep.press(key(theirs, "Agreed"))
    said = await live(office, 4)
    assert said == [
        (MORNING, 3, "🎂 Today is Mai Linh's birthday. +84912345678"),
        (MORNING, 3, "Happy birthday, Mai Linh! Wishing you health and joy."),
        (MORNING + DAY, 4, "🎂 Today is Bình's birthday."),
        (MORNING + DAY, 4, "Happy birthday, Bình! Wishing you health and joy."),
    ]


async def test_nothing_is_told_once_agreement_is_taken_back_or_the_customer_wants_no_contact(office: Office) -> None:
    for name in ("Mai Linh", "Hoa"):
        logged = await office.rep.say(f"/lead {name} birthday 21/11")
        agreed = await office.rep.press(key(logged, "Agreed"))
        if name == "Hoa":
            await office.rep.press(key(agreed, "Undo"))
    await office.rep.say("/optout Mai Linh")
    assert await live(office, 2) == []
