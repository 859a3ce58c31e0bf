"""When something happened: times, parts of the day, and days joined into one instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.parsing.counts import COUNT, counted
from handlers.parsing.days import Day, read_day, read_mai, read_short_near
from handlers.parsing.durations import BARE_HOURS
from handlers.parsing.placing import Sense, place
from handlers.parsing.text import Line, any_of, pattern

PARTS = {"morning": 9, "noon": 12, "afternoon": 14, "evening": 19, "night": 22}
"""A part of the day and the hour it stands for."""

_PART_WORDS = (
    ("morning", pattern(f"{any_of(('sáng', 'buổi sáng'))}|(?:in the )?morning")),
    ("noon", pattern(f"{any_of(('trưa', 'buổi trưa'))}|(?:at )?noon")),
    ("afternoon", pattern(f"{any_of(('chiều', 'buổi chiều', 'xế chiều'))}|(?:in the )?afternoon")),
    ("evening", pattern(f"{any_of(('tối', 'buổi tối'))}|(?:in the )?evening")),
    ("night", pattern(f"{any_of(('đêm', 'khuya'))}|at night|night")),
)
_ENGLISH_PARTS = (
    (0, pattern("this (?P<part>morning|afternoon|evening)")),
    (0, pattern("(?P<part>tonight)")),
    (-1, pattern("last (?P<part>night)|yesterday (?P<part2>morning|afternoon|evening)")),
)
_CLOCK = pattern(
    r"(?:(?:lúc|luc|vào lúc|vao luc|hồi|hoi|at|vào|vao) )?(?:"
    r"(?P<h>[0-9]{1,2}) ?(?:h|g|giờ|gio)(?: ?(?P<half>rưỡi|ruoi)| ?(?P<m>[0-9]{2})(?: ?(?:p|phút|phut))?"
    r"| (?:kém|kem) (?P<to>[0-9]{1,2}))?"
    r"|(?P<ch>[0-9]{1,2}):(?P<cm>[0-9]{2})(?::[0-9]{2})?(?: ?(?P<cap>am|pm))?"
    r"|(?P<ah>[0-9]{1,2})(?:[.:](?P<am>[0-9]{2}))? ?(?P<ap>am|pm|a\.m|p\.m))"
    r"|(?:lúc|luc|at) (?P<only>[0-9]{1,2})$"
)
_NOON = pattern("(?:at )?noon")
_SAID = pattern(r"(?:lúc|luc|vào lúc|vao luc|hồi|hoi|at|vào|vao) \S+")
_HOUR_WORDS = r"(?:tiếng|tieng|giờ|gio|h|hours|hour|hrs|hr)"
_MINUTE_WORDS = r"(?:phút|phut|p|ph|minutes|minute|mins|min)"
_LENGTH = (
    rf"(?P<n>{COUNT}|nửa|nua|half an|half a|half) ?(?:(?P<hour>{_HOUR_WORDS})"
    rf"(?: ?(?P<half>rưỡi|ruoi)| ?(?P<more>[0-9]{{1,2}}) ?{_MINUTE_WORDS})?|{_MINUTE_WORDS})"
)
_FROM_NOW = pattern(rf"{_LENGTH} (?:(?P<ahead>nữa|nua|tới|sau|from now)|trước|truoc|ago)")
_AFTER = pattern(rf"(?:(?P<ahead>in|sau)|cách đây|cach day) {_LENGTH}(?: (?:nữa|nua))?")
_JOINTS = pattern("lúc|luc|vào|vao|hồi|hoi|at|on|từ|tu")


@dataclass(frozen=True, slots=True)
class When:
    """What of a time was said: a named day, a clock time, a part of the day, or a span from now; and the next token.

    `twelve` says that the hour was written without saying which half of the day.
    """

    end: int
    day: Day | None = None
    hour: int | None = None
    minute: int = 0
    part: str | None = None
    twelve: bool = False
    away: timedelta | None = None

    @property
    def firm(self) -> bool:
        """Whether nothing about it could be a plan for later (`hôm qua`, `sáng nay`, a full date)."""
        if self.away is not None:
            return True
        return self.day is not None and (
            self.day.kind in ("offset", "full") or self.day.side in ("prev", "last", "this")
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant that was meant; or why it is asked, and the instants that it may be."""

    at: datetime | None
    date_only: bool = False
    choices: tuple[datetime, ...] = ()
    why: str | None = None


