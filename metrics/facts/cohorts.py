"""Cohorts: the customers who first bought in a month, and how many of them bought in each later month to now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.periods.wall import first_of_month
from metrics.wording import MonthName, Percent, Phrase, plural_phrase

_TOLD = 2


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers first buying in a month, and how many of them bought in each later one up to the running month.

    A month is year × 12 + month − 1.
    """

    month: int
    customers: int
    later: tuple[int, ...]


def name_of(month: int) -> str:
    """Write a numbered month as ``2026-10``."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def table(counts: Mapping[tuple[int, int], int], this_month: int) -> tuple[Cohort, ...]:
    """Lay the counts out: every month from the first purchase to now, also those in which nobody first bought."""
    if not counts:
        return ()
    return tuple(
        Cohort(
            month,
            counts.get((month, month), 0),
            tuple(counts.get((month, later), 0) for later in range(month + 1, this_month + 1)),
        )
        for month in range(min(month for month, _ in counts), this_month + 1)
    )


def explained(cohorts: Sequence[Cohort], this_month: int) -> tuple[Phrase, ...]:
    """Read one row aloud: the latest cohort that has two finished later months; nothing where there is none."""
    told = [one for one in cohorts if one.customers and one.month + _TOLD < this_month]
    if not told:
        return ()
    cohort = told[-1]
    one, two = cohort.later[:_TOLD]
    return (
        plural_phrase(
            "of {n} customer who first bought in {month}, {one} ({first}) bought again 1 month later, "
            "{two} ({second}) 2 months later",
            "of {n} customers who first bought in {month}, {one} ({first}) bought again 1 month later, "
            "{two} ({second}) 2 months later",
            n=cohort.customers,
            month=MonthName(first_of_month(cohort.month)),
            one=one,
            first=Percent(one / cohort.customers),
            two=two,
            second=Percent(two / cohort.customers),
        ),
    )
