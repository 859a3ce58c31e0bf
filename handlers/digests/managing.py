"""``/digest``: makes, shows, changes, previews, pauses and removes the team's digests, by buttons in one message.

In a group nothing is shown of a digest that goes to somebody's private chat but that it does.
"""

from dataclasses import replace
from typing import Any

from handlers.base import LEADERS, Button, Handler, Reply, Request, Team, UserError, team_of
from handlers.buttons import STALE, data, id_of, parts_of
from handlers.clockwork.calendar import weekdays
from handlers.clockwork.covering import covered
from handlers.clockwork.places import places_of
from handlers.clockwork.retiming import HOUR_CHANGED, renew, retime
from handlers.digests.composing import OFFERED, USUAL, compose, pictured
from handlers.digests.history import log
from handlers.digests.linking import here
from handlers.digests.sending import GRACE, KIND, upcoming, view_of
from handlers.digests.showing import CHOICES, EVERY, HOURS, Shown, back, managed, metrics, title
from handlers.team.setting_kinds import LANGUAGES
from metrics.periods.timetable import Rule, next_run, rule_of
from metrics.wording import Say, phrase
from store import NotFound, Session
from store.names import fold
from store.people.membership import members_of
from store.queues import outbox, schedules
from store.queues.schedules import Schedule

MOST = 20


async def digest(request: Request) -> Reply:
    """List the team's digests, or make a new one; ``/digest log`` tells what was sent."""
    if fold(request.argument) in {"log", "nhat ky"}:
        return await log(request)
    team = team_of(request)
    async with request.database.read() as session:
        link = await here(session, request)
        known = await schedules.of_kind(session, team.id, KIND)
        shown = [await _shown(session, team, one) for one in known if link is None or one.chat_id == link.chat_id]
    say = request.say
    named = [(one.schedule.id, title(say.plain, one.schedule, one.places, _own(request))) for one in shown]
    rows: list[tuple[Button, ...]] = [(Button(name, data("dg", number, "v")),) for number, name in named]
    new = [Button(say.plain("New: {every}", every=words), data("dg", "0", letter)) for letter, words in EVERY.items()]
    rows += [tuple(new[:2]), tuple(new[2:])]
    said = say("Which digest, or a new one?") if shown else say("No digest yet. How often should one come here?")
    return Reply(said, tuple(rows))


def _own(request: Request) -> int:
    return request.member.telegram_id


async def _press(request: Request) -> Reply:
    if request.member.role not in LEADERS:
        raise UserError(phrase("Digests are made by managers and owners. You can send: /today"))
    number, act = parts_of(request.argument, 2)
    if id_of(number) == 0:
        return await _new(request, act)
    team = team_of(request)
    async with request.database.read() as session:
        shown = await _shown(session, team, await _known(session, team, id_of(number)))
    if act == "p":
        return await _preview(request, shown.schedule)
    choose = CHOICES.get(act)
    if choose is not None:
        return replace(managed(request, shown), buttons=(*choose(request, shown), back(request, shown)), edits=True)
    return await _changed(request, shown, act)


async def _new(request: Request, letter: str) -> Reply:
    """Make a digest with the usual figures at 8:00, in the chat where it was asked for."""
    team = team_of(request)
    rule = _every(team, letter, "08:00")
    async with request.begin() as session:
        link = await here(session, request)
        if len(await schedules.of_kind(session, team.id, KIND)) >= MOST:
            raise UserError(phrase("A team has at most {most} digests. Remove one first: /digest", most=MOST))
        made = await schedules.add(
            session, team.id, KIND, rule.json(), team.zone.key, next_run(rule, team.zone, request.now), request.now,
            grace_s=_grace(rule), what={"metrics": list(USUAL), "rep": 0, "language": request.say.language},
            chat_id=link.chat_id if link else request.message.chat_id, thread_id=link.thread_id if link else 0,
            made_by_id=request.member.id,
        )  # fmt: skip
        shown = await _shown(session, team, await _known(session, team, made or 0))
        return await request.settle(session, replace(managed(request, shown), edits=True))


async def _changed(request: Request, shown: Shown, act: str) -> Reply:
    """Do what a button says, and show the digest as it is then."""
    team, one = team_of(request), shown.schedule
    hour, every = _hour(act), act[1:] if act[:1] == "e" else None
    resumed = act == "z" and one.paused_at is not None
    columns = _columns(request, shown, act) if hour is None else {}
    async with request.begin() as session:
        if hour is not None:
            rule = replace(rule_of(one.rule), at=f"{hour:02}:00")
            await retime(session, one, rule, team.zone, request.now, HOUR_CHANGED)
        if every is not None or resumed:
            rule = _every(team, every, rule_of(one.rule).at) if every else rule_of(one.rule)
            await renew(session, one, rule, team, request.now)
        if columns:
            await schedules.change(session, team.id, one.id, **columns)
        if act == "x":
            return await request.settle(session, Reply(request.say("Removed. Your other digests: /digest"), edits=True))
        now_shown = await _shown(session, team, await _known(session, team, one.id))
        reply = replace(managed(request, now_shown), edits=True)
        if act.startswith("m") and act != "m":
            reply = replace(reply, buttons=(*metrics(request, now_shown), back(request, now_shown)))
        return await request.settle(session, reply)