def read_when(line: Line, at: int, *, english: bool, in_call: bool = False, ahead: bool = False) -> When | None:
    """Read what is said of a time at a token: `hôm qua 9h`, `3h chiều t6`, `sáng nay`, `2 tiếng nữa`.

    In a call a bare `Nh` up to 3h is a duration; `ahead` takes a lone `mai` as tomorrow.
    """
    away = _read_away(line, at, in_call)
    if away is not None:
        return away
    when = When(at)
    while (more := _extend(line, when, english, in_call, ahead)) is not None:
        when = more
    return when if when.day is not None or when.hour is not None else None


def _read_away(line: Line, at: int, in_call: bool) -> When | None:
    """`2 tiếng nữa`, `an hour ago`; in a call `in 5 min` is one that came in and took five minutes."""
    matched = line.match(_FROM_NOW, at) or line.match(_AFTER, at)
    if matched is None:
        return None
    found, end = matched
    if in_call and found["hour"] is None and line.tokens[at].lower == "in":
        return None
    half = found["n"] in ("nửa", "nua") or found["n"].startswith("half")
    if half and found["hour"] is None:
        return None
    minutes = 0 if half else counted(found["n"]) * (60 if found["hour"] else 1)
    minutes += (30 if half or found["half"] else 0) + int(found["more"] or 0)
    span = timedelta(minutes=minutes)
    return When(end, away=span if found["ahead"] else -span)


def _extend(line: Line, when: When, english: bool, in_call: bool, ahead: bool) -> When | None:
    at = when.end
    if at >= len(line) or (when != When(at) and line.tokens[at].opens):
        return None
    if when.day is None:
        found = _part_of_day(line, at, english) if when.part is None else None
        if found is not None:
            return replace(found, hour=when.hour, minute=when.minute, twelve=False)
        day = _day(line, when, english, ahead)
        if day is not None:
            return replace(when, day=day, end=day.end)
    if when.hour is None:
        clock = _read_clock(line, at, in_call and when.part is None)
        if clock is not None:
            return replace(when, hour=clock[0], minute=clock[1], twelve=clock[2] and when.part is None, end=clock[3])
    if when.part is None:
        return _part(line, when, english, ahead)
    return None


def _day(line: Line, when: When, english: bool, ahead: bool) -> Day | None:
    at = when.end
    day = read_day(line, at, english=english)
    if day is None and when.part is not None:
        day = read_short_near(line, at)
    if day is None and (ahead or when.hour is not None):
        day = read_mai(line, at)
    if day is None and line.match(_JOINTS, at) and not line.opens(at + 1):
        day = read_day(line, at + 1, english=english)
    return day


def _part_of_day(line: Line, at: int, english: bool) -> When | None:
    """`this morning`, `last night`: a day and its part in one."""
    for offset, source in _ENGLISH_PARTS:
        matched = line.match(source, at)
        if matched:
            groups = matched[0].groupdict()
            word = groups.get("part") or groups.get("part2") or "night"
            part = "evening" if word in ("tonight", "night") else word
            return When(matched[1], Day("offset", matched[1], offset), part=part)
    return None


def _part(line: Line, when: When, english: bool, ahead: bool) -> When | None:
    """A part of the day, where a day or an hour stands beside it."""
    for name, source in _PART_WORDS:
        matched = line.match(source, when.end)
        if matched is None:
            continue
        joined = replace(when, part=name, twelve=False, end=matched[1])
        if when.day is not None or when.hour is not None:
            return joined
        beside = _extend(line, joined, english, False, ahead)
        return joined if beside is not None else None
    return None


def _read_clock(line: Line, at: int, in_call: bool) -> tuple[int, int, bool, int] | None:
    """Hour, minute, whether the half of the day is open (`5:30`, not `05:30`), and the next token."""
    noon, matched = line.match(_NOON, at), line.match(_CLOCK, at)
    if noon is not None:
        return 12, 0, False, noon[1]
    if matched is None:
        return None
    found, end = matched
    half = (found["cap"] or found["ap"] or "").replace(".", "")
    hour = int(found["h"] or found["ch"] or found["ah"] or found["only"])
    minute = int(found["m"] or found["cm"] or found["am"] or (30 if found["half"] else 0))
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        return None
    if found["h"] and in_call and not line.match(_SAID, at) and 0 < hour * 60 + minute <= BARE_HOURS * 60:
        part_next = any(line.match(source, end) for _, source in _PART_WORDS)
        if not part_next:
            return None
    if found["to"]:
        hour, minute = (hour - 1) % 24, 60 - int(found["to"])
        if not 0 < minute < 60:
            return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    of_24 = (found["ch"] or "").startswith("0")  # 05:30 is written by the 24-hour clock
    return hour, minute, not half and not of_24 and 1 <= hour <= 6, end


