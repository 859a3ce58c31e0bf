"""Reads a question against the team: which metric, period, people, products and channels it names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from handlers.base import Button, Team, UserError
from handlers.figures.answers import BY_KEY, YEAR, Asked
from handlers.figures.spoken import SPOKEN
from handlers.parsing import Colleague
from handlers.parsing.asked import KINDS, Known, Question, Refusal, nearest_metrics
from handlers.parsing.misspelt import Misspelt, misspelt
from handlers.parsing.questions import passed_over, read_question
from handlers.parsing.text import normalise
from handlers.suggestions import rows, running
from metrics import METRICS, REPORTS, compare, revenue, why
from metrics.base import Metric
from metrics.periods import Period, current, key
from metrics.wording import LANGUAGES, Say, plural_phrase
from store import Session
from store.catalogue.products import product_names
from store.facts import Filters
from store.facts.team import campaign_names
from store.names import accents_agree, fold
from store.people.membership import everyone_of

_LONGEST = 300
_PEOPLE = re.compile(r"[:=@]|\b(?:cua|of)\b|'s\b")
"""What stands before or after a person or a product."""
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, where and when: ``rep`` is the member whose own figures alone are asked for."""

    session: Session
    team: Team
    now: datetime
    locale: str
    rep: int | None = None


async def read(reader: Reader, text: str, metric: Metric) -> Asked:
    """Return the question put to one metric; raises `UserError` naming what was not understood, with buttons."""
    known, products = await _known(reader, text)
    figures = () if metric is why.REPORT else known.figures  # it splits one figure only
    carried = (metric.breakdowns | metric.views) - (frozenset() if reader.rep is None else {"rep"})
    known = replace(known, breakdowns=carried, figures=figures, compares=metric.compares)
    question = read_question(text, _subjects(metric), reader.team.zone, reader.now, known, reader.locale)
    if isinstance(question, Refusal):
        if question.filtered is not None and question.filtered not in metric.filters:
            return _uncarried(reader, question.filtered, metric)
        raise refused(question, name_of(metric, reader.locale), text)
    return _put(reader, question, metric, products)


def _put(reader: Reader, question: Question, metric: Metric, products: Mapping[str, int]) -> Asked:
    """The question to a metric, or to a report about others; two periods are compared by the figure itself."""
    about = _about(question, metric) if metric.of is not None else ()
    if metric is compare.REPORT and question.versus is not None:
        return _asked(reader, question, BY_KEY[about[0]] if about else revenue.METRIC, products)
    return replace(_asked(reader, question, metric, products), of=about)


def _subjects(report: Metric) -> Mapping[str, str]:
    """The names of what a report can be asked about, and its own."""
    if report.of is None:
        return {}
    single = {report.key, *(metric.key for metric in METRICS)}
    return {name: key_ for name, key_ in spoken().items() if key_ in single}


def _uncarried(reader: Reader, name: str, metric: Metric) -> Asked:
    """A filter that the metric does not carry is refused as such, whether or not there is such a value."""
    wanted = {"rep": reader.rep, name: "" if name in {"channel", "campaign"} else 0}
    return Asked(metric.key, key(current("month", reader.team.zone, reader.now)), filters=Filters(**wanted))  # type: ignore[arg-type]


def _about(question: Question, report: Metric) -> tuple[str, ...]:
    """The metrics that a report is asked about, where some are named, in the order of naming."""
    single = {metric.key for metric in METRICS}
    about = tuple(key for key in question.metrics if key in single)
    if len(about) > report.most:
        said = plural_phrase("One figure at a time, please.", "At most {n} figures, please.", n=report.most)
        lines = [" ".join((report.key, *about[: report.most]))]
        raise UserError(said, rows(running(line, line) for line in lines))
    return about


async def read_plain(reader: Reader, text: str) -> tuple[Asked, ...] | Refusal:
    """Return what plain words ask: one question, or one for each of several metrics named, or why it does not read."""
    known, products = await _known(reader, text)
    question = read_question(text, spoken(), reader.team.zone, reader.now, known, reader.locale)
    if isinstance(question, Refusal):
        return question
    named = [metric for metric in (*METRICS, *REPORTS) if metric.key in question.metrics]
    report = next((metric for metric in named if metric.of is not None), None)
    if report is not None and not {one.key for one in named if one in REPORTS} - {report.key}:
        return (_put(reader, question, report, products),)
    return tuple(_asked(reader, question, metric, products) for metric in named)


def name_of(metric: Metric, locale: str) -> str:
    """The command that asks a metric, as the reader's language has it."""
    return metric.alias if locale == "vi" and metric.alias else metric.key


