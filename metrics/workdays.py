"""Working days of a period: Monday to Saturday, today by the share of its working hours that has passed."""

from datetime import datetime, time, timedelta

from store.facts import Cut

OPENS, CLOSES = time(8, 0), time(17, 30)
_DAY = timedelta(days=1)
_SUNDAY = 6


def working_days(cut: Cut) -> float:
    """Count the working days of a cut; a last day cut short counts by its elapsed working hours.

    Example: Monday to Wednesday 12:45 are 2.5 days, half of Wednesday's 8:00–17:30 being over.
    """
    count, on = 0.0, cut.first_day
    while on <= cut.last_day:
        if on.weekday() != _SUNDAY:
            count += _elapsed(cut, on) if on == cut.last_day else 1.0
        on += _DAY
    return count


def _elapsed(cut: Cut, on: object) -> float:
    end = cut.end.astimezone(cut.zone).replace(tzinfo=None)
    opens, closes = datetime.combine(on, OPENS), datetime.combine(on, CLOSES)  # type: ignore[arg-type]
    return min(1.0, max(0.0, (end - opens) / (closes - opens)))
