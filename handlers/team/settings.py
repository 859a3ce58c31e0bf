"""The team's settings: shown in sections, changed one at a time by a line or a button."""

from zoneinfo import ZoneInfo

from handlers.base import LEADERS, Button, Handler, Reply, Request, Team, UserError, team_of
from handlers.buttons import MAX_DATA, STALE, data, running
from handlers.clockwork.retiming import reweek, rezone
from handlers.suggestions import nearest
from handlers.team.setting_kinds import SECTIONS, SETTINGS, Setting, checked, named
from metrics.wording import Phrase, Say, phrase, plural_phrase
from store import Session
from store.catalogue.targets import forget_money
from store.derived.daily import moved
from store.derived.redating import Move, redate, size_of
from store.people import team as teams
from store.records.audit import note_change

MANY = 2000
"""From so many records on, deriving anew is announced before it is done."""
A_SECOND = 5000
"""Records that are gone through in about a second."""


async def settings(request: Request) -> Reply:
    """Show the settings, or change one: ``/settings window 60``."""
    team = team_of(request)
    if not request.argument.strip():
        return _overview(request, team)
    setting, value = named(request.argument)
    if setting is None:
        raise _unknown(request.argument)
    if not value:
        return _one(request, team, setting)
    return await _set(request, setting, value)


def _unknown(text: str) -> UserError:
    word = (text.split() or [""])[0][:30]
    names = {one.names[0]: one for one in SETTINGS.values()}
    near = nearest(word, names) or ["window", "days", "stages"]
    said = phrase("There is no setting “{word}”. For example: /settings window 60", word=word)
    return UserError(said, tuple(row for name in near if (row := running(name, f"settings {name}"))))


def _overview(request: Request, team: Team) -> Reply:
    """Every setting, a section under the other, and a button for each section."""
    say, lines = request.say, [request.say("<b>{team}</b>", team=team.name)]
    for label, held in SECTIONS.values():
        lines += ["", say("<b>{section}</b>", section=label), *(_line(say, team, one) for one in held)]
    lines += ["", say("Change one: /settings name, /settings window 60, /settings basis profit")]
    buttons = [Button(say.plain(label), data("set", key)) for key, (label, _held) in SECTIONS.items()]
    return Reply("\n".join(lines), (tuple(buttons[:2]), tuple(buttons[2:])))


def _line(say: Say, team: Team, setting: Setting) -> str:
    return say("{label}: {value}", label=setting.label, value=setting.shown(say.plain, team))


def _section(request: Request, team: Team, key: str) -> Reply:
    say, (label, held) = request.say, SECTIONS[key]
    lines = [say("<b>{section}</b>", section=label), *(_line(say, team, one) for one in held)]
    lines.append(say("Which one to change?"))
    buttons = [Button(say.plain(one.label), data("set", key, one.key)) for one in held]
    back = (Button(say.plain("Back"), data("set", "")),)
    return Reply("\n".join(lines), (*((button,) for button in buttons), back), edits=True)


def _one(request: Request, team: Team, setting: Setting, *, edits: bool = False) -> Reply:
    """One setting, with buttons for the usual values and the line that gives any other."""
    say = request.say
    lines = [_line(say, team, setting), say("To change it: {example}", example=setting.example)]
    made = (Button(_label(say, team, setting, value), data("setto", setting.key, value)) for value in setting.choices)
    section = next(key for key, (_label_of, held) in SECTIONS.items() if setting in held)
    back = (Button(say.plain("Back"), data("set", section)),)
    return Reply("\n".join(lines), (*((button,) for button in made), back), edits=edits)


def _label(say: Say, team: Team, setting: Setting, value: str) -> str:
    """A value as its button says it, with a mark on the one that holds."""
    there = setting.now(team)
    return f"✓ {value}" if there == value else value


async def _set(request: Request, setting: Setting, text: str, *, sure: bool = False, edits: bool = False) -> Reply:
    """Write a setting, and derive anew what follows from it; a long one is announced first."""
    team = team_of(request)
    value = checked(setting, text, team)
    if sure:
        said = phrase("{label}: {value}. Everything is gone through for it; this message changes when it is done.",
                      label=setting.label, value=str(value))  # fmt: skip
        await request.meanwhile(Reply(request.say(said), edits=True))
    async with request.begin() as session:
        records = await size_of(session, team.id)
        if setting.key == "currency" and records and value != team.currency:
            raise UserError(
                phrase("The currency is fixed once something is recorded: it stays {currency}.", currency=team.currency)
            )
        if setting.derives and records > MANY and not sure:
            return await request.settle(session, _announced(request, setting, str(value), records))
        reply = await _written(session, request, setting, value)
        return await request.settle(session, Reply(reply.text, reply.buttons, edits=edits))


