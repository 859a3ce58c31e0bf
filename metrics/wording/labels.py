"""Dates, times and periods as English and Vietnamese readers write them."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates

from metrics.periods import Period
from metrics.wording.quantities import Beside, DayMonth, MonthName, Weekday, Zoned
from metrics.wording.spelling import locale_of

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
}

# people in Hanoi do not call their clock that of Ho Chi Minh City
_VIETNAM = {"Asia/Ho_Chi_Minh", "Asia/Saigon", "Asia/Hanoi"}


def _month(month: int, width: str = "abbreviated") -> str:
    names: Any = dates.get_month_names(width, locale=locale_of("en"))  # type: ignore[arg-type]
    return str(names[month])


def day_month(value: DayMonth, language: str) -> str:
    """Write a date without its year: ``22/11``, ``22 Nov``."""
    on = value.value
    return f"{on.day}/{on.month}" if language == "vi" else f"{on.day} {_month(on.month)}"


def full_date(on: date, language: str) -> str:
    """Write a date: ``22/11/2026``, ``22 Nov 2026``."""
    return day_month(DayMonth(on), language) + ("/" if language == "vi" else " ") + str(on.year)


def clock(value: time, language: str) -> str:
    """Write a time of day, 24 hours in both languages."""
    return f"{value:%H:%M}"


def date_time(at: datetime, language: str) -> str:
    """Write an aware date and time on the clock of the zone it carries."""
    if at.tzinfo is None:
        raise ValueError("a time must carry its zone")
    if language == "vi":
        return f"{at:%H:%M} {full_date(at.date(), language)}"
    return f"{full_date(at.date(), language)}, {at:%H:%M}"


def place(zone: ZoneInfo, language: str) -> str:
    """Name the clock of a zone: ``Vietnam time``, ``giờ London``; UTC by itself."""
    if "/" not in zone.key:
        return zone.key
    if zone.key in _VIETNAM:
        return "giờ Việt Nam" if language == "vi" else "Vietnam time"
    city = dates.get_timezone_location(zone, locale=locale_of(language), return_city=True)
    return f"giờ {city}" if language == "vi" else f"{city} time"


def zoned(value: Zoned, language: str) -> str:
    """Write a time with the place whose clock it shows."""
    zone = value.value.tzinfo
    where = place(zone, language) if isinstance(zone, ZoneInfo) else str(zone)
    return f"{date_time(value.value, language)} ({where})"


def weekday(value: Weekday, language: str) -> str:
    """Write a short weekday: ``T2``, ``Mon``."""
    return _WEEKDAYS[language][value.value.weekday()]


def month_name(value: MonthName, language: str) -> str:
    """Write a month, short: ``10/2026``, ``Oct 2026``."""
    on = value.value
    return f"{on.month}/{on.year}" if language == "vi" else f"{_month(on.month)} {on.year}"


def date_range(first: date, last: date, language: str) -> str:
    """Write two dates with nothing said twice: ``1–22 Nov 2026``, ``14/10–30/11/2026``."""
    if first == last:
        return full_date(last, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{full_date(last, language)}"
    dash = "–" if language == "vi" else " – "
    same_year = first.year == last.year
    start = day_month(DayMonth(first), language) if same_year else full_date(first, language)
    return start + dash + full_date(last, language)


def _unit_label(period: Period, language: str) -> str:
    first, last, vietnamese = period.first_day, period.full_last_day, language == "vi"
    if period.unit == "month":
        return f"tháng {first.month}/{first.year}" if vietnamese else f"{_month(first.month, 'wide')} {first.year}"
    if period.unit == "quarter":
        number = (first.month + 2) // 3
        return f"quý {number}/{first.year}" if vietnamese else f"Q{number} {first.year}"
    if period.unit == "year":
        return f"năm {first.year}" if vietnamese else f"{first.year}"
    dates_said = date_range(first, last, language)
    if period.unit == "week":
        return f"tuần {dates_said}" if vietnamese else f"week {dates_said}"
    if period.unit == "last_days" and period.running:
        count = (last - first).days + 1
        return f"{count} ngày qua ({dates_said})" if vietnamese else f"last {count} days ({dates_said})"
    return dates_said


def _until(period: Period, language: str) -> str:
    """The bracket that says how far a running or cut period goes."""
    if period.unit == "day":
        reached = clock(period.end.astimezone(period.zone).time(), language)
    else:
        reached = day_month(DayMonth(period.last_day), language)
    return f" (đến {reached})" if language == "vi" else f" (to {reached})"


def period_label(period: Period, language: str) -> str:
    """Name a period: ``October 2026``, ``tháng 11/2026 (đến 22/11)``, ``1–22 Nov 2026`` for a cut one."""
    if not period.cut:
        return _unit_label(period, language)
    if period.unit == "day" or (period.running and period.unit != "last_days"):
        return _unit_label(period, language) + _until(period, language)
    if period.running:
        return _unit_label(period, language)
    return date_range(period.first_day, period.last_day, language)


def beside_label(value: Beside, language: str) -> str:
    """Name a period without the year that its neighbour has too: ``September``, ``1–23/10``, else with it."""
    period, year = value.period, value.on.year
    label = period_label(period, language)
    if {period.first_day.year, period.full_last_day.year} != {year}:
        return label
    return label.replace(f"/{year}", "") if language == "vi" else label.replace(f" {year}", "")


def span_label(span: timedelta, language: str) -> str:
    """Write a span as hours and minutes: ``1:05``; the same in both languages."""
    total = round(span.total_seconds() / 60)
    return f"{total // 60}:{total % 60:02}"


LABELS: dict[type, Callable[[Any, str], str]] = {
    datetime: date_time,
    date: full_date,
    time: clock,
    timedelta: span_label,
    Beside: beside_label,
    DayMonth: day_month,
    MonthName: month_name,
    Weekday: weekday,
    Zoned: zoned,
    ZoneInfo: place,
    Period: period_label,
}
"""How each date-like type is said; looked up by exact type or its bases."""
