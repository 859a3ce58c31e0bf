"""``/alert``: lists what is watched, shows one, adds one, or changes one by its number: ``/alert 2 revenue < 12tr``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers.alerts.kinds import WAITING, Alert, Kind, alerts_in, alerts_of, kept, rewrite, said
from handlers.alerts.reading import EXAMPLE, read
from handlers.alerts.showing import MORE, REMOVE, key, listed, shown
from handlers.alerts.things import patience
from handlers.alerts.usual import expectation
from handlers.alerts.waiting import KIND as LOOK
from handlers.base import Reply, Request, UserError, team_of
from metrics.wording import Phrase, phrase
from store import Session
from store.queues import looks

MOST = 20
_NUMBERED = re.compile(r"\s*(\d{1,2})(?:\s+(?=\D)|\s*$)")


async def alert(request: Request) -> Reply:
    """List the alerts, show one, add one, or change one by its number."""
    numbered = _NUMBERED.match(request.argument)
    line = request.argument[numbered.end() if numbered else 0 :].strip()
    if not line:
        return await _seen(request, int(numbered[1]) if numbered else None)
    made, team = read(request, line), team_of(request)
    async with request.begin() as session:
        held = await kept(session, team, request.now)
        made, note = await _completed(session, request, made)
        alerts = alerts_of(held.what)
        _only_once(made, alerts)
        made, alerts = _placed(made, alerts, int(numbered[1]) if numbered else None)
        await rewrite(session, held.team_id, held.id, alerts)
        if made.kind in WAITING:
            await looks.start(session, team.id, LOOK, request.now)
        words = _WEEKS if made.weekly else _WORDS.get(made.kind, _MORNINGS)
        text = request.say(replace(words, params={"alert": said(made, team.currency)}))
        buttons = ((key(request.say, made, REMOVE), key(request.say, made, MORE)),)
        return await request.settle(session, Reply(f"{text}\n{note}" if note else text, buttons))


_MORNINGS = phrase("Watched each morning: {alert}. You hear when it happens, and again when it is over.")
_WEEKS = phrase("Watched each week, on Monday morning: {alert}. You hear when it happens, and again when it is over.")
_ALL_DAY = phrase("Watched all day: {alert}. You hear of each one once, and so does whoever looks after it.")
_DEALS = phrase("Watched each morning: {alert}. You hear of each one once, and so does whoever looks after it.")
_WORDS: Mapping[Kind, Phrase] = {"lead": _ALL_DAY, "ticket": _ALL_DAY, "deal": _DEALS}
_OWN = phrase("That is your team's median from the first contact to the sale.")
_NOT_OWN = phrase(
    "Your team's median is not known yet (it takes 10 sales that came from leads or deals); until then it is 30 days."
)


async def _seen(request: Request, number: int | None) -> Reply:
    team = team_of(request)
    async with request.database.read() as session:
        alerts = [one for one in await alerts_in(session, team.id) if one.known]
    if number is not None:
        return shown(request.say, _known(alerts, number), team, request.now)
    return listed(request.say, alerts, team, request.now) if alerts else Reply(request.say(EXAMPLE))


def _known(alerts: Sequence[Alert], number: int) -> Alert:
    one = next((one for one in alerts if one.id == number), None)
    if one is None:
        raise UserError(phrase("There is no alert {number}. All of them: /alert", number=str(number)))
    return one


def _only_once(made: Alert, alerts: Sequence[Alert]) -> None:
    """Refuse what is watched already, for the same chat."""
    for one in alerts:
        bare = replace(one, id=made.id, language=made.language, over=(), snoozed_until="", paused=False)
        if bare == made:
            raise UserError(phrase("That is watched already: /alert {number} shows it.", number=str(one.id)))


def _placed(made: Alert, alerts: list[Alert], number: int | None) -> tuple[Alert, list[Alert]]:
    """Put an alert in the place of the one of that number, or at the end."""
    if number is not None:
        made = replace(made, id=_known(alerts, number).id)
        return made, [made if one.id == made.id else one for one in alerts]
    if len(alerts) >= MOST:
        raise UserError(phrase("A team has at most {most} alerts. Remove one first: /alert", most=MOST))
    made = replace(made, id=1 + max((one.id for one in alerts), default=0))
    return made, [*alerts, made]


async def _completed(session: Session, request: Request, made: Alert) -> tuple[Alert, str]:
    """Fill in the usual patience with deals; say of an unusual figure what is known of its weekday."""
    if made.kind == "deal" and not made.limit:
        days, own = await patience(session, team_of(request), request.now)
        return replace(made, limit=days), request.say(_OWN if own else _NOT_OWN)
    if made.kind == "unusual":
        return made, request.say(await expectation(session, team_of(request), made, request.now))
    return made, ""
