"""Whether outbound messages and e-mails were answered: a column of `contacts` that follows from what came after.

``reply`` is true or false where the record says so, or where the customer's next contact of its kind does: inbound and
within 7 days it answers, otherwise it does not. Where nothing has come yet it is NULL: 7 days on that is no answer,
too, which only the time of the question tells. All others have NULL.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, case, false, func, select, true, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.facts.cut import counted
from store.tables import contacts

WRITTEN = ("message", "email")
ANSWER_WITHIN = timedelta(days=7)

_T = contacts.c
_WITHIN = ANSWER_WITHIN // timedelta(microseconds=1)


def _settled() -> Any:
    """Each written contact of some customers with what it should have in ``reply``."""
    turn: Any = {"partition_by": (_T.customer_id, _T.kind), "order_by": (_T.at, _T.id)}
    at = type_coerce(_T.at, BigInteger)
    turns = (
        select(
            _T.id, _T.direction, _T.outcome, at.label("at"),
            func.lead(_T.direction).over(**turn).label("next_direction"),
            func.lead(at).over(**turn).label("next_at"),
        )
        .where(
            _T.team_id == bindparam("of_team", type_=BigInteger),
            _T.customer_id.in_(bindparam("of_customers", expanding=True)),
            counted("contacts"),
            _T.kind.in_(WRITTEN),
        )
        .subquery("turns")
    )  # fmt: skip
    one = turns.c
    reply = case(
        (one.direction != "out", None),
        (one.outcome == "answered", true()),
        (one.outcome == "no_answer", false()),
        (one.next_at.is_(None), None),
        (and_(one.next_at - one.at <= _WITHIN, one.next_direction == "in"), true()),
        else_=false(),
    )
    return select(one.id, reply.label("reply")).subquery("settled")


_SETTLED = _settled()
_SETTLE = (
    update(contacts)
    .where(contacts.c.id == _SETTLED.c.id, contacts.c.reply.is_distinct_from(_SETTLED.c.reply))
    .values(reply=_SETTLED.c.reply)
    .returning(contacts.c.day)
)


async def settle(session: AsyncConnection, team_id: int, customer_ids: Sequence[int]) -> set[date]:
    """Settle what was answered of these customers' messages and e-mails; returns the days on which that changed."""
    given = {"of_team": team_id, "of_customers": list(customer_ids)}
    return set((await session.execute(_SETTLE, given)).scalars())
