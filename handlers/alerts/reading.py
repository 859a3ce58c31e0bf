"""Reads the line of /alert: ``revenue < 10tr by rep weekly``, ``revenue unusual``, ``lead 4h``, ``deal 14 days``."""

import re
from collections.abc import Mapping
from functools import lru_cache

from handlers.alerts.kinds import Alert, Kind
from handlers.base import Request, UserError, team_of
from handlers.figures import shares
from handlers.figures.asked import BY_KEY, name_of, rules_of
from handlers.figures.naming import names as metric_names
from handlers.parsing.targets import read_target, split_metric
from metrics import METRICS
from metrics.base import Metric, Unit
from metrics.wording import Phrase, phrase
from store.names import fold

EXAMPLE = phrase(
    "Name a figure and a limit, or what must not wait. For example: /alert revenue < 10m, /alert calls < 5 by rep"
    " weekly, /alert revenue unusual, /alert lead 4h, /alert ticket 30m, /alert deal 14 days"
)
_BELOW = {"<", "<=", "below", "under", "duoi", "it hon", "thap hon"}
_ABOVE = {">", ">=", "above", "over", "tren", "nhieu hon", "cao hon"}
_COMPARED = re.compile(r"(<=?|>=?)|\b(" + "|".join(sorted(w for w in _BELOW | _ABOVE if w[0] not in "<>")) + r")\b")
_BY_REP = re.compile(r"\b(by rep|theo nhan vien)\b")
_WEEKLY = re.compile(r"\b(weekly|hang tuan|moi tuan)\b")
_UNUSUAL = re.compile(r"\b(unusual|unusually|anomaly|odd|bat thuong|khac thuong)\b")
_THINGS: Mapping[str, Kind] = {
    "lead": "lead", "leads": "lead", "new lead": "lead", "new leads": "lead", "khach moi": "lead", "khachmoi": "lead",
    "ticket": "ticket", "tickets": "ticket", "yeu cau": "ticket", "yeucau": "ticket",
    "deal": "deal", "deals": "deal", "co hoi": "deal", "cohoi": "deal",
}  # fmt: skip
_FILLING = re.compile(
    r"\b(untouched|uncontacted|unanswered|waiting|waits|idle|quiet|rotting|without|contact|answer|activity|no|for|after"
    r"|longer|than|over|chua|lien|he|goi|tra|loi|dung|im|khong|dong|tinh|qua|sau|hon|trong)\b|>=?"
)
_TIME = re.compile(
    r"(\d{1,4}(?:[.,]\d)?) ?(hours?|hrs?|h|gio|tieng|minutes?|mins?|m|phut|ph|p|days?|d|ngay|weeks?|w|tuan)"
    r"(?: ?(\d{1,2}))?"
)
_UNITS = {"h": 60, "g": 60, "t": 60, "m": 1, "p": 1}
LEAST_MINUTES, MOST_MINUTES, MOST_DAYS = 5, 48 * 60, 365


def read(request: Request, text: str) -> Alert:
    """Read a line; raises `UserError` with an example for what is not plainly an alert. A deal's limit 0: the usual."""
    if not request.message.private:
        raise UserError(phrase("Alerts come to your private chat: set them there. For example: /alert revenue < 10m"))
    return _thing(request, text) or _figure(request, text)


def _thing(request: Request, text: str) -> Alert | None:
    """Read an alert of leads, tickets or deals; None when the line starts with no such word, or reads as a figure."""
    folded = re.sub(r"[^\W\d_]+", lambda word: fold(word[0]), " ".join(text.split()))
    named = [name for name in _THINGS if folded == name or folded.startswith(name + " ")]
    if not named or split_metric(text, names())[0] is not None:
        return None
    name = max(named, key=len)
    kind, rest = _THINGS[name], " ".join(_FILLING.sub(" ", folded.removeprefix(name)).split())
    limit = 0.0 if not rest and kind == "deal" else _time(request, kind, rest)
    return Alert(0, "", below=False, limit=limit, chat_id=request.member.telegram_id, language=request.say.language,
                 kind=kind)  # fmt: skip


