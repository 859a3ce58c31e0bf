"""The picture of customer value: its three factors, and what comes next, one under another."""

from metrics.base import Answer, Part, quantity
from metrics.charts.specs import Heading, Table, TableRow
from metrics.wording import Money, Say, phrase


def factors(answer: Answer, heading: Heading, say: Say) -> Table:
    """Lay the parts out as a table of one column; nothing where the value is not known."""
    if answer.value is None:
        return Table(heading, (), ())
    currency = answer.scope.team.currency
    labels = {
        "average_order": phrase("average order"),
        "orders_per_year": phrase("orders a year"),
        "lifetime_years": phrase("years from first to last purchase"),
        "expected_12m": phrase("expected in the next 12 months"),
        "alive": phrase("probably still buying"),
        "referred_revenue": phrase("brought by referred customers"),
    }
    rows = []
    for name, label in labels.items():
        part = answer.figure.parts.get(name)
        if not isinstance(part, Part):
            continue
        value: object = quantity(part.value, part.unit, currency)
        if part.unit == "number" and part.value is not None:
            value = round(part.value, 2)
        rows.append(TableRow(say(label), (say.value(value),)))
    total = TableRow(say(phrase("brought by a customer so far")), (say.value(Money(round(answer.value), currency)),))
    return Table(heading, ("",), (*rows[:3], total, *rows[3:]))
