"""The pictures of retention: from the customers at the start to those at the end, and cohorts by month."""

from collections.abc import Sequence
from dataclasses import replace

from metrics.base import Answer
from metrics.charts.specs import CohortCell, CohortRow, Cohorts, Heading, Step, Waterfall
from metrics.facts.cohorts import Cohort
from metrics.periods.wall import first_of_month
from metrics.wording import MonthName, Say, phrase
from store.facts.buying import Activity

MOST_COHORTS = 13
"""Months of first purchase that a picture has room for."""


def waterfall(answer: Answer, seen: Activity, heading: Heading, say: Say) -> Waterfall:
    """Lay out start, lost, kept, reactivated, new, end; nothing where nobody was active."""
    if answer.value is None and not seen.end:
        return Waterfall(heading, ())
    back = seen.end - seen.kept - seen.new
    return Waterfall(
        replace(heading, note=heading.empty) if answer.value is None else heading,
        (
            Step(say(phrase("start")), 0, seen.start, say.value(seen.start), "total"),
            Step(say(phrase("lost")), seen.kept, seen.start, say.value(seen.kept - seen.start), "down"),
            Step(say(phrase("kept")), 0, seen.kept, say.value(seen.kept), "kept"),
            Step(say(phrase("reactivated")), seen.kept, seen.kept + back, _more(back, say), "up"),
            Step(say(phrase("new")), seen.kept + back, seen.end, _more(seen.new, say), "up"),
            Step(say(phrase("end")), 0, seen.end, say.value(seen.end), "total"),
        ),
    )


def _more(count: int, say: Say) -> str:
    """A number that is added, with its sign; none has no sign."""
    return f"+{say.value(count)}" if count else say.value(0)


def heat_map(cohorts: Sequence[Cohort], this_month: int, heading: Heading, say: Say) -> Cohorts:
    """Lay the last cohorts out: a row each, a column a month since; the running month is partial, later ones blank.

    Where no month has begun since, there is nothing to see.
    """
    rows = tuple(_row(cohort, this_month, say) for cohort in cohorts[-MOST_COHORTS:])
    striped = any(cell.partial for row in rows for cell in row.cells[: MOST_COHORTS - 1] if cell)
    notes = [say(phrase("striped: the month is still running"))] if striped else []
    return Cohorts(
        heading=replace(heading, note="; ".join([*notes, *filter(None, [heading.note])])),
        rows=rows if any(row.cells for row in rows) else (),
        columns=tuple(say.value(number) for number in range(1, MOST_COHORTS)),
        label_title=say(phrase("first bought")),
        size_title=say(phrase("buyers")),
        columns_title=say(phrase("% who bought again, by months since")),
    )


def _percent(count: int, all_: int, say: Say) -> str:
    """A whole percentage without its sign; one customer is never none, and all but one never all."""
    said = round(100 * count / all_)
    if said == 0 and count:
        return "<1"
    return ">99" if said == 100 and count < all_ else say.value(said)


def _row(cohort: Cohort, this_month: int, say: Say) -> CohortRow:
    cells = tuple(
        CohortCell(count / cohort.customers, _percent(count, cohort.customers, say), month == this_month)
        if cohort.customers
        else None
        for month, count in enumerate(cohort.later, cohort.month + 1)
    )
    return CohortRow(say.value(MonthName(first_of_month(cohort.month))), say.value(cohort.customers), cells)
