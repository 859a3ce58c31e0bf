"""Every metric as a command, and questions in plain words that name one."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from handlers.base import MEMBERS, Command, Handler, Reply, Request, Role, Team, UserError, team_of
from handlers.buttons import rows, running
from handlers.customers.finding import Instead
from handlers.figures import answers, windows
from handlers.figures.asked import BY_KEY, Asked, name_of, scope_of
from handlers.figures.buttons import choices, offered
from handlers.figures.naming import metric_in, near_figures
from handlers.figures.reading import (
    Misread,
    Reader,
    asks_alone,
    near_questions,
    read,
    read_plain,
)
from handlers.figures.unclear import CUSTOMERS
from handlers.parsing import asked_lead
from handlers.parsing.periods.reader import period_at
from handlers.parsing.refusal import Refusal
from handlers.parsing.text import tokenise
from handlers.suggestions import listed
from metrics import METRICS, REPORTS, kpi, revenue, why
from metrics.answers.asking import ask
from metrics.base import Answer, Metric
from metrics.periods import Period, current, key
from metrics.refusals import Refused
from metrics.wording import Phrase, phrase
from store import Database
from store.facts import Filters
from store.names import fold

USAGE = phrase("/{name} [period] [by rep|product|channel|campaign] [rep:@name] [channel:…] [vs last month|vs year]")
EXAMPLES = {
    "kpi": ("/kpi", "/kpi", phrase("/kpi [up to five metrics] [period]")),
    "segments": ("/segments", "/phannhom", phrase(USAGE.source, name="segments")),
    "scores": ("/scores", "/chamdiem", phrase(USAGE.source, name="scores")),
    "compare": ("/compare revenue 01/10", "/sosanh doanh số 1/10", phrase("/compare [metric] date")),
}
"""What a report is asked like where it is not asked about a period: in English, in Vietnamese, and its parts."""

WHICH = phrase("Which figure do you mean?")
_THEIRS = frozenset(("customers", "customer", "clients", "leads"))
"""With what a question about customers begins, and nobody's name."""
_MOST = 5
_BOUND = re.compile(r"v1\|how\|(.+)")


def asking(metric: Metric) -> Handler:
    """Return the handler that asks one metric."""

    async def handler(request: Request) -> Reply:
        if metric.key == "retention" and windows.asks(request):
            return await windows.suggest(request)
        return await _asked(request, metric)

    return handler


async def _asked(request: Request, metric: Metric) -> Reply:
    return await answers.answered(request, await question_to(request, metric))


async def question_to(request: Request, metric: Metric) -> Asked:
    """Read what a command asks its metric; raises `UserError` for what is not understood."""
    async with _reading(request) as reader:
        return await read(reader, request.argument, metric)


@asynccontextmanager
async def _reading(request: Request) -> AsyncIterator[Reader]:
    """What a question is read against; what is misread is said with what has an answer as buttons."""
    rep = request.member.id if request.member.role is Role.REP else None
    try:
        async with request.database.read() as session:
            yield Reader(session, team_of(request), request.now, request.say.language, rep)
    except Misread as wrong:
        raise UserError(wrong.said, await offered(request, wrong.offers)) from None


async def plain(request: Request) -> Reply | None:
    """Answer a question in plain words; several metrics make buttons; None when it names no metric."""
    text = request.message.text
    async with _reading(request) as reader:
        asked = await _read_plain(reader, text)
    if isinstance(asked, Refusal):
        return None
    if len(asked) == 1:
        return await answers.answered(request, asked[0])
    if not asked:
        return None
    labels = {request.say.plain(BY_KEY[one.metric].label): one for one in asked[:_MOST]}
    raise UserError(WHICH, await choices(request, labels))


async def named(request: Request) -> bool:
    """Whether plain words are wholly a question about a figure: *khách quay lại tháng trước* is nobody's name."""
    async with _reading(request) as reader:
        return await asks_alone(reader, request.message.text)


async def _read_plain(reader: Reader, text: str) -> tuple[Asked, ...] | Refusal:
    """Read plain words; what names a figure and is not understood otherwise is refused as its command's would be."""
    asked = await read_plain(reader, text)
    if not isinstance(asked, Refusal):
        return asked
    when = f"{asked.typed} " if _begins_with_period(reader, text, asked.typed) else ""  # `hai tháng qua bán được…`
    about = metric_in(text.removeprefix(when))
    if about is None or await near_questions(reader, text):  # `danh thu theo kênh` is not about the channels
        return asked
    metric, rest = about
    return (await read(reader, when + rest, metric),)


def _begins_with_period(reader: Reader, text: str, typed: str) -> bool:
    """Whether what is not understood is a period at the head of a text."""
    line = tokenise(typed)
    found = period_at(line, 0, reader.team.zone, reader.now) if len(line) and text.startswith(f"{typed} ") else None
    return found is not None and found[1] == len(line)


