"""A real bot over a simulated Telegram, with a small team, for conversations from end to end."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.app import App, running
from bot.clock import Clock
from bot.settings import Settings
from bot.simulator import Group, Message, Person, Simulator, serve
from store import Database
from store.people.membership import greet, join
from store.people.team import create_team

OWNER, MANAGER, REP, OTHER_REP, VIEWER, STRANGER = 1001, 1002, 1003, 1004, 1005, 1009
GROUP = -2001
PEOPLE = {
    OWNER: ("Bảo", "owner"),
    MANAGER: ("Hà", "manager"),
    REP: ("Hùng", "rep"),
    OTHER_REP: ("Mai", "rep"),
    VIEWER: ("Vy", "viewer"),
}
WAIT_SECONDS = 20.0


@dataclass(frozen=True)
class Chat:
    """One person's view of a chat with the bot: say something, see what comes back."""

    simulator: Simulator
    app: App
    person: int
    chat_id: int

    async def say(self, text: str, *, answers: int = 1) -> str:
        """Send a message and return the text (or caption) of the last of so many answers."""
        return words(await self.send(text, answers=answers))

    async def send(self, text: str, *, answers: int = 1) -> Message:
        """Send a message and return the last of so many answers."""
        sent = self.simulator.send(self.person, text, chat_id=self.chat_id)
        return await self.simulator.reply(self.chat_id, sent.message_id, count=answers, timeout_seconds=WAIT_SECONDS)

    async def edit(self, message: Message, text: str) -> str:
        """Change a message that was sent and return what the bot answers."""
        last = self.simulator.messages(self.chat_id)[-1].message_id
        self.simulator.edit(self.person, message.message_id, text, chat_id=self.chat_id)
        answer = await self.simulator.reply(self.chat_id, last, timeout_seconds=WAIT_SECONDS)
        return words(answer)

    async def press(self, message: Message, label: str) -> str:
        """Press the button whose text contains ``label``; returns the toast."""
        answer = await self.simulator.press(
            self.person, message.message_id, text=exact(message, label), chat_id=self.chat_id
        )
        await self.quiet()
        return answer.text if answer is not None else ""

    async def quiet(self) -> None:
        """Wait until the bot has done everything it was asked."""
        await self.app.inbox.idle()

    def sent(self) -> Message:
        """The person's last message."""
        return [one for one in self.simulator.messages(self.chat_id) if not one.by_bot][-1]

    def last(self) -> Message:
        """The bot's last message."""
        return self.simulator.bot_messages(self.chat_id)[-1]


def words(message: Message) -> str:
    """A message's text or caption."""
    return str(message.content.get("text") or message.content.get("caption") or "")


def labels(message: Message) -> list[str]:
    """The texts of a message's buttons."""
    return [str(key["text"]) for row in (message.markup or {}).get("inline_keyboard", []) for key in row]


def exact(message: Message, label: str) -> str:
    """The whole text of the button that contains ``label``."""
    found = [text for text in labels(message) if label in text]
    assert found, f"no button {label!r} among {labels(message)}"
    return found[0]


@dataclass(frozen=True)
class Stage:
    """The simulated Telegram, the bot, and the team in it; ``clock`` is everybody's."""

    simulator: Simulator
    app: App
    team_id: int

    def chat(self, person: int, chat_id: int | None = None) -> Chat:
        """A person's private chat with the bot, or their view of a group."""
        return Chat(self.simulator, self.app, person, person if chat_id is None else chat_id)


@pytest.fixture
async def stage(database: Database, database_url: str) -> AsyncIterator[Stage]:
    """A bot at work over a simulated Telegram on a fresh database, with a team of five in Vietnamese."""
    team_id = await found_team(database)
    people = [
        Person(number, name, language_code="vi", title=role, started=True) for number, (name, role) in PEOPLE.items()
    ]
    simulator = Simulator(people=[*people, Person(STRANGER, "Lạ", language_code="en", title="stranger")])
    simulator.add_group(Group(GROUP, "Đội bán hàng", tuple(PEOPLE), (OWNER,)))
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serve(simulator))
        settings = Settings.model_validate(
            {"telegram_bot_token": simulator.token, "telegram_api_url": address, "database_url": database_url}
        )
        app = await stack.enter_async_context(running(settings, clock=Clock(simulator.clock.now)))
        yield Stage(simulator, app, team_id)
    assert simulator.violations == []


async def found_team(database: Database) -> int:
    """Make the team and its members; returns its id."""
    now = datetime.now(UTC)
    async with database.begin() as session:
        team_id = await create_team(session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=now)
        for number, (name, role) in PEOPLE.items():
            account = await greet(session, number, name, None)
            await join(session, team_id, account.id, name, role, now)
    return team_id


@pytest.fixture
def rep(stage: Stage) -> Chat:
    """A rep's private chat."""
    return stage.chat(REP)


@pytest.fixture
def manager(stage: Stage) -> Chat:
    """The manager's private chat."""
    return stage.chat(MANAGER)


@pytest.fixture
def owner(stage: Stage) -> Chat:
    """The owner's private chat."""
    return stage.chat(OWNER)


@pytest.fixture
def stranger(stage: Stage) -> Chat:
    """The private chat of somebody without a team."""
    return stage.chat(STRANGER)
