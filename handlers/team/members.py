"""Who belongs to the team: joining by invite or claim code, inviting, roles, leaving."""

import re
from collections.abc import Sequence
from datetime import timedelta

from handlers.base import JOINING, LEADERS, Button, Reply, Request, Role, UserError
from handlers.buttons import running
from handlers.customers import visiting
from handlers.help import welcome
from handlers.suggestions import listed, nearest
from metrics.wording import Phrase, phrase
from store import NotFound, Session
from store.names import fold
from store.people import membership
from store.people import team as teams
from store.people.reaching import chat_of
from store.queues import schedules

INVITE_DAYS = 7
NAMES: dict[Role, Phrase] = {
    Role.OWNER: phrase("owner"),
    Role.MANAGER: phrase("manager"),
    Role.REP: phrase("rep"),
    Role.VIEWER: phrase("viewer"),
}
"""Each role as it is said."""

_WORDS = {
    "owner": Role.OWNER,
    "chu": Role.OWNER,
    "chu doi": Role.OWNER,
    "manager": Role.MANAGER,
    "quan ly": Role.MANAGER,
    "rep": Role.REP,
    "nhan vien": Role.REP,
    "viewer": Role.VIEWER,
    "nguoi xem": Role.VIEWER,
}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")  # what teams.team.make_invite gives


def is_token(text: str) -> bool:
    """Whether a text may be an invite's code rather than words."""
    return _TOKEN.fullmatch(text) is not None


async def start(request: Request) -> Reply:
    """Join by a code, make an owner's first team, or greet."""
    if request.argument:
        token = request.argument.split()[0]
        return await visiting.opened(request, token) or await _join(request, token)
    if request.team is not None:
        return welcome(request, request.team.name, request.member.role)
    if request.member.telegram_id in request.owner_ids:
        return await _found(request)
    raise UserError(JOINING)


async def _found(request: Request) -> Reply:
    """Make the team of a person whom the settings name as an owner; it bears their name until changed."""
    member, defaults = request.member, request.defaults
    async with request.begin() as session:
        team_id = await teams.create_team(
            session,
            name=member.name,
            zone=defaults.get("timezone", "Asia/Ho_Chi_Minh"),
            currency=defaults.get("currency", "VND"),
            locale=defaults.get("locale", "vi"),
            now=request.now,
        )
        await membership.join(session, team_id, member.account_id, member.name, Role.OWNER, request.now)
        return await request.settle(session, welcome(request, member.name, Role.OWNER))


async def _join(request: Request, token: str) -> Reply:
    member = request.member
    async with request.begin() as session:
        try:
            joined = await membership.redeem(session, token, member.account_id, member.name, request.now)
        except NotFound:
            raise UserError(
                phrase("This invite is used up, expired or mistyped. Ask your manager for a new one: /invite rep")
            ) from None
        if request.team is not None and joined.team_id == request.team.id and not _rises(member.role, joined.role):
            raise UserError(phrase("You are in {team} already. See /help", team=request.team.name))
        team = await teams.team_of(session, joined.team_id)
        return await request.settle(session, welcome(request, team.name, Role(joined.role)))


def _rises(before: Role, role: str) -> bool:
    """Whether a role may do more than the one before; an invite never takes rights away."""
    order = list(Role)
    return order.index(Role(role)) > order.index(before)


async def invite(request: Request) -> Reply:
    """Make a link by which one person joins with a role; managers invite reps, owners anyone."""
    role = _WORDS.get(fold(request.argument)) if request.argument else None
    allowed = list(NAMES) if request.member.role is Role.OWNER else [Role.REP]
    if role is None:
        raise UserError(phrase("Invite as whom? For example: /invite rep"), _role_buttons(request, "invite", allowed))
    if role not in allowed:
        raise UserError(phrase("Only an owner invites a {role}. You can send: /invite rep", role=NAMES[role]))
    team_id, expires = _team(request), request.now + timedelta(days=INVITE_DAYS)
    async with request.begin() as session:
        token = await membership.make_invite(session, team_id, role, request.member.id, request.now, expires)
        link = f"https://t.me/{request.bot_name}?start={token}"
        said = request.say(
            "Send this link to one person; it makes them {role} and works for {days} days:\n{link}",
            role=NAMES[role],
            days=INVITE_DAYS,
            link=link,
        )
        return await request.settle(session, Reply(said))


