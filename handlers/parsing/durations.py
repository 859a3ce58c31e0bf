"""How long a call took: `5p`, `90s`, `1 tiếng rưỡi`, `1h30`."""

from __future__ import annotations

from handlers.parsing.text import Line, pattern

_HOUR = r"(?:tiếng|tieng|giờ|gio|h|hour|hours|hr|hrs)"
_MINUTE = r"(?:phút|phut|ph|p|mins|min|minutes|minute|m|')"
_SECOND = r"(?:giây|giay|s|sec|secs|seconds|second|\"|'')"
_ELSE = r"(?:ngày|ngay|tuần|tuan|tháng|thang|hôm|hom|giờ|gio|h|days?|weeks?|months?)"
_DURATION = pattern(
    rf"(?:(?P<h>[0-9]{{1,2}})(?P<hd>[.,][0-9]{{1,2}})? ?{_HOUR}(?: ?(?P<half>rưỡi|rưởi|ruoi)|"
    rf"(?P<hm>[0-9]{{1,2}})| ?(?P<hm2>[0-9]{{1,2}}) ?{_MINUTE}| (?P<hm3>[0-9]{{1,2}})(?! {_ELSE}))?"
    rf"|(?P<m>[0-9]{{1,4}})(?: (?P<mhalf>rưỡi|ruoi)|(?P<md>[.,][0-9]))? ?{_MINUTE}(?: (?P<mhalf2>rưỡi|ruoi)"
    rf"|(?P<ms>[0-9]{{1,2}})| ?(?P<ms2>[0-9]{{1,2}}) ?{_SECOND})?"
    rf"|(?P<s>[0-9]{{1,5}}) ?{_SECOND})"
)
_HALF_HOUR = pattern("nửa (?:tiếng|giờ)|nua (?:tieng|gio)|half an hour|half hour")
_AN_HOUR = pattern("an hour|one hour|một tiếng|mot tieng")
_NOT_LONG = frozenset(("trước", "truoc", "ago", "nữa", "nua"))
LONGEST = 24 * 3600
BARE_HOURS = 3
"""In a call a bare `Nh` up to this many hours is how long it took, above it a time."""


def read_duration(line: Line, at: int) -> tuple[int, int] | None:
    """The seconds of the duration that begins at a token, and the index of the token after it."""
    for fixed, seconds in ((_HALF_HOUR, 1800), (_AN_HOUR, 3600)):
        found = line.match(fixed, at)
        if found:
            return seconds, found[1]
    matched = line.match(_DURATION, at)
    if matched is None or (not line.opens(matched[1]) and line.tokens[matched[1]].lower in _NOT_LONG):
        return None
    found_, end = matched
    if found_["h"]:
        seconds = _hours(found_["h"], found_["hd"], found_["half"], found_["hm"] or found_["hm2"] or found_["hm3"])
        clock = not any(word in found_.group() for word in ("tiếng", "tieng", "hour", "hr"))
        long = seconds > BARE_HOURS * 3600 and not (found_["hm2"] and int(found_["h"]) <= BARE_HOURS)
        if (clock and long) or seconds == 0:
            return None
    elif found_["m"]:
        tenths = int(found_["md"][1:]) if found_["md"] else 5 if found_["mhalf"] or found_["mhalf2"] else 0
        seconds = int(found_["m"]) * 60 + tenths * 6 + int(found_["ms"] or found_["ms2"] or 0)
    else:
        seconds = int(found_["s"])
    return (seconds, end) if seconds <= LONGEST else None


def _hours(hours: str, decimals: str | None, half: str | None, minutes: str | None) -> int:
    fraction = int(decimals[1:]) * 3600 // 10 ** len(decimals[1:]) if decimals else 0
    return int(hours) * 3600 + fraction + (1800 if half else 0) + int(minutes or 0) * 60
