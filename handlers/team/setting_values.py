"""How each kind of setting is read from words and written back: days, hours, shares, lists of words, zones."""

import re
from collections.abc import Sequence
from datetime import time
from zoneinfo import available_timezones

from babel import Locale

from handlers.base import UserError
from handlers.buttons import running
from handlers.parsing.rates import readings
from handlers.suggestions import nearest
from metrics.wording import Phrase, phrase
from store.names import clean, fold

MAX_NAME = 60
MOST_WORDS, LONGEST_WORD = 15, 30
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days as a line names them, Monday first."""

_DAYS = {
    **{name: day for day, name in enumerate(WEEK, 1)},
    **{f"t{day + 1}": day for day in range(1, 7)},
    **{f"thu{day + 1}": day for day in range(1, 7)},
    "cn": 7, "chunhat": 7, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6,
    "sunday": 7, "tues": 2, "thur": 4, "thurs": 4, "thuhai": 1, "thuba": 2, "thutu": 3, "thunam": 4, "thusau": 5,
    "thubay": 6,
}  # fmt: skip
_CLOCK = re.compile(r"(\d{1,2})(?:[:h](\d{2})?)?")
_CITIES = {"ho chi minh": "Asia/Ho_Chi_Minh", "saigon": "Asia/Ho_Chi_Minh", "sai gon": "Asia/Ho_Chi_Minh",
           "ha noi": "Asia/Ho_Chi_Minh", "hanoi": "Asia/Ho_Chi_Minh", "viet nam": "Asia/Ho_Chi_Minh"}  # fmt: skip
NOTHING = frozenset(("none", "off", "no", "khong", "tat", "-"))
"""Words that switch a setting off."""


def wrong(said: Phrase, example: Phrase) -> UserError:
    """The error about a value that cannot be: one sentence, and a line that works."""
    return UserError(phrase("{said} For example: {example}", said=said, example=example))


def name(text: str) -> str:
    """Read a team's name."""
    tidy = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not tidy or len(tidy) > MAX_NAME:
        raise wrong(phrase("A name has 1 to {most} letters.", most=MAX_NAME), phrase("/settings name Shop Lan"))
    return tidy


def whole(text: str, least: int, most: int, what: Phrase, example: Phrase) -> int:
    """Read a whole number, with a unit after it or not: ``60``, ``60 days``."""
    digits = (text.split(maxsplit=1) or [""])[0]
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else -1
    if not least <= number <= most:
        raise wrong(phrase("{what} is {least} to {most}.", what=what, least=least, most=most), example)
    return number


def share(text: str) -> float:
    """Read a share of one year: ``10``, ``10 %`` and ``0.1`` are a tenth."""
    bare = text.replace("%", "").strip()
    values = readings(bare) if re.fullmatch(r"[0-9.,]{1,8}", bare) else ()
    value = float(values[-1]) if values else 0.0 if bare in ("0", "0.0") else -1.0
    fraction = value / 100 if "%" in text or value >= 1 else value
    if not 0 <= fraction <= 1:
        raise wrong(phrase("The discount is 0 to 100 % a year."), phrase("/settings discount 10%"))
    return round(fraction, 6)


def bare(text: str) -> int | None:
    """Read what small bare numbers mean: ``thousands`` is 1000, ``ask`` is None."""
    said = fold(text)
    if said in ("ask", "hoi", "off", "tat"):
        return None
    if said not in ("thousands", "thousand", "nghin", "ngan", "on", "bat", "1000"):
        raise wrong(phrase("A small number is asked about, or is thousands."), phrase("/settings numbers thousands"))
    return 1000


def hours(text: str) -> float:
    """Read how many hours: ``4``, ``4h``, ``0.5``, ``30 min``."""
    found = re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?) ?(h|hours?|gio|tieng|m|min|minutes?|p|phut)?", fold(text))
    value = float(found[1].replace(",", ".")) if found else 0.0
    if found and (found[2] or "h")[0] in "mp":
        value /= 60
    if not 0 < value <= 24 * 30:
        raise wrong(phrase("The target is more than 0 and at most 720 hours."), phrase("/settings target 4"))
    return round(value, 4)