async def show(request: Request) -> Reply:
    """List the members with their roles."""
    async with request.database.read() as session:
        members = await membership.members_of(session, _team(request))
    lines = [
        request.say("{name} · {role}", name=member.name, role=NAMES[Role(member.role)])
        + ("" if member.account_id else " · " + request.say("not on Telegram yet"))
        for member in members
    ]
    title = request.say("<b>{team}</b>", team=request.team.name if request.team else "")
    return Reply("\n".join([title, *lines]))


async def change_role(request: Request) -> Reply:
    """Give a member another role: ``/role Lan manager``; a team keeps at least one owner."""
    name, role = _named_role(request.argument)
    if role is None or not name:
        raise UserError(phrase("Name a member and a role. For example: /role Lan manager"))
    async with request.begin() as session:
        members = await membership.members_of(session, _team(request))
        member = _member(name, members, f"role {{}} {role}")
        if role is not Role.OWNER:
            _keeps_an_owner(member, members)
        if role not in LEADERS:
            await _quiet(session, request, member)
        await membership.change_role(session, member.team_id, member.id, role)
        said = request.say("{name} is now {role}.", name=member.name, role=NAMES[role])
        return await request.settle(session, Reply(said))


async def remove(request: Request) -> Reply:
    """End a membership: ``/remove Lan``; what the member logged stays."""
    if not request.argument:
        raise UserError(phrase("Name the member who leaves. For example: /remove Lan"))
    async with request.begin() as session:
        members = await membership.members_of(session, _team(request))
        member = _member(request.argument, members, "remove {}")
        _keeps_an_owner(member, members)
        await _quiet(session, request, member)
        await membership.remove_member(session, member.team_id, member.id, request.now)
        said = request.say("{name} has left the team; what they logged stays.", name=member.name)
        return await request.settle(session, Reply(said))


async def _quiet(session: Session, request: Request, member: membership.MemberRow) -> None:
    """End the digests that come to the private chat of somebody who leads the team no longer."""
    reached = await chat_of(session, member.team_id, member.id)
    if reached is not None:
        await schedules.end_in(session, member.team_id, reached.chat_id, 0, request.now)


def _team(request: Request) -> int:
    if request.team is None:
        raise UserError(JOINING)
    return request.team.id


def _named_role(text: str) -> tuple[str, Role | None]:
    """Split ``Lan quản lý`` into the name and the role that its last one or two words say."""
    words = text.split()
    for count in (2, 1):
        role = _WORDS.get(fold(" ".join(words[-count:])))
        if role is not None:
            return " ".join(words[:-count]), role
    return text, None


def _member(name: str, members: Sequence[membership.MemberRow], line: str) -> membership.MemberRow:
    """The one member of that name; ``line`` is the command that names another instead, as buttons."""
    wanted = fold(name.removeprefix("@"))
    equal = [member for member in members if fold(member.name) == wanted]
    if len(equal) == 1:
        return equal[0]
    near = equal or _near(wanted, members)
    if not near:
        raise UserError(phrase("Nobody in the team is called {name}. See /team", name=name[:40]))
    names = listed([member.name for member in near])
    buttons = tuple(running(member.name, line.format(member.name)) for member in near if not equal)
    raise UserError(phrase("Which one do you mean: {names}?", names=names), tuple(row for row in buttons if row))


def _near(wanted: str, members: Sequence[membership.MemberRow]) -> list[membership.MemberRow]:
    by_key = {fold(member.name): member for member in members}
    partly = [member for key, member in by_key.items() if wanted in key.split()]
    return partly[:5] or [by_key[key] for key in nearest(wanted, by_key)]


def _keeps_an_owner(member: membership.MemberRow, members: Sequence[membership.MemberRow]) -> None:
    owners = [one for one in members if one.role == Role.OWNER and one.account_id]
    if [one.id for one in owners] == [member.id]:
        raise UserError(
            phrase("{name} is the only owner. Name another first, for example: /role Lan owner", name=member.name)
        )


def _role_buttons(request: Request, verb: str, roles: Sequence[Role]) -> tuple[tuple[Button, ...], ...]:
    return tuple(running(request.say.plain(NAMES[role]), f"{verb} {role}") for role in roles)
