"""Setting targets: by a line, or by buttons that end in values near what the last period brought."""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from handlers.base import LEADERS, Button, Handler, Reply, Request, UserError, team_of
from handlers.buttons import STALE, data, id_of, in_rows, parts_of
from handlers.figures import shares
from handlers.figures.asked import BY_KEY, name_of, rules_of
from handlers.figures.naming import names as metric_names
from handlers.parsing.planned import read_plan
from handlers.parsing.targets import TargetLine, split_metric
from handlers.suggestions import nearest
from handlers.team.target_list import EVERY, METRIC_KEYS, MOST_REPS, listed, said
from metrics.answers.asking import ask
from metrics.answers.targets import UNITS
from metrics.base import Metric, Scope, quantity
from metrics.periods import Period, current, step
from metrics.targets import UNIT_NAMES
from metrics.wording import phrase
from store import NotFound, Session
from store.catalogue.targets import Target, set_targets, take_target_back, targets_on
from store.facts import Filters
from store.names import fold, given_keys
from store.people.membership import members_of
from store.records.entries import TargetEntry

_COMMON = ("revenue", "calls", "aov", "retention", "winrate", "value")
_RAISED = (1.0, 1.1, 1.2, 1.5)


async def target(request: Request) -> Reply:
    """List the targets, or set one: ``/target revenue 500m month @Lan``."""
    if not request.argument.strip():
        return await listed(request)
    key, rest = split_metric(request.argument, _names())
    if key is None:
        raise _unknown(request)
    metric, team = BY_KEY[key], team_of(request)
    wanted = read_plan(rest, metric.unit, team.currency, team.zone, request.now)
    if wanted.doubtful:
        said = phrase("I am not sure of “{part}”. For example: {example}", part=wanted.doubtful[:40],
                      example=_example(metric, request))  # fmt: skip
        raise UserError(said)
    shares.settle(request, metric, wanted.bare, f"target {name_of(metric, request.say.language)}", rest)
    first = _first_day(wanted, metric, request)
    async with request.begin() as session:
        member_id = await _member(session, request, wanted.rep) if wanted.rep else None
        if wanted.unit is None or (wanted.value is None and not wanted.ends):
            return await request.settle(session, await _guided(session, request, metric, wanted, member_id))
        entry = _entry(request, metric, member_id, wanted.unit, None if wanted.ends else wanted.value, first)
        return await request.settle(session, await _set(session, request, entry))


def _first_day(wanted: TargetLine, metric: Metric, request: Request) -> date | None:
    """The first day of the period that is named; `UserError` when it is over, or ahead and without a value."""
    period = wanted.period
    if period is None:
        return None
    if period.full_end <= request.now:
        ahead = _running(request, "month").full_last_day + timedelta(days=1)
        example = _example(metric, request, when=f"{ahead:%m/%Y}")
        raise UserError(phrase("“{typed}” is over. For example: {example}", typed=wanted.typed[:40], example=example))
    if period.start > request.now and wanted.value is None and not wanted.ends:
        example = _example(metric, request, when=wanted.typed[:40])
        raise UserError(phrase("“{typed}”: how much? For example: {example}", typed=wanted.typed[:40], example=example))
    return period.first_day


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Every folded name of a metric that may have a target."""
    return {fold(name): key for name, key in metric_names().items() if key in METRIC_KEYS}


def _unknown(request: Request) -> UserError:
    word = request.argument.split()[0][:30]
    near = nearest(fold(word), _names())
    labels = {_names()[name] for name in near} or set(_COMMON[:3])
    plain = request.say.plain
    buttons = tuple((Button(plain(BY_KEY[key].label), data("tgt", key)),) for key in sorted(labels))
    return UserError(phrase("Which figure is “{word}”? For example: /target revenue 500m month", word=word), buttons)


def _example(metric: Metric, request: Request, unit: str = "month", *, when: str = "") -> str:
    """A line that works, in the words of whoever reads it."""
    plain, alike = request.say.plain, {"ratio": "75%", "days": "14", "minutes": "30"}
    money = plain("500m") if team_of(request).currency == "VND" else "50000"
    value = money if metric.unit == "money" else alike.get(metric.unit, "40")
    return plain("/target {metric} {value} {unit}", metric=name_of(metric, request.say.language), value=value,
                 unit=when or plain(UNIT_NAMES[unit]))  # fmt: skip


async def _member(session: Session, request: Request, word: str) -> int:
    """Return the one member whom ``@word`` names."""
    people = [one for one in await members_of(session, team_of(request).id) if one.role != "viewer"]
    key = fold(word)
    exact = [one for one in people if fold(one.name).replace(" ", "") == key]
    found = exact or [one for one in people if key in {given.replace(" ", "") for given in given_keys(one.name)}]
    if len(found) != 1:
        listed = ", ".join(f"@{one.name.replace(' ', '')}" for one in (found or people)[:MOST_REPS])
        raise UserError(phrase("Who is “@{name}”? There are: {names}", name=word[:30], names=listed))
    return found[0].id


def _entry(
    request: Request, metric: Metric, member_id: int | None, unit: str, value: float | None, first: date | None = None
) -> TargetEntry:
    """The target from a first day on, else the running unit's; `UserError` for what is no wanted or does not apply."""
    if member_id is not None and "rep" not in metric.filters:
        raise UserError(phrase("{metric} is known for the whole team only.", metric=metric.label))
    if value is not None and not 0 <= value < 10**15:
        raise UserError(phrase("A target is 0 or more. For example: {example}", example=_example(metric, request)))
    return TargetEntry(metric.key, member_id, unit, first or _running(request, unit).first_day, value)


