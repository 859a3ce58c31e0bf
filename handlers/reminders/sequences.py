"""After-sale sequences: the follow-ups that every sale brings with it, from the team's template."""

import re
from collections.abc import Container, Sequence
from typing import Any

from handlers.base import Reply, Request, Team, UserError, team_of
from handlers.clockwork.hours import morning
from metrics.wording import Say, phrase
from store import Session
from store.customers import followups
from store.names import fold
from store.people import team as teams
from store.records.corrections import RecordView
from store.records.entries import SaleEntry

USUAL = (3, 7, 30)
"""The days after a sale of the usual sequence."""

_STEP = re.compile(r"\s*(\d{1,3})\s*[:.\s]\s*(.+)", re.DOTALL)
_MOST, _FARTHEST, _LONGEST = 5, 365, 120
_EXAMPLE = phrase("Say days and texts. For example: /sequence 3 All well?; 7 Happy with it?; 30 Time for more?")


async def sequence(request: Request) -> Reply:
    """Show the team's sequence, or set it: ``/sequence 3 text; 7 text``, ``/sequence on``, ``/sequence off``."""
    team, argument = team_of(request), request.argument.strip()
    if not argument:
        return Reply(_shown(request.say, steps_of(team)))
    word = fold(argument)
    if word in {"off", "tat"}:
        steps: list[list[Any]] = []
    elif word in {"on", "bat"}:
        steps = [[day, text] for day, text in _usual(request.say)]
    else:
        steps = _read(argument)
    async with request.begin() as session:
        await teams.change_team(session, team.id, settings={"sequence": steps})
        return await request.settle(session, Reply(_shown(request.say, [(day, text) for day, text in steps])))


def _usual(say: Say) -> list[tuple[int, str]]:
    texts = (say.plain("ask whether all is well"), say.plain("ask how they like it"), say.plain("offer the next one"))
    return list(zip(USUAL, texts, strict=True))


def _read(text: str) -> list[list[Any]]:
    steps = []
    for part in filter(str.strip, re.split(r"[;\n]", text)):
        found = _STEP.fullmatch(part)
        if found is None or not 1 <= int(found[1]) <= _FARTHEST:
            raise UserError(_EXAMPLE)
        steps.append([int(found[1]), " ".join(found[2].split())[:_LONGEST]])
    if not 1 <= len(steps) <= _MOST:
        raise UserError(_EXAMPLE)
    return sorted(steps)


def steps_of(team: Team) -> list[tuple[int, str]]:
    """Return the team's sequence: days after a sale, and what to do then."""
    kept: Any = team.settings["sequence"]
    return [(int(day), str(text)) for day, text in kept]


def _shown(say: Say, steps: Sequence[tuple[int, str]]) -> str:
    if not steps:
        return say("No follow-ups come with a sale. For the usual ones, after 3, 7 and 30 days: /sequence on")
    lines = [say("after {n} days: {text}", n=day, text=text) for day, text in steps]
    title = say("Each sale brings its seller these follow-ups:")
    return "\n".join([title, *lines, say("Other ones: /sequence 3 All well?; 30 Time for more? None: /sequence off")])


async def begin(
    session: Session, request: Request, sale: SaleEntry, record_id: int, known: Container[str] = ()
) -> None:
    """Plan the sequence of a sale that was just recorded; steps in the past, and those ``known``, are left out."""
    team = team_of(request)
    for day, text in steps_of(team):
        due = morning(team, sale.at, day)
        key = f"seq:{record_id}:{day}"
        if due > request.now and sale.member_id is not None and key not in known:
            await followups.plan(
                session, team.id, sale.member_id, due, request.now, origin="sequence", text=text,
                customer_id=sale.customer_id, record_id=record_id, key=key,
            )  # fmt: skip


async def follow(session: Session, request: Request, before: RecordView, after: RecordView) -> None:
    """Let what a sale has brought follow its correction: to its customer, its seller and its day.

    What was told or done already keeps its time; a step that lies in the past now is left out, one ahead is planned.
    """
    sale = after.values
    if after.kind != "sale" or all(before.values[name] == sale[name] for name in ("customer_id", "member_id", "at")):
        return
    team, now = team_of(request), request.now
    kept = await followups.of_sale(session, team.id, after.id)
    later = sale["at"].astimezone(team.zone).date() - before.values["at"].astimezone(team.zone).date()
    for one in kept.values():
        if one.done_at is not None:
            continue
        due = one.due_at if one.told_at else one.due_at.astimezone(team.zone) + later
        await followups.move(session, team.id, one.id, sale["member_id"] or one.member_id, sale["customer_id"], due)
        if due <= now and not one.told_at:
            await followups.finish(session, team.id, one.id, now, reason="undone")
    if sale["member_id"] is not None:
        entry = SaleEntry(sale["customer_id"], sale["member_id"], sale["at"], sale["amount_minor"], sale["currency"])
        await begin(session, request, entry, after.id, known=kept)
