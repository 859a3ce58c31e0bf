"""What the handlers' tests say to the bot, and to whom: requests as the chat would make them."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handlers.base import Member, Message, Reply, Request, Role, Team
from handlers.dispatch import answer
from metrics.wording import Say
from store import Database, Session
from store.people import membership
from store.people import team as teams

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
"""A Friday, 15:00 in Ho Chi Minh City."""


class Settled:
    """Counts what was settled; the inbox has its own tests."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    async def settle(self, session: Session, reply: Reply) -> None:
        """Keep the reply."""
        self.replies.append(reply)


class Drawn:
    """Draws nothing: a picture's bytes are tested with the charts."""

    async def draw(self, chart: object) -> bytes:
        """Give the signature of a PNG."""
        return b"\x89PNG"


@dataclass
class Chat:
    """One person's chat with the bot: `say` sends a text, `press` a button."""

    database: Database
    telegram_id: int
    name: str
    language: str = "en"
    private: bool = True
    owner_ids: frozenset[int] = frozenset()
    now: datetime = NOW
    settled: Settled = field(default_factory=Settled)
    ids: list[int] = field(default_factory=lambda: [0])

    async def say(self, text: str, **changes: object) -> Reply:
        """Send a text and return the answer."""
        return await answer(await self.request(text, **changes))

    async def press(self, data: str | None) -> Reply:
        """Press a button with that payload."""
        return await answer(await self.request("", data=data))

    async def request(self, text: str, **changes: object) -> Request:
        """Make the request as the chat would, from what the database knows of the sender."""
        self.ids[0] += 1
        async with self.database.begin() as session:
            await membership.greet(session, self.telegram_id, self.name, None)
            sender = await membership.sender(session, self.telegram_id)
        assert sender is not None
        message = Message(self.telegram_id, self.ids[0], text, self.now, private=self.private)
        return Request(
            message=replace(message, **changes),  # type: ignore[arg-type]
            member=_member(sender),
            team=_team(sender.team),
            say=Say(sender.account.locale or self.language),
            now=self.now,
            database=self.database,
            painter=Drawn(),
            intake=self.settled,
            inbox_id=self.telegram_id * 10_000 + self.ids[0],
            bot_name="chot_bot",
            owner_ids=self.owner_ids,
        )


def _member(sender: membership.Sender) -> Member:
    account, member = sender.account, sender.member
    role = Role(member.role) if member else Role.STRANGER
    name = member.name if member else account.name
    return Member(member.id if member else 0, account.id, account.telegram_id, name, account.username, role)


def _team(row: teams.TeamRow | None) -> Team | None:
    if row is None:
        return None
    return Team(
        row.id, row.name, ZoneInfo(row.zone), row.currency, row.locale, row.window_days, row.journey_gap_days,
        row.return_basis, row.settings,
    )  # fmt: skip


@dataclass
class Office:
    """A team with one member of each role, and a stranger."""

    database: Database
    team_id: int
    owner: Chat
    manager: Chat
    rep: Chat
    other_rep: Chat
    viewer: Chat
    stranger: Chat
