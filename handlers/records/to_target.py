"""The way to the target, said under a call or a sale: what is reached, what is missing, the calls it still takes."""

from datetime import date, datetime, time, timedelta

from handlers.base import Request, team_of
from metrics.models.effort import calls_needed
from metrics.wording import Phrase, Say, ShortMoney, phrase, plural_phrase
from store import Session
from store.catalogue.targets import target_for
from store.records.totals import so_far

HISTORY = timedelta(days=90)
"""How far back a rep's own ratio of calls to sales is read."""

_UNITS = ("month", "week", "quarter")
_THIS: dict[str, Phrase] = {
    "month": phrase("this month"),
    "week": phrase("this week"),
    "quarter": phrase("this quarter"),
}


async def gap(session: Session, request: Request, kind: str) -> str:
    """Say how far the member is from their own target of sales, or after a call of calls; empty without one."""
    metrics = {"sale": ("revenue",), "contact": ("calls", "revenue")}.get(kind, ())
    for metric in metrics:
        if said := await _nearest(session, request, metric):
            return said
    return ""


async def gaps(session: Session, request: Request) -> list[str]:
    """Say how far the member is from each of their own targets, of sales and of calls."""
    said = [await _nearest(session, request, metric) for metric in ("revenue", "calls")]
    return [line for line in said if line]


async def _nearest(session: Session, request: Request, metric: str) -> str:
    """Say what is missing to the member's target of a metric, this month's before the week's and the quarter's."""
    team_id, today = team_of(request).id, request.now.astimezone(team_of(request).zone).date()
    for unit in _UNITS:
        first = first_day(unit, today)
        target = await target_for(session, team_id, metric, unit, first, request.member.id)
        if target:
            return await _said(session, request, metric, unit, first, target)
    return ""


def first_day(unit: str, today: date) -> date:
    """Return the first day of the week, month or quarter that holds a day."""
    if unit == "week":
        return today - timedelta(days=today.weekday())
    month = today.month if unit == "month" else 3 * ((today.month - 1) // 3) + 1
    return today.replace(month=month, day=1)


async def _said(session: Session, request: Request, metric: str, unit: str, first: date, target: float) -> str:
    say, team, me = request.say, team_of(request), request.member.id
    start, end = datetime.combine(first, time(), team.zone), request.now + timedelta(microseconds=1)
    reached = await so_far(session, team.id, me, start, end)
    if metric == "calls":
        return _calls(say, _THIS[unit], reached.calls, round(target))
    left = round(target) - reached.net_minor
    if left <= 0:
        over = ShortMoney(reached.net_minor, team.currency)
        return say("Target {when} reached: {amount} of {target}.", when=_THIS[unit], amount=over,
                   target=ShortMoney(round(target), team.currency))  # fmt: skip
    before = await so_far(session, team.id, me, request.now - HISTORY, end)
    return _money(say, _THIS[unit], ShortMoney(left, team.currency), ShortMoney(round(target), team.currency),
                  calls_needed(left, before.calls, before.sales, before.net_minor))  # fmt: skip


def _calls(say: Say, when: Phrase, calls: int, target: int) -> str:
    if calls >= target:
        return say(plural_phrase("Target {when} reached: {n} call of {target}.",
                                 "Target {when} reached: {n} calls of {target}.",
                                 n=calls, target=target, when=when))  # fmt: skip
    return say(plural_phrase("{n} call to go to the target of {target} {when}.",
                             "{n} calls to go to the target of {target} {when}.",
                             n=target - calls, target=target, when=when))  # fmt: skip


def _money(say: Say, when: Phrase, left: ShortMoney, target: ShortMoney, calls: tuple[int, int] | None) -> str:
    if calls is None:
        return say("{left} to go to the target of {target} {when}.", left=left, target=target, when=when)
    return say(
        "{left} to go to the target of {target} {when}: about {low}–{high} calls at your own ratio.",
        left=left, target=target, when=when, low=calls[0], high=calls[1],
    )  # fmt: skip
