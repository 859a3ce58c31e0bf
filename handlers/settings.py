"""The team's settings: shown all at once, changed one at a time."""

from collections.abc import Callable

from handlers.base import Reply, Request, Team, UserError
from handlers.team import JOINING
from metrics.wording import Days, Phrase, phrase
from store import team as teams
from store.names import fold

MAX_NAME = 60
MIN_WINDOW, MAX_WINDOW = 7, 730
BASES = {"revenue": phrase("net revenue"), "profit": phrase("gross profit")}
"""What ROI counts as the return."""


async def settings(request: Request) -> Reply:
    """Show the settings, or change one: ``/settings window 60``."""
    team = request.team
    if team is None:
        raise UserError(JOINING)
    if not request.argument:
        return Reply(_shown(request, team))
    key, value = _named(request.argument)
    if key is None or not value:
        raise UserError(
            phrase(
                "You can change {names}. For example: /settings window 60",
                names=[phrase("name"), phrase("window"), phrase("basis")],
            )
        )
    column, read, said = _CHANGES[key]
    changed = read(value)
    async with request.begin() as session:
        await teams.change_team(session, team.id, **{column: changed})
        return await request.settle(session, Reply(request.say(said.source, value=BASES.get(str(changed), changed))))


def _named(text: str) -> tuple[str | None, str]:
    """Split ``cửa sổ 60`` into the setting that its first word or two name, and the value."""
    words = text.split()
    for count in (2, 1):
        key = _NAMES.get(fold(" ".join(words[:count])))
        if key is not None:
            return key, " ".join(words[count:])
    return None, text


def _shown(request: Request, team: Team) -> str:
    say = request.say
    lines = [
        say("<b>{team}</b>", team=team.name),
        say("Zone {zone}, currency {currency}", zone=team.zone.key, currency=team.currency),
        say("A customer is active for {window} after a purchase", window=Days(team.window_days)),
        say("A journey ends after {gap} without contact", gap=Days(team.journey_gap_days)),
        say("ROI counts {basis} as the return", basis=BASES.get(team.return_basis, team.return_basis)),
        say("Change one: /settings name, /settings window 60, /settings basis profit"),
    ]
    return "\n".join(lines)


def _name(text: str) -> str:
    tidy = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not tidy or len(tidy) > MAX_NAME:
        raise UserError(phrase("A name has 1 to {most} letters. For example: /settings name Shop Lan", most=MAX_NAME))
    return tidy


def _window(text: str) -> int:
    digits = text.split(maxsplit=1)[0]
    days = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    if not MIN_WINDOW <= days <= MAX_WINDOW:
        raise UserError(
            phrase(
                "The window is {least} to {most} days. For example: /settings window 60",
                least=MIN_WINDOW,
                most=MAX_WINDOW,
            )
        )
    return days


def _basis(text: str) -> str:
    found = {"revenue": "revenue", "doanh so": "revenue", "profit": "profit", "loi nhuan": "profit"}.get(fold(text))
    if found is None:
        raise UserError(phrase("The basis is revenue or profit. For example: /settings basis profit"))
    return found


_NAMES = {
    **{"name": "name", "ten": "name"},
    **{"window": "window", "cua so": "window", "so ngay": "window"},
    **{"basis": "basis", "co so": "basis", "roi": "basis"},
}
_CHANGES: dict[str, tuple[str, Callable[[str], object], Phrase]] = {
    "name": ("name", _name, phrase("The team is called {value} now.")),
    "window": ("window_days", _window, phrase("A customer is active for {value} days after a purchase now.")),
    "basis": ("return_basis", _basis, phrase("ROI counts {value} as the return now.")),
}
