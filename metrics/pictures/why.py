"""The pictures of what changed: a waterfall from one period to the other, and who or what moved as bars."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from metrics.answers.comparing import beside, money_column
from metrics.base import NONE, Answer
from metrics.charts.specs import MOST_BARS, Bar, Bars, Chart, Heading, Step, Waterfall
from metrics.wording import Say, Signed, phrase

if TYPE_CHECKING:
    from metrics.why import Moved, Why


def drawn(answer: Answer, found: "Why", heading: Heading, say: Say) -> Chart:
    """Draw the steps from the period before to this one, or the changes by what is asked for."""
    by, currency = answer.scope.by, answer.scope.team.currency
    if by in found.by:
        return _moved(found.by[by], currency, heading, say)  # type: ignore[index]
    effects = found.effects
    moves = (
        (phrase("customers"), effects.customers),
        (phrase("orders per customer"), effects.frequency),
        (phrase("average order"), effects.average),
        (phrase("refund timing"), found.refund_timing),
    )
    told = tuple((label, move) for label, move in moves if move or label.source != "refund timing")
    first, *moved, last = money_column([found.before, *(move for _, move in told), found.after], currency)
    steps = [_total(say.value(beside(answer)), found.before, first, say)]
    at = found.before
    for (label, move), said in zip(told, moved, strict=True):
        text = say.value(Signed(said))
        steps.append(Step(say(label), min(at, at + move), max(at, at + move), text, "up" if move > 0 else "down"))
        at += move
    steps.append(_total(say.value(answer.scope.period), found.after, last, say))
    return Waterfall(heading, tuple(steps))


def _total(label: str, value: int, said: object, say: Say) -> Step:
    return Step(label, min(value, 0), max(value, 0), say.value(said), "total")


def _moved(rows: Sequence["Moved"], currency: str, heading: Heading, say: Say) -> Bars:
    """The rows that moved most; what the others moved together stands last, so that the bars add up."""
    shown, rest = rows[: MOST_BARS - 1], rows[MOST_BARS - 1 :]
    changes = [(say(phrase("(none)")) if one.key == NONE else one.key, one.change) for one in shown]
    if len(rest) == 1:
        changes.append((rest[0].key, rest[0].change))
    elif rest:
        changes.append((say(phrase("{n} others", n=len(rest))), sum(one.change for one in rest)))
    texts = money_column([change for _, change in changes], currency)
    bars = [Bar(label, change, say.value(Signed(said))) for (label, change), said in zip(changes, texts, strict=True)]
    if len(rest) > 1:
        bars[-1] = replace(bars[-1], muted=True)
    noted = replace(heading, note=say(phrase("what each added to the change; the bars add up to it")))
    return Bars(noted, tuple(bars))