def _announced(request: Request, setting: Setting, text: str, records: int) -> Reply:
    seconds = max(1, round(records / A_SECOND))
    said = request.say(
        "{label}: {value}. All {n} records are gone through for it, which takes about {seconds} s; nothing can be"
        " logged meanwhile.",
        label=setting.label,
        value=text,
        n=records,
        seconds=seconds,
    )
    yes = Button(request.say.plain("Yes, change it"), data("setsure", setting.key, text))
    return Reply(said, ((yes,),))


async def _written(session: Session, request: Request, setting: Setting, value: object) -> Reply:
    say, team = request.say, team_of(request)
    before = setting.now(team)
    changes = {setting.key: value} if setting.column else {"settings": {setting.key: value}}
    await moved(session, team.id)
    zone = ZoneInfo((await teams.team_of(session, team.id)).zone)
    await teams.change_team(session, team.id, **changes)
    row = await teams.team_of(session, team.id)
    await note_change(
        session, team.id, action="setting", at=request.now, member_id=request.member.id, inbox_id=request.inbox_id,
        before={setting.key: before}, after={setting.key: value},
    )  # fmt: skip
    if setting.key == "currency" and value != team.currency:
        await forget_money(session, team.id)
    if setting.key == "zone" and value != before:
        await rezone(session, team.id, ZoneInfo(row.zone), request.now)
    after = _team(team, row)
    if setting.key == "working_days":
        await reweek(session, after, request.now)
    lines = [_line(say, after, setting)]
    if setting.derives and setting.now(after) != before:
        lines.append(say(await _derived(session, row, Move(zone, ZoneInfo(row.zone), request.now))))
    undo = data("setto", setting.key, before)
    fits = setting.now(after) != before and len(undo.encode()) <= MAX_DATA
    buttons = ((Button(say.plain("Back to {value}", value=before), undo),),) if fits else ()
    return Reply("\n".join(lines), buttons)


async def _derived(session: Session, row: teams.TeamRow, move: Move) -> Phrase:
    """Derive anew what a zone or a gap decides; says of how many customers."""
    count = await redate(session, row.id, move, row.journey_gap_days)
    return plural_phrase(
        "Days, journeys and purchases of {n} customer were derived anew.",
        "Days, journeys and purchases of {n} customers were derived anew.",
        n=count,
    )


def _team(team: Team, row: teams.TeamRow) -> Team:
    return Team(
        row.id, row.name, ZoneInfo(row.zone), row.currency, row.locale, row.window_days, row.journey_gap_days,
        row.return_basis, row.settings,
    )  # fmt: skip


async def _press_section(request: Request) -> Reply:
    team, parts = _managed(request), request.argument.split(":")
    if parts[0] not in SECTIONS:
        shown = _overview(request, team)
        return Reply(shown.text, shown.buttons, edits=True)
    if len(parts) == 2 and parts[1] in SETTINGS:
        return _one(request, team, SETTINGS[parts[1]], edits=True)
    return _section(request, team, parts[0])


async def _press_value(request: Request) -> Reply:
    return await _pressed_value(request, sure=False)


async def _press_sure(request: Request) -> Reply:
    return await _pressed_value(request, sure=True)


async def _pressed_value(request: Request, *, sure: bool) -> Reply:
    _managed(request)
    key, sign, value = request.argument.partition(":")
    if not sign or key not in SETTINGS:
        raise UserError(STALE)
    return await _set(request, SETTINGS[key], value, sure=sure, edits=True)


def _managed(request: Request) -> Team:
    """Refuse whoever may not change settings, now that they tap."""
    if request.member.role not in LEADERS:
        raise UserError(phrase("Only managers and owners change the team's settings."))
    return team_of(request)


BUTTONS: dict[str, Handler] = {"set": _press_section, "setto": _press_value, "setsure": _press_sure}