async def instead(request: Request) -> Instead | None:
    """Ask back which figure is meant by words that misspell its name; None for what no figure is nearly named in."""
    text = request.message.text.strip()
    async with _reading(request) as reader:
        near = await near_questions(reader, text)
    if not near:
        return None
    language = request.say.language
    lines = [f"{name_of(BY_KEY[one.key], language)} {one.rest}" for one in near]
    said = phrase("Did you mean {names}?", names=listed([f"/{line}" for line in lines]))
    return Instead(said, rows(running(f"/{line}", line) for line in lines), near[0].typed)


async def of_customers(request: Request) -> Reply | None:
    """Ask which figure is meant of customers where no more than the period of a question about them is understood.

    Or whether it is somebody to be noted after all: `khách lan tháng trước` may be. None for what is no such question.
    """
    text = request.message.text.strip()
    name = asked_lead(text)
    if name is None and fold(text.split()[0]) not in _THEIRS:
        return None
    zone, line = team_of(request).zone, tokenise(text)
    spans = (period_at(line, at, zone, request.now, request.say.language) for at in range(len(line)))
    when = next((found[0] for found in spans if found), current("month", zone, request.now))
    if isinstance(when, Refusal) and when.doubtful:
        names = (name_of(BY_KEY[one], request.say.language) for one in CUSTOMERS[:2])
        lines = [f"{one} {days}" for one in names for days in when.suggestions]
        return Reply(request.say(when.message), rows(running(line, line) for line in lines))
    asked = key(when if isinstance(when, Period) else current("month", zone, request.now))
    rep = request.member.id if request.member.role is Role.REP else None
    logs = request.member.role is not Role.VIEWER
    labels = {request.say.plain(BY_KEY[one].label): Asked(one, asked, filters=Filters(rep=rep)) for one in CUSTOMERS}
    new = running(request.say.plain("New customer: {name}", name=name), f"lead {name}") if name and logs else ()
    said = when.message if isinstance(when, Refusal) else WHICH
    return Reply(request.say(said), rows((*await choices(request, labels), new)))


async def figure(database: Database, team: Team, question: str, now: datetime) -> Answer:
    """Answer a question outside the chat: ``retention last month by rep``, or the same in plain words."""
    async with database.read() as session:
        asked = await _read_plain(Reader(session, team, now, team.locale), question)
        if isinstance(asked, Refusal) or len(asked) != 1:
            raise UserError(_which(question, asked, team.locale))
        try:
            return await ask(BY_KEY[asked[0].metric], session, scope_of(team, now, asked[0]))
        except Refused as wrong:
            raise UserError(wrong.said) from None


def _which(question: str, asked: Sequence[Asked] | Refusal, locale: str) -> Phrase:
    """Ask which figure is meant: of those named, those nearest to what was typed, or all."""
    if isinstance(asked, Refusal):
        return phrase("There is no figure “{typed}”. Perhaps: {names}. For example: revenue last month",
                      typed=question[:60], names=listed(near_figures(question, locale)))  # fmt: skip
    if asked:
        return phrase("Which figure do you mean: {names}?", names=listed([one.metric for one in asked[:_MOST]]))
    return phrase("Which figure? For example: revenue last month. I know: {names}", names=listed(list(BY_KEY)))


def command_of(metric: Metric) -> Command:
    """Return the command that asks one metric."""
    periodic = (f"/{metric.key} last month", f"/{metric.alias or metric.key} tháng trước",
                phrase(USAGE.source, name=metric.key))  # fmt: skip
    example, example_vi, usage = EXAMPLES.get(metric.key, periodic)
    return Command(
        name=metric.key,
        alias=metric.alias or metric.key,
        roles=MEMBERS if "rep" in metric.filters else MEMBERS - {Role.REP},
        about=metric.about,
        example=example,
        handler=asking(metric),
        group="ask",
        example_vi=example_vi,
        usage=usage,
    )


async def explained(request: Request) -> Reply:
    """Explain the figure in the message replied to, and what changed it; else say what changed net revenue."""
    found = next(filter(None, map(_BOUND.match, request.message.replied_data)), None)
    if found is None:
        return await _asked(request, why.REPORT)
    _, asked = await answers.pressed(request.of("how", found[1]))
    how = await answers.how(request.of("how", found[1]))
    if asked.metric != revenue.METRIC.key:
        return how
    changed = replace(asked, metric=why.REPORT.key, by=asked.by if asked.by in why.REPORT.views else None)
    return replace(how, then=(await answers.answered(request, changed),))


COMMANDS = tuple(
    replace(command_of(metric), handler=explained) if metric is why.REPORT else command_of(metric)
    for metric in (*METRICS, *REPORTS)
    if metric is not kpi.REPORT
)
"""One command a metric, and one a report; that of the KPIs also keeps the choice, in its own module."""
