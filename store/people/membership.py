"""Who people are: accounts on the chat network, members of teams, and the invites by which members join."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import KeyedColumnElement

from store.errors import NotFound
from store.names import clean, fold
from store.people.team import TEAM, TeamRow, made_id, team_row
from store.tables import accounts, invites, members, teams


@dataclass(frozen=True, slots=True)
class Account:
    """A person on the chat network; ``member_id`` is the membership they now speak as."""

    id: int
    telegram_id: int
    name: str
    username: str | None
    locale: str | None
    member_id: int | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a team; one without an account was named by an import or by ``@``."""

    id: int
    team_id: int
    account_id: int | None
    name: str
    role: str
    joined_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sender:
    """Everything that a message needs to know of who sent it."""

    account: Account
    member: MemberRow | None
    team: TeamRow | None


ACCOUNT = (
    accounts.c.id,
    accounts.c.telegram_id,
    accounts.c.name,
    accounts.c.username,
    accounts.c.locale,
    accounts.c.member_id,
)
MEMBER = (
    members.c.id,
    members.c.team_id,
    members.c.account_id,
    members.c.name,
    members.c.role,
    members.c.joined_at,
    members.c.removed_at,
)


def _labelled(prefix: str, columns: tuple[KeyedColumnElement[Any], ...]) -> list[Any]:
    return [column.label(f"{prefix}_{column.key}") for column in columns]


SENDER = (
    select(*_labelled("a", ACCOUNT), *_labelled("m", MEMBER), *_labelled("t", TEAM))
    .select_from(
        accounts.outerjoin(members, (members.c.id == accounts.c.member_id) & members.c.removed_at.is_(None)).outerjoin(
            teams, teams.c.id == members.c.team_id
        )
    )
    .where(accounts.c.telegram_id == bindparam("telegram_id"))
)


async def make_invite(
    session: AsyncConnection,
    team_id: int,
    role: str,
    made_by_id: int | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Make an invite for one person and return its token; only the token's hash is kept.

    An invite with the role ``owner`` is what a new team's claim code is.
    """
    token = secrets.token_urlsafe(16)
    await session.execute(
        insert(invites).values(
            team_id=team_id,
            role=role,
            token_hash=_hash(token),
            made_by_id=made_by_id,
            expires_at=expires_at,
        )
    )
    return token


async def redeem(session: AsyncConnection, token: str, account_id: int, name: str, now: datetime) -> MemberRow:
    """Join a team by an invite's token; raises `NotFound` when it is unknown, expired or used.

    Who was a member before gets that membership back, so that old records keep their author.
    """
    found = await session.execute(
        update(invites)
        .where(
            invites.c.token_hash == _hash(token),
            invites.c.used_at.is_(None),
            or_(invites.c.expires_at.is_(None), invites.c.expires_at > now),
        )
        .values(used_at=now)
        .returning(invites.c.team_id, invites.c.role)
    )
    invite = found.first()
    if invite is None:
        raise NotFound("invite", "token")
    return await join(session, invite.team_id, account_id, name, invite.role, now)


async def join(
    session: AsyncConnection, team_id: int, account_id: int, name: str, role: str, now: datetime
) -> MemberRow:
    """Make the account a member of the team, or bring its old membership back with that role."""
    again = await session.execute(
        update(members)
        .where(members.c.team_id == team_id, members.c.account_id == account_id)
        .values(role=role, removed_at=None)
        .returning(*MEMBER)
    )
    row = again.first()
    if row is None:
        made = await session.execute(
            insert(members)
            .values(
                team_id=team_id,
                account_id=account_id,
                name=clean(name),
                key=fold(name),
                role=role,
                joined_at=now,
            )
            .returning(*MEMBER)
        )
        row = made.one()
    member = MemberRow(*row)
    await session.execute(update(accounts).where(accounts.c.id == account_id).values(member_id=member.id))
    return member


async def change_role(session: AsyncConnection, team_id: int, member_id: int, role: str) -> None:
    """Give a member another role."""
    await session.execute(
        update(members).where(members.c.team_id == team_id, members.c.id == member_id).values(role=role)
    )


async def remove_member(session: AsyncConnection, team_id: int, member_id: int, now: datetime) -> None:
    """End a membership; the records stay the member's."""
    await session.execute(
        update(members).where(members.c.team_id == team_id, members.c.id == member_id).values(removed_at=now)
    )
    await session.execute(update(accounts).where(accounts.c.member_id == member_id).values(member_id=None))


async def sender(session: AsyncConnection, telegram_id: int) -> Sender | None:
    """Return who that is, with membership and team, in one query; None for someone never seen."""
    row = (await session.execute(SENDER, {"telegram_id": telegram_id})).first()
    if row is None:
        return None
    a, m, t = len(ACCOUNT), len(MEMBER), len(TEAM)
    account = Account(*row[:a])
    if row[a] is None:
        return Sender(account, None, None)
    return Sender(account, MemberRow(*row[a : a + m]), team_row(row[a + m : a + m + t]))


async def greet(session: AsyncConnection, telegram_id: int, name: str, username: str | None) -> Account:
    """Keep the account of that person, with their present name, and return it."""
    again = await session.execute(
        update(accounts)
        .where(accounts.c.telegram_id == telegram_id)
        .values(name=clean(name), username=username)
        .returning(*ACCOUNT)
    )
    row = again.first()
    if row is None:
        made = await session.execute(
            insert(accounts).values(telegram_id=telegram_id, name=clean(name), username=username).returning(*ACCOUNT)
        )
        row = made.one()
    return Account(*row)


async def set_locale(session: AsyncConnection, account_id: int, locale: str) -> None:
    """Keep the language that a person chose."""
    await session.execute(update(accounts).where(accounts.c.id == account_id).values(locale=locale))


async def members_of(session: AsyncConnection, team_id: int) -> list[MemberRow]:
    """Return the team's present members, oldest first."""
    rows = await session.execute(
        select(*MEMBER).where(members.c.team_id == team_id, members.c.removed_at.is_(None)).order_by(members.c.id)
    )
    return [MemberRow(*row) for row in rows]


async def everyone_of(session: AsyncConnection, team_id: int) -> list[MemberRow]:
    """Return whoever is or was in the team, those present first; of several with one name only the first."""
    query = select(*MEMBER).where(members.c.team_id == team_id)
    rows = await session.execute(query.order_by(members.c.removed_at.is_not(None), members.c.id))
    found = [MemberRow(*row) for row in rows]
    first = {fold(one.name): one for one in reversed(found)}
    return [one for one in found if one.removed_at is None or first[fold(one.name)] is one]


async def member_named(session: AsyncConnection, team_id: int, name: str, now: datetime) -> int:
    """Return the id of the member with exactly that folded name; makes one without an account."""
    found = await session.execute(
        select(members.c.id)
        .where(members.c.team_id == team_id, members.c.key == fold(name))
        .order_by(members.c.removed_at.is_not(None), members.c.id)
    )
    known = found.scalar()
    if known is not None:
        return int(known)
    made = await session.execute(
        insert(members).values(team_id=team_id, name=clean(name), key=fold(name), role="rep", joined_at=now)
    )
    return made_id(made)


def _hash(token: str) -> str:
    return hashlib.sha256(token.strip().encode()).hexdigest()
