"""The pictures of what changed: a waterfall from one period to the other, and who or what moved as bars."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from metrics.answers.comparing import beside
from metrics.base import NONE, Answer
from metrics.charts.specs import MOST_BARS, Bar, Bars, Chart, Heading, Step, Waterfall
from metrics.wording import Say, ShortMoney, Signed, phrase

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
    steps = [_total(say.value(beside(answer)), found.before, currency, say)]
    at = found.before
    for label, move in moves:
        if move or label.source != "refund timing":
            text = say.value(Signed(ShortMoney(move, currency)))
            steps.append(Step(say(label), min(at, at + move), max(at, at + move), text, "up" if move > 0 else "down"))
            at += move
    steps.append(_total(say.value(answer.scope.period), found.after, currency, say))
    return Waterfall(heading, tuple(steps))


def _total(label: str, value: int, currency: str, say: Say) -> Step:
    return Step(label, min(value, 0), max(value, 0), say.value(ShortMoney(value, currency)), "total")


def _moved(rows: Sequence["Moved"], currency: str, heading: Heading, say: Say) -> Bars:
    """The rows that moved most; what the others moved together stands last, so that the bars add up."""
    shown, rest = rows[: MOST_BARS - 1], rows[MOST_BARS - 1 :]
    bars = [_bar(say(phrase("(none)")) if one.key == NONE else one.key, one.change, currency, say) for one in shown]
    if len(rest) == 1:
        bars.append(_bar(rest[0].key, rest[0].change, currency, say))
    elif rest:
        others = say(phrase("{n} others", n=len(rest)))
        bars.append(replace(_bar(others, sum(one.change for one in rest), currency, say), muted=True))
    noted = replace(heading, note=say(phrase("what each added to the change; the bars add up to it")))
    return Bars(noted, tuple(bars))


def _bar(label: str, change: int, currency: str, say: Say) -> Bar:
    return Bar(label, change, say.value(Signed(ShortMoney(change, currency))))
