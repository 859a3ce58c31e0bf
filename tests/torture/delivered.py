"""What came into a simulated year's chats, held against what was due there and what was logged."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import store.queues.outbox as rows
from tests.torture.books import SPOKEN, Books, Foretold, messages_of

BLOCKED = "Forbidden: bot was blocked by the user"
REASONS = {rows.EXPIRED: "expired", rows.UNKNOWN: "unknown", rows.MUTED: "unreachable", BLOCKED: "unreachable"}
"""What a message may fail for, as it is counted."""
_MARK = "sent again"
_QUIET = re.compile(r"Nothing was logged, (?P<days>.+)\. Digests are silent until something is\.")
_FIRST = re.compile(r".+? · (?P<days>.+?)(?: against .+|; nothing before .+)?")

Key = tuple[int, int]
"""A message: the place of its run among its schedule's, and its own place in it."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message, and at how many attempts nobody knows whether Telegram took it."""

    state: str
    doubts: int

    @property
    def times(self) -> range:
        """How often it may have come: one delivered once, and once more for a doubt; another for doubts only."""
        delivered = self.state == "delivered"
        return range(1, 2 + min(self.doubts, 1)) if delivered else range(self.doubts + 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A schedule, its team's books, its runs as they are kept, and what a plain reading foretells of each."""

    schedule: int
    books: Books
    runs: Sequence[Any]
    foretold: Sequence[Foretold]

    def hold(self, kept: dict[str, Any], messages: Sequence[Any], counts: Counter[str]) -> None:
        """Hold each run, each kept message (taken out of ``kept``) and each one that came to account."""
        fates = self._fates(kept, counts)
        came: Counter[Key] = Counter()
        order = []
        for message in messages:
            key = self._key(message)
            order.append(key)
            came[key] += 1
            counts["marked"] += _MARK in _text(message)
        assert order == sorted(order), f"out of order: {order}"
        assert set(came) <= set(fates), "a message of no run"
        for key, fate in fates.items():
            counts[fate.state] += 1
            counts["doubtful"] += fate.state == "delivered" and fate.doubts > 0
            counts["twice"] += came[key] == 2
            assert came[key] in fate.times, (self.schedule, self.runs[key[0]].due_at, key, fate, came[key])

    def _fates(self, kept: dict[str, Any], counts: Counter[str]) -> Mapping[Key, Fate]:
        found = {}
        for place, many in enumerate(messages_of([run.state for run in self.runs])):
            run = self.runs[place]
            assert run.state in ("missed", self.foretold[place].state), (run, self.foretold[place])
            assert (run.reason is None) == (run.state == "sent"), run
            counts[run.state] += 1
            for part in range(many):
                key = f"digest:{run.schedule_id}:{run.due_at:%Y%m%dT%H%M}"
                row = kept.pop(f"{key}/{part}" if part else key)
                assert row.failure or row.sent_at, "a message was forgotten"
                found[place, part] = Fate(REASONS[row.failure] if row.failure else "delivered", row.doubts)
        return found

    def _key(self, message: Any) -> Key:
        """Which message it is, told by the days it names; what it says it sold must be what was logged."""
        first, *rest = _text(message).split("\n")
        found = _QUIET.fullmatch(first) or _FIRST.fullmatch(first)
        assert found is not None, first
        said = (at for at, run in enumerate(self.runs) if run.state in SPOKEN)
        place = next(at for at in said if self.foretold[at].named == found["days"])
        run, told = self.runs[place], self.foretold[place]
        assert message.date >= run.due_at.timestamp(), f"early: {first}"
        assert (run.state == "empty") == (found.re is _QUIET), first
        if not first.startswith(f"Team {self.schedule - 1} · "):
            return place, 0
        sold = self.books.sold(told.first, told.last)
        assert rest[0].startswith(f"Net revenue: ₫{sold:,}"), (rest[0], sold)
        return place, 1


def _text(message: Any) -> str:
    return str(message.content.get("text") or message.content["caption"])
