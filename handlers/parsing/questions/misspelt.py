"""Questions that are understood but for a figure's name, which is a letter or two off: to ask back, never to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.parsing.questions.parts import Known, Question
from handlers.parsing.questions.reader import read_question
from handlers.parsing.text import Line, normalise, tokenise
from store.names import accents_agree, fold

_LONGEST = 80
_SHORT, _LONG = 3, 7
"""Of how many letters a name has to be looked at closer, and from how many on two of them may be off."""


@dataclass(frozen=True, slots=True)
class Misspelt:
    """The figure that may be meant by its key, the stretch that is nearly its name, and the rest of the question."""

    key: str
    typed: str
    rest: str


def misspelt(
    text: str, names: Mapping[str, str], zone: ZoneInfo, now: datetime, known: Known, locale: str
) -> tuple[Misspelt, ...]:
    """The figures that a question may be about whose name is typed one or two letters off, the nearest alone.

    Nothing else of the text may be in doubt, and it must say a period, a breakdown or a comparison: what does not may
    be anybody's name.
    """
    line = tokenise(normalise(text))
    if len(text) > _LONGEST or len(normalise(text).splitlines()) != 1:
        return ()
    found: dict[str, tuple[int, Misspelt]] = {}
    spelt = {names[name] for name in names if _is_said(line, name)}
    for off, key, first, after in sorted(_near(line, names)):
        if key in spelt:  # what else is not understood is no matter of spelling
            continue
        rest = f"{line.span(0, first)} {line.span(after, len(line))}"
        asked = read_question(rest, {}, zone, now, known, locale)
        if isinstance(asked, Question) and (asked.period or asked.by or asked.versus):
            found.setdefault(key, (off, Misspelt(key, line.span(first, after), " ".join(asked.words))))
    least = min((off for off, _ in found.values()), default=0)
    return tuple(one for off, one in found.values() if off == least)


def _is_said(line: Line, name: str) -> bool:
    """Whether a name stands in the text as it is spelt."""
    count = len(name.split())
    return any(accents_agree(line.span(at, at + count), name) for at in range(len(line) - count + 1))


def _near(line: Line, names: Mapping[str, str]) -> Iterator[tuple[int, str, int, int]]:
    """How many letters off, which figure, and from which token to which: every stretch that is nearly a name."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    folded = {fold(name): key for name, key in names.items()}
    known, longest = list(folded), 1 + max(len(name.split()) for name in folded)
    for first in range(len(line)):
        for after in range(first + 1, min(len(line), first + longest) + 1):
            typed = line.span(first, after)
            said = fold(typed)
            for name, off, _ in process.extract(said, known, scorer=OSA.distance, score_cutoff=2, limit=None):
                if off <= _most(typed, said, name):
                    yield int(off), folded[name], first, after


def _most(typed: str, said: str, name: str) -> int:
    """How many letters may be off: of a name of three only one, not the first, in a word typed without accents."""
    letters = len(name.replace(" ", ""))
    if letters > _SHORT:
        return 2 if letters >= _LONG else 1
    return 1 if typed.isascii() and said[:1] == name[:1] and len(said) >= _SHORT else -1