_HOW_LONG: Mapping[str, Phrase] = {
    "lead": phrase("After how long? 5 minutes to 48 hours of working time, for example: /alert lead 4h"),
    "ticket": phrase("After how long? 5 minutes to 48 hours of working time, for example: /alert ticket 30m"),
    "deal": phrase(
        "After how many days? 1 to 365, or your team's median, for example: /alert deal 14 days, /alert deal"
    ),
}


def _time(request: Request, kind: str, text: str) -> float:
    """Minutes of working time, or days for deals."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise UserError(_HOW_LONG[kind])
    number, unit, rest = float(found[1].replace(",", ".")), found[2], found[3]
    weeks = unit.startswith("w") or unit == "tuan"
    whole_days = weeks or unit.startswith("d") or unit == "ngay"
    number *= 7 if weeks else 1
    if kind == "deal":
        if not whole_days or rest or not number.is_integer() or not 1 <= number <= MOST_DAYS:
            raise UserError(_HOW_LONG[kind])
        return number
    day = rules_of(team_of(request)).week.minutes
    minutes = number * (day if whole_days else _UNITS[unit[0]]) + (int(rest) if rest else 0)
    if (rest and _UNITS.get(unit[0]) != 60) or not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise UserError(_HOW_LONG[kind])
    return minutes


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Every folded name of a metric that can be watched."""
    watched = {metric.key for metric in METRICS}
    return {fold(name): key for name, key in metric_names().items() if key in watched}


def _figure(request: Request, text: str) -> Alert:
    key, rest = split_metric(re.sub(r"([<>]=?)", r" \1 ", text), names())
    folded = _folded(rest)
    compared, unusual = _COMPARED.search(folded), _UNUSUAL.search(folded)
    if key is None or (compared is None) == (unusual is None):
        raise UserError(EXAMPLE)
    metric = BY_KEY[key]
    by_rep, weekly = bool(_BY_REP.search(folded)), bool(_WEEKLY.search(folded))
    if by_rep and "rep" not in metric.breakdowns:
        raise UserError(
            phrase("<b>{metric}</b> is only known for the whole team. For example: /alert {key} unusual",
                   metric=metric.label, key=name_of(metric, request.say.language))
        )  # fmt: skip
    if compared is None:
        left = " ".join(_WEEKLY.sub(" ", _BY_REP.sub(" ", _UNUSUAL.sub(" ", folded))).split())
        if left:
            said = phrase("I am not sure of “{part}”. For example: /alert {key} unusual, /alert {key} unusual weekly",
                          part=left[:40], key=name_of(metric, request.say.language))  # fmt: skip
            raise UserError(said)
        return Alert(0, key, below=False, limit=0.0, chat_id=request.member.telegram_id,
                     language=request.say.language, by_rep=by_rep, weekly=weekly, kind="unusual")  # fmt: skip
    typed = rest.split()[len(folded[: compared.end()].split()) :]
    value = _value(folded[compared.end() :], " ".join(typed), metric, request)
    return Alert(
        id=0, metric=key, below=compared[0] in _BELOW, limit=value, chat_id=request.member.telegram_id,
        language=request.say.language, by_rep=by_rep, weekly=weekly,
    )  # fmt: skip


_LIMITS: Mapping[Unit, object] = {
    "money": phrase("10m"), "ratio": "20%", "minutes": "2h", "days": "30", "count": "5", "number": "5", "score": "4",
}  # fmt: skip
"""A limit that reads, by what a figure is counted in."""


def _folded(text: str) -> str:
    """Words without accents; signs and numbers as they are."""
    return " ".join(word if re.search(r"[<>%]|^\d", word) else fold(word) for word in text.split())


def _value(text: str, typed: str, metric: Metric, request: Request) -> float:
    words = _WEEKLY.sub(" ", _BY_REP.sub(" ", text)).strip()
    wanted = read_target(words, metric.unit, team_of(request).currency)
    if wanted.value is None or wanted.doubtful or wanted.rep or wanted.unit or wanted.ends:
        raise UserError(
            phrase("I am not sure of the limit “{part}”. For example: /alert {key} < {limit}", part=typed[:40],
                   key=name_of(metric, request.say.language), limit=_LIMITS[metric.unit])
        )  # fmt: skip
    line = " ".join(re.sub(r"([<>]=?)", r" \1 ", request.argument).split())
    shares.settle(request, metric, wanted.bare, f"alert {line.removesuffix(typed).strip()}", typed)
    return wanted.value
