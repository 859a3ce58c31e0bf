"""Writes an answer for a chat: a caption of at most five lines, its picture, and the words for who cannot see it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Protocol

from metrics.answers.comparing import verdict, when, written
from metrics.answers.targets import aim_line
from metrics.base import FEW, Answer
from metrics.pictures import picture_of
from metrics.wording import Html, Phrase, Say, Span, phrase

LINES, LETTERS = 5, 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A caption as HTML, the chart's PNG (None where there is nothing to draw), and its alternative text."""

    caption: str
    png: bytes | None
    alt: str


class Draws(Protocol):
    """Draws a chart off the event loop."""

    async def draw(self, chart: Any) -> bytes:
        """Return the PNG."""


async def render(answer: Answer, say: Say, painter: Draws) -> Picture:
    """Write an answer down, with its picture."""
    chart = picture_of(answer, say.plain)
    png = await painter.draw(chart) if chart is not None else None
    return Picture(caption(answer, say), png, "\n".join(lines(answer, say.plain)))


def caption(answer: Answer, say: Say) -> str:
    """Return the caption: HTML, at most five lines and 1,024 letters as Telegram counts them."""
    kept = lines(answer, say)
    while len("\n".join(kept)) > LETTERS and len(kept) > 1:
        kept.pop()
    return Html("\n".join(kept)[:LETTERS] if len(kept) == 1 else "\n".join(kept))


def lines(answer: Answer, say: Say) -> list[str]:
    """Return the caption's lines: figure and period, change, the parts in plain words, what to know before trusting."""
    if answer.figure.said:
        return [say(line) for line in answer.figure.said[:LINES]]
    said = [say(headline(answer)), say(change_line(answer))]
    if (aim := aim_line(answer)) is not None:
        said.append(say(aim))
    apart = _unknown_apart(answer)
    told = [answer.reason] if answer.reason is not None else [*([apart] if apart else []), *_told(answer)]
    caveat = caveats(answer)
    room = LINES - len(said) - bool(caveat)
    said += [say(line) for line in told[: max(room, 0)] if line is not None]
    if caveat:
        said.append(say.join(caveat, " · "))
    return said[:LINES]


def _unknown_apart(answer: Answer) -> Phrase | None:
    """Why no row of a breakdown has a value though the whole has one: the reason of most of them, once."""
    if answer.value is None or not answer.breakdown or any(row.value is not None for row in answer.breakdown):
        return None
    reasons = [row.reason for row in answer.breakdown if row.reason is not None]
    if not reasons:
        return None
    most = Counter(reason.source for reason in reasons).most_common(1)[0][0]
    reason = next(reason for reason in reasons if reason.source == most)
    return phrase("no part is known by itself: {reason}", reason=reason)


def _told(answer: Answer) -> tuple[Phrase, ...]:
    """What the figure tells, or what it tells under the view that was asked for."""
    by, figure = answer.scope.by, answer.figure
    return figure.told_by[by] if by is not None and by in figure.told_by else figure.told


def headline(answer: Answer) -> Phrase:
    """The figure with its name and its period, or, where it has one, with its interval instead."""
    named = {"label": answer.metric.label, "value": written(answer, answer.value)}
    if (around := _around(answer)) is not None:
        return phrase("<b>{label}: {value}</b> ({around})", **named, around=around)
    return phrase("<b>{label}: {value}</b> · {when}", **named, when=when(answer))


def _around(answer: Answer) -> Phrase | None:
    """Of how many the figure is made, and between what it probably lies; a short first line has room for no more."""
    figure = answer.figure
    if answer.value is None or (figure.interval is None and figure.counted is None):
        return None
    counted = figure.counted or phrase("n = {n}", n=figure.n)
    if figure.interval is None:
        return counted
    low, high = (written(answer, end) for end in figure.interval)
    return phrase("{counted}; probably {span}", counted=counted, span=Span(low, high))  # type: ignore[arg-type]


def change_line(answer: Answer) -> Phrase:
    """How the figure moved against the previous period, and whether that can be told from chance."""
    line = verdict(answer)
    if _around(answer) is None:
        return line
    return phrase("{when}: {line}", when=when(answer), line=line)


def caveats(answer: Answer) -> list[Phrase]:
    """What the reader must know: few data, what was left out, the metric's own warnings."""
    said: list[Phrase] = []
    if answer.metric.bounded and answer.value is not None and answer.figure.n < FEW:
        said.append(phrase("few data ({n})", n=answer.figure.n))
    said += answer.warnings
    said += [
        phrase("left out: {count} {what}", count=left.count, what=left.what)
        for left in answer.figure.excluded
        if left.loud
    ]
    return said
