"""How rows of exchange rates and targets are read and kept: what managers set beside the records, in bulk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from handlers.figures.naming import names as metric_names
from handlers.figures.shares import is_doubtful
from handlers.imports.fields import Cells, Kind, Names, Style, when_of
from handlers.imports.formats import NUMBER, amount_minor
from handlers.imports.words import Refused
from handlers.parsing.periods.reader import read_period
from handlers.parsing.rates import code_of
from handlers.parsing.targets import UNIT_OF
from metrics import METRICS
from metrics.answers.targets import UNITS
from metrics.base import Metric
from metrics.periods import Period, current
from metrics.wording import phrase
from store import Session
from store.catalogue.rates import give_rates
from store.catalogue.targets import set_targets
from store.names import fold
from store.people.membership import members_of
from store.records.entries import Clock, RateEntry, TargetEntry

_AHEAD = timedelta(days=3660)
"""How far ahead a period may lie."""


@dataclass(slots=True)
class Landed:
    """How many rows were new and known, and the places of those refused, with the reason."""

    new: int = 0
    known: int = 0
    refused: list[tuple[int, ValueError]] = field(default_factory=list)


def read_rate(cells: Cells, style: Style, names: Names) -> RateEntry:
    """Return a rate: what one of ``currency`` is worth in the team's from the day of ``at`` on."""
    code = code_of(cells.get("currency", "").strip().casefold())
    if code is None or code == style.currency:
        text = cells.get("currency", "")
        raise Refused(phrase("{field} is no other currency's code, such as USD: {text}", field="currency", text=text))
    day = when_of(cells, "at", style).at.astimezone(style.zone).date()
    text = NUMBER.sub("", cells.get("rate", ""))
    other = "," if style.decimal == "." else "."
    try:
        rate = Decimal(text.replace(other, "").replace(style.decimal, "."))
    except InvalidOperation:
        raise Refused(phrase("{field} is not a number: {text}", field="rate", text=cells.get("rate", ""))) from None
    if not 0 < rate < 10**12:
        raise Refused(phrase("{field} must be more than 0: {text}", field="rate", text=cells.get("rate", "")))
    return RateEntry(code, day, rate)


def read_target(cells: Cells, style: Style, names: Names) -> TargetEntry:
    """Return a target: of a metric, a rep or (empty) the team, for ``week`` … ``year`` from the period named on.

    ``period`` is ``month`` (from the running one on) or a period such as ``2026-10``, ``Q4 2026``, ``2026``, also one
    that has not begun.
    """
    key = metric_names().get(cells.get("metric", "").strip().casefold())
    metric = next((one for one in METRICS if one.key == key), None)
    if metric is None:
        text = cells.get("metric", "")
        raise Refused(phrase("{field} is none that can have a target: {text}", field="metric", text=text))
    period = _period(cells.get("period", ""), style)
    rep = cells.get("rep", "").strip()
    member_id = names.member(rep) if rep else None
    if rep and member_id is None:
        raise Refused(phrase("{field} is nobody in the team: {text}", field="rep", text=rep))
    if member_id is not None and "rep" not in metric.filters:
        raise Refused(phrase("{metric} is known for the whole team only", metric=metric.key))
    return TargetEntry(metric.key, member_id, period.unit, period.first_day, _value(cells, metric, style))


def _period(text: str, style: Style) -> Period:
    """Read a period; one by its number needs its year: ``T12`` in a plan of November is no month of last year."""
    unit = UNIT_OF.get(text.strip().casefold())
    if unit is not None:
        return current(unit, style.zone, style.now)  # type: ignore[arg-type]
    numbered, year = re.search(r"\d", text), re.search(r"\d{4}", text)
    if numbered and not year:
        raise Refused(phrase("period needs its year, as in 2026-12: {text}", text=text))
    found = read_period(text, style.zone, style.now + _AHEAD if year else style.now, "en") if text.strip() else None
    if not isinstance(found, Period) or found.unit not in UNITS:
        raise Refused(phrase("{field} is no week, month, quarter or year: {text}", field="period", text=text))
    return found


def _value(cells: Cells, metric: Metric, style: Style) -> float:
    """Return the value in minor units for money, as a fraction for ratios (75 % and 0.75 alike)."""
    text = cells.get("value", "")
    if metric.unit == "money":
        return float(amount_minor(text, style.decimal, style.minor_digits))
    other = "," if style.decimal == "." else "."
    try:
        value = float(text.replace("%", "").replace(other, "").replace(style.decimal, ".").strip())
    except ValueError:
        raise Refused(phrase("{field} is not a number: {text}", field="value", text=text)) from None
    if not 0 <= value < 10**15:
        raise Refused(phrase("{field} must be 0 or more: {text}", field="value", text=text))
    if "%" not in text and is_doubtful(value, metric):
        raise Refused(phrase("{text} of {metric} may be percent or times: write it with %", text=text,
                             metric=metric.key))  # fmt: skip
    return value / 100 if metric.unit == "ratio" and ("%" in text or value > 1) else value


KINDS = {
    "targets": Kind(("metric", "rep", "period", "value"), ("metric", "period", "value"), read_target),
    "rates": Kind(("currency", "at", "rate"), ("currency", "at", "rate"), read_rate),
}
"""Each kind of import that is no record."""


async def land(session: Session, kind: str, style: Style, clock: Clock, rows: Sequence[Cells]) -> Landed:
    """Keep the rows of a batch; the same rate a second time is known."""
    done, entries = Landed(), []
    members = {fold(one.name): one.id for one in await members_of(session, clock.team_id)}
    names = Names(lambda name: 0, lambda name: members.get(fold(name)), *[lambda name: None] * 3)
    for place, cells in enumerate(rows):
        try:
            entries.append(KINDS[kind].read(cells, style, names))
        except ValueError as error:
            done.refused.append((place, error))
    if kind == "rates":
        done.new = await give_rates(session, clock, entries, None, style.now)
    else:
        done.new = len(await set_targets(session, clock.team_id, entries, None, style.now))
    done.known = len(entries) - done.new
    return done