def _hour_in_part(hour: int, part: str | None) -> int | None:
    """The hour of 24 that an hour in a part of the day is; None when they contradict."""
    spans = {"morning": (0, 11), "noon": (10, 14), "afternoon": (12, 18), "evening": (17, 23), "night": (20, 23)}
    if part is None:
        return hour
    low, high = spans[part]
    for tried in (hour, hour + 12):
        if low <= tried <= high and tried < 24:
            return tried
    return None  # also 1h at night: of which day?


def _instant(on: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, clock, zone).astimezone(UTC)


def moment(when: When, now: datetime, zone: ZoneInfo, sense: Sense) -> Moment:
    """The instant that was meant, seen from when the message was sent."""
    local = now.astimezone(zone)
    if when.away is not None:
        return _held(Moment(now.astimezone(UTC) + when.away), now, zone, sense)
    if when.day is not None:
        placed = place(when.day, local.date(), sense)
        if placed.on is None:
            clocks = [_on(when, on, now, zone, sense) for on in placed.choices]
            held = [found for found in clocks if _held(found, now, zone, sense).at is not None] or clocks
            choices = tuple(found.at for found in held if found.at is not None)
            return Moment(None, choices=choices, why=placed.why)
        return _held(_on(when, placed.on, now, zone, sense), now, zone, sense)
    found = _on(when, local.date(), now, zone, sense)
    if sense == "future" and found.at is not None and found.at <= now:
        found = _on(when, local.date() + timedelta(days=1), now, zone, sense)
    return _held(found, now, zone, sense)


def agreed(whens: list[When], now: datetime, zone: ZoneInfo, sense: Sense) -> When | None:
    """The one time that several days say together (`thứ 6 20/11`); None where they differ."""
    today = now.astimezone(zone).date()
    placed = [(when, place(when.day, today, sense).on) for when in whens if when.day is not None]
    dates = {on for when, on in placed if when.day is not None and when.day.kind != "weekday"}
    on = dates.pop() if len(dates) == 1 else None
    clocks = [when for when in whens if when.hour is not None or when.part is not None]
    if on is None or len(placed) < len(whens) or len(clocks) > 1:
        return None
    if not all(found == on or _is_weekday(when.day, on) for when, found in placed):
        return None
    return replace((clocks or whens)[0], day=Day("full", whens[-1].end, on=on))


def _is_weekday(day: Day | None, on: date) -> bool:
    return day is not None and day.kind == "weekday" and not day.side and day.number == on.weekday()


def _on(when: When, on: date, now: datetime, zone: ZoneInfo, sense: Sense) -> Moment:
    """The instant on a given date."""
    local = now.astimezone(zone)
    if when.hour is None:
        if when.part is None and sense == "future":
            return Moment(_instant(on, time(9), zone), date_only=True)
        part = None if when.part is None else _instant(on, time(PARTS[when.part]), zone)
        if part is None or (sense == "past" and on == local.date() and part > now):
            return Moment(_instant(on, local.time(), zone), date_only=True)
        return Moment(part)
    hour = _hour_in_part(when.hour, when.part)
    if hour is None:
        return Moment(None, choices=(_instant(on, time(when.hour, when.minute), zone),), why="part")
    at = _instant(on, time(hour, when.minute), zone)
    if when.twelve:
        both = (at, _instant(on, time(hour + 12, when.minute), zone))
        choices = tuple(one for one in both if (one > now if sense == "future" else one <= now))
        return Moment(None, choices=choices or both, why="half")
    return Moment(at)


def _held(found: Moment, now: datetime, zone: ZoneInfo, sense: Sense) -> Moment:
    """A log must not lie ahead, nor over a year back; a reminder not behind."""
    if found.at is None:
        return found
    if sense == "future":
        return found if found.at > now else Moment(None, choices=(), why="past")
    if found.at > now:
        return Moment(None, choices=(now.astimezone(UTC),), why="future")
    local = now.astimezone(zone)
    a_year_ago = local.replace(year=local.year - 1, day=28 if (local.month, local.day) == (2, 29) else local.day)
    if found.at < a_year_ago:
        return Moment(None, found.date_only, (found.at,), "old")
    return found
