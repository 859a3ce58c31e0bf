"""Reads a question against the team: which metric, period, people, products and channels it names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from handlers.base import Team, UserError
from handlers.figures.asked import BY_KEY, YEAR, Asked, closed_to, fitted, name_of, narrowed, period_of
from handlers.figures.naming import commonest, spoken
from handlers.figures.unclear import TALK, loose, meant
from handlers.parsing import Colleague
from handlers.parsing.questions.fillers import is_filler, shortened
from handlers.parsing.questions.filters import named
from handlers.parsing.questions.misspelt import Misspelt, misspelt
from handlers.parsing.questions.offered import left_out, lines, surplus
from handlers.parsing.questions.parts import KINDS, Known, Question
from handlers.parsing.questions.reader import read_question
from handlers.parsing.refusal import Refusal
from handlers.parsing.text import normalise
from metrics import METRICS, REPORTS, compare, revenue, why
from metrics.base import Metric
from metrics.periods import Period, current, key
from metrics.wording import Phrase
from store import Session
from store.catalogue.products import product_names
from store.facts import Filters
from store.facts.team import campaign_names
from store.names import fold
from store.people.colleagues import colleagues_of
from store.people.membership import everyone_of

_GOODS = re.compile(r"[:=]|\b(?:cua|of)\b")
"""What stands before a product."""
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, where and when: ``rep`` is the member whose own figures alone are asked for."""

    session: Session
    team: Team
    now: datetime
    locale: str
    rep: int | None = None


class Misread(UserError):
    """What was not understood; ``offers`` are lines that are nearest to it and have an answer, with their questions."""

    def __init__(self, said: Phrase, offers: Mapping[str, Asked]) -> None:
        super().__init__(said)
        self.offers = offers


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a command is read with: the reader, its metric, and what it may name."""

    reader: Reader
    metric: Metric
    known: Known
    products: Mapping[str, int]

    def of(self, text: str) -> Asked | Refusal:
        """The question that a text puts to the metric, or why it does not read."""
        reader, names = self.reader, _subjects(self.metric)
        question = read_question(text, names, reader.team.zone, reader.now, self.known, reader.locale)
        return question if isinstance(question, Refusal) else _put(reader, question, self.metric, self.products)


async def read(reader: Reader, text: str, metric: Metric) -> Asked:
    """Return the question put to one metric; raises `Misread` naming what was not understood."""
    known, products = await _known(reader, text)
    figures = () if metric is why.REPORT else known.figures  # it splits one figure only
    carried = (metric.breakdowns | metric.views) - (frozenset() if reader.rep is None else {"rep"})
    known = replace(known, breakdowns=carried, figures=figures, compares=metric.uncompared is None)
    reading = _Reading(reader, metric, known, products)
    found = reading.of(text)
    if isinstance(found, Asked):
        return found
    if found.filtered is not None and found.filtered not in metric.filters:
        return _uncarried(reading, found, found.filtered, text)
    offers = await _offers(reading, found, text)
    raise Misread(found.offering([words for words, _, _ in offers]), {line: asked for _, line, asked in offers})


async def _offers(reading: _Reading, refusal: Refusal, text: str) -> list[tuple[str, str, Asked]]:
    """Of what is suggested that which has an answer: the words, the whole line that asks them, and its question."""
    reader, found = reading.reader, list[tuple[str, str, Asked]]()
    name = name_of(reading.metric, reader.locale)
    for words, rests in zip(refusal.suggestions, lines(refusal, text), strict=True):
        for rest in rests:
            asked = reading.of(rest)
            if isinstance(asked, Asked) and await _answerable(reader, asked) == asked:
                line = next((short for short in shortened(rest) if reading.of(short) == asked), rest)
                found.append((words, f"{name} {line}".strip(), asked))
                break
    return found or await _on_a_day(reading, name, (left_out(refusal, text), ""))


async def _on_a_day(reading: _Reading, name: str, rests: Iterable[str]) -> list[tuple[str, str, Asked]]:
    """The first of these that has an answer, if only on a day that it does not name."""
    for rest in rests:
        asked = reading.of(rest)
        found = None if isinstance(asked, Refusal) else await _answerable(reading.reader, asked)
        if found is not None:
            day = (
                ""
                if found == asked
                else f"{period_of(reading.reader.team, reading.reader.now, found.period).first_day:%d/%m/%Y}"
            )
            return [(day, " ".join(filter(None, (name, rest, day))), found)]
    return []


async def _answerable(reader: Reader, asked: Asked) -> Asked | None:
    """The question as it has an answer for the reader."""
    if reader.rep is not None and closed_to(reader.rep, asked) is not None:
        return None
    return await fitted(reader.session, reader.team, reader.now, asked)


def _put(reader: Reader, question: Question, metric: Metric, products: Mapping[str, int]) -> Asked | Refusal:
    """The question to a metric, or to a report about others; two periods are compared by the figure itself."""
    single = {one.key for one in METRICS} if metric.of is not None else set()
    about = tuple(name for name in question.metrics if name in single)
    if len(about) > metric.most:
        return surplus(question, about, metric.most)
    if metric is compare.REPORT and question.versus is not None:
        return _asked(reader, question, BY_KEY[about[0]] if about else revenue.METRIC, products)
    return replace(_asked(reader, question, metric, products), of=about)


def _subjects(report: Metric) -> Mapping[str, str]:
    """The names of what a report can be asked about, and its own."""
    if report.of is None:
        return {}
    single = {report.key, *(metric.key for metric in METRICS)}
    return {name: key_ for name, key_ in spoken().items() if key_ in single}


def _uncarried(reading: _Reading, refusal: Refusal, name: str, text: str) -> Asked:
    """A filter that the metric does not carry is refused as such, whether or not there is such a value."""
    read_without = reading.of(left_out(refusal, text))
    asked = read_without if isinstance(read_without, Asked) else _asked(reading.reader, Question(), reading.metric, {})
    wanted = {**asdict(asked.filters), name: "" if name in {"channel", "campaign"} else 0}
    return replace(asked, filters=Filters(**wanted))


async def read_plain(reader: Reader, text: str) -> tuple[Asked, ...] | Refusal:
    """Return what plain words ask: one question, or one for each of several metrics named, or why it does not read."""
    found = await _plain(reader, text)
    return found if isinstance(found, Refusal) else found[1]


async def asks_alone(reader: Reader, text: str) -> bool:
    """Whether plain words are wholly a question: `khách quay lại tháng trước`, not `khách Mua Thêm`, a name."""
    found = await _plain(reader, text)
    if isinstance(found, Refusal) or not found[1]:
        return False
    rest = " ".join(normalise(text).split())
    for part, words in found[0].said:  # of these channels, months and colleagues have capitals
        if part != "metrics" and not (part == "rep" and named(words, filter(None, (found[0].rep,)))):  # *khách Hùng*
            rest = rest.replace(" ".join(words.split()), "")
    if not text.isupper() and any(word[:1].isupper() for word in rest.split()[1:]):
        return False
    for words in found[0].typed("metrics"):
        rest = rest.replace(" ".join(words.split()), "")
    return all(word in TALK or is_filler(word) for word in re.findall(r"\w+", rest.casefold()))


async def _plain(reader: Reader, text: str) -> tuple[Question, tuple[Asked, ...]] | Refusal:
    known, products = await _known(reader, text)
    known = replace(known, sentence=True)
    question = read_question(text, spoken(), reader.team.zone, reader.now, known, reader.locale)
    if isinstance(question, Refusal) or not question.metrics:
        other = _loosely(reader, text, known, products)
        return other or (question if isinstance(question, Refusal) else (question, ()))
    named = [metric for metric in (*METRICS, *REPORTS) if metric.key in question.metrics]
    report = next((metric for metric in named if metric.of is not None), None)
    if report is not None and not {one.key for one in named if one in REPORTS} - {report.key}:
        asked = _put(reader, question, report, products)
        return asked if isinstance(asked, Refusal) else (question, (asked,))
    return question, tuple(_asked(reader, question, metric, products) for metric in named)


def _loosely(
    reader: Reader, text: str, known: Known, products: Mapping[str, int]
) -> tuple[Question, tuple[Asked, ...]] | None:
    """A question for each figure that words without a figure's name may mean, of those that carry all that is said."""
    known = replace(known, loose=frozenset(loose().values()), talk=TALK)
    question = read_question(text, {**loose(), **spoken()}, reader.team.zone, reader.now, known, reader.locale)
    if isinstance(question, Refusal) or not known.loose.issuperset(question.metrics):
        return None
    every = [_asked(reader, question, BY_KEY[name], products) for name in meant(question, text)]
    own = [one for one in every if reader.rep is None or "rep" in BY_KEY[one.metric].filters]
    carrying = [one for one in own if narrowed(one) == replace(one, by=None) and _splits(one)]
    return (question, tuple(carrying or own or every[:1])) if every else None


