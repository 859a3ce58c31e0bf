"""Whether outbound messages and e-mails were answered: a column of `contacts` that follows from what came after.

``reply`` is true or false where the record says so, or where the customer's next contact of its kind does: inbound and
within 7 days it answers, otherwise it does not. Where nothing has come yet it is NULL: 7 days on that is no answer,
too, which only the time of the question tells. All others have NULL.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.facts.cut import counted
from store.tables import contacts

WRITTEN = ("message", "email")
SPOKEN = ("call", "meeting", "visit", "event", "social")
ANSWER_WITHIN = timedelta(days=7)

_T = contacts.c
_WITHIN = ANSWER_WITHIN // timedelta(microseconds=1)
_TURNS = (
    select(_T.customer_id, _T.kind, type_coerce(_T.at, BigInteger), _T.id, _T.day, _T.direction, _T.outcome, _T.reply)
).where(
    _T.team_id == bindparam("team_id"),
    _T.customer_id.in_(bindparam("customer_ids", expanding=True)),
    counted("contacts"),
    # not the kinds wanted, and in no order: SQLite would then enter the index by kind, a whole team's
    _T.kind.not_in(SPOKEN),
)
_SETTLE = update(contacts).where(_T.id == bindparam("of_id")).values(reply=bindparam("settled"))


async def settle(session: AsyncConnection, team_id: int, customer_ids: Sequence[int]) -> set[date]:
    """Settle what was answered of these customers' messages and e-mails; returns the days on which that changed."""
    rows = (await session.execute(_TURNS, {"team_id": team_id, "customer_ids": list(customer_ids)})).all()
    turns = sorted((_Turn(*row) for row in rows if row.kind in WRITTEN), key=lambda turn: turn[:4])
    changed = [
        (one, reply)
        for one, after in zip(turns, [*turns[1:], None], strict=False)
        if (reply := _reply(one, after)) != one.reply
    ]
    if changed:
        await session.execute(_SETTLE, [{"of_id": one.id, "settled": reply} for one, reply in changed])
    return {one.day for one, _ in changed}


class _Turn(NamedTuple):
    customer_id: int
    kind: str
    at: int
    id: int
    day: date
    direction: str
    outcome: str | None
    reply: bool | None


def _reply(one: _Turn, after: _Turn | None) -> bool | None:
    """What one should have in ``reply``, ``after`` being the one read after it."""
    if one.direction != "out":
        return None
    if one.outcome in {"answered", "no_answer"}:
        return one.outcome == "answered"
    if after is None or (after.customer_id, after.kind) != (one.customer_id, one.kind):
        return None
    return after.direction == "in" and after.at - one.at <= _WITHIN
