"""What a digest says is left to do: follow-ups overdue, deals without a next step, data to put right, who is silent.

In a private chat each of the first few can be dealt with by one tap; a group hears counts only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.base import Button
from handlers.buttons import data
from handlers.digests.view import View
from handlers.reminders.followups import overdue_row, what
from metrics import quality
from metrics.wording import Html, Percent, Phrase, Say, phrase, plural_phrase
from store import Session
from store.customers import followups
from store.customers.followups import FollowUp, IdleDeal
from store.facts.team import member_names
from store.queues.digesting import last_logged, loggers

ACTED_ON = 3
"""How many follow-ups, and how many deals, a private digest has buttons for: those waiting longest, the largest."""
_NAMED = 4
_SILENT = 12
"""How many reps who logged nothing are named."""

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """The lines that say what is left to do, and the buttons that do it."""

    lines: tuple[str, ...] = ()
    buttons: Rows = ()


async def open_work(session: Session, view: View, say: Say) -> OpenWork:
    """Gather what is left to do, of the team or of the digest's rep."""
    late, idle = await _late(session, view, say), await _idle(session, view, say)
    more = [await _completeness(session, view, say), await _unclean(session, view, say)]
    lines = (*late.lines, *idle.lines, *(line for line in more if line is not None))
    return OpenWork(lines, (*late.buttons, *idle.buttons))


async def _late(session: Session, view: View, say: Say) -> OpenWork:
    """Follow-ups overdue: how many, whose, and the first of them."""
    late = await followups.overdue(session, view.team.id, view.now, view.rep or None)
    if not late:
        return OpenWork()
    count = sum(number for _, number in late)
    line = say(plural_phrase("{n} follow-up is overdue", "{n} follow-ups are overdue", n=count))
    if view.group:
        return OpenWork((line,))
    first = await followups.longest_overdue(session, view.team.id, view.now, view.rep or None, ACTED_ON)
    names = await member_names(session, view.team.id, {*(member for member, _ in late), *(f.member_id for f in first)})
    if not view.rep:
        whose = [f"{names.get(member, '?')} {number}" for member, number in late[:_NAMED]]
        line = say("{line} ({whose})", line=Html(line), whose=whose)
    lines = [_since(say, view, one, names.get(one.member_id, "?")) for one in first]
    return OpenWork((line, *lines), tuple(overdue_row(say, one) for one in first))


def _since(say: Say, view: View, one: FollowUp, owner: str) -> str:
    day = one.due_at.astimezone(view.team.zone).date()
    if view.rep:
        return say("• {what}, since {day}", what=Html(what(say, one)), day=day)
    return say("• {what}, since {day} ({owner})", what=Html(what(say, one)), day=day, owner=owner)


async def _idle(session: Session, view: View, say: Say) -> OpenWork:
    """Deals without a next step: how many, and a button that opens the card of each of the largest."""
    count = await followups.count_idle_deals(session, view.team.id, view.rep or None)
    if not count:
        return OpenWork()
    line = say(plural_phrase("{n} deal has no next step", "{n} deals have no next step", n=count))
    if view.group:
        return OpenWork((line,))
    largest = await followups.idle_deals(session, view.team.id, view.rep or None, ACTED_ON)
    return OpenWork((line,), tuple((_card(say, deal),) for deal in largest))


def _card(say: Say, deal: IdleDeal) -> Button:
    label = say.plain("Deal #{number}: {name}", number=str(deal.number), name=deal.customer[:30])
    return Button(label, data("card", deal.customer_id))


async def _completeness(session: Session, view: View, say: Say) -> str | None:
    """How many reps logged; whoever did not is named to managers only, with the day since when."""
    reps = [] if view.rep else await loggers(session, view.team.id, view.period.start, view.period.end)
    if not reps:
        return None
    logged = sum(rep.logged for rep in reps)
    line = say("{logged} of {all} reps logged", logged=logged, all=len(reps))
    silent = [rep for rep in reps if not rep.logged]
    if view.group or not silent:
        return line
    since: dict[date | None, list[str]] = {}
    for rep in silent[:_SILENT]:
        last_at = await last_logged(session, view.team.id, rep.id)
        since.setdefault(last_at.astimezone(view.team.zone).date() if last_at else None, []).append(rep.name)
    told = [_silent(names, day) for day, names in sorted(since.items(), key=lambda one: one[0] or date.min)]
    more = len(silent) - _SILENT
    said = [*told, plural_phrase("and {n} other rep", "and {n} other reps", n=more)] if more > 0 else told
    return say("{line}; {silent}", line=Html(line), silent=Html(say.join(said, "; ")))


def _silent(names: list[str], day: date | None) -> Phrase:
    """Name those who are silent since the same day."""
    if day is None:
        return phrase("nothing from {name} yet", name=names)
    return phrase("nothing from {name} since {day}", name=names, day=day)


async def _unclean(session: Session, view: View, say: Say) -> str | None:
    """How clean the data are and what is wrong most, as /quality says it; None where all is well."""
    found = await quality.looked_through(session, view.scope(quality.REPORT.key))
    if found.value is None or found.value == 1:
        return None
    worst: Sequence[Phrase] = found.told[:1]
    return say("Data: {share} clean; {worst}", share=Percent(found.value), worst=list(worst))
