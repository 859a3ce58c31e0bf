"""``/alert``: watches a figure: ``/alert revenue < 10tr``, ``/alert conversion below 20% by rep weekly``."""

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers.base import Button, Handler, Reply, Request, UserError
from handlers.figures import BY_KEY
from handlers.parsing.goals import read_goal, split_metric
from handlers.reading_questions import names as metric_names
from handlers.receipts import ANYONES, pressed, team_of
from handlers.suggestions import STALE, id_of, parts_of
from handlers.watching import KIND, STANDING, Alert, alerts_of, rewrite
from metrics import METRICS
from metrics.base import Metric, quantity
from metrics.periods.timetable import next_run
from metrics.wording import Phrase, Say, phrase
from store import Session, schedules
from store.names import fold
from store.schedules import Schedule

MOST = 20
SNOOZE = timedelta(days=7)
_BELOW = {"<", "<=", "below", "under", "duoi", "it hon", "thap hon"}
_ABOVE = {">", ">=", "above", "over", "tren", "nhieu hon", "cao hon"}
_COMPARED = re.compile(r"(<=?|>=?)|\b(" + "|".join(sorted(w for w in _BELOW | _ABOVE if w[0] not in "<>")) + r")\b")
_BY_REP = re.compile(r"\b(by rep|theo nhan vien)\b")
_WEEKLY = re.compile(r"\b(weekly|hang tuan|moi tuan)\b")
_EXAMPLE = phrase("Name a figure and a limit. For example: /alert revenue < 10m, or /alert calls < 5 by rep weekly")


async def alert(request: Request) -> Reply:
    """List the alerts, or add one."""
    if not request.argument.strip():
        return await _listed(request)
    made = _read(request)
    async with request.begin() as session:
        kept = await _kept(session, request)
        alerts = alerts_of(kept.what)
        if len(alerts) >= MOST:
            raise UserError(phrase("A team has at most {most} alerts. Remove one first: /alert", most=MOST))
        made = replace(made, id=1 + max((one.id for one in alerts), default=0))
        await rewrite(session, kept.team_id, kept.id, [*alerts, made])
        said = request.say(
            "Watched each morning: {alert}. You hear of it when it is crossed, and when it is back.",
            alert=_said(made, team_of(request).currency),
        )
        return await request.settle(session, Reply(said, ((_remove(request.say, made),),)))


def _read(request: Request) -> Alert:
    """Read the line; raises `UserError` for what is not plainly an alert."""
    if not request.message.private:
        raise UserError(phrase("Alerts come to your private chat: set them there. For example: /alert revenue < 10m"))
    names = {fold(name): key for name, key in metric_names().items() if key in {metric.key for metric in METRICS}}
    key, rest = split_metric(re.sub(r"([<>]=?)", r" \1 ", request.argument), names)
    folded = _folded(rest)
    compared = _COMPARED.search(folded)
    if key is None or compared is None:
        raise UserError(_EXAMPLE)
    metric = BY_KEY[key]
    by_rep, weekly = bool(_BY_REP.search(folded)), bool(_WEEKLY.search(folded))
    if by_rep and "rep" not in metric.breakdowns:
        raise UserError(phrase("<b>{metric}</b> is only known for the whole team.", metric=metric.label))
    value = _value(folded[compared.end() :], metric, request)
    return Alert(
        id=0, metric=key, below=compared[0] in _BELOW, limit=value, chat_id=request.member.telegram_id,
        language=request.say.language, by_rep=by_rep, weekly=weekly,
    )  # fmt: skip


def _folded(text: str) -> str:
    """Words without accents; signs and numbers as they are."""
    return " ".join(word if re.search(r"[<>%\d]", word) else fold(word) for word in text.split())


def _value(text: str, metric: Metric, request: Request) -> float:
    words = _WEEKLY.sub(" ", _BY_REP.sub(" ", text)).strip()
    goal = read_goal(words, metric.unit, team_of(request).currency)
    if goal.value is None or goal.doubtful or goal.rep or goal.unit or goal.ends:
        raise UserError(
            phrase("I am not sure of the limit “{part}”. For example: /alert revenue < 10m", part=words[:40])
        )
    return goal.value


async def _kept(session: Session, request: Request) -> Schedule:
    """The team's alerts, held until the transaction ends; made when the clock has not yet."""
    team = team_of(request)
    kept = await schedules.standing(session, team.id, KIND)
    if kept is None:
        due = next_run(STANDING.rule, ZoneInfo(team.zone.key), request.now)
        await schedules.add(
            session, team.id, KIND, STANDING.rule.json(), team.zone.key, due, request.now,
            grace_s=int(STANDING.grace.total_seconds()), key=KIND,
        )  # fmt: skip
        kept = await schedules.standing(session, team.id, KIND)
    if kept is None:
        raise UserError(STALE)
    return kept


async def _listed(request: Request) -> Reply:
    team = team_of(request)
    async with request.database.read() as session:
        known = await schedules.of_kind(session, team.id, KIND)
    alerts = [one for kept in known for one in alerts_of(kept.what) if one.metric in BY_KEY]
    if not alerts:
        return Reply(request.say(_EXAMPLE))
    lines = [request.say("Watched each morning:")]
    lines += [request.say("{number}. {alert}", number=str(one.id), alert=_said(one, team.currency)) for one in alerts]
    return Reply("\n".join(lines), tuple((_remove(request.say, one, number=True),) for one in alerts))


def _said(one: Alert, currency: str) -> Phrase:
    metric = BY_KEY[one.metric]
    value = quantity(one.limit, metric.unit, currency)
    words = phrase("{label} below {value}", label=metric.label, value=value)
    if not one.below:
        words = phrase("{label} above {value}", label=metric.label, value=value)
    if one.by_rep:
        words = phrase("{alert}, each rep", alert=words)
    return phrase("{alert}, by week", alert=words) if one.weekly else phrase("{alert}, by day", alert=words)


def _remove(say: Say, one: Alert, *, number: bool = False) -> Button:
    label = say.plain("Remove {number}", number=str(one.id)) if number else say.plain("Remove")
    return Button(label, f"v1|al|{one.id}:x")


async def _press(request: Request) -> Reply:
    """Remove an alert, or keep it quiet for a week."""
    if request.member.role not in ANYONES:
        raise UserError(phrase("Alerts are for managers and owners. You can send: /today"))
    number, act = parts_of(pressed(request), 2)
    if act not in {"x", "z"}:
        raise UserError(STALE)
    async with request.begin() as session:
        kept = await _kept(session, request)
        alerts = alerts_of(kept.what)
        one = next((one for one in alerts if one.id == id_of(number)), None)
        if one is None:
            raise UserError(phrase("That alert is gone already. See /alert"))
        if act == "x":
            left = [other for other in alerts if other.id != one.id]
            said = request.say("Removed: {alert}", alert=_said(one, team_of(request).currency))
        else:
            until = request.now + SNOOZE
            left = [replace(other, snoozed_until=until.isoformat()) if other is one else other for other in alerts]
            said = request.say("Quiet until {day}: {alert}", alert=_said(one, team_of(request).currency),
                               day=until.astimezone(team_of(request).zone).date())  # fmt: skip
        await rewrite(session, kept.team_id, kept.id, left)
        return await request.settle(session, Reply(said))


BUTTONS: dict[str, Handler] = {"al": _press}
