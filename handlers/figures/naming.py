"""The figures by their names: as commands, in both languages, and as people say them."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from handlers.figures.asked import BY_KEY, name_of
from handlers.figures.spoken import SPOKEN
from handlers.parsing.questions.fillers import passed_over
from handlers.parsing.questions.parts import nearest_metrics
from metrics import METRICS, REPORTS
from metrics.base import Metric
from metrics.wording import LANGUAGES, Say
from store.names import accents_agree, fold

_LONGEST = 300
_SHORT = 3


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

    It names one at its head, or its own name anywhere by more than three letters; of several names the longest counts,
    of equally long ones the first. Accents that were typed must agree: *rồi* is not ROI.
    """
    words = text.split()
    folded = [fold(word.strip("/?!.,;:")) for word in text[:_LONGEST].split()]
    head = next((at for at, word in enumerate(words) if not passed_over(word)), 0)
    best: tuple[int, int, str, int] | None = None
    for name, key_ in spoken().items():
        parts, anywhere = fold(name).split(), name in names() and len(name) > _SHORT
        for at in range(len(folded) - len(parts) + 1):
            if folded[at : at + len(parts)] != parts or not (at <= head or anywhere):
                continue
            said = " ".join(words[at : at + len(parts)]).casefold().strip("/?!.,;:")
            if accents_agree(said, name):
                best = min(best or (0, 0, "", 0), (-len(name), at, key_, len(parts)))
    if best is None:
        return None
    _, at, key_, taken = best
    first = words[0].lower() if at and passed_over(words[0].strip(",")) else words[0]  # its capital is the sentence's
    return BY_KEY[key_], " ".join((first, *words[1:at], *words[at + taken :])[at == 0 :])


def near_figures(text: str, locale: str) -> tuple[str, ...]:
    """The names of up to three figures that the words at the head of a text are like, else of the commonest."""
    words = text[:_LONGEST].split()[:_SHORT]
    heads = (" ".join(words[:count]) for count in range(1, len(words) + 1))
    return nearest_metrics(heads, spoken()) or commonest(locale)[:_SHORT]


def commonest(locale: str) -> tuple[str, ...]:
    """What any report can be asked about: figures known by rep, so that they can be ranked too."""
    return tuple(name_of(metric, locale) for metric in METRICS if "rep" in metric.breakdowns)
