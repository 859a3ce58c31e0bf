"""Writes an answer for a chat: a caption of at most five lines, its picture, and the words for who cannot see it."""

from dataclasses import dataclass
from typing import Any, Protocol

from metrics.base import FEW, Answer, quantity
from metrics.picturing import picture_of
from metrics.wording import Html, Phrase, Points, Relative, Say, Signed, phrase

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
    said = [say(headline(answer)), say(change_line(answer))]
    told = [answer.reason] if answer.reason is not None else list(answer.figure.told)
    caveat = caveats(answer)
    room = LINES - len(said) - bool(caveat)
    said += [say(line) for line in told[: max(room, 0)] if line is not None]
    if caveat:
        said.append(say.join(caveat, " · "))
    return said[:LINES]


def headline(answer: Answer) -> Phrase:
    """The figure with its name, its period and what it is filtered by."""
    value: object = _value(answer)
    named: dict[str, object] = {"label": answer.metric.label, "value": value, "period": answer.scope.period}
    if answer.filter_names:
        return phrase("<b>{label}: {value}</b> · {period} · {filters}", **named, filters=list(answer.filter_names))
    return phrase("<b>{label}: {value}</b> · {period}", **named)


def _value(answer: Answer) -> object:
    unit, currency = answer.metric.unit, answer.scope.team.currency
    value = quantity(answer.value, unit, currency)
    if answer.figure.interval is None or answer.value is None:
        return value
    low, high = (quantity(end, unit, currency) for end in answer.figure.interval)
    return phrase("{value} (probably {low} to {high})", value=value, low=low, high=high)


def change_line(answer: Answer) -> Phrase:
    """How the figure moved against the previous period, and whether that can be told from chance."""
    moved, before = answer.change, answer.previous
    old = quantity(before.value, answer.metric.unit, answer.scope.team.currency)
    against = _against(answer)
    if moved.kind == "none":
        return phrase("{period}: {before}", period=against, before=old)
    if moved.kind == "new":
        return phrase("new; {period}: {before}", period=against, before=old)
    line = phrase("{change} against {period} ({before})", change=_moved(answer), period=against, before=old)
    if moved.clear is None:
        return line
    if moved.clear:
        return phrase("{line}, a clear change", line=line)
    return phrase("{line}, may be chance", line=line)


def brief_change(answer: Answer) -> Phrase | None:
    """How the figure moved, short enough for a picture; None where there is nothing to compare."""
    if answer.change.kind in {"none", "new"}:
        return None
    return phrase("{change} against {period}", change=_moved(answer), period=answer.previous_period)


def _against(answer: Answer) -> object:
    period, before = answer.scope.period, answer.previous_period
    if period.days == before.days:
        return before
    return phrase("{period}, {days} days against {other}", period=before, days=period.days, other=before.days)


def _moved(answer: Answer) -> object:
    value, kind = answer.change.value or 0.0, answer.change.kind
    if kind == "relative":
        return Relative(value)
    if kind == "points":
        return Points(value)
    return Signed(quantity(value, answer.metric.unit, answer.scope.team.currency))  # type: ignore[arg-type]


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
