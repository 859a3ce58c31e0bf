"""Tells each owner, once a week, which of their customers stopped buying, with the buttons that keep the reason.

Those whom nobody looks after are one list for the managers. It comes on the first day of the week that the team works,
holidays left out; nothing comes where nobody stopped.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from handlers.base import Reply, Team
from handlers.clockwork.calendar import is_holiday, weekdays
from handlers.clockwork.hours import quiet_hours
from handlers.clockwork.occasions import Occasion, Outcome, Standing
from handlers.clockwork.telling import Place, place_of, tell
from handlers.customers.leaving import NOBODY, Week, looking_after, shown
from handlers.figures.asked import rules_of
from metrics.facts.leaving import newly_inactive
from metrics.periods.timetable import Rule, out_of
from metrics.periods.wall import local_midnight
from metrics.wording import Say
from store import Session
from store.facts.leaving import Gone
from store.people.reaching import Reached, chat_of, leaders_of

KIND = "leaving"
STANDING = Standing(KIND, Rule("day", "09:00"), timedelta(days=3))
_WEEK = timedelta(days=7)
_LONGEST_REST = 4
"""So many weeks without a working day are caught up with, as around Tết."""


async def part(occasion: Occasion) -> Outcome:
    """Tell each owner, and the managers, who stopped buying in the weeks of which nobody has been told."""
    team = occasion.team
    async with occasion.database.read() as session:
        told = [one for week in _weeks(team, occasion.due) for one in await _of_week(session, occasion, week)]
    if not told:
        return Outcome("empty")
    due_at = out_of(quiet_hours(team), team.zone, occasion.now)

    async def write(session: Session) -> None:
        for key, place, reply in told:
            await tell(session, place, lambda _say, reply=reply: reply, key=key, now=occasion.now, kind="reminder",  # type: ignore[misc]
                       due_at=due_at)  # fmt: skip

    return Outcome(write=write)


async def _of_week(session: Session, occasion: Occasion, week: Week) -> list[tuple[str, Place, Reply]]:
    """What each owner, and of nobody's customers each manager, is told of a week, under the key that tells it once."""
    team = occasion.team
    cared = await looking_after(session, team.id)
    by_owner: dict[int, list[Gone]] = defaultdict(list)
    for one in await newly_inactive(session, rules_of(team), occasion.now, None, week):
        by_owner[one.owner_id if one.owner_id in cared else NOBODY].append(one)
    told, monday = [], f"{week[0].astimezone(team.zone):%Y%m%d}"
    for owner, mine in sorted(by_owner.items()):
        for reached in await _hearing(session, team.id, owner):
            key = f"{KIND}:{owner}:{monday}" if owner else f"{KIND}:nobody:{reached.member_id}:{monday}"
            told.append((key, place_of(reached), shown(Say(reached.language), team, mine, week, owner)))
    return told


async def _hearing(session: Session, team_id: int, owner: int) -> list[Reached]:
    if owner == NOBODY:
        return await leaders_of(session, team_id)
    reached = await chat_of(session, team_id, owner)
    return [] if reached is None else [reached]


def _weeks(team: Team, due: datetime) -> Iterator[Week]:
    """Yield the weeks to tell of: on the first working day the last one, and those after which nobody has worked."""
    today = due.astimezone(team.zone).date()
    monday = today - timedelta(days=today.weekday())
    if not _works(team, today) or _worked(team, monday, today):
        return
    for _ in range(_LONGEST_REST):
        yield local_midnight(monday - _WEEK, team.zone), local_midnight(monday, team.zone)
        monday -= _WEEK
        if _worked(team, monday, monday + _WEEK):
            return


def _works(team: Team, day: date) -> bool:
    return day.weekday() in weekdays(team) and not is_holiday(team, day)


def _worked(team: Team, first: date, end: date) -> bool:
    """Whether the team worked on a day from the first to before the end."""
    return any(_works(team, first + timedelta(days=number)) for number in range((end - first).days))
