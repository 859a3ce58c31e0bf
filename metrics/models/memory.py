"""What models found, remembered until the team's data change.

A fitted model costs seconds and depends on all of a team's history, so it is made once and kept under everything that
it follows from: the team's rules, the state of its data (`store.facts.edition`: a count that every write which may move
a figure raises in its own transaction), the part of the records asked, and the local day.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from metrics.base import TeamScope
from store import Session
from store.facts import Cut
from store.facts.edition import edition

T = TypeVar("T")
_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Found:
    state: Hashable
    since: datetime
    value: Any


_memory: OrderedDict[Hashable, _Found] = OrderedDict()


async def remembered(
    what: Hashable, session: Session, cut: Cut, team: TeamScope, make: Callable[[], Awaitable[T]]
) -> T:
    """Return what ``make`` gives of a cut, from memory where nothing that it follows from has changed.

    ``what`` names it; it may depend on now by its local day only, and on no other rules than the team's.
    """
    state = await edition(session, cut)
    if state is None:
        return await make()
    end = "now" if cut.end == cut.now else cut.end
    today = cut.now.astimezone(cut.zone).date()
    key = (what, team, cut.start, end, today, cut.filters)
    found = _memory.get(key)
    # nothing is dated after either now, so the later one knows no more
    if found is None or found.state != state or found.since > cut.now:
        found = _memory[key] = _Found(state, cut.now, await make())
    _memory.move_to_end(key)
    while len(_memory) > _KEPT:
        _memory.popitem(last=False)
    return cast("T", found.value)


def forget() -> None:
    """Forget everything."""
    _memory.clear()
