"""What answers leave out for want of an exchange rate, named by those too that compare or put figures together."""

from collections.abc import Iterable

from metrics.base import Excluded, Figure, left_out, no_rate
from metrics.periods import Period
from metrics.wording import plural_phrase


def unrated(figure: Figure) -> int:
    """Count the records that a figure leaves out because no exchange rate is known."""
    named = {one.what.source for one in no_rate(1)}
    return sum(left.count for left in figure.excluded if left.what.source in named)


def unrated_of(figures: Iterable[Figure]) -> tuple[Excluded, ...]:
    """Name them for several figures: mostly the same records, so as many as the one leaves out that misses most."""
    return no_rate(max(map(unrated, figures), default=0))


def unrated_before(previous: Figure, period: Period) -> tuple[Excluded, ...]:
    """Name those that are missing in what a figure is compared with."""
    count = unrated(previous)
    what = plural_phrase("record without an exchange rate, for {period}",
                         "records without an exchange rate, for {period}", n=count, period=period)  # fmt: skip
    return left_out(what, count)
