"""Every setting of a team: its names, how it is read and said, its buttons, and where it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale

from handlers.base import Team, UserError
from handlers.parsing.rates import code_of
from handlers.records import echo
from handlers.team import setting_values as values
from metrics.wording import Days, Percent, Phrase, Say, phrase
from store.names import fold

BASES = {"revenue": phrase("net revenue"), "profit": phrase("gross profit")}
"""What ROI counts as the return."""
BIRTHDAYS = {
    "agreed": phrase("told when the customer agreed"),
    "all": phrase("told of all: the team has their consent"),
    "off": phrase("not told"),
}
_BARE = {False: phrase("is asked about"), True: phrase("is thousands")}
LANGUAGES = {"vi": phrase("Vietnamese"), "en": phrase("English")}
_DAY_NAMES = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN")}

Read = Callable[[str, Team], object]
Shown = Callable[[Say, Team], str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    ``names`` are folded words that a line may call it by; ``now`` is its value as a line would give it; ``choices``
    are values that have a button. ``column`` is kept in the team's row, the others in its ``settings``; ``derives``
    says that derived rows follow from it.
    """

    key: str
    names: tuple[str, ...]
    label: Phrase
    example: Phrase
    read: Read
    shown: Shown
    now: Callable[[Team], str]
    choices: tuple[str, ...] = ()
    column: bool = False
    derives: bool = False


def _kept(key: str) -> Callable[[Team], Any]:
    return lambda team: team.settings[key]


def _list(key: str, names: tuple[str, ...], label: Phrase, example: Phrase) -> Setting:
    return Setting(
        key,
        names,
        label,
        example,
        lambda text, team: values.words(text, team.settings[key], example),  # type: ignore[arg-type]
        lambda say, team: say.join([echo.term(say, word) for word in team.settings[key]], ", "),  # type: ignore[attr-defined]
        lambda team: ", ".join(_kept(key)(team)),
    )


def _basis(text: str, team: Team) -> str:
    found = {"revenue": "revenue", "doanh so": "revenue", "profit": "profit", "loi nhuan": "profit"}.get(fold(text))
    if found is None:
        raise values.wrong(phrase("The basis is revenue or profit."), phrase("/settings basis profit"))
    return found


def _language(text: str, team: Team) -> str:
    found = {"vi": "vi", "viet": "vi", "tieng viet": "vi", "vietnamese": "vi", "en": "en", "anh": "en",
             "tieng anh": "en", "english": "en"}.get(fold(text))  # fmt: skip
    if found is None:
        raise values.wrong(phrase("The language is vi or en."), phrase("/settings language vi"))
    return found


def _currency(text: str, team: Team) -> str:
    code = code_of(text.strip().casefold())
    if code is None:
        raise values.wrong(phrase("A currency has a code of three letters."), phrase("/settings currency VND"))
    return code


def _quiet(text: str, team: Team) -> list[str] | None:
    if fold(text) in values.NOTHING:
        return None
    return values.span(text, phrase("/settings quiet 21:00-7:30"), over_midnight=True)


def _hours(key: str) -> Shown:
    def shown(say: Say, team: Team) -> str:
        ends: Any = team.settings[key]
        return say("none") if not ends else "–".join(end.lstrip("0") if end[0] == "0" else end for end in ends)

    return shown


def _days(say: Say, team: Team) -> str:
    found: Any = team.settings["working_days"]
    return ", ".join(_DAY_NAMES[say.language][day - 1] for day in found)


def _channels(say: Say, team: Team) -> str:
    known: Any = team.settings["channels"]
    return ", ".join(f"{name} ({', '.join(short)})" if short else name for name, short in known.items())


def _holidays(say: Say, team: Team) -> str:
    code = str(team.settings["holidays"])
    return say("none") if code == "off" else str(Locale(say.language).territories.get(code, code))


def _number(key: str) -> Callable[[Team], str]:
    return lambda team: f"{team.settings[key]:g}"


