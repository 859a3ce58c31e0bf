"""The buttons that ask a question a little differently, and those that stand under one that has no answer."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.base import LEADERS, Button, Request, Role, UserError, team_of
from handlers.buttons import data, in_rows, running
from handlers.buttons import rows as button_rows
from handlers.figures.asked import BY_KEY, Asked, closed_to, fitted, kept, name_of, narrowed, period_of
from metrics import kpi
from metrics.base import BREAKDOWNS, TIMES, Answer
from metrics.periods import key, step
from metrics.refusals import Refused
from store.queues import questions as store

WHOLE = "-"
"""No breakdown, in a button's payload."""

_HELD = ("revenue", "calls")
"""Figures that are known by everything a report about several can be asked for."""

_FIRST_DAYS = 5
_LABEL = 60  # nobody reads a longer one on a phone
_WIDE = 3  # more buttons side by side lose their words on a phone


async def keep(request: Request, asked: Asked) -> int:
    """Keep the question on its own: asked again after a crash it is merely kept twice."""
    async with request.database.begin() as session:
        return await store.keep_question(session, team_of(request).id, request.member.id, kept(asked), request.now)


async def under(request: Request, asked: Asked, question_id: int, answer: Answer) -> tuple[tuple[Button, ...], ...]:
    """The buttons under an answer: its neighbours in time, its breakdowns, how it came about."""
    return (
        await _neighbours(request, asked, question_id, answer),
        *_breakdowns(request, asked, question_id, whole=asked.by is not None),
        *_choosing(request, asked),
        (
            Button(request.say.plain("How?"), payload("how", question_id, asked)),
            Button(request.say.plain("Rows"), payload("rows", question_id, asked)),
        ),
    )


def _choosing(request: Request, asked: Asked) -> tuple[tuple[Button, ...], ...]:
    """The way to choose the team's KPIs, for those who may."""
    if asked.metric != kpi.REPORT.key or request.member.role not in LEADERS:
        return ()
    return ((Button(request.say.plain("Choose the figures"), data("kpis", "choose")),),)


async def _neighbours(request: Request, asked: Asked, question_id: int, answer: Answer) -> tuple[Button, ...]:
    """Previous and next period; none beyond the running one."""
    say, period = request.say.plain, period_of(team_of(request), request.now, asked.period)
    empty = answer.figure.n == 0 and period.running and period.unit == "month" and period.days <= _FIRST_DAYS
    row = []
    for other, arrows in ((step(period, -1, request.now), "‹ {}"), (step(period, 1, request.now), "{} ›")):
        if other is None:
            continue
        moved = replace(asked, period=key(other))
        if BY_KEY[asked.metric].requires is None or await _fitted(request, moved) == moved:
            label = say("Last month") if empty and other.start < period.start else arrows.format(say.value(other))
            row.append(Button(label, payload("period", question_id, moved)))
    return tuple(row)


def _breakdowns(request: Request, asked: Asked, question_id: int, *, whole: bool) -> tuple[tuple[Button, ...], ...]:
    """The breakdowns that the metric carries and that say something new; "Total" leads back."""
    say, metric = request.say.plain, BY_KEY[asked.metric]
    shut = (TIMES - metric.views) | asked.filters.named | {asked.by}
    if request.member.role is Role.REP:
        shut |= {"rep"}
    total = [Button(say("Total"), payload("by", question_id, replace(asked, by=None)))] if whole else []
    row = total + [
        Button(say("By {what}", what=words), payload("by", question_id, replace(asked, by=by)))
        for by, words in BREAKDOWNS.items()
        if by in metric.breakdowns | metric.views and by not in shut
    ]
    wide = _WIDE if len(row) <= _WIDE else _WIDE - 1
    return in_rows(row, wide)


def payload(verb: str, question_id: int, asked: Asked) -> str:
    """What a button carries that asks a kept question for a period and a breakdown."""
    return data(verb, question_id, asked.period, asked.by or WHOLE)


async def offered(request: Request, offers: Mapping[str, Asked]) -> tuple[tuple[Button, ...], ...]:
    """Lines as buttons that send them; a line too long for one is kept, and its button asks what was kept."""
    rows = []
    for line, asked in offers.items():
        label = line if len(line) <= _LABEL else f"{line[:_LABEL]}…"
        rows.append(running(label, line) or await _kept(request, label, asked))
    return button_rows(rows)


async def choices(request: Request, questions: Mapping[str, Asked]) -> tuple[tuple[Button, ...], ...]:
    """Questions by their labels, each without what has no answer; those that have none at all are left out."""
    rows = []
    for label, asked in questions.items():
        found = await _fitted(request, asked) or await _fitted(request, narrowed(asked))
        if found is not None:
            rows.append(await _kept(request, label, found))
    return button_rows(rows)


async def _kept(request: Request, label: str, asked: Asked) -> tuple[Button, ...]:
    return (Button(label, payload("by", await keep(request, asked), asked)),)


async def offering(request: Request, asked: Asked, refused: Refused) -> UserError:
    """What the metric does not answer, with buttons for what it does."""
    other = narrowed(asked)
    found = await _fitted(request, other)
    if found is None:
        return UserError(refused.said, await choices(request, {line_of(one, request): one for one in _others(other)}))
    if found.period != other.period:
        return UserError(refused.said, await choices(request, {line_of(found, request): found}))
    question_id = await keep(request, found)
    return UserError(refused.said, button_rows(_breakdowns(request, found, question_id, whole=True)))


def _others(asked: Asked) -> list[Asked]:
    """What may be asked instead of a report that has no answer: the figure itself, and the report about its own."""
    metric = BY_KEY[asked.metric]
    if metric.of is None:
        return []
    own = replace(asked, of=_HELD if metric.most > 1 else ())
    alone = asked.of if metric.most == 1 and asked.of else (metric.of.key,)
    return [narrowed(replace(asked, metric=name, of=())) for name in alone] + [own]


def line_of(asked: Asked, request: Request) -> str:
    """A question as it is typed, for a label."""
    period = period_of(team_of(request), request.now, asked.period)
    names = [name_of(BY_KEY[name], request.say.language) for name in (asked.metric, *asked.of)]
    when = f"{period.first_day:%d/%m/%Y}" if period.unit == "day" else request.say.plain.value(period)
    return " ".join([*names, when])


async def _fitted(request: Request, asked: Asked) -> Asked | None:
    async with request.database.read() as session:
        found = await fitted(session, team_of(request), request.now, asked)
    mine = request.member.id if request.member.role is Role.REP else None
    return None if found is None or (mine is not None and closed_to(mine, found) is not None) else found
