"""How a share of a whole is said: with its Wilson interval, so that few data do not look like much."""

from metrics.base import Part, share
from metrics.statistics import wilson
from metrics.wording import Percent, Phrase, phrase


def part_of(count: int, whole: int) -> Part:
    """Give a share as a part of an answer; undefined of nothing."""
    return Part(share(count, whole), "ratio", whole)


def likely(count: int, whole: int) -> Phrase | str:
    """Say a share with its interval: ``12 % (probably 8 % to 17 %)``; a dash of nothing."""
    spread = wilson(count, whole)
    if spread is None:
        return "—"
    low, high = (Percent(end) for end in spread)
    return phrase("{value} (probably {low} to {high})", value=Percent(count / whole), low=low, high=high)
