"""What a handler is given and what it gives back: Request, Reply, Button, Command, UserError; who speaks: Role, Team.

A handler takes a `Request` and returns a `Reply`; it never sends. What it writes, it writes inside
``async with request.begin() as session`` and ends with ``return await request.settle(session, reply)``: the effect,
the mark that the message was handled and the reply's text are then committed together.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from metrics.wording import Phrase, Say, phrase
from store import Database, Session
from store.records.entries import Clock


class Role(StrEnum):
    """What a member may do; ``STRANGER`` is anyone without a team."""

    STRANGER = "stranger"
    VIEWER = "viewer"
    REP = "rep"
    MANAGER = "manager"
    OWNER = "owner"


LEADERS = frozenset({Role.MANAGER, Role.OWNER})
"""Roles that see everybody's figures, change anybody's records and set the team's rules."""
LOGGERS = LEADERS | {Role.REP}
"""Roles that log."""
MEMBERS = LOGGERS | {Role.VIEWER}
"""Everyone in a team."""
JOINING = phrase(
    "This is for members of a team. Ask your manager for an invite link, or send the code you were given: /start CODE"
)
"""How a stranger gets in."""


@dataclass(frozen=True, slots=True)
class Team:
    """The sender's team as its rules need it; ``settings`` holds stages, lost reasons, cost kinds, channels."""

    id: int
    name: str
    zone: ZoneInfo
    currency: str
    locale: str
    window_days: int
    journey_gap_days: int
    return_basis: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Member:
    """Who speaks: an account on the chat network, and a membership once there is a team (``id`` is 0 before)."""

    id: int
    account_id: int
    telegram_id: int
    name: str
    username: str | None
    role: Role


@dataclass(frozen=True, slots=True)
class Contact:
    """A shared contact card: the name and number as they stand on it, and the Telegram account it is of."""

    name: str
    phone: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A document that somebody sent: how it is fetched, its name and its size in bytes."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """The message or button press that is answered.

    ``sent_at`` is when it was first sent (an edit keeps it), ``edited`` marks an edit, ``data`` is a pressed button's
    payload and ``message_id`` then the message that carries it. ``replied_id`` is the message replied to, and
    ``replied_data`` the payloads of the buttons under that one, ``replied_document`` the file in it. ``thread_id`` is
    the topic of a forum (0: none).
    """

    chat_id: int
    message_id: int
    text: str
    sent_at: datetime
    private: bool = True
    edited: bool = False
    data: str | None = None
    replied_id: int | None = None
    replied_data: tuple[str, ...] = ()
    document: Attached | None = None
    replied_document: Attached | None = None
    contact: Contact | None = None
    thread_id: int = 0
    chat_title: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: ``data`` is ``v1|verb|id`` (at most 64 bytes), or ``url`` is a link."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture: PNG bytes, and the words for those who cannot see it."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back: HTML text (a caption when there is a photo or document), buttons, or only a toast.

    ``edits`` asks to change the message that carried the pressed button instead of sending a new one; ``toast`` is
    the short note over the chat after a press. A reply without text, toast and files is silence. ``reaction`` is an
    emoji that is enough of an answer to the message; the text is sent where the chat does not let the bot react.
    """

    text: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    photo: Photo | None = None
    document: Document | None = None
    edits: bool = False
    toast: str = ""
    reaction: str = ""
    then: tuple["Reply", ...] = ()


class UserError(Exception):
    """The only error made for people: one sentence in words, with an example of what works, and ways on as buttons."""

    def __init__(self, said: Phrase, buttons: tuple[tuple[Button, ...], ...] = ()) -> None:
        super().__init__(said.source)
        self.said = said
        self.buttons = buttons


class Unsettled(RuntimeError):
    """A writing handler left its transaction without `Request.settle`: a mistake in the code, never committed."""


class Intake(Protocol):
    """Marks the message as handled, with its reply, in the transaction that holds the effect."""

    async def settle(self, session: Session, reply: Reply) -> None:
        """Raise `store.AlreadyDone` when another worker has handled the message."""


class Painter(Protocol):
    """Draws a chart specification off the event loop."""

    async def draw(self, chart: object) -> bytes:
        """Return the PNG."""


class FileGone(Exception):
    """The chat network did not hand a file over."""


Fetch = Callable[[str], Awaitable[bytes]]


async def no_files(file_id: str) -> bytes:
    """Fetch nothing: for where nobody can send a file."""
    raise FileGone(file_id)


Meanwhile = Callable[[Reply], Awaitable[None]]


async def nobody_waits(reply: Reply) -> None:
    """Say nothing: for where no message shows that work is under way."""


@dataclass(frozen=True, slots=True)
class Request:
    """One message to answer: who, which team, what was said, when, in which language.

    ``command`` and ``argument`` are what it is read as: a command's name and what follows it, or the verb of a pressed
    button and what that carries (``undo`` and ``128`` of ``v1|undo|128``). ``fetch`` returns a sent file's bytes by its
    id; it raises `FileGone`. ``meanwhile`` shows at once, in the message that carries the pressed button, that long
    work is under way; the handler's reply takes its place.
    """

    message: Message
    member: Member
    team: Team | None
    say: Say
    now: datetime
    database: Database
    painter: Painter
    intake: Intake
    inbox_id: int
    bot_name: str
    owner_ids: frozenset[int] = frozenset()
    defaults: Mapping[str, str] = field(default_factory=dict)
    argument: str = ""
    command: str = ""
    fetch: Fetch = no_files
    meanwhile: Meanwhile = nobody_waits

    def begin(self) -> AbstractAsyncContextManager[Session]:
        """Open the transaction for what this message changes; end it with `settle`."""
        return _settled(self)

    async def settle(self, session: Session, reply: Reply) -> Reply:
        """Mark the message handled, with ``reply``, in ``session``; returns the reply."""
        await self.intake.settle(session, reply)
        session.info["settled"] = self.inbox_id
        return reply

    def of(self, command: str, argument: str) -> "Request":
        """Return the same request, read as ``command`` with ``argument``."""
        return replace(self, command=command, argument=argument)


@asynccontextmanager
async def _settled(request: Request) -> AsyncIterator[Session]:
    async with request.database.begin() as session:
        session.info.pop("settled", None)
        yield session
        if session.info.pop("settled", None) != request.inbox_id:
            raise Unsettled(request.command)


def team_of(request: Request) -> Team:
    """Return the sender's team; raises `UserError` for a stranger."""
    if request.team is None:
        raise UserError(JOINING)
    return request.team


def clock_of(request: Request) -> Clock:
    """Return what the store's writes must know of the sender's team."""
    team = team_of(request)
    return Clock(team.id, team.zone, team.currency, team.journey_gap_days)


Handler = Callable[[Request], Awaitable[Reply]]
Group = Literal["log", "ask", "team", "other"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its names, who may use it, what it says of itself, and its handler.

    ``name`` and ``alias`` (Vietnamese, unaccented) always both work; ``about`` and ``usage`` are said in the reader's
    language, the examples are lines that can be sent as they are, in English and in Vietnamese. ``more`` are further
    names (the shortcuts that only private chats know are in ``private``).
    """

    name: str
    alias: str
    roles: frozenset[Role]
    about: Phrase
    example: str
    handler: Handler
    group: Group
    example_vi: str = ""
    usage: Phrase | None = None
    more: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    menu: bool = True
