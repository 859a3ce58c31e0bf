"""A question as it is kept, and its answer: the figure, its picture, and buttons that ask it a little differently."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.base import Button, Document, Photo, Reply, Request, Role, Team, UserError
from handlers.figures.rows import workbook
from handlers.suggestions import STALE, data, id_of, parts_of, running
from handlers.suggestions import rows as button_rows
from handlers.team.members import JOINING
from metrics import METRICS, REPORTS, kpi
from metrics.answers.asking import ask
from metrics.answers.asking import rows as records_behind
from metrics.answers.explaining import explain
from metrics.answers.rendering import render
from metrics.base import BREAKDOWNS, TIMES, Answer, Breakdown, Metric, Scope, TeamScope
from metrics.periods import Period, from_key, key, step, year_earlier
from metrics.periods.workdays import WorkWeek
from metrics.refusals import Refused, Unanswerable
from metrics.wording import Phrase, phrase
from store import NotFound
from store.facts import Filters
from store.queues import questions as store

BY_KEY: Mapping[str, Metric] = {metric.key: metric for metric in (*METRICS, *REPORTS)}
"""Each metric and report by the name it is asked by."""

YEAR = "year"
_WHOLE = "-"  # no breakdown, in a button's payload
_FIRST_DAYS = 5
_WIDE = 3  # more buttons side by side lose their words on a phone


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is kept: a metric's key, a period's key, a breakdown, filters, what it is compared with.

    ``versus`` is a period's key, ``year`` for the same dates a year earlier, or None for the period before. ``of`` are
    the metrics that a report is asked about, where some are named.
    """

    metric: str
    period: str
    by: Breakdown | None = None
    filters: Filters = field(default_factory=Filters)
    versus: str | None = None
    of: tuple[str, ...] = ()


def kept(asked: Asked) -> dict[str, Any]:
    """Write a question as JSON."""
    return asdict(asked)


def unkept(question: Mapping[str, Any]) -> Asked:
    """Read what `kept` wrote; raises `UserError` for a metric that is no more."""
    about = question.get("of") or ()
    about = (about,) if isinstance(about, str) else tuple(about)
    if not {question.get("metric"), *about} <= set(BY_KEY):
        raise UserError(STALE)
    return Asked(**{**question, "filters": Filters(**question["filters"]), "of": about})


def team_of(request: Request) -> Team:
    """Return the team of who asks; raises `UserError` for a stranger."""
    if request.team is None:
        raise UserError(JOINING)
    return request.team


def rules_of(team: Team) -> TeamScope:
    """Return the team's rules that figures depend on."""
    target: Any = team.settings["service_target_hours"]
    return TeamScope(
        team.id,
        team.zone,
        team.currency,
        team.window_days,
        team.journey_gap_days,
        team.return_basis,
        WorkWeek.of(team.settings),
        float(target),
    )


def scope_of(team: Team, now: datetime, asked: Asked) -> Scope:
    """Return what the metrics need to know to answer."""
    rules = rules_of(team)
    period, versus = _period(team, now, asked.period), asked.versus
    if versus is not None:
        before = year_earlier(period, now) if versus == YEAR else _period(team, now, versus)
    return Scope(
        rules,
        period,
        now,
        by=asked.by,
        filters=asked.filters,
        versus=None if versus is None else before,
        of=tuple(BY_KEY[name] for name in asked.of),
    )


def _period(team: Team, now: datetime, text: str) -> Period:
    try:
        period = from_key(text, team.zone, now)
    except ValueError:
        raise UserError(STALE) from None
    if period.start > now:
        raise UserError(phrase("That period has not begun yet."))
    return period


async def answered(request: Request, asked: Asked, question_id: int | None = None) -> Reply:
    """Answer a question; a new one is kept, so that its buttons work as long as the chat lasts."""
    authorise(request, asked)
    metric, scope = BY_KEY[asked.metric], scope_of(team_of(request), request.now, asked)
    try:
        async with request.database.read() as session:
            answer = await ask(metric, session, scope)
    except Unanswerable as refused:
        words = [asked.metric, *asked.of, f"{refused.on:%d/%m/%Y}" if refused.on else ""]
        line = " ".join(words)
        raise UserError(refused.said, button_rows([running(line, line)] if refused.on else [])) from None
    except Refused as refused:
        raise await _offering(request, asked, refused) from None
    if question_id is None:
        question_id = await _keep(request, asked)
    picture = await render(answer, request.say, request.painter)
    buttons = button_rows(_buttons(request, asked, question_id, answer))
    photo = Photo(picture.png, picture.alt) if picture.png else None
    return Reply(picture.caption, buttons, photo, edits=request.message.data is not None)


def authorise(request: Request, asked: Asked) -> None:
    """Let reps see their own figures only; everyone else in the team sees all."""
    if request.member.role is Role.STRANGER:
        raise UserError(JOINING)
    if request.member.role is not Role.REP:
        return
    if "rep" not in BY_KEY[asked.metric].filters:
        raise UserError(
            phrase("{metric} is known for the whole team only, which managers see.", metric=BY_KEY[asked.metric].label)
        )
    if asked.filters.rep != request.member.id or asked.by == "rep":
        raise UserError(phrase("You see your own figures; those of others are for managers. You can send: /revenue"))


