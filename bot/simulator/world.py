"""Everything the simulated Telegram knows: people, groups, chats, messages, files, updates."""

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.simulator.clock import Clock
from bot.simulator.errors import ApiError, Json, SimulationError, bad_request, forbidden, too_many_requests
from bot.simulator.events import Events
from bot.simulator.faults import Faults
from bot.simulator.files import FileStore
from bot.simulator.limits import Limits
from bot.simulator.menus import Menus
from bot.simulator.messages import Chat, Message
from bot.simulator.people import BotAccount, Group, Person
from bot.simulator.updates import Updates

_IDS_SINCE = 1_767_225_600  # 2026-01-01: ten ids a second from here stay below 2³¹ for six years
CALLS_KEPT = 20_000


def first_free_id() -> int:
    """An id that no earlier start has used, as long as starts use fewer than ten a second."""
    return max(1, int((time.time() - _IDS_SINCE) * 10)) % 2**31


@dataclass(slots=True)
class Query:
    """A tap on a button that waits for the bot's answer; `since` in Unix seconds."""

    query_id: str
    person_id: int
    since: int
    answer: Json | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A Bot API call as it came, for tests to look at."""

    method: str
    values: Json
    code: int = 200


@dataclass(slots=True)
class Profile:
    """What the bot tells about itself, by field and language."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)


class World:
    """The state behind both the Bot API and the people."""

    def __init__(self, account: BotAccount, clock: Clock, first_id: int, limits: bool) -> None:
        self.account = account
        self.clock = clock
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.files = FileStore()
        self.menus = Menus()
        self.profile = Profile()
        self.limits = Limits(limits)
        self.faults = Faults()
        self.events = Events()
        self.updates = Updates(first_id, clock.unix)
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._next_message_id = first_id

    def add_person(self, person: Person) -> None:
        """Somebody new, or the same person with another name."""
        self.people[person.id] = person
        chat = self.chats.setdefault(person.id, Chat(person.id, is_group=False))
        chat.started = chat.started or person.started
        self.events.add("people")

    def add_group(self, group: Group) -> None:
        """A new group with the bot in it, or the same with other members."""
        self.groups[group.id] = group
        self.chats.setdefault(group.id, Chat(group.id, is_group=True, started=True))
        self.events.add("people")

    def person(self, person_id: int) -> Person:
        """A person by id; SimulationError for nobody."""
        if person_id not in self.people:
            raise SimulationError(f"nobody has the id {person_id}")
        return self.people[person_id]

    def chat_of(self, person_id: int, chat_id: int | None) -> Chat:
        """The chat a person writes in: the private one without `chat_id`."""
        self.person(person_id)
        chat_id = person_id if chat_id is None else chat_id
        group = self.groups.get(chat_id)
        if chat_id != person_id and (group is None or person_id not in (*group.members, *group.admins)):
            raise SimulationError(f"{person_id} is not in the chat {chat_id}")
        return self.chats[chat_id]

    def chat_for_bot(self, chat_id: int) -> Chat:
        """The chat a bot may write in; 400 or 403 as the real one says."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            text = "group chat was upgraded to a supergroup chat"
            raise bad_request(text, migrate_to_chat_id=chat.migrated_to)
        if chat.blocked:
            raise self._blocked(chat)
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def _blocked(self, chat: Chat) -> ApiError:
        if not chat.is_group:
            return forbidden("bot was blocked by the user")
        return forbidden(f"bot was kicked from the {self.groups[chat.chat_id].kind} chat")

    def spend(self, chat: Chat) -> None:
        """Counts a message against the limits; 429 when there were too many."""
        seconds = self.limits.wait(chat.chat_id, chat.is_group, self.clock.now().timestamp())
        if seconds:
            raise too_many_requests(seconds)

    def new_message_id(self) -> int:
        """The next message id; all chats share one row of numbers."""
        self._next_message_id += 1
        return self._next_message_id

    def user(self, sender_id: int) -> Json:
        """A sender as a Telegram `User`."""
        if sender_id == self.account.user_id:
            return self.account.user()
        return self.people[sender_id].user()

    def chat_json(self, chat_id: int) -> Json:
        """A chat as a Telegram `Chat`."""
        group = self.groups.get(chat_id)
        return group.chat() if group else self.people[chat_id].chat()

    def message_json(self, message: Message, with_reply: bool = True) -> Json:
        """A message as the Bot API shows it."""
        shown: Json = {
            "message_id": message.message_id,
            "from": self.user(message.sender_id),
            "chat": self.chat_json(message.chat_id),
            "date": message.date,
            **{key: value for key, value in message.content.items() if value != []},
        }
        if message.edited is not None:
            shown["edit_date"] = message.edited
        if message.thread_id is not None:
            shown |= {"message_thread_id": message.thread_id, "is_topic_message": True}
        if message.markup and "inline_keyboard" in message.markup:
            shown["reply_markup"] = message.markup
        original = self.chats[message.chat_id].messages.get(message.reply_to or 0)
        if with_reply and original:
            shown["reply_to_message"] = self.message_json(original, with_reply=False)
        return shown

    def page_json(self, message: Message) -> Json:
        """A message as the chat page and the control API show it: with reactions and who sent it."""
        extra: Json = {"reactions": list(message.reactions), "by_bot": message.by_bot}
        return self.message_json(message) | extra

    def post(self, message: Message) -> Message:
        """Puts a message into its chat."""
        self.chats[message.chat_id].messages[message.message_id] = message
        self.events.add("message", chat_id=message.chat_id, message=self.page_json(message))
        return message

    def changed(self, message: Message) -> None:
        """Tells the page that a message looks different."""
        self.events.add("changed", chat_id=message.chat_id, message=self.page_json(message))

    def remove(self, chat: Chat, message_ids: Iterable[int]) -> None:
        """Takes messages out of a chat."""
        for message_id in message_ids:
            chat.messages.pop(message_id, None)
            self.events.add("removed", chat_id=chat.chat_id, message_id=message_id)

    def close(self) -> None:
        """Ends everything that waits, as when the server stops."""
        self.events.close()
        self.updates.close()
