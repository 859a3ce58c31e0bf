"""``/retention window``: which activity window the team's own repurchases suggest, with a button that sets it."""

from handlers.base import LEADERS, Button, Reply, Request, team_of
from handlers.buttons import data
from metrics.models.window import LEAST, returned_within, suggested
from metrics.wording import Days, Percent, phrase
from store.facts.repurchases import gaps_of
from store.names import fold

ASKED = frozenset({"window", "cua so", "so ngay"})
"""What follows ``/retention`` when the window is asked about."""


def asks(request: Request) -> bool:
    """Whether the text after the command asks for the window."""
    return fold(request.argument) in ASKED


async def suggest(request: Request) -> Reply:
    """Say the window that suits, what it means now, and offer it to those who may set it."""
    say, team = request.say, team_of(request)
    async with request.database.read() as session:
        gaps = await gaps_of(session, team.id, team.zone, request.now)
    now = say("A customer is active for {window} after a purchase now.", window=Days(team.window_days))
    days = suggested(gaps.closed, gaps.open)
    if len(gaps.closed) < LEAST:
        too_few = say("A window cannot be told from {n} repurchases: at least {least} are needed.",
                      n=len(gaps.closed), least=LEAST)  # fmt: skip
        return Reply(f"{now}\n{too_few}")
    if days is None:
        share = Percent(returned_within(gaps.closed, gaps.open, 365))
        rare = say("Too few come back to tell a window: {share} within a year of a purchase.", share=share)
        return Reply(f"{now}\n{rare}")
    basis = say(
        phrase(
            "Nine of ten buy again within {window} ({n} repurchases, {open} customers still open).",
            window=Days(days),
            n=len(gaps.closed),
            open=len(gaps.open),
        )
    )
    fits = request.member.role in LEADERS and days != team.window_days
    button = Button(say.plain("Set the window to {window}", window=Days(days)), data("setto", "window_days", days))
    return Reply(f"{now}\n{basis}", ((button,),) if fits else ())