def _hour(act: str) -> int | None:
    """The hour that a button chooses; None for any other button."""
    value = act[1:]
    return int(value) if act[:1] == "h" and value.isdigit() and int(value) in HOURS else None


def _columns(request: Request, shown: Shown, act: str) -> dict[str, object]:
    """What a button changes; raises `UserError` for one that is not ours."""
    team, one, value = team_of(request), shown.schedule, act[1:]
    if act in {"v", "x", "z"}:
        now = request.now
        pause: dict[str, object] = {"paused_at": None if one.paused_at else now}
        return pause if act == "z" else {"removed_at": now} if act == "x" else {}
    if act[:1] == "e":
        return {"grace_s": _grace(_every(team, value, rule_of(one.rule).at))}
    if act[:1] == "a":
        return _placed(request, shown, value)
    return {"what": {**one.what, **_content(request, shown, act[:1], value)}}


def _placed(request: Request, shown: Shown, value: str) -> dict[str, object]:
    if value == "0":
        return {"chat_id": request.member.telegram_id, "thread_id": 0}
    link = next((link for link in shown.places.links if str(link.id) == value), None)
    if link is None:
        raise UserError(STALE)
    if shown.what.get("rep"):
        raise UserError(phrase("A group never sees one rep's figures: choose the whole team first."))
    return {"chat_id": link.chat_id, "thread_id": link.thread_id}


def _content(request: Request, shown: Shown, kind: str, value: str) -> dict[str, Any]:
    if kind == "l" and value in LANGUAGES:
        return {"language": value}
    if kind == "w" and value.isdigit() and (value == "0" or int(value) in shown.reps):
        if value != "0" and (shown.schedule.chat_id or 0) < 0:
            raise UserError(phrase("One rep's figures go to a private chat only: choose yours under Where first."))
        return {"rep": int(value)}
    if kind == "m" and value.isdigit() and int(value) < len(OFFERED):
        name, chosen = OFFERED[int(value)], list(shown.what["metrics"])
        left = [one for one in chosen if one != name] if name in chosen else [*chosen, name]
        if not left:
            raise UserError(phrase("A digest needs at least one figure."))
        return {"metrics": [one for one in OFFERED if one in left]}
    raise UserError(STALE)


def _every(team: Team, letter: str, at: str) -> Rule:
    if letter not in EVERY:
        raise UserError(STALE)
    weekly, monthly = Rule("week", at, on=0), Rule("month", at, on=1)
    return {"d": Rule("day", at), "k": Rule("day", at, days=weekdays(team), working=True), "w": weekly, "m": monthly}[
        letter
    ]


def _grace(rule: Rule) -> int:
    return int(GRACE[rule.every].total_seconds())


async def _preview(request: Request, one: Schedule) -> Reply:
    """Show the next digest as it would be now; that of a private chat not in a group, where all would read it."""
    team, rule = team_of(request), rule_of(one.rule)
    if not request.message.private and (one.chat_id or 0) > 0:
        raise UserError(phrase("This digest goes to a private chat. Look at it there: /digest"))
    async with request.database.read() as session:
        period = await covered(session, one, rule, team, request.now)
    view = view_of(one, team, period, request.now, next_at=upcoming(one, team, request.now))
    say = Say(str(one.what.get("language", "en")))
    composed = await compose(request.database, view, say)
    if composed is None:
        return Reply(request.say("Nothing was logged, {period}: no digest would come.", period=period))
    return await pictured(composed, say, request.painter)


async def _known(session: Session, team: Team, schedule_id: int) -> Schedule:
    try:
        one = await schedules.schedule_of(session, team.id, schedule_id)
    except NotFound:
        raise UserError(STALE) from None
    if one.kind != KIND:
        raise UserError(STALE)
    return one


async def _shown(session: Session, team: Team, one: Schedule) -> Shown:
    reps = {row.id: row.name for row in await members_of(session, team.id)}
    muted = await outbox.is_muted(session, one.chat_id or 0, one.thread_id)
    return Shown(one, await places_of(session, team.id), reps, muted)


BUTTONS: dict[str, Handler] = {"dg": _press}
