"""Shows a digest's settings: its words, and the buttons that change each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from handlers.base import Button, Reply, Request, team_of
from handlers.buttons import data, in_rows
from handlers.clockwork.places import Places, titled
from handlers.digests.composing import OFFERED
from handlers.digests.sending import upcoming
from handlers.figures.asked import BY_KEY
from handlers.team.setting_kinds import LANGUAGES
from metrics.periods.timetable import Rule, rule_of
from metrics.wording import Phrase, Say, Zoned, phrase
from store.queues.schedules import Schedule

HOURS = (6, 7, 8, 9, 10, 11, 12, 14, 16, 17, 18, 20)
EVERY: Mapping[str, Phrase] = {
    "d": phrase("daily"),
    "k": phrase("on working days"),
    "w": phrase("weekly, on Monday"),
    "m": phrase("monthly, on the 1st"),
}
"""How often a digest may come, by the letter that its button carries."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A digest as it is shown: the schedule, where digests go and who the reps are, to name where and about whom.

    ``muted`` says that its chat could not be reached.
    """

    schedule: Schedule
    places: Places
    reps: Mapping[int, str]
    muted: bool = False

    @property
    def what(self) -> Mapping[str, Any]:
        """Metrics, rep and language."""
        return self.schedule.what


class Placed(Protocol):
    """What tells one digest from another: by which rule it comes, and where."""

    @property
    def rule(self) -> Mapping[str, Any]:
        """The rule as a schedule keeps it."""

    @property
    def chat_id(self) -> int | None:
        """The chat."""

    @property
    def thread_id(self) -> int:
        """The topic in it; 0 for none."""


def title(say: Say, one: Placed, places: Places, own: int) -> str:
    """Name a digest: how often, at what hour, where; ``own`` is the chat of whoever reads it."""
    rule, where = rule_of(one.rule), places.name(say, one.chat_id or 0, one.thread_id, own)
    return say("{every}, {at}, {where}", every=said_often(rule), at=rule.time, where=where)


def said_often(rule: Rule) -> Phrase:
    """Say how often a digest comes."""
    return EVERY["k" if rule.working else rule.every[0]]


def _text(request: Request, shown: Shown) -> str:
    say, team, one = request.say, team_of(request), shown.schedule
    names = [BY_KEY[name].label for name in shown.what["metrics"] if name in BY_KEY]
    whose = shown.reps.get(int(shown.what.get("rep") or 0)) or say.plain("the whole team")
    named = title(say.plain, one, shown.places, request.member.telegram_id)
    lines = [
        say("<b>Digest</b>: {title}", title=named),
        say("Figures: {names}", names=names),
        say("About {whose}, in {language}", whose=whose, language=LANGUAGES[shown.what["language"]]),
    ]
    if one.paused_at is not None:
        lines.append(say("Paused: nothing is sent."))
    elif shown.muted:
        lines.append(say("Not sent: the bot cannot write there. It will again once somebody writes to it there."))
    else:
        lines.append(say("Next: {at}", at=Zoned(upcoming(one, team, request.now).astimezone(team.zone))))
    return "\n".join(lines)


def managed(request: Request, shown: Shown) -> Reply:
    """Show a digest with a button for each of its settings."""
    say, one = request.say.plain, shown.schedule
    pause = say("Resume") if one.paused_at is not None else say("Pause")
    rows = (
        (_key(one, say("How often"), "e"), _key(one, say("Hour"), "h"), _key(one, say("Figures"), "m")),
        (_key(one, say("About whom"), "w"), _key(one, say("Where"), "a"), _key(one, say("Language"), "l")),
        (_key(one, say("Preview"), "p"), _key(one, pause, "z"), _key(one, say("Remove"), "x")),
    )
    return Reply(_text(request, shown), rows)


def _key(one: Schedule, label: str, act: str) -> Button:
    return Button(label, data("dg", one.id, act))


def back(request: Request, shown: Shown) -> tuple[Button, ...]:
    """Return the button that leads back to the digest."""
    return (_key(shown.schedule, request.say.plain("Back"), "v"),)


Rows = tuple[tuple[Button, ...], ...]


def _hours(_request: Request, shown: Shown) -> Rows:
    return in_rows([_key(shown.schedule, f"{hour}:00", f"h{hour}") for hour in HOURS], 4)


def _how_often(request: Request, shown: Shown) -> Rows:
    return in_rows([_key(shown.schedule, request.say.plain(words), f"e{one}") for one, words in EVERY.items()], 1)


def metrics(request: Request, shown: Shown) -> Rows:
    """Return the figures to choose from, the chosen ones ticked."""
    chosen = shown.what["metrics"]
    keys = [
        _key(shown.schedule, ("✓ " if name in chosen else "") + request.say.plain(BY_KEY[name].label), f"m{number}")
        for number, name in enumerate(OFFERED)
        if name in BY_KEY
    ]
    return in_rows(keys, 2)


def _whom(request: Request, shown: Shown) -> Rows:
    keys = [_key(shown.schedule, request.say.plain("the whole team"), "w0")]
    keys += [_key(shown.schedule, name, f"w{member}") for member, name in list(shown.reps.items())[:20]]
    return in_rows(keys, 2)


def _places(request: Request, shown: Shown) -> Rows:
    keys = [_key(shown.schedule, request.say.plain("my private chat"), "a0")]
    keys += [_key(shown.schedule, titled(request.say.plain, link), f"a{link.id}") for link in shown.places.links]
    return in_rows(keys, 1)


def _languages(request: Request, shown: Shown) -> Rows:
    plain = request.say.plain
    return in_rows([_key(shown.schedule, plain(name), f"l{code}") for code, name in LANGUAGES.items()], 2)


CHOICES = {"h": _hours, "e": _how_often, "m": metrics, "w": _whom, "a": _places, "l": _languages}
"""What a setting offers, by the letter that its button carries."""
