"""The words of a comparison: how a figure moved, against which period, from what; the same in caption and picture."""

from collections.abc import Iterable, Sequence

from metrics.answers.changing import alike
from metrics.base import Answer, Unit, quantity
from metrics.wording import Beside, Phrase, Points, Relative, ShortMoney, Signed, has_cents, phrase

_HUNDREDTH = 0.01


def written(answer: Answer, value: float | None) -> object:
    """A value of the answer's metric as a quantity, in full unless it is an estimate."""
    if value is not None and answer.metric.estimated:
        return short(answer, value)
    return quantity(value, answer.metric.unit, answer.scope.team.currency)


def when(answer: Answer) -> object:
    """The period, and what the figure is filtered by."""
    period = answer.scope.period
    if not answer.filter_names:
        return period
    return phrase("{period} · {filters}", period=period, filters=list(answer.filter_names))


def verdict(answer: Answer) -> Phrase:
    """How the figure moved against the previous period, and whether that can be told from chance."""
    change, before = answer.change, beside(answer)
    old = short(answer, answer.previous.value)
    if change.kind == "none":
        return phrase("{period}: {before}", period=before, before=old)
    if change.kind == "new":
        return phrase("new; {period}: {before}", period=before, before=old)
    line = phrase("{line} ({before})", line=_against(answer), before=with_lengths(answer, old))
    if change.clear is None or answer.previous_from is not None or not change.value:
        return line
    if change.clear:
        return phrase("{line}, a clear change", line=line)
    return phrase("{line}, may be chance", line=line)


def brief_change(answer: Answer) -> Phrase | None:
    """How the figure moved, short enough for a picture; None where there is nothing to compare."""
    if answer.change.kind in {"none", "new"}:
        return None
    return unequal(answer, _against(answer))


def unequal(answer: Answer, line: Phrase) -> Phrase:
    """A comparison with what makes it lame: a period that was not logged from its start, or much longer or shorter."""
    if answer.previous_from is not None:
        return phrase("{before}; logged only since {day}", before=line, day=answer.previous_from)
    days, other = answer.scope.period.days, answer.previous_period.days
    if alike(days, other):
        return line
    return phrase("{before}; {days} days against {other}", before=line, days=days, other=other)


def _against(answer: Answer) -> Phrase:
    if not answer.change.value:
        return phrase("unchanged from {period}", period=beside(answer))
    return phrase("{change} against {period}", change=moved(answer), period=beside(answer))


def beside(answer: Answer) -> Beside:
    """The previous period, named next to the one asked for."""
    return Beside(answer.previous_period, answer.scope.period.full_last_day)


def short(answer: Answer, value: float | None) -> object:
    """A value as a quantity, money said short."""
    return shortly(value, answer.metric.unit, answer.scope.team.currency)


def shortly(value: float | None, unit: Unit, currency: str) -> object:
    """A value as a quantity, money said short."""
    return ShortMoney(value, currency) if value is not None and unit == "money" else quantity(value, unit, currency)


def column(values: Iterable[float | None], unit: Unit, currency: str) -> list[object]:
    """Values that stand under one another as quantities, money short: with cents on all of it or on none."""
    found = list(values)
    if unit != "money":
        return [quantity(value, unit, currency) for value in found]
    amounts = iter(money_column([value for value in found if value is not None], currency))
    return ["—" if value is None else next(amounts) for value in found]


def money_column(values: Sequence[float], currency: str) -> list[ShortMoney]:
    """Amounts in minor units that stand under one another, said short: with cents on all of them or on none."""
    cents = any(has_cents(value, currency) for value in values)
    return [ShortMoney(value, currency, cents) for value in values]


def with_lengths(answer: Answer, before: object) -> object:
    """The previous value, or period, with both lengths where they differ, or since when anything was logged."""
    if answer.previous_from is not None:
        return phrase("{before}; logged only since {day}", before=before, day=answer.previous_from)
    days, other = answer.scope.period.days, answer.previous_period.days
    if days == other:
        return before
    return phrase("{before}; {days} days against {other}", before=before, days=days, other=other)


def moved(answer: Answer) -> object:
    """By how much the figure changed, as the quantity that says it."""
    value, kind = answer.change.value or 0.0, answer.change.kind
    if kind == "relative":
        return Relative(value)
    if kind == "points":
        ends = (answer.value or 0.0, answer.previous.value or 0.0)
        return Points(value, 2 if max(map(abs, ends)) < _HUNDREDTH else 1)  # as those are written that it lies between
    return Signed(short(answer, value))  # type: ignore[arg-type]