def _running(request: Request, unit: str) -> Period:
    return current(unit, team_of(request).zone, request.now)  # type: ignore[arg-type]


async def _set(session: Session, request: Request, entry: TargetEntry, *, edits: bool = False) -> Reply:
    """Keep the target and say it; the button takes it back."""
    say, team = request.say, team_of(request)
    before = next((one for one in await targets_on(session, team.id, entry.from_day) if _alike(one, entry)), None)
    made = await set_targets(session, team.id, [entry], request.member.id, request.now)
    if entry.value is None:
        if before is None:
            return Reply(say("There is no such target. All of them: /target"), edits=edits)
        ahead = entry.from_day > _running(request, entry.unit).first_day
        gone = said(request, before)
        text = (
            say("Removed from {day} on: {target}", day=entry.from_day, target=gone)
            if ahead
            else say("Removed: {target}", target=gone)
        )
    else:
        members = {one.id: one.name for one in await members_of(session, team.id)}
        name = members.get(entry.member_id) if entry.member_id else None
        now = Target(0, entry.metric, entry.member_id, name, entry.unit, entry.from_day, entry.value)
        text = say("Target: {target}, from {day} on", target=said(request, now), day=entry.from_day)
        if before is not None and made:
            text = f"{text}\n{say('It was: {target}', target=said(request, before))}"
    undo = ((Button(say.plain("Undo it"), data("tgtundo", made[0])),),) if made else ()
    return Reply(text, undo, edits=edits)


def _alike(one: Target, entry: TargetEntry) -> bool:
    return (one.metric, one.member_id, one.unit) == (entry.metric, entry.member_id, entry.unit)


async def _press(request: Request) -> Reply:
    """One step of setting a target by buttons: metric, whom, unit, value."""
    _manages(request)
    parts = request.argument.split(":")
    async with request.begin() as session:
        reply = await _step(session, request, parts)
        return await request.settle(session, replace(reply, edits=True))


async def _step(session: Session, request: Request, parts: list[str]) -> Reply:
    plain = request.say.plain
    if not parts[0]:
        buttons = [Button(plain(BY_KEY[key].label), data("tgt", key)) for key in _COMMON if key in METRIC_KEYS]
        rows = in_rows(buttons)
        return Reply(request.say("Which figure? Any other: /target and its name"), rows)
    if parts[0] not in METRIC_KEYS or len(parts) > 4:
        raise UserError(STALE)
    metric = BY_KEY[parts[0]]
    if len(parts) == 1:
        return await _whom(session, request, metric)
    member_id = id_of(parts[1]) or None
    if member_id is not None and member_id not in {one.id for one in await members_of(session, team_of(request).id)}:
        raise UserError(STALE)
    if len(parts) == 2:
        return await _guided(session, request, metric, TargetLine(), member_id)
    if parts[2] not in UNITS:
        raise UserError(STALE)
    if len(parts) == 3:
        return await _guided(session, request, metric, TargetLine(unit=parts[2]), member_id)
    try:
        value = float(parts[3])
    except ValueError:
        raise UserError(STALE) from None
    return await _set(session, request, _entry(request, metric, member_id, parts[2], value))


