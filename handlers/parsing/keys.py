"""The keys by which the customers that a line may mean are fetched in one query."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.parsing.customers import LONGEST_NAME, SHOWN, skipped_for
from handlers.parsing.phones import read_phone
from handlers.parsing.reading import Setting
from handlers.parsing.referrals import referrer_at
from handlers.parsing.text import Line, tokenise
from handlers.parsing.verbs import verb_of
from store.names import full_key, whole_key

NO_CUSTOMER = frozenset(("cost",))


@dataclass(frozen=True, slots=True)
class LookupKeys:
    """All keys that the look-up for one line may need: whole names, given names, phones (E.164)."""

    full: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


def lookup_keys(text: str, verb: str | None = None, setting: Setting | None = None) -> LookupKeys:
    """Every key by which the customers of a line (without its command) must be fetched before it is read.

    The setting gives the country in which a phone is dialled (Vietnam without one).
    """
    country = setting.country if setting else "VN"
    if verb is None and (spoken := verb_of(text)) is not None:
        verb, text = spoken.verb, spoken.rest
    if verb in NO_CUSTOMER:
        return LookupKeys()
    line = tokenise(text[:4096])
    full: dict[str, None] = {}
    given: dict[str, None] = {}
    for start in _starts(line):
        for end in range(start + 1, min(len(line), start + LONGEST_NAME) + 1):
            name = line.span(start, end)
            full |= dict.fromkeys((full_key(name), whole_key(name)))
            bare = full_key(name)
            if bare.count(" ") < 2:
                given[bare] = None
    phones = {found[0]: None for at in range(len(line)) if (found := read_phone(line, at, country, loose=True))}
    return LookupKeys(
        tuple(key for key in full if key), tuple(key for key in given if key), tuple(list(phones)[:SHOWN])
    )


def _starts(line: Line) -> list[int]:
    """Where a customer's name may begin: at the head, after *cho*, after *referred by*."""
    starts = [0] if len(line) else []
    starts += range(1, skipped_for(line) + 1)
    for at in range(1, len(line)):
        referrer = referrer_at(line, at)
        if referrer is not None and len(starts) < SHOWN:
            starts.append(referrer)
    return [start for start in starts if start < len(line)]
