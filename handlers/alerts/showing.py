"""Shows alerts: the list with a button each, and one with the buttons that change, pause, quieten and remove it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from handlers.alerts.kinds import Alert, said
from handlers.base import Button, Reply, Team
from handlers.buttons import data, in_rows
from handlers.figures.asked import BY_KEY, name_of
from metrics.base import Unit, quantity
from metrics.wording import Days, Minutes, Phrase, Say, ShortMoney, phrase

REMOVE, MORE, PAUSE, DAY, WEEK, ALL, LIMIT, OLD_WEEK = "x", "m", "p", "d1", "w1", "a", "e", "z"
"""What a button of an alert does, by the letter it carries; `OLD_WEEK` stands under messages sent before."""
_LABELS: Mapping[str, Phrase] = {
    REMOVE: phrase("Remove"),
    MORE: phrase("Change"),
    DAY: phrase("Quiet for a day"),
    WEEK: phrase("Quiet for a week"),
}
_TIMES = (15, 30, 60, 120, 240, 480)
_DAYS = (7, 14, 21, 30, 45, 60)
_FACTORS = (0.5, 0.8, 0.9, 1.1, 1.25, 2.0)


def key(say: Say, one: Alert, act: str) -> Button:
    """Return a button of an alert."""
    label = _LABELS.get(act)
    if act == PAUSE:
        label = phrase("Resume") if one.paused else phrase("Pause")
    return Button(say.plain(label or ""), data("al", one.id, act))


def listed(say: Say, alerts: Sequence[Alert], team: Team, now: datetime) -> Reply:
    """List the alerts; a button each leads to what can be done about it."""
    lines = [say("Watched:")]
    lines += [say("{number}. {alert}", number=str(one.id), alert=_with_state(one, team, now)) for one in alerts]
    lines.append(
        say("To change one, tap its number, or send /alert {number} and the new line.", number=str(alerts[0].id))
    )
    keys = [Button(str(one.id), data("al", one.id, MORE)) for one in alerts]
    return Reply("\n".join(lines), in_rows(keys, 5))


def _with_state(one: Alert, team: Team, now: datetime) -> Phrase:
    words = said(one, team.currency)
    if one.paused:
        return phrase("{alert} (paused)", alert=words)
    if one.rests(now):
        until = datetime.fromisoformat(one.snoozed_until).astimezone(team.zone).date()
        return phrase("{alert} (quiet until {day})", alert=words, day=until)
    return words


def shown(say: Say, one: Alert, team: Team, now: datetime, *, edits: bool = False) -> Reply:
    """Show one alert with all that can be done about it."""
    text = say("{number}. {alert}", number=str(one.id), alert=_with_state(one, team, now))
    limits = [
        Button(say.plain.value(value), data("al", one.id, f"{LIMIT}{number!r}")) for number, value in _limits(one, team)
    ]
    if limits:
        text += "\n" + say("Another limit: tap one, or send the whole line, for example: /alert {number} {example}",
                           number=str(one.id), example=_example(one, say.language))  # fmt: skip
    rows = in_rows(limits, 3)
    quiet = (key(say, one, DAY), key(say, one, WEEK))
    return Reply(text, (*rows, quiet, (key(say, one, PAUSE), key(say, one, REMOVE))), edits=edits)


def _example(one: Alert, language: str) -> object:
    """The line that would make the alert with another limit."""
    if one.kind != "figure":
        return _EXAMPLES[one.kind]
    line = f"{name_of(BY_KEY[one.metric], language)} {'<' if one.below else '>'} …"
    return _ASKED[one.by_rep, one.weekly](line)


_ASKED: Mapping[tuple[bool, bool], Callable[[str], object]] = {
    (False, False): lambda line: line,
    (True, False): lambda line: phrase("{line} by rep", line=line),
    (False, True): lambda line: phrase("{line} weekly", line=line),
    (True, True): lambda line: phrase("{line} by rep weekly", line=line),
}
"""What the line of an alert of each rep, or by the week, ends with."""
_EXAMPLES: Mapping[str, Phrase] = {
    "lead": phrase("lead 2h"),
    "ticket": phrase("ticket 30m"),
    "deal": phrase("deal 14 days"),
}


def _limits(one: Alert, team: Team) -> list[tuple[float, object]]:
    """Other limits to choose from, each with the quantity that says it."""
    if one.kind in {"lead", "ticket"}:
        return [(float(minutes), Minutes(minutes)) for minutes in _TIMES if minutes != one.limit]
    if one.kind == "deal":
        return [(float(days), Days(days)) for days in _DAYS if days != one.limit]
    if one.kind == "unusual" or not one.limit:
        return []
    unit = BY_KEY[one.metric].unit
    near = [_round(one.limit * factor, whole=unit in {"money", "count"}) for factor in _FACTORS]
    fitting = [value for value in dict.fromkeys(near) if value != one.limit and (unit != "ratio" or value <= 1)]
    return [(value, _brief(value, unit, team.currency)) for value in fitting]


def _brief(value: float, unit: Unit, currency: str) -> object:
    """A limit as a button says it: three stand side by side on a phone."""
    return ShortMoney(value, currency) if unit == "money" else quantity(value, unit, currency)


def _round(value: float, *, whole: bool) -> float:
    """A value of two leading digits."""
    rounded = float(f"{value:.2g}")
    return float(round(rounded)) if whole else rounded


def may_be(one: Alert, team: Team, text: str) -> float | None:
    """Return the limit that a button carries; None for one that `shown` does not offer."""
    return next((number for number, _ in _limits(one, team) if repr(number) == text), None)