async def _whom(session: Session, request: Request, metric: Metric) -> Reply:
    plain = request.say.plain
    rows = [(Button(plain("The whole team"), data("tgt", metric.key, 0)),)]
    if "rep" in metric.filters:
        people = [one for one in await members_of(session, team_of(request).id) if one.role == "rep"]
        rows += [(Button(one.name[:60], data("tgt", metric.key, one.id)),) for one in people[:MOST_REPS]]
    return Reply(request.say("{metric}: whose target?", metric=metric.label), tuple(rows))


async def _guided(
    session: Session, request: Request, metric: Metric, wanted: TargetLine, member_id: int | None
) -> Reply:
    """Ask for the unit, then for the value, with those near the last whole unit's."""
    plain, who = request.say.plain, member_id or 0
    if wanted.unit is None:
        given = () if wanted.value is None else (_exactly(wanted.value),)
        units = tuple((Button(plain(EVERY[unit]), data("tgt", metric.key, who, unit, *given)),) for unit in UNITS)
        return Reply(request.say("{metric}: in each what?", metric=metric.label), units)
    scope = _last(request, wanted.unit, member_id)
    answer = await ask(metric, session, scope)
    example = _example(metric, request, wanted.unit)
    lines = [request.say("{metric} {every}: how much? For example: {example}", metric=metric.label,
                         every=EVERY[wanted.unit], example=example)]  # fmt: skip
    rows = []
    if answer.value:
        was = quantity(answer.value, metric.unit, team_of(request).currency)
        lines.append(request.say("{period}: {value}", period=scope.period, value=was))
        for value in _near(metric, answer.value):
            label = plain.value(quantity(value, metric.unit, team_of(request).currency))
            rows.append((Button(label, data("tgt", metric.key, who, wanted.unit, _exactly(value))),))
    return Reply("\n".join(lines), tuple(rows))


def _last(request: Request, unit: str, member_id: int | None) -> Scope:
    """The last whole unit, of the team or the rep."""
    team = team_of(request)
    running = _running(request, unit)
    period = step(running, -1, request.now) or running
    return Scope(rules_of(team), period, request.now, filters=Filters(rep=member_id))


def _exactly(value: float) -> str:
    """Write a value for a payload, losing nothing."""
    return str(int(value)) if value.is_integer() else repr(value)


def _near(metric: Metric, value: float) -> list[float]:
    """Round values from the last one up (or, where less is better, down)."""
    if metric.unit == "ratio":
        return [one for one in (round(value + add, 2) for add in (0, 0.05, 0.1)) if 0 < one <= 1]
    factors = _RAISED if metric.better == "up" else (1.0, 0.9, 0.8)
    digits = max(0, len(str(int(value))) - 2)
    found = [float(round(value * factor / 10**digits) * 10**digits) for factor in factors]
    return [one for one in dict.fromkeys(found) if one > 0]


async def _press_end(request: Request) -> Reply:
    _manages(request)
    target_id, team = id_of(request.argument), team_of(request)
    async with request.begin() as session:
        held = await targets_on(session, team.id, request.now.astimezone(team.zone).date())
        one = next((found for found in held if found.id == target_id), None)
        if one is None:
            raise UserError(phrase("That target is gone already. All of them: /target"))
        entry = TargetEntry(one.metric, one.member_id, one.unit, _running(request, one.unit).first_day, None)
        return await request.settle(session, await _set(session, request, entry, edits=True))


async def _press_undo(request: Request) -> Reply:
    _manages(request)
    (number,) = parts_of(request.argument, 1)
    async with request.begin() as session:
        try:
            await take_target_back(session, team_of(request).id, id_of(number))
        except NotFound:
            raise UserError(phrase("That target is gone already. All of them: /target")) from None
        return await request.settle(session, Reply(request.say("Taken back. All targets: /target"), edits=True))


def _manages(request: Request) -> None:
    """Refuse whoever may not set targets, now that they tap."""
    if request.member.role not in LEADERS:
        raise UserError(phrase("Only managers and owners set targets."))


BUTTONS: dict[str, Handler] = {"tgt": _press, "tgtend": _press_end, "tgtundo": _press_undo}
