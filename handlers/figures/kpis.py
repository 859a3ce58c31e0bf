"""The team's KPIs: asked all at once, and chosen by a line or by buttons."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.base import LEADERS, Button, Reply, Request, Team, UserError, team_of
from handlers.buttons import STALE, data, in_rows, running
from handlers.figures import answers, questions
from metrics import METRICS, kpi
from metrics.wording import Html, Phrase, phrase
from store import Session
from store.people.team import change_team
from store.people.team import team_of as stored_team

_CHOSEN = "✓ "
_NAMES = {metric.key: metric.label for metric in METRICS}


async def ask(request: Request) -> Reply:
    """Answer the KPIs; those that a manager or owner names are the team's from then on."""
    asked = await questions.question_to(request, kpi.REPORT)
    reply = await answers.answered(request, asked)
    if not asked.of or request.member.role not in LEADERS:
        return reply
    kept = Html("\n".join([reply.text, request.say("From now on these are the team's KPIs.")]))
    async with request.begin() as session:
        await change_team(session, team_of(request).id, settings={"kpis": list(asked.of)})
        return await request.settle(session, replace(reply, text=kept))


async def pressed(request: Request) -> Reply:
    """Show the figures to choose from, or take one in or out."""
    if request.member.role not in LEADERS:
        raise UserError(phrase("Managers and owners choose the team's KPIs. You can send: /kpi revenue calls"))
    team, key = team_of(request), request.argument
    if key == "choose":
        async with request.database.read() as session:
            return _list(request, await _kept(session, team))
    if key not in _NAMES:
        raise UserError(STALE)
    async with request.begin() as session:
        kept = _toggled(await _kept(session, team), key)
        await change_team(session, team.id, settings={"kpis": list(kept)})
        return await request.settle(session, replace(_list(request, kept), edits=True))


async def _kept(session: Session, team: Team) -> tuple[str, ...]:
    found = (await stored_team(session, team.id)).settings["kpis"]
    return tuple(key for key in found if key in _NAMES)


def _toggled(kept: Sequence[str], key: str) -> tuple[str, ...]:
    """The choice with one figure more or less: at least one, and no more than a picture holds."""
    if key not in kept:
        if len(kept) >= kpi.MOST:
            raise UserError(phrase("There are {most} already: take one out first.", most=kpi.MOST))
        return (*kept, key)
    if len(kept) == 1:
        raise UserError(phrase("One figure must stay: choose another first."))
    return tuple(one for one in kept if one != key)


def _list(request: Request, kept: Sequence[str]) -> Reply:
    """All figures, those chosen marked; two to a row."""
    say = request.say
    names: list[Phrase] = [_NAMES[key] for key in kept]
    text = say("The team's KPIs: {names}. Tap a figure to take it in or out, {most} at most.",
               names=names, most=kpi.MOST)  # fmt: skip
    buttons = [
        Button((_CHOSEN if key in kept else "") + say.plain(label), data("kpis", key)) for key, label in _NAMES.items()
    ]
    rows = in_rows(buttons)
    return Reply(text, (*rows, running(say.plain("Show them"), kpi.REPORT.key)))


COMMANDS = (replace(questions.command_of(kpi.REPORT), handler=ask),)
BUTTONS = {"kpis": pressed}
"""The buttons that this module answers."""
