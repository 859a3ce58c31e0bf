"""Reads a line of `/target` that names its period: `doanh số 600tr tháng 12`, `calls 40 week 50`, `5 tỷ năm 2027`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.parsing.periods.ranges import Clock
from handlers.parsing.periods.reader import relative_at
from handlers.parsing.periods.units import unit_at
from handlers.parsing.periods.weeks import week_at
from handlers.parsing.targets import UNIT_OF, TargetLine, read_target
from handlers.parsing.text import Line, tokenise
from metrics.periods import Period, holding, week

_JUST_OVER = timedelta(days=90)
"""Of what ended less than this ago, the next one is not meant without its year."""
_FARTHEST = timedelta(days=3660)
_YEARS_AHEAD = 5
_UNITS = frozenset(UNIT_OF.values())


def read_plan(text: str, measure: str, currency: str, zone: ZoneInfo, now: datetime) -> TargetLine:
    """Read the words after the metric's name, where they name a period too; one that may be a value is doubtful."""
    plain, line, clock = read_target(text, measure, currency), tokenise(text[:200]), Clock(zone, now)
    lacking = None
    for at in range(len(line)):
        named = _named(line, at, clock)
        if named is None:
            continue
        period, after = named
        rest = f"{line.text[: line.tokens[at].start]} {line.text[line.tokens[after - 1].end :]}"
        wanted = read_target(rest, measure, currency)
        if wanted.doubtful or wanted.unit:
            continue
        wanted = replace(wanted, unit=period.unit, period=period, typed=line.span(at, after))
        if wanted.value is not None or wanted.ends:
            year = _year(rest, wanted, clock)
            return wanted if year is None else replace(plain, doubtful=f"{year} {wanted.typed}")
        lacking = lacking or wanted
    if lacking is None or plain.doubtful:
        return lacking or plain
    return plain if _is_over(lacking, now) else replace(plain, doubtful=lacking.typed)


def _year(rest: str, wanted: TargetLine, clock: Clock) -> str | None:
    """The value, where it may be the year of the period instead: `calls 2027 T12` lacks how many."""
    if wanted.unit == "year" or re.search("[0-9]{4}", wanted.typed):
        return None
    near = (clock.today.year + ahead for ahead in range(_YEARS_AHEAD + 1))
    return next((str(year) for year in near if wanted.value in (year, year / 100) and str(year) in rest.split()), None)


def _is_over(wanted: TargetLine, now: datetime) -> bool:
    return wanted.period is not None and wanted.period.full_end <= now


def _named(line: Line, at: int, clock: Clock) -> tuple[Period, int] | None:
    """The week, month, quarter or year named at a token, and the token after it."""
    if line.tokens[at].raw.startswith("@"):
        return None
    found = relative_at(line, at, clock) or _week(line, at, clock)
    if found is None and (found := unit_at(line, at, clock)) is not None and isinstance(found[0], Period):
        written = re.search("[0-9]{4}", line.span(at, found[1]))
        found = (found[0] if written else _coming(found[0], clock)), found[1]
    if found is None or not isinstance(found[0], Period) or found[0].unit not in _UNITS:
        return None
    return None if found[0].start > clock.now + _FARTHEST else (found[0], found[1])


def _coming(latest: Period, clock: Clock) -> Period:
    """The latest month or quarter of a name that has begun, or, when it is long over, that of the year after."""
    if latest.full_end > clock.now - _JUST_OVER:
        return latest
    first = latest.first_day
    return holding(latest.unit, first.replace(year=first.year + 1), clock.zone, clock.now)


def _week(line: Line, at: int, clock: Clock) -> tuple[Period, int] | None:
    found = week_at(line, at, clock.today, coming=True)
    return None if found is None or found[0] is None else (week(found[0], clock.zone, clock.now), found[1])
