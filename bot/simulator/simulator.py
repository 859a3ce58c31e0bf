"""The simulated Telegram as tests and the page use it: what people do in it, and what they see."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.simulator.actions import Actions
from bot.simulator.arguments import Arguments
from bot.simulator.clock import Clock
from bot.simulator.dispatch import Answer, Dispatch
from bot.simulator.messages import Message
from bot.simulator.people import BotAccount, Group, Person
from bot.simulator.schema import Schema
from bot.simulator.world import World, first_free_id

DEFAULT_TOKEN = "1:abc"  # noqa: S105 - opens nothing but the simulator
WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a person sees after a tap: a toast, or an alert that has to be closed."""

    text: str
    show_alert: bool = False
    url: str = ""


Coming = Callable[[datetime], Awaitable[datetime | None]]
"""When something comes next after a time; None for nothing."""


class Simulator(Actions):
    """A whole Telegram in memory, for one bot; `app` and `serve` put it on HTTP.

    Everything is used on the event loop that serves it. Message and update ids start from the machine's clock,
    so that a second start repeats none. `examples`: texts by language that the page offers in an empty chat;
    `zone`: by whose clock the page moves the time to a morning. `coming`, which whoever runs the bot may set, says
    when the bot speaks next by itself: the page moves the time there.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        people: Iterable[Person] = (),
        groups: Iterable[Group] = (),
        bot_name: str = "Chốt",
        username: str = "chot_bot",
        clock: Clock | None = None,
        limits: bool = False,
        schema: Schema | None = None,
        examples: Mapping[str, Sequence[str]] | None = None,
        first_id: int | None = None,
        zone: str = "UTC",
    ) -> None:
        self.token = token
        clock = clock or Clock()
        account = BotAccount(int(token.partition(":")[0]), bot_name, username)
        super().__init__(World(account, clock, first_id or first_free_id(), limits))
        self.dispatch = Dispatch(self.world, schema or Schema.from_environment())
        self.examples = {language: list(texts) for language, texts in (examples or {}).items()}
        self.zone = ZoneInfo(zone)
        self.coming: Coming | None = None
        self.session = secrets.token_hex(8)
        self.limits, self.faults = self.world.limits, self.world.faults
        for person in people:
            self.world.add_person(person)
        for group in groups:
            self.world.add_group(group)

    @property
    def violations(self) -> list[str]:
        """The calls so far that the Bot API schema does not allow; always empty without a schema."""
        return self.dispatch.violations

    async def go_on(self) -> bool:
        """Moves the time to a second after the bot speaks next by itself; False when that is never."""
        comes = await self.coming(self.clock.now()) if self.coming is not None else None
        if comes is not None:
            self.clock.set(comes + timedelta(seconds=1))
        return comes is not None

    def add_person(self, person: Person) -> None:
        """Somebody new."""
        self.world.add_person(person)

    def add_group(self, group: Group) -> None:
        """A new group with the bot in it."""
        self.world.add_group(group)

    async def call(self, method: str, arguments: Arguments) -> Answer:
        """Answers a Bot API call."""
        return await self.dispatch.answer(method, arguments)

    async def press(
        self,
        person_id: int,
        message_id: int,
        *,
        row: int = 0,
        column: int = 0,
        data: str = "",
        text: str = "",
        chat_id: int | None = None,
        timeout_seconds: float = WAIT_SECONDS,
    ) -> CallbackAnswer | None:
        """Taps and waits for the bot's answer; None when it gives none in time."""
        query_id = self.tap(person_id, message_id, row=row, column=column, data=data, text=text, chat_id=chat_id)
        return await self.answer_to(query_id, timeout_seconds)

    async def answer_to(self, query_id: str, timeout_seconds: float = WAIT_SECONDS) -> CallbackAnswer | None:
        """The bot's answer to a tap; None when it gives none in time."""
        query = self.world.queries[query_id]
        try:
            await self.events.until(lambda: query.answer is not None, timeout_seconds)
        except TimeoutError:
            return None
        return CallbackAnswer(**query.answer) if query.answer is not None else None

    def messages(self, chat_id: int, after: int = 0) -> list[Message]:
        """What stands in a chat after a message, in order; a private chat bears the person's id."""
        return self.world.chats[chat_id].after(after)

    def bot_messages(self, chat_id: int, after: int = 0) -> list[Message]:
        """What the bot wrote in a chat after a message, in order."""
        return [message for message in self.messages(chat_id, after) if message.by_bot]

    async def reply(
        self, chat_id: int, after: int = 0, *, count: int = 1, timeout_seconds: float = WAIT_SECONDS
    ) -> Message:
        """The `count`-th message of the bot in a chat after a message; TimeoutError when it does not come."""
        await self.events.until(lambda: len(self.bot_messages(chat_id, after)) >= count, timeout_seconds)
        return self.bot_messages(chat_id, after)[count - 1]

    async def until(self, true: Callable[[], bool], timeout_seconds: float = WAIT_SECONDS) -> None:
        """Waits until a condition on what was sent, edited or answered holds; else TimeoutError."""
        await self.events.until(true, timeout_seconds)
