"""The picture of customer value: its three factors, and what comes next, one under another."""

from metrics.answers.parts import part_name
from metrics.base import Answer, Part, quantity
from metrics.charts.specs import Heading, Table, TableRow
from metrics.wording import Money, Say, phrase

_SHOWN = ("average_order", "orders_per_year", "lifetime_years", "expected_12m", "alive", "referred_revenue")
"""The parts that are drawn, from top to bottom."""


def factors(answer: Answer, heading: Heading, say: Say) -> Table:
    """Lay the parts out as a table of one column; nothing where the value is not known."""
    if answer.value is None:
        return Table(heading, (), ())
    currency = answer.scope.team.currency
    rows = []
    for name in _SHOWN:
        part, label = answer.figure.parts.get(name), part_name("clv", name)
        if not isinstance(part, Part) or label is None:
            continue
        value: object = quantity(part.value, part.unit, currency)
        if part.unit == "number" and part.value is not None:
            value = round(part.value, 2)
        rows.append(TableRow(say(label), (say.value(value),)))
    total = TableRow(say(phrase("brought by a customer so far")), (say.value(Money(round(answer.value), currency)),))
    return Table(heading, ("",), (*rows[:3], total, *rows[3:]))