def refused(refusal: Refusal, name: str, text: str = "") -> UserError:
    """Word a refusal, with the nearest that would be understood as buttons that send it to the command ``name``.

    What else the ``text`` asks is asked with it, where both go into a button.
    """
    return UserError(refusal.message, rows(_instead(refusal, name, words, text) for words in refusal.suggestions))


def _instead(refusal: Refusal, name: str, words: str, text: str) -> tuple[Button, ...]:
    rest, typed = " ".join(normalise(text).split()), " ".join(refusal.typed.split())
    whole = f"{name} {rest.replace(typed, words, 1)}" if typed and typed in rest else f"{name} {words}"
    whole = " ".join(whole.split())
    return running(whole, whole) or running(f"{name} {words}", f"{name} {words}")


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
    """What the question may name; people, products and campaigns are read only for a text that may name some."""
    channels = {name: tuple(short) for name, short in reader.team.settings["channels"].items()}  # type: ignore[attr-defined]
    campaigns, figures = None, _commonest(reader.locale)
    if "#" in text or any(word in fold(text) for word in ("campaign", "chien dich")):
        campaigns = await campaign_names(reader.session, reader.team.id)
    breakdowns = frozenset(KINDS) - (frozenset() if reader.rep is None else {"rep"})  # reps see their own figures
    if not _PEOPLE.search(fold(text)):
        return Known(channels=channels, campaigns=campaigns, breakdowns=breakdowns, figures=figures), {}
    people = await everyone_of(reader.session, reader.team.id)
    products = {name: number for number, name, _ in await product_names(reader.session, reader.team.id)}
    colleagues = tuple(Colleague(person.id, person.name) for person in people)
    return Known(tuple(products), channels, campaigns, colleagues, reader.rep, breakdowns, figures), products


@lru_cache(maxsize=1)
def names() -> Mapping[str, str]:
    """Every name of a metric, as commands and as words in both languages, and its key."""
    return {name: metric.key for metric in (*METRICS, *REPORTS) for name in _spoken(metric)}


@lru_cache(maxsize=1)
def spoken() -> Mapping[str, str]:
    """Those names, and what people say for them; *tỷ* is also spelt *tỉ*."""
    known = {name: key_ for key_, said in SPOKEN.items() if key_ in BY_KEY for name in said} | dict(names())
    return known | {name.replace("tỷ", "tỉ"): key_ for name, key_ in known.items() if "tỷ" in name}


def _spoken(metric: Metric) -> Iterator[str]:
    yield from filter(None, (metric.key, metric.alias))
    for language in LANGUAGES:
        say = Say(language, markup=False)
        for words in (metric.label, *metric.words):
            yield say(words).casefold()


def metric_in(text: str) -> tuple[Metric, str] | None:
    """The metric that a text is about, and the rest of the text.

    It names one at its head, or its own name anywhere by more than three letters; of several names the longest counts.
    Accents that were typed must agree: *rồi* is not ROI.
    """
    words = text[:_LONGEST].split()
    head = next((at for at, word in enumerate(words) if not passed_over(word)), 0)
    for name, key_ in sorted(spoken().items(), key=lambda one: -len(one[0])):
        parts, anywhere = name.split(), name in names() and len(name) > _SHORT
        for at in range(len(words) - len(parts) + 1):
            said = " ".join(words[at : at + len(parts)]).casefold().strip("/?!.,;:")
            if (at <= head or anywhere) and fold(said) == fold(name) and accents_agree(said, name):
                return BY_KEY[key_], " ".join((*words[:at], *words[at + len(parts) :]))
    return None


async def near_questions(reader: Reader, text: str) -> tuple[Misspelt, ...]:
    """The questions that a text may be which misspells the name of a figure, of those that the reader may ask."""
    known, _ = await _known(reader, text)
    near = misspelt(text, spoken(), reader.team.zone, reader.now, known, reader.locale)
    return tuple(one for one in near if reader.rep is None or "rep" in BY_KEY[one.key].filters)[:_SHORT]


def near_figures(text: str, locale: str) -> tuple[str, ...]:
    """The names of up to three figures that the words at the head of a text are like, else of the commonest."""
    words = text[:_LONGEST].split()[:_SHORT]
    heads = (" ".join(words[:count]) for count in range(1, len(words) + 1))
    return nearest_metrics(heads, spoken()) or _commonest(locale)[:_SHORT]


def _commonest(locale: str) -> tuple[str, ...]:
    """What any report can be asked about: figures known by rep, so that they can be ranked too."""
    return tuple(name_of(metric, locale) for metric in METRICS if "rep" in metric.breakdowns)
