"""Why customers stopped buying: as the team says it, as those kept against those lost let see, and week by week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from metrics.base import Part, TeamScope, share
from metrics.periods.wall import instant
from metrics.statistics import excludes_zero, newcombe
from metrics.statistics.shares import part_of
from metrics.wording import Percent, Phrase, phrase
from store import Session
from store.facts import Cut, Filters
from store.facts.buying import Windows
from store.facts.kept import Looked
from store.facts.leaving import Gone, gone

_DEFAULTS = (
    phrase("price"), phrase("competitor"), phrase("no need"), phrase("service"), phrase("product"),
    phrase("no reply"), phrase("other"),
)  # fmt: skip
SIDES = {"kept": True, "lost": False}
REASONS: Mapping[str, Phrase] = {reason.source: reason for reason in _DEFAULTS}
"""The reasons that a team begins with, and how they are said; its own ones are said as they are."""


def window_start(at: datetime, days: int, cut: Cut) -> datetime:
    """Return the same wall time that many calendar days earlier in the team's zone."""
    wall = at.astimezone(cut.zone).replace(tzinfo=None) - timedelta(days=days)
    return instant(wall, cut.zone)


def windows(cut: Cut, team: TeamScope) -> Windows:
    """Return from when on a purchase makes a customer active at the cut's start, and at its end."""
    days = team.window_days
    return Windows(window_start(cut.start, days, cut), window_start(cut.end, days, cut))


def counted(found: Sequence[Gone]) -> list[dict[str, object]]:
    """Count customers by the reason said, the commonest first."""
    counts = Counter(one.reason for one in found if one.reason is not None)
    return [
        {"reason": reason, "customers": count}
        for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def told(reasons: Sequence[Mapping[str, object]]) -> Phrase | None:
    """Say the three commonest reasons; None when nobody has said any."""
    if not reasons:
        return None
    said = [
        phrase("{reason} {count}", reason=REASONS.get(str(one["reason"]), str(one["reason"])), count=one["customers"])
        for one in reasons[:3]
    ]
    return phrase("why they left: {reasons}", reasons=said)


def side_by_side(found: Mapping[bool, Looked]) -> tuple[Mapping[str, object], ...]:
    """How those kept, and then those lost, were looked after; nothing where there is only one kind."""
    if len(found) < len(SIDES):
        return ()
    return tuple(
        {
            "key": name,
            "customers": Part(one.customers, "count", one.customers),
            "contacted": part_of(one.contacted, one.customers),
            "with_ticket": part_of(one.ticketed, one.customers),
            "mean_rating": Part(share(one.score, one.ratings), "number", one.ratings),
        }
        for name, one in ((name, found[kept]) for name, kept in SIDES.items())
    )


def contrasted(found: Mapping[bool, Looked], window_days: int) -> tuple[Phrase, ...]:
    """Say how they differ, and which differences are more than chance; nothing where there is only one kind."""
    if len(found) < len(SIDES):
        return ()
    kept, lost = found[True], found[False]
    had = [
        _against(words, (one, kept.customers), (other, lost.customers))
        for words, one, other in (
            (phrase("a contact"), kept.contacted, lost.contacted),
            (phrase("a ticket"), kept.ticketed, lost.ticketed),
        )
    ]
    rated = phrase("mean rating {kept} ({n}) against {lost} ({m})", kept=_mean(kept), n=kept.ratings,
                   lost=_mean(lost), m=lost.ratings)  # fmt: skip
    return (
        phrase("Kept against lost ({kept} against {lost} customers), over the period and the {window} days before: "
               "{differences}", kept=kept.customers, lost=lost.customers, window=window_days,
               differences=[*had, *((rated,) if kept.ratings or lost.ratings else ())]),
    )  # fmt: skip


def _against(words: Phrase, kept: tuple[int, int], lost: tuple[int, int]) -> Phrase:
    line = phrase("{what} {kept} against {lost}", what=words, kept=Percent(kept[0] / kept[1]),
                  lost=Percent(lost[0] / lost[1]))  # fmt: skip
    return phrase("{line}, a clear difference", line=line) if excludes_zero(newcombe(*kept, *lost)) else line


def _mean(one: Looked) -> object:
    return one.score / one.ratings if one.ratings else "—"


def last_week(now: datetime, team: TeamScope) -> tuple[datetime, datetime]:
    """Return the first instants of last week and of this one on the team's clock."""
    today = now.astimezone(team.zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    monday = today - timedelta(days=today.weekday())
    return instant(monday - timedelta(days=7), team.zone), instant(monday, team.zone)


async def newly_inactive(
    session: Session, team: TeamScope, now: datetime, owner_id: int | None, week: tuple[datetime, datetime]
) -> Sequence[Gone]:
    """Return who was active when the week began and no longer when it ended: an owner's customers, or all."""
    cut = Cut(team.id, team.zone, *week, now, Filters(rep=owner_id))
    return await gone(session, cut, windows(cut, team), now)