def span(text: str, example: Phrase, *, over_midnight: bool) -> list[str]:
    """Read from when to when: ``8:00-17:30``, ``8h đến 17h30``."""
    parts = re.split(r"\s*(?:-|–|—|to|until|den|toi)\s*", fold(text))
    clocks = [_clock(part) for part in parts]
    if len(clocks) != 2 or None in clocks or (clocks[0] >= clocks[1] and not over_midnight):  # type: ignore[operator]
        raise wrong(phrase("Say from when to when."), example)
    if clocks[0] == clocks[1]:
        raise wrong(phrase("Both ends are the same time."), example)
    return [f"{clock:%H:%M}" for clock in clocks if clock is not None]


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.strip().replace(" ", ""))
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def days(text: str) -> list[int]:
    """Read days of the week, Monday 1: ``mon-sat``, ``T2-T6``, ``thứ 2, thứ 4, cn``."""
    folded = re.sub(r"thu (\d)", r"thu\1", fold(text)).replace("chu nhat", "chunhat")
    folded = re.sub(r"\bthu (hai|ba|tu|nam|sau|bay)\b", r"thu\1", folded)
    folded = re.sub(r"\s*(?:-|–|\bto\b|\bden\b)\s*", "-", folded)
    found: set[int] = set()
    for part in re.split(r"[\s,;]+|(?<!\w)(?:and|va)(?!\w)", folded):
        first, _, last = part.partition("-")
        if not part:
            continue
        if first not in _DAYS or (last and last not in _DAYS):
            raise wrong(phrase("“{word}” is no day of the week.", word=part[:30]), phrase("/settings days mon-sat"))
        start, end = _DAYS[first], _DAYS[last] if last else _DAYS[first]
        found |= {(start - 1 + step) % 7 + 1 for step in range((end - start) % 7 + 1)}
    if not found:
        raise wrong(phrase("A team works on one day of the week at least."), phrase("/settings days mon-sat"))
    return sorted(found)


def zone(text: str) -> str:
    """Read a time zone: ``Asia/Ho_Chi_Minh``, ``Hà Nội``, ``london``."""
    wanted = fold(text).replace(" ", "_")
    known = _CITIES.get(fold(text))
    if known:
        return known
    zones = sorted(available_timezones())
    exact = [one for one in zones if one.casefold() == wanted or one.casefold().rpartition("/")[2] == wanted]
    if len(exact) == 1:
        return exact[0]
    near = exact[:3] or nearest(text, zones)
    said = phrase("I know no time zone “{zone}”. For example: /settings zone Asia/Ho_Chi_Minh", zone=text[:40])
    raise UserError(said, tuple(row for one in near if (row := running(one, f"settings zone {one}"))))


def holidays(text: str) -> str:
    """Read whose public holidays count: a country's code or name, ``VN``, ``Việt Nam``; ``off`` for none."""
    from holidays import list_supported_countries

    if fold(text) in NOTHING:
        return "off"
    known, said = list_supported_countries(include_aliases=False), fold(text)
    named = {fold(name): code for language in ("vi", "en") for code, name in Locale(language).territories.items()}
    code = said.upper() if said.upper() in known else named.get(said)
    if code not in known:
        raise wrong(phrase("I know no holidays of “{country}”.", country=text[:40]), phrase("/settings holidays VN"))
    return code


def birthdays(text: str) -> str:
    """Read whose birthdays are told: of customers who ``agreed``, of ``all``, or ``off``."""
    said = fold(text)
    if said in NOTHING:
        return "off"
    found = {"agreed": "agreed", "dong y": "agreed", "da dong y": "agreed", "all": "all", "tat ca": "all"}.get(said)
    if found is None:
        raise wrong(phrase("Birthdays are told of those who agreed, of all, or off."),
                    phrase("/settings birthdays agreed"))  # fmt: skip
    return found


def words(text: str, now: Sequence[str], example: Phrase) -> list[str]:
    """Read a list of words, or a change to the one there is: ``add x``, ``remove x``; first the order matters."""
    first, _, rest = text.strip().partition(" ")
    verb, given = fold(first), _split(rest)
    if verb in ("add", "them") and given:
        made = [*now, *given]
    elif verb in ("remove", "bo", "xoa") and given:
        gone = {fold(word) for word in given}
        missing = [word for word in given if fold(word) not in {fold(one) for one in now}]
        if missing:
            raise wrong(phrase("“{word}” is not in the list.", word=missing[0]), example)
        made = [word for word in now if fold(word) not in gone]
    else:
        made = _split(text)
    once: dict[str, str] = {}
    for word in made:
        once.setdefault(fold(word), word)
    tidy = list(once.values())
    if not 1 <= len(tidy) <= MOST_WORDS or any(len(word) > LONGEST_WORD for word in tidy):
        said = phrase("A list has 1 to {most} words of at most {letters} letters, with commas between them.",
                      most=MOST_WORDS, letters=LONGEST_WORD)  # fmt: skip
        raise wrong(said, example)
    return tidy


def _split(text: str) -> list[str]:
    return [word for word in (clean(part) for part in re.split(r"[,;\n]", text)) if word]


def channels(text: str, now: dict[str, list[str]]) -> dict[str, list[str]]:
    """Read channels with their short names: ``facebook (fb), zalo``, ``add youtube (yt)``."""
    example = phrase("/settings channels add youtube (yt)")
    known = [f"{channel} ({' '.join(short)})" if short else channel for channel, short in now.items()]
    first, _, rest = text.strip().partition(" ")
    if fold(first) in ("remove", "bo", "xoa"):
        full = dict(zip(now, known, strict=True))
        text = f"{first} {', '.join(full.get(fold(word), word) for word in _split(rest))}"
    made: dict[str, list[str]] = {}
    for line in words(text, known, example):
        found = re.fullmatch(r"([^()#]+?)\s*(?:\(([^()]*)\))?", line)
        if found is None:
            raise wrong(phrase("“{word}” is no channel.", word=line), example)
        made[fold(found[1])] = [fold(short) for short in (found[2] or "").split()]
    return made
