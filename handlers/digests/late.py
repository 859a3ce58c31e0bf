"""Restatements: figures that were sent, and are others now that something was entered, corrected or taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from handlers.figures.asked import BY_KEY
from metrics.answers.asking import figure_of
from metrics.answers.comparing import shortly
from metrics.periods import from_key
from metrics.wording import Html, Phrase, Say, plural_phrase
from store import Session
from store.queues.digesting import Late, late

if TYPE_CHECKING:
    from handlers.digests.view import View

LOOKED_AT = 5
"""How many earlier digests are held against what is known now."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stated:
    """What was last said of a period: the values by metric, and when."""

    values: Values
    at: datetime


@dataclass(frozen=True, slots=True)
class Restated:
    """The lines to say, and by period the values that they state."""

    lines: list[str] = field(default_factory=list)
    values: dict[str, Values] = field(default_factory=dict)


async def restated(session: Session, view: View, say: Say) -> Restated:
    """Say which sent figures are others now, from what to what, and why; each change is said once."""
    found = Restated()
    for period, stated in _stated(view).items():
        lines, values = await _of(session, view, period, stated, say)
        if lines:
            found.lines.extend(lines)
            found.values[period] = values
    return found


def _stated(view: View) -> dict[str, Stated]:
    """Return what was last said of each period of the newest digests, of those about the same people as this one."""
    known: dict[str, Stated] = {}
    for run in view.sent[:LOOKED_AT]:
        kept: Any = run.kept or {}
        if kept.get("rep", 0) != view.rep:
            continue
        for period, values in kept.get("restated", {}).items():
            known.setdefault(period, Stated(values, run.done_at))
        if "period" in kept:
            known.setdefault(kept["period"], Stated(kept["values"], run.done_at))
    return known


async def _of(session: Session, view: View, key: str, stated: Stated, say: Say) -> tuple[list[str], Values]:
    period = from_key(key, view.team.zone, view.now)
    found = await late(session, view.team.id, period.start, period.full_end, stated.at)
    if not found.any:
        return [], {}
    lines, values = [], dict(stated.values)
    for name, before in stated.values.items():
        if name not in BY_KEY or before is None:
            continue
        metric = BY_KEY[name]
        now = (await figure_of(metric, session, view.scope(name, period))).value
        old, new = (say.value(shortly(value, metric.unit, view.team.currency)) for value in (before, now))
        if old != new:
            values[name] = now
            line = say("Restated: {label}, {period}, {before} → {now}", label=metric.label, period=period,
                       before=Html(old), now=Html(new))  # fmt: skip
            reasons = _reasons(found)
            lines.append(say("{line}: {reasons}", line=Html(line), reasons=reasons) if reasons else line)
    return lines, values


def _reasons(found: Late) -> list[Phrase]:
    said = (
        (found.refunds, plural_phrase("{n} refund", "{n} refunds", n=found.refunds)),
        (found.sales, plural_phrase("{n} back-dated sale", "{n} back-dated sales", n=found.sales)),
        (
            found.contacts,
            plural_phrase("{n} back-dated contact", "{n} back-dated contacts", n=found.contacts),
        ),
        (found.corrected, plural_phrase("{n} correction", "{n} corrections", n=found.corrected)),
        (found.removed, plural_phrase("{n} removed", "{n} removed", n=found.removed)),
        (found.restored, plural_phrase("{n} restored", "{n} restored", n=found.restored)),
    )
    return [words for count, words in said if count]