async def _keep(request: Request, asked: Asked) -> int:
    """Keep the question on its own: asked again after a crash it is merely kept twice."""
    async with request.database.begin() as session:
        return await store.keep_question(session, team_of(request).id, request.member.id, kept(asked), request.now)


async def _offering(request: Request, asked: Asked, refused: Refused) -> UserError:
    """What the metric does not carry, with buttons for what it does."""
    metric = BY_KEY[asked.metric]
    carried = {name: value for name, value in asdict(asked.filters).items() if name in metric.filters}
    open_question = replace(asked, by=None, of=(), filters=Filters(**carried))
    question_id = await _keep(request, open_question)
    return UserError(refused.said, button_rows(_breakdowns(request, open_question, question_id, whole=True)))


def _buttons(request: Request, asked: Asked, question_id: int, answer: Answer) -> tuple[tuple[Button, ...], ...]:
    return (
        _neighbours(request, asked, question_id, answer),
        *_breakdowns(request, asked, question_id, whole=asked.by is not None),
        *_choosing(request, asked),
        (
            Button(request.say.plain("How?"), _payload("how", question_id, asked)),
            Button(request.say.plain("Rows"), _payload("rows", question_id, asked)),
        ),
    )


def _choosing(request: Request, asked: Asked) -> tuple[tuple[Button, ...], ...]:
    """The way to choose the team's KPIs, for those who may."""
    if asked.metric != kpi.REPORT.key or request.member.role not in {Role.MANAGER, Role.OWNER}:
        return ()
    return ((Button(request.say.plain("Choose the figures"), data("kpis", "choose")),),)


def _neighbours(request: Request, asked: Asked, question_id: int, answer: Answer) -> tuple[Button, ...]:
    """Previous and next period; none beyond the running one."""
    say, period = request.say.plain, _period(team_of(request), request.now, asked.period)
    row = []
    before, after = step(period, -1, request.now), step(period, 1, request.now)
    if before is not None:
        empty = answer.figure.n == 0 and period.running and period.unit == "month" and period.days <= _FIRST_DAYS
        label = say("Last month") if empty else f"‹ {say.value(before)}"
        row.append(Button(label, _payload("period", question_id, replace(asked, period=key(before)))))
    if after is not None:
        row.append(Button(f"{say.value(after)} ›", _payload("period", question_id, replace(asked, period=key(after)))))
    return tuple(row)


def _breakdowns(request: Request, asked: Asked, question_id: int, *, whole: bool) -> tuple[tuple[Button, ...], ...]:
    """The breakdowns that the metric carries and that say something new; "Total" leads back."""
    say, metric = request.say.plain, BY_KEY[asked.metric]
    shut = (TIMES - metric.views) | asked.filters.named | {asked.by}
    if request.member.role is Role.REP:
        shut |= {"rep"}
    total = [Button(say("Total"), _payload("by", question_id, replace(asked, by=None)))] if whole else []
    row = total + [
        Button(say("By {what}", what=words), _payload("by", question_id, replace(asked, by=by)))
        for by, words in BREAKDOWNS.items()
        if by in metric.breakdowns | metric.views and by not in shut
    ]
    wide = _WIDE if len(row) <= _WIDE else _WIDE - 1
    return tuple(tuple(row[at : at + wide]) for at in range(0, len(row), wide))


def _payload(verb: str, question_id: int, asked: Asked) -> str:
    return data(verb, question_id, asked.period, asked.by or _WHOLE)


async def pressed(request: Request) -> tuple[int, Asked]:
    """Return the question that a button under an answer asks, with its id; another team's are not found."""
    number, period, by = parts_of(request.argument, 3)
    question_id = id_of(number)
    if by != _WHOLE and by not in BREAKDOWNS:
        raise UserError(STALE)
    try:
        async with request.database.read() as session:
            question = await store.kept_question(session, team_of(request).id, question_id)
    except NotFound:
        raise UserError(STALE) from None
    before = unkept(question)
    moved = period != before.period and before.versus not in {None, YEAR}
    versus = None if moved else before.versus
    asked = replace(before, period=period, by=None if by == _WHOLE else by, versus=versus)  # type: ignore[arg-type]
    authorise(request, asked)
    return question_id, asked


async def again(request: Request) -> Reply:
    """Answer a button for another period or breakdown, in the message that carries it."""
    question_id, asked = await pressed(request)
    return await answered(request, asked, question_id)


async def how(request: Request) -> Reply:
    """Say how the figure came about: formula, numbers, what was left out."""
    _, asked = await pressed(request)
    async with request.database.read() as session:
        answer = await ask(BY_KEY[asked.metric], session, scope_of(team_of(request), request.now, asked))
    return Reply(explain(answer, request.say))


async def rows(request: Request) -> Reply:
    """Send the records behind the figure as a workbook."""
    _, asked = await pressed(request)
    async with request.database.read() as session:
        found = await records_behind(BY_KEY[asked.metric], session, scope_of(team_of(request), request.now, asked))
    if not found.records:
        raise UserError(NO_ROWS)
    zone = team_of(request).zone
    content = await asyncio.to_thread(workbook, found.columns, found.records, request.say, zone)
    return Reply(document=Document(f"{asked.metric}-{asked.period}.xlsx", content))


NO_ROWS: Phrase = phrase("There is no record behind this figure.")
BUTTONS = {"period": again, "by": again, "how": how, "rows": rows}
"""The buttons that this module answers."""