def _splits(asked: Asked) -> bool:
    return asked.by is None or asked.by in BY_KEY[asked.metric].breakdowns | BY_KEY[asked.metric].views


def _asked(reader: Reader, question: Question, metric: Metric, products: Mapping[str, int]) -> Asked:
    period = question.period or current("month", reader.team.zone, reader.now)
    rep = question.rep.id if question.rep else reader.rep
    product = products[question.product] if question.product else None
    versus = question.versus
    return Asked(
        metric=metric.key,
        period=key(period),
        by=question.by,
        filters=Filters(rep=rep, product=product, channel=question.channel, campaign=question.campaign),
        versus=key(versus) if isinstance(versus, Period) else YEAR if versus else None,
    )


async def _known(reader: Reader, text: str) -> tuple[Known, Mapping[str, int]]:
    """What the question may name; products and campaigns are read only for a text that may name some."""
    channels = {name: tuple(short) for name, short in reader.team.settings["channels"].items()}  # type: ignore[attr-defined]
    campaigns, figures = None, commonest(reader.locale)
    if "#" in text or any(word in fold(text) for word in ("campaign", "chien dich")):
        campaigns = await campaign_names(reader.session, reader.team.id)
    breakdowns = frozenset(KINDS) - (frozenset() if reader.rep is None else {"rep"})  # reps see their own figures
    people = await everyone_of(reader.session, reader.team.id)
    at = {one.id: one.username for one in await colleagues_of(reader.session, reader.team.id)} if "@" in text else {}
    colleagues = tuple(Colleague(person.id, person.name, at.get(person.id)) for person in people)
    products: dict[str, int] = {}
    if _GOODS.search(fold(text)):
        products = {name: number for number, name, _ in await product_names(reader.session, reader.team.id)}
    return Known(tuple(products), channels, campaigns, colleagues, reader.rep, breakdowns, figures), products


async def near_questions(reader: Reader, text: str) -> tuple[Misspelt, ...]:
    """The questions that a text may be which misspells the name of a figure, of those that the reader may ask."""
    known, _ = await _known(reader, text)
    near = misspelt(text, spoken(), reader.team.zone, reader.now, known, reader.locale)
    return tuple(one for one in near if reader.rep is None or "rep" in BY_KEY[one.key].filters)[:_SHORT]
