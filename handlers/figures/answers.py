"""Answers questions: the figure, its picture, how it came about, the records behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from handlers.base import JOINING, Document, Photo, Reply, Request, Role, UserError, team_of
from handlers.buttons import STALE, id_of, parts_of
from handlers.buttons import rows as button_rows
from handlers.figures.asked import BY_KEY, YEAR, Asked, closed_to, period_of, scope_of, unkept
from handlers.figures.buttons import WHOLE, choices, keep, line_of, offering, under
from handlers.figures.rows import workbook
from metrics.answers.asking import ask
from metrics.answers.asking import rows as records_behind
from metrics.answers.explaining import explain
from metrics.answers.rendering import render
from metrics.base import BREAKDOWNS, Scope
from metrics.periods import current, key, step
from metrics.refusals import Refused
from store import NotFound, Session
from store.facts.team import first_record
from store.queues import questions as store


async def answered(request: Request, asked: Asked, question_id: int | None = None) -> Reply:
    """Answer a question; a new one is kept, so that its buttons work as long as the chat lasts."""
    authorise(request, asked)
    async with _asking(request, asked) as (session, scope):
        answer = await ask(BY_KEY[asked.metric], session, scope)
    if question_id is None:
        question_id = await keep(request, asked)
    picture = await render(answer, request.say, request.painter)
    buttons = button_rows(await under(request, asked, question_id, answer))
    photo = Photo(picture.png, picture.alt) if picture.png else None
    return Reply(picture.caption, buttons, photo, edits=request.message.data is not None)


@asynccontextmanager
async def _asking(request: Request, asked: Asked) -> AsyncIterator[tuple[Session, Scope]]:
    """Where a metric is asked; what it refuses is said with what it does answer as buttons."""
    try:
        async with request.database.read() as session:
            yield session, scope_of(team_of(request), request.now, asked)
    except Refused as refused:
        raise await offering(request, asked, refused) from None


def authorise(request: Request, asked: Asked) -> None:
    """Let reps see their own figures only; everyone else in the team sees all."""
    if request.member.role is Role.STRANGER:
        raise UserError(JOINING)
    closed = None if request.member.role is not Role.REP else closed_to(request.member.id, asked)
    if closed is not None:
        raise UserError(closed)


async def pressed(request: Request) -> tuple[int, Asked]:
    """Return the question that a button under an answer asks, with its id; another team's are not found."""
    number, period, by = parts_of(request.argument, 3)
    question_id = id_of(number)
    if by != WHOLE and by not in BREAKDOWNS:
        raise UserError(STALE)
    try:
        async with request.database.read() as session:
            question = await store.kept_question(session, team_of(request).id, question_id)
    except NotFound:
        raise UserError(STALE) from None
    before = unkept(question)
    moved = period != before.period and before.versus not in {None, YEAR}
    versus = None if moved else before.versus
    asked = replace(before, period=period, by=None if by == WHOLE else by, versus=versus)  # type: ignore[arg-type]
    authorise(request, asked)
    return question_id, asked


async def again(request: Request) -> Reply:
    """Answer a button for another period or breakdown, in the message that carries it."""
    question_id, asked = await pressed(request)
    return await answered(request, asked, question_id)


async def how(request: Request) -> Reply:
    """Say how the figure came about: formula, numbers, what was left out."""
    _, asked = await pressed(request)
    async with _asking(request, asked) as (session, scope):
        answer = await ask(BY_KEY[asked.metric], session, scope)
    return Reply(explain(answer, request.say))


async def rows(request: Request) -> Reply:
    """Send the records behind the figure as a workbook."""
    _, asked = await pressed(request)
    async with _asking(request, asked) as (session, scope):
        found = await records_behind(BY_KEY[asked.metric], session, scope)
    if not found.records:
        return await _no_rows(request, asked)
    zone = team_of(request).zone
    content = await asyncio.to_thread(workbook, found.columns, found.records, request.say, zone)
    return Reply(document=Document(f"{asked.metric}-{asked.period}.xlsx", content))


async def _no_rows(request: Request, asked: Asked) -> Reply:
    """Say of which figure and period there is no record, with others to look at: a toast would be gone too soon."""
    team, metric = team_of(request), BY_KEY[asked.metric]
    period = period_of(team, request.now, asked.period)
    before, year = step(period, -1, request.now), current("year", team.zone, request.now)
    others = [replace(asked, period=key(one), versus=None) for one in (before, year) if one and one != period]
    async with request.database.read() as session:
        born = await first_record(session, team.id, team.zone)
    told = [one for one in others if born and period_of(team, request.now, one.period).end > born]
    said = request.say("There is no record behind {metric} for {period}, so there is no file. Try another period, "
                       "or see what can be logged: /help", metric=metric.label, period=period)  # fmt: skip
    return Reply(said, await choices(request, {line_of(one, request): one for one in told}))


BUTTONS = {"period": again, "by": again, "how": how, "rows": rows}
"""The buttons that this module answers."""
