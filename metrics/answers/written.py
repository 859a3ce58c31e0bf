"""Writes an answer as JSON: money in major units, times as ISO 8601 with offset, ratios as fractions."""

from collections.abc import Mapping
from typing import Any

from metrics.base import Answer, Part, Row, Unit
from metrics.periods import Period
from metrics.wording import Phrase, Say, minor_digits


def to_json(answer: Answer, say: Say | None = None) -> dict[str, Any]:
    """Return what ``chot ask --json`` prints; ``say`` words warnings and reasons (English when not given)."""
    words = (say or Say("en")).plain
    scope, figure, metric = answer.scope, answer.figure, answer.metric
    write = _Writer(scope.team.currency, words)
    return {
        "metric": metric.key,
        "period": write.period(scope.period),
        "value": write.number(figure.value, metric.unit),
        "unit": metric.unit,
        "currency": scope.team.currency,
        "numerator": write.number(figure.numerator, metric.over),
        "denominator": write.number(figure.denominator, metric.under),
        "n": figure.n,
        "interval": [write.number(end, metric.unit) for end in figure.interval] if figure.interval else None,
        "parts": write.parts(figure.parts),
        "breakdown": [write.row(row, answer) for row in answer.breakdown],
        "previous": {
            "period": write.period(answer.previous_period),
            "value": write.number(answer.previous.value, metric.unit),
        },
        "change": {
            "kind": answer.change.kind,
            "value": write.change(answer),
            "clear": answer.change.clear,
        },
        "target": write.number(answer.target, metric.unit),
        "warnings": [words(warning) for warning in answer.warnings]
        + [words(left.what) + f": {left.count}" for left in figure.excluded],
        "reason": words(answer.reason) if answer.reason is not None else None,
    }


class _Writer:
    """Writes the values of one answer."""

    def __init__(self, currency: str, say: Say) -> None:
        self.digits = minor_digits(currency)
        self.say = say

    def number(self, value: float | None, unit: Unit) -> float | int | None:
        """Money to major units; a whole amount of a currency without minor unit stays whole."""
        if value is None:
            return None
        if unit != "money":
            return value
        if isinstance(value, int) and not self.digits:
            return value
        return round(value / float(10**self.digits), self.digits + 4)

    def period(self, period: Period) -> dict[str, str]:
        """Start, end and name of a period; the ends on the team's clock."""
        return {
            "start": period.start.astimezone(period.zone).isoformat(),
            "end": period.end.astimezone(period.zone).isoformat(),
            "label": self.say.value(period),
        }

    def parts(self, parts: Mapping[str, object]) -> dict[str, Any]:
        """Scalar parts as ``{value, unit, n}``, everything else as it is."""
        return {name: self.part(part) for name, part in parts.items()}

    def part(self, part: object) -> Any:
        """One part; a tuple of mappings is a report's table, a function gives one of many rows."""
        if callable(part):
            return self.part(part())
        if isinstance(part, Part):
            return {"value": self.number(part.value, part.unit), "unit": part.unit, "n": part.n}
        if isinstance(part, tuple):
            return [self.parts(row) for row in part]
        return self.say(part) if isinstance(part, Phrase) else part

    def row(self, row: Row, answer: Answer) -> dict[str, Any]:
        """One line of a breakdown."""
        metric = answer.metric
        return {
            "key": row.key,
            "value": self.number(row.value, metric.unit),
            "n": row.n,
            "numerator": self.number(row.numerator, metric.over),
            "denominator": self.number(row.denominator, metric.under),
        }

    def change(self, answer: Answer) -> float | int | None:
        """The change: a fraction, or in the figure's unit."""
        change = answer.change
        unit: Unit = answer.metric.unit if change.kind in {"absolute", "new"} else "ratio"
        return self.number(change.value, unit)
