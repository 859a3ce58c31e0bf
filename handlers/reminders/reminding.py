"""Tells follow-ups at their time: in the member's private chat, outside quiet hours, several at once as one list."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers.base import Button, Reply, Team
from handlers.buttons import data, in_rows
from handlers.clockwork.hours import quiet_hours
from handlers.clockwork.teams import team_named
from handlers.clockwork.telling import tell_member
from handlers.reminders.followups import told, what
from metrics.periods.timetable import is_quiet, out_of
from metrics.wording import Html, Say
from store import Database, Session
from store.customers import followups
from store.customers.followups import FollowUp

MOST = 60
LISTED = 20
ALONE = 3
"""So many follow-ups that are due at once come one by one; more come as a list."""


async def remind(database: Database, now: datetime) -> None:
    """Tell every follow-up that has become due."""
    async with database.read() as session:
        if not await followups.due(session, now):
            return
    async with database.begin() as session:
        due = await followups.claim(session, now, MOST)
        by_member: dict[tuple[int, int], list[FollowUp]] = defaultdict(list)
        teams: dict[int, Team] = {}
        for one in due:
            if one.team_id not in teams:
                teams[one.team_id] = await team_named(session, one.team_id)
            if not await _waits(session, teams[one.team_id], one, now):
                by_member[one.team_id, one.member_id].append(one)
        for (team_id, member_id), mine in by_member.items():
            await _tell(session, team_id, member_id, mine, now)


async def _waits(session: Session, team: Team, one: FollowUp, now: datetime) -> bool:
    """Put off to the morning what comes late into the quiet hours; a time chosen within them is meant."""
    quiet = quiet_hours(team)
    if not is_quiet(quiet, team.zone, now) or is_quiet(quiet, team.zone, one.due_at):
        return False
    await followups.put_off(session, team.id, one.id, out_of(quiet, team.zone, now))
    return True


async def _tell(session: Session, team_id: int, member_id: int, mine: Sequence[FollowUp], now: datetime) -> None:
    if len(mine) > ALONE:
        key = f"followups:{mine[0].id}:{mine[0].rounds}"
        await tell_member(session, team_id, member_id, lambda say: listing(say, mine), key=key, now=now,
                          kind="reminder")  # fmt: skip
        return
    for one in mine:
        await tell_member(
            session, team_id, member_id, lambda say, one=one: told(say, one),  # type: ignore[misc]
            key=f"followup:{one.id}:{one.rounds}", now=now, kind="reminder",
        )  # fmt: skip


def listing(say: Say, mine: Sequence[FollowUp]) -> Reply:
    """Word several follow-ups as one list, a button for each; more than twenty go on in further messages."""
    title = say.plural("⏰ {n} follow-up is due", "⏰ {n} follow-ups are due", n=len(mine))
    lines = [
        say("{number}. {what}", number=str(number), what=Html(what(say, one))) for number, one in enumerate(mine, 1)
    ]
    first, *others = [
        Reply("\n".join(lines[at : at + LISTED]), numbered(mine[at : at + LISTED], at + 1))
        for at in range(0, len(mine), LISTED)
    ]
    return replace(first, text=f"{title}\n{first.text}", then=tuple(others))


def numbered(mine: Sequence[FollowUp], first: int) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each follow-up, five in a row, the numbers from ``first`` on."""
    keys = [Button(str(number), data("fu", one.id, "s")) for number, one in enumerate(mine, first)]
    return in_rows(keys, 5)
