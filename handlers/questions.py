"""Every metric as a command, and questions in plain words that name one."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache

from handlers import figures
from handlers.base import Command, Handler, Reply, Request, Role, Team, UserError
from handlers.reading_questions import read
from handlers.suggestions import listed, rows, running
from metrics import METRICS
from metrics.asking import ask
from metrics.base import Answer, Metric, Refused
from metrics.wording import LANGUAGES, Say, phrase
from store import Database
from store.names import fold

ROLES = frozenset({Role.VIEWER, Role.REP, Role.MANAGER, Role.OWNER})
USAGE = phrase("/{name} [period] [by rep|product|channel|campaign] [rep:@name] [channel:…] [vs last month|vs year]")
_WORD = re.compile(r"\w+")
_LONGEST, _WORDS = 300, 6
_BOUND = re.compile(r"v1\|how\|(.+)")


def asking(metric: Metric) -> Handler:
    """Return the handler that asks one metric."""

    async def handler(request: Request) -> Reply:
        return await _asked(request, metric)

    return handler


async def _asked(request: Request, metric: Metric) -> Reply:
    rep = request.member.id if request.member.role is Role.REP else None
    async with request.database.read() as session:
        asked = await read(session, figures.team_of(request), request.now, metric, request.argument, rep)
    return await figures.answered(request, asked)


async def figure(database: Database, team: Team, question: str, now: datetime) -> Answer:
    """Answer a question outside the chat: ``retention last month by rep``, or the same in plain words."""
    named = named_in(question)
    if len(named) != 1:
        raise UserError(
            phrase("Which figure? For example: revenue last month. I know: {names}", names=listed(list(figures.BY_KEY)))
        )
    async with database.read() as session:
        asked = await read(session, team, now, named[0], question)
        try:
            return await ask(named[0], session, figures.scope_of(team, now, asked))
        except Refused as refused:
            raise UserError(refused.said) from None


def command_of(metric: Metric) -> Command:
    """Return the command that asks one metric."""
    return Command(
        name=metric.key,
        alias=metric.alias or metric.key,
        roles=ROLES if "rep" in metric.filters else ROLES - {Role.REP},
        about=metric.about,
        example=f"/{metric.key} last month",
        handler=asking(metric),
        group="ask",
        example_vi=f"/{metric.alias or metric.key} tháng trước",
        usage=phrase(USAGE.source, name=metric.key),
    )


COMMANDS = tuple(command_of(metric) for metric in METRICS)
"""One command a metric."""


async def why(request: Request) -> Reply:
    """Explain the figure in the message replied to."""
    found = next(filter(None, map(_BOUND.match, request.message.replied_data)), None)
    if found is None:
        raise UserError(phrase("Reply to a figure with /why, and I tell how it came about."))
    return await figures.how(request.of("how", found[1]))


async def plain(request: Request, named: tuple[Metric, ...]) -> Reply:
    """Answer a question in plain words that names a metric; several make buttons."""
    if len(named) == 1:
        return await _asked(request, named[0])
    say = request.say.plain
    buttons = rows(running(say(metric.label), metric.key) for metric in named[:5])
    raise UserError(phrase("Which figure do you mean?"), buttons)


def named_in(text: str) -> tuple[Metric, ...]:
    """Return the metrics that a text names, by command or by the words for them in either language.

    Only the longest names count: *calls per sale* is not also *calls*. Several are returned when they are as long.
    """
    words = _WORD.findall(fold(text[:_LONGEST]))
    ends = range(1, _WORDS + 1)
    said = {"".join(words[at : at + count]) for at in range(len(words)) for count in ends}
    found = {name: keys for name, keys in _names().items() if name in said}
    longest = max(map(len, found), default=0)
    keys = {key for name, held in found.items() if len(name) == longest for key in held}
    return tuple(metric for metric in METRICS if metric.key in keys)


@lru_cache(maxsize=1)
def _names() -> Mapping[str, frozenset[str]]:
    """Every name of a metric, folded and without spaces, and the keys of the metrics that bear it."""
    table: dict[str, frozenset[str]] = {}
    for metric in METRICS:
        for name in _spoken(metric):
            joined = "".join(_WORD.findall(fold(name)))
            if joined:
                table[joined] = table.get(joined, frozenset()) | {metric.key}
    return table


def _spoken(metric: Metric) -> Iterator[str]:
    yield metric.key
    yield metric.alias
    for language in LANGUAGES:
        say = Say(language, markup=False)
        for words in (metric.label, *metric.words):
            yield say(words)
