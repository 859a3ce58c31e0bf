"""SIGKILL at each named point of scheduler and outbox: every digest and message comes once.

Only what Telegram may have taken without the process knowing comes twice, and then the second one says so.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.simulator import Person, Simulator, serve
from handlers.base import Reply
from handlers.telling import Place, tell
from metrics.periods.timetable import Rule
from store import Database, schedules
from store.membership import greet, join
from store.tables import outbox, runs, teams
from store.team import create_team
from tests.torture.bots import Bot, alive, environment

POINTS = (
    "after schedule claim", "before run commit", "after run commit", "after outbox claim", "before outbox send",
    "after outbox send", "after outbox mark",
)  # fmt: skip
DIGESTS, MESSAGES = 12, 24
MARK = "sent again"
pytestmark = pytest.mark.kill


async def put(database: Database) -> None:
    """Daily digests that were due a minute ago, of teams that logged nothing, and messages that are due."""
    now = datetime.now(UTC)
    due = now - timedelta(minutes=1)
    rule = Rule("day", f"{due:%H:%M}")
    async with database.begin() as session:
        for number in range(DIGESTS):
            team = await create_team(session, name=f"T{number}", zone="UTC", currency="VND", locale="en", now=now)
            reader = await greet(session, 2000 + number, f"P{number}", None)
            await join(session, team, reader.id, reader.name, "owner", now)
            await schedules.add(
                session, team, "digest", rule.json(), "UTC", due.replace(second=0, microsecond=0), now,
                grace_s=20_000, chat_id=2000 + number, what={"metrics": ["revenue"], "language": "en"},
            )  # fmt: skip
        for number in range(MESSAGES):
            place = Place(team, 3000 + number, "en")
            await tell(session, place, lambda _say: Reply("due"), key=f"due:{number}", now=now)
        # holidays and quiet hours would only make the run depend on the day and hour at which it is made
        await session.execute(update(teams).values(settings={"quiet_hours": None, "holidays": "off"}))


async def test_killed_at_every_named_point_of_scheduler_and_outbox(database: Database, database_url: str) -> None:
    await put(database)
    chats = [2000 + number for number in range(DIGESTS)] + [3000 + number for number in range(MESSAGES)]
    simulator = Simulator(people=[Person(chat, f"P{chat}", started=True) for chat in chats])
    plans: list[tuple[str, ...]] = [(point, "1" if "claim" in point else "2") for point in POINTS]
    async with serve(simulator) as address:
        bot = Bot(environment(simulator, address, database_url), plans=plans)
        async with alive(bot) as living:

            def all_there() -> bool:
                if living.done():
                    living.result()
                return all(simulator.bot_messages(chat) for chat in chats)

            await simulator.until(all_there, 90)
    texts = {chat: [str(one.content["text"]) for one in simulator.bot_messages(chat)] for chat in chats}
    again = Counter(sum(MARK in text for text in said) for said in texts.values())
    assert all(len(said) == 1 or (len(said) == 2 and MARK in said[1]) for said in texts.values()), texts
    assert again[1] <= 2 * 16, "at most what was under way at two of the deaths"
    assert bot.deaths >= len(POINTS) - 1
    async with database.read() as session:
        ran = (await session.execute(select(func.count()).select_from(runs))).scalar_one()
        failed = select(outbox.c.failure).where(outbox.c.failed_at.is_not(None))
        given_up = list((await session.execute(failed)).scalars())
    # a message that was in doubt at two deaths is not tried a third time; it did arrive
    assert given_up in ([], ["unknown"], ["unknown"] * 2)
    assert ran >= DIGESTS