_WINDOW, _GAP = phrase("The window in days"), phrase("The gap in days")
SECTIONS: Mapping[str, tuple[Phrase, tuple[Setting, ...]]] = {
    "team": (
        phrase("Team"),
        (
            Setting("name", ("name", "ten"), phrase("Name"), phrase("/settings name Shop Lan"),
                    lambda text, team: values.name(text), lambda say, team: say.value(team.name),
                    lambda team: team.name, column=True),
            Setting("zone", ("zone", "timezone", "mui gio"), phrase("Time zone"),
                    phrase("/settings zone Asia/Ho_Chi_Minh"),
                    lambda text, team: values.zone(text), lambda say, team: team.zone.key,
                    lambda team: team.zone.key, ("Asia/Ho_Chi_Minh", "Asia/Bangkok", "Asia/Singapore"),
                    column=True, derives=True),
            Setting("currency", ("currency", "tien te", "tien"), phrase("Currency"), phrase("/settings currency VND"),
                    _currency, lambda say, team: team.currency, lambda team: team.currency, ("VND", "USD", "EUR"),
                    column=True),
            Setting("locale", ("language", "lang", "ngon ngu"), phrase("Language"), phrase("/settings language vi"),
                    _language, lambda say, team: say(LANGUAGES[team.locale]), lambda team: team.locale, ("vi", "en"),
                    column=True),
            Setting("birthdays", ("birthdays", "birthday", "sinh nhat"), phrase("Birthdays of customers"),
                    phrase("/settings birthdays agreed"), lambda text, team: values.birthdays(text),
                    lambda say, team: say(BIRTHDAYS[_kept("birthdays")(team)]),
                    lambda team: str(team.settings["birthdays"]), ("agreed", "all", "off")),
        ),
    ),
    "figures": (
        phrase("How figures count"),
        (
            Setting("window_days", ("window", "cua so", "so ngay"), phrase("Active after a purchase for"),
                    phrase("/settings window 60"),
                    lambda text, team: values.whole(text, 7, 730, _WINDOW, phrase("/settings window 60")),
                    lambda say, team: say.value(Days(team.window_days)), lambda team: str(team.window_days),
                    ("30", "60", "90", "180"), column=True),
            Setting("journey_gap_days", ("gap", "khoang nghi", "ngat"), phrase("A journey ends without contact after"),
                    phrase("/settings gap 60"),
                    lambda text, team: values.whole(text, 7, 730, _GAP, phrase("/settings gap 60")),
                    lambda say, team: say.value(Days(team.journey_gap_days)), lambda team: str(team.journey_gap_days),
                    ("30", "60", "90", "180"), column=True, derives=True),
            Setting("return_basis", ("basis", "co so", "roi"), phrase("ROI counts as the return"),
                    phrase("/settings basis profit"), _basis, lambda say, team: say(BASES[team.return_basis]),
                    lambda team: team.return_basis, ("revenue", "profit"), column=True),
            Setting("discount", ("discount", "chiet khau"), phrase("Discount a year"), phrase("/settings discount 10%"),
                    lambda text, team: values.share(text),
                    lambda say, team: say.value(Percent(_kept("discount")(team))),
                    lambda team: f"{_kept('discount')(team) * 100:g}%", ("5%", "10%", "15%")),
            Setting("bare_factor", ("numbers", "small numbers", "so nho", "so tron"),
                    phrase("A bare number under 10,000"), phrase("/settings numbers thousands"),
                    lambda text, team: values.bare(text),
                    lambda say, team: say(_BARE[team.settings["bare_factor"] is not None]),
                    lambda team: "ask" if team.settings["bare_factor"] is None else "thousands",
                    ("ask", "thousands")),
            Setting("large_amount_factor", ("large", "factor", "so lon", "he so"),
                    phrase("An amount is asked about from, times the usual"), phrase("/settings large 10"),
                    lambda text, team: values.whole(text, 2, 1000, phrase("The factor"), phrase("/settings large 10")),
                    lambda say, team: f"{team.settings['large_amount_factor']}×", _number("large_amount_factor"),
                    ("5", "10", "20")),
        ),
    ),
    "words": (
        phrase("The team's words"),
        (
            _list("stages", ("stages", "stage", "buoc", "giai doan"), phrase("Stages"),
                  phrase("/settings stages add demo")),
            _list("lost_reasons", ("reasons", "lost reasons", "ly do", "ly do mat"), phrase("Lost reasons"),
                  phrase("/settings reasons add delivery")),
            _list("leaving_reasons", ("leaving", "leaving reasons", "ly do ngung", "ly do ngung mua"),
                  phrase("Reasons for leaving"), phrase("/settings leaving add moved away")),
            _list("cost_kinds", ("costs", "cost kinds", "loai chi", "khoan chi"), phrase("Cost kinds"),
                  phrase("/settings costs add rent")),
            Setting("channels", ("channels", "channel", "kenh"), phrase("Channels"),
                    phrase("/settings channels add youtube (yt)"),
                    lambda text, team: values.channels(text, dict(_kept("channels")(team))), _channels,
                    lambda team: ", ".join(f"{name} ({' '.join(short)})" if short else name
                                           for name, short in _kept("channels")(team).items())),
        ),
    ),
    "time": (
        phrase("Working time"),
        (
            Setting("working_days", ("days", "working days", "ngay lam", "ngay lam viec"), phrase("Working days"),
                    phrase("/settings days mon-sat"), lambda text, team: values.days(text), _days,
                    lambda team: " ".join(values.WEEK[day - 1] for day in _kept("working_days")(team)),
                    ("mon-fri", "mon-sat", "mon-sun")),
            Setting("working_hours", ("hours", "working hours", "gio lam", "gio lam viec"), phrase("Working hours"),
                    phrase("/settings hours 8:00-17:30"),
                    lambda text, team: values.span(text, phrase("/settings hours 8:00-17:30"), over_midnight=False),
                    _hours("working_hours"), lambda team: "-".join(_kept("working_hours")(team)),
                    ("8:00-17:00", "8:00-17:30", "9:00-18:00")),
            Setting("quiet_hours", ("quiet", "quiet hours", "gio yen lang", "yen lang"), phrase("Quiet hours"),
                    phrase("/settings quiet 21:00-7:30"), _quiet, _hours("quiet_hours"),
                    lambda team: "-".join(_kept("quiet_hours")(team) or ()) or "none",
                    ("21:00-7:30", "22:00-7:00", "none")),
            Setting("holidays", ("holidays", "holiday", "ngay le", "le"), phrase("Public holidays"),
                    phrase("/settings holidays VN"), lambda text, team: values.holidays(text), _holidays,
                    lambda team: str(team.settings["holidays"]), ("VN", "off")),
            Setting("service_target_hours", ("target", "service target", "han tra loi", "muc tieu tra loi"),
                    phrase("A ticket is answered within, hours"), phrase("/settings target 4"),
                    lambda text, team: values.hours(text),
                    lambda say, team: say.value(float(_kept("service_target_hours")(team))),
                    _number("service_target_hours"), ("1", "2", "4", "8", "24")),
        ),
    ),
}  # fmt: skip
"""Every setting, by the section that it is shown in."""

SETTINGS: Mapping[str, Setting] = {one.key: one for _label, held in SECTIONS.values() for one in held}
_NAMES = {name: one for one in SETTINGS.values() for name in (*one.names, one.key)}


def named(text: str) -> tuple[Setting | None, str]:
    """Split ``cửa sổ 60`` into the setting that its first words name, and the value."""
    split = text.split()
    for count in (3, 2, 1):
        found = _NAMES.get(fold(" ".join(split[:count])))
        if found is not None:
            return found, " ".join(split[count:])
    return None, text


def checked(setting: Setting, text: str, team: Team) -> object:
    """Read a value; raises `UserError` with an example when it cannot be one."""
    if not text.strip():
        raise UserError(phrase("To what? For example: {example}", example=setting.example))
    return setting.read(text[:400], team)
