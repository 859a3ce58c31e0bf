"""Undo and restore: the last record, the one replied to, one by its number, or the one that a button is bound to."""

import re

from handlers.base import Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import data, id_of
from handlers.records.receipts import no_record, permit, record_buttons, replied_records, said
from metrics.wording import Money, Phrase, phrase
from store import AlreadyDone, NotFound, Session
from store.errors import TooLarge
from store.records.corrections import RecordView, by_number, last_of, record, remove, restore
from store.records.refunding import sale_left
from store.records.trail import imported_again

_NUMBER = re.compile(r"#?\s*(\d{1,18})")
MANY = ":m"
"""Ends the payload of a button under a message about several records: that message is left as it is."""


async def undo(request: Request) -> Reply:
    """Remove the record that the number after ``/undo`` or the message replied to names, else the sender's last."""
    async with request.begin() as session:
        view = await _meant(session, request)
        return await request.settle(session, await _undone(session, request, view))


async def _press_undo(request: Request) -> Reply:
    rest = request.argument
    async with request.begin() as session:
        view = await bound(session, request, id_of(rest.removesuffix(MANY)))
        return await request.settle(session, await _undone(session, request, view, edits=MANY not in rest))


async def _press_restore(request: Request) -> Reply:
    async with request.begin() as session:
        view = await bound(session, request, id_of(request.argument))
        return await request.settle(session, await _restored(session, request, view))


BUTTONS: dict[str, Handler] = {"undo": _press_undo, "restore": _press_restore}


async def bound(session: Session, request: Request, record_id: int) -> RecordView:
    """Return the record that a button names, of the presser's own team only."""
    try:
        return await record(session, team_of(request).id, record_id)
    except NotFound:
        raise UserError(phrase("That record is not in your team.")) from None


async def _meant(session: Session, request: Request) -> RecordView:
    team_id, argument = team_of(request).id, request.argument.strip()
    number = _NUMBER.fullmatch(argument)
    if number:
        try:
            return await by_number(session, team_id, int(number[1]))
        except NotFound:
            raise no_record(number[1]) from None
    if argument:
        raise UserError(phrase("Which record? Send /undo for your last one, or its number: /undo 128"))
    if request.message.replied_id is not None:
        return await _replied(session, request)
    view = await last_of(session, team_id, request.member.id)
    if view is None:
        raise UserError(phrase("You have nothing recorded yet, so there is nothing to undo."))
    return view


async def _replied(session: Session, request: Request) -> RecordView:
    ids = await replied_records(session, request)
    if not ids:
        raise UserError(phrase("That message recorded nothing. Send /undo for your last record, or /undo 128."))
    if len(ids) > 1:
        raise UserError(phrase("That message made several records: name one by its number, e.g. /undo 128"))
    return await bound(session, request, ids[0])


async def _undone(session: Session, request: Request, view: RecordView, *, edits: bool = False) -> Reply:
    await permit(session, request, view)
    refunded = await _refunded(session, request, view)
    try:
        await remove(session, clock_of(request), view.id, request.member.id, request.now, request.inbox_id)
    except AlreadyDone:
        return _told(request, phrase("#{number} was already undone.", number=str(view.number)))
    text = request.say("Undone #{number}: {record}", number=str(view.number), record=said(request, view))
    if refunded:
        back = Money(refunded, view.values["currency"])
        text = f"{text}\n{request.say('What was refunded of it, {amount}, no longer counts either.', amount=back)}"
    restoring = Button(request.say.plain("Restore"), data("restore", view.id))
    return Reply(text, ((restoring,),), edits=edits, toast=_toast(request, phrase("Undone")))


async def _refunded(session: Session, request: Request, view: RecordView) -> int:
    """Return how much of a standing sale was refunded; 0 for anything else."""
    if view.kind != "sale" or view.removed_at is not None:
        return 0
    left = (await sale_left(session, team_of(request).id, view.id)).left_minor
    return int(view.values["amount_minor"]) - left


async def _restored(session: Session, request: Request, view: RecordView) -> Reply:
    await permit(session, request, view)
    again = await imported_again(session, team_of(request).id, view.id)
    if again is not None:
        raise UserError(
            phrase("#{number} stays undone: the same row was imported again, as #{other}.",
                   number=str(view.number), other=str(again))
        )  # fmt: skip
    try:
        await restore(session, clock_of(request), view.id, request.member.id, request.now, request.inbox_id)
    except AlreadyDone:
        return _told(request, phrase("#{number} is already recorded.", number=str(view.number)))
    except TooLarge:
        raise UserError(
            phrase("#{number} stays undone: less than that is left of its sale.", number=str(view.number))
        ) from None
    text = request.say("Restored #{number}: {record}", number=str(view.number), record=said(request, view))
    return Reply(text, (record_buttons(request.say, view.id),), edits=True, toast=_toast(request, phrase("Restored")))


def _toast(request: Request, what: Phrase) -> str:
    return request.say.plain(what) if request.message.data else ""


def _told(request: Request, what: Phrase) -> Reply:
    """Say that nothing was left to do: over the chat after a press, else as a message."""
    return Reply(toast=request.say.plain(what)) if request.message.data else Reply(request.say(what))
