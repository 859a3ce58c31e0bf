"""The picture of the channels: a row each, its numbers in columns, a bar for its net revenue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from metrics.base import NONE, Answer, Part, quantity
from metrics.charts.specs import MOST_ROWS, Heading, Table, TableRow
from metrics.wording import Say, ShortAmount, has_cents, phrase

_TITLES = {
    "cost": phrase("cost"),
    "leads": phrase("leads made"),
    "new_customers": phrase("customers won"),
    "net_revenue": phrase("net revenue"),
    "cohort_conversion": phrase("leads that bought"),
    "cac": phrase("CAC"),
    "roi": phrase("ROI"),
}


def table(answer: Answer, lines: Sequence[Mapping[str, object]], heading: Heading, say: Say) -> Table:
    """Lay the channels out in the order given; nothing where the figure is not known."""
    if answer.value is None:
        return Table(heading, (), ())
    currency = answer.scope.team.currency
    sums = [part.value or 0 for line in lines if isinstance(part := line["net_revenue"], Part)]
    most = max((abs(value) for value in sums), default=0) or 1
    cells = zip(*(_column([line[column] for line in lines], currency, say) for column in _TITLES), strict=True)
    rows = tuple(
        TableRow(
            say(phrase("(none)")) if line["key"] == NONE else str(line["key"]),
            tuple(texts),
            net / most,
            muted=line["key"] == NONE,
        )
        for line, texts, net in zip(lines, cells, sums, strict=True)
    )
    note = say(phrase("bar: net revenue"))
    drawn = range(1, min(MOST_ROWS, len(rows)) + 1)
    partly = tuple(say(phrase("the first {shown} of {all}", shown=shown, all=len(rows))) for shown in drawn)
    return Table(replace(heading, note=note), tuple(say(title) for title in _TITLES.values()), rows, partly)


def _column(parts: Sequence[object], currency: str, say: Say) -> list[str]:
    """The cells of a column: money with cents on all of it or on none."""
    money = [part.value for part in parts if isinstance(part, Part) and part.unit == "money"]
    cents = any(has_cents(value, currency) for value in money)
    return [_cell(part, currency, cents, say) for part in parts]


def _cell(part: object, currency: str, cents: bool, say: Say) -> str:
    if not isinstance(part, Part):
        return ""
    if part.unit == "money" and part.value is not None:
        return say.value(ShortAmount(part.value, currency, cents))  # the sheet's figure names the currency
    return say.value(quantity(part.value, part.unit, currency))
