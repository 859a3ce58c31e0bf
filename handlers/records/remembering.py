"""What a team means by a small bare number: the answer "always in this team", offered, kept, and taken back."""

from collections.abc import Mapping
from typing import Any

from handlers.base import LEADERS, Request, team_of
from handlers.parsing import Doubt
from metrics.wording import Money
from store import Session
from store.people import team as teams
from store.records.audit import note_change

KEY = "bare_factor"
"""The team's setting: what small bare numbers are multiplied by; None while they are asked."""

THOUSANDS = 1000
"""Who may decide for the team what a number means; the others are asked each time."""


def always(request: Request, doubt: Doubt) -> list[tuple[str, dict[str, Any]]]:
    """The button that reads a small number as thousands now and from now on, where its sender may say so."""
    if doubt.why != "bare" or request.member.role not in LEADERS or len(doubt.choices) < 2:
        return []
    thousands, plain = doubt.choices[0], doubt.choices[-1]
    if not isinstance(thousands, int) or not isinstance(plain, int) or thousands != THOUSANDS * plain:
        return []
    amount = request.say.plain.value(Money(thousands, team_of(request).currency))
    label = request.say.plain("{amount}, always so in this team", amount=amount)
    return [(label, {"amount_minor": thousands, KEY: THOUSANDS})]


async def remember(session: Session, request: Request, kept: Mapping[str, Any]) -> None:
    """Keep what the sender said about all small numbers of the team, with its trail."""
    team, factor = team_of(request), kept.get(KEY)
    if factor is None or request.member.role not in LEADERS or team.settings.get(KEY) == factor:
        return
    await teams.change_team(session, team.id, settings={KEY: factor})
    await note_change(
        session,
        team.id,
        action="setting",
        at=request.now,
        member_id=request.member.id,
        inbox_id=request.inbox_id,
        before={KEY: team.settings.get(KEY)},
        after={KEY: factor},
    )
