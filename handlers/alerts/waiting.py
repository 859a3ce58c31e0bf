"""Leads without a contact and tickets without an answer: looked at by the minute, told once when they wait too long.

The manager who set the alert hears of all, in one message; who looks after them hears of their own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.alerts.kinds import WAITING, Alert, alerts_in
from handlers.alerts.things import SHOWN, named, told, waiting
from handlers.base import Reply, Team
from handlers.clockwork.hours import quiet_hours
from handlers.clockwork.looking import Watch, look_at_teams
from handlers.clockwork.teams import team_named
from handlers.clockwork.telling import Place, place_of, tell
from handlers.figures.asked import rules_of
from metrics.periods.timetable import out_of
from metrics.wording import Say
from store import Database, Session
from store.facts.untouched import Thing
from store.people.reaching import chat_of, leaders_of
from store.queues import looks

KIND = "waiting"
AGAIN = timedelta(minutes=1)
MOST = 8
OWNERS = "owners"
"""Under what is kept of what its owner was told, by whichever alert."""
Told = Mapping[str, Sequence[int]]


async def _look(database: Database, look: looks.Look, now: datetime) -> None:
    async with database.read() as session:
        team, alerts = await team_named(session, look.team_id), await alerts_in(session, look.team_id)
        leaders = {one.chat_id: one.member_id for one in await leaders_of(session, team.id)}
        mine = [one for one in alerts if one.kind in WAITING]
        due = [one for one in mine if one.chat_id in leaders and not one.rests(now) and _works(team, now)]
        found = [(one, await waiting(session, team, one, now)) for one in due]
    names = {name_of(one) for one in mine}
    before = {name: ids for name, ids in look.kept.get("told", {}).items() if name in names or name == OWNERS}
    kept, new = news(found, before)
    async with database.begin() as session:
        if not mine:
            await looks.end(session, team.id, KIND)
            return
        for place, told_there in (await places(session, team.id, new, leaders)).items():
            due_at, key = out_of(quiet_hours(team), team.zone, now), f"{KIND}:{now:%Y%m%dT%H%M%S}:{place.chat_id}"
            await tell(session, place, lambda say, said=told_there: together(say, team, said), key=key,  # type: ignore[misc]
                       now=now, kind="alert", due_at=due_at)  # fmt: skip
        await looks.looked(session, team.id, KIND, look.version, {"told": kept})


def _works(team: Team, now: datetime) -> bool:
    """Whether the team works now: nothing begins to wait too long while it does not, and nobody is called to it."""
    wall, week = now.astimezone(team.zone), rules_of(team).week
    return week.holds(wall.date()) and week.opens <= wall.time() <= week.closes


def name_of(one: Alert) -> str:
    """Under what is kept what was told of an alert; another limit is another alert."""
    return f"{one.id}:{one.limit:g}:{one.chat_id}"


@dataclass(frozen=True, slots=True)
class News:
    """What has begun to wait longer than an alert allows: all of it, and what its owner has not heard of either."""

    alert: Alert
    things: Sequence[Thing]
    unheard: frozenset[int]


def news(found: Sequence[tuple[Alert, list[Thing]]], before: Told) -> tuple[dict[str, list[int]], list[News]]:
    """Return what is told after this look, of what still waits, and what is new of each alert."""
    kept, new = {name: list(ids) for name, ids in before.items()}, []
    heard = set(kept.get(OWNERS, ()))
    for one, things in found:
        known = set(kept.get(name_of(one), ()))
        fresh = [thing for thing in things if thing.id not in known]
        kept[name_of(one)] = [thing.id for thing in things]
        unheard = frozenset(thing.id for thing in fresh) - heard
        heard |= unheard
        if fresh:
            new.append(News(one, fresh, unheard))
    still = {thing.id for _, things in found for thing in things}
    return kept | {OWNERS: sorted(heard & still if found else heard)}, new


async def places(
    session: Session, team_id: int, new: Sequence[News], leaders: Mapping[int, int]
) -> dict[Place, list[tuple[Alert, list[Thing]]]]:
    """Return what each chat hears: who set an alert all that is new, who looks after it, their own."""
    found: dict[Place, list[tuple[Alert, list[Thing]]]] = defaultdict(list)
    watching = {(leaders[one.alert.chat_id], one.alert.kind) for one in new}
    for one in new:
        found[Place(team_id, one.alert.chat_id, one.alert.language)].append((one.alert, list(one.things)))
        owned: dict[int, list[Thing]] = defaultdict(list)
        for thing in one.things:
            owner = thing.owner_id
            if owner is not None and thing.id in one.unheard and (owner, one.alert.kind) not in watching:
                owned[owner].append(thing)
        for owner, things in owned.items():
            reached = await chat_of(session, team_id, owner)
            if reached is not None:
                found[place_of(reached)].append((one.alert, things))
    return found


def together(say: Say, team: Team, said: Sequence[tuple[Alert, list[Thing]]]) -> Reply:
    """Word all that a chat has to hear at once as one message."""
    return told(say, team, *said[0]) if len(said) == 1 else among(say, team, said)


def among(say: Say, team: Team, said: Sequence[tuple[Alert, list[Thing]]]) -> Reply:
    """Word things that are told among others: a single one has one button, the numbers go on from list to list."""
    first, parts = 1, []
    for one, things in said:
        if len(things) == 1:
            parts.append(named(say, team, things[0]))
        else:
            parts.append(told(say, team, one, things, first))
            first += len(things[:SHOWN])
    return Reply("\n\n".join(one.text for one in parts), tuple(row for one in parts for row in one.buttons))


_WATCH = Watch(KIND, AGAIN, MOST, looks.due, _look)


async def watch_waiting(database: Database, now: datetime) -> None:
    """Look at the leads and tickets of the teams that are due."""
    await look_at_teams(_WATCH, database, now)
