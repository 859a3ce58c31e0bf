"""``/import``, a file that is sent, and the buttons under it: nothing is written before *Import* is tapped."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from handlers.base import Attached, FileGone, Handler, Reply, Request, Role, UserError, team_of
from handlers.buttons import STALE, id_of, parts_of
from handlers.imports import KINDS, Unreadable
from handlers.imports.chat.sheets import ENDINGS, MOST_BYTES, MOST_ROWS, Answers, TooLong, choices, look, see, unpacked
from handlers.imports.chat.showing import UNDO, VERB, Screen, undo_button
from handlers.imports.columns import IN_CHAT
from metrics.wording import Phrase, phrase
from store import AlreadyDone, NotFound, Session
from store.people.team import TeamRow
from store.people.team import team_of as stored_team
from store.records import importing
from store.records.audit import note_change
from store.records.importing import ImportRow

UNDONE_FOR = timedelta(hours=24)
LONGEST_NAME = 60
_HOW = phrase(
    "Send me a CSV or Excel file here, up to 20 MB and {rows} rows: sales, calls, customers, costs … I show what I "
    "found before anything is recorded. A row that was imported once is never added twice.",
    rows=MOST_ROWS,
)
_UNREADABLE = {
    "empty": phrase("This file has no rows: the first line names the columns, the rows stand below it."),
    "encoding": phrase("I cannot read the letters in this file: save it as CSV UTF-8 or as an Excel file (.xlsx)."),
    "workbook": phrase("I cannot open this workbook: save it again as .xlsx, without a password, and send it."),
}


async def command(request: Request) -> Reply:
    """Import the file that the message carries or replies to; without one, say how."""
    file = request.message.document or request.message.replied_document
    if file is not None:
        return await sent(request, file)
    team, say = _allowed(request), request.say
    async with request.database.read() as session:
        done = await importing.latest(session, team, request.now - UNDONE_FOR, 3)
        counts = [await importing.landed_of(session, team, row.id) for row in done]
    lines, buttons = [say(_HOW)], []
    for row, landed in zip(done, counts, strict=True):
        if landed:
            lines.append(say("Imported in the last 24 hours: <b>{name}</b>, {n} rows.", name=row.name, n=landed))
            buttons.append((undo_button(say, row, landed),))
    return Reply(say.join(lines), tuple(buttons))


async def sent(request: Request, file: Attached) -> Reply:
    """Take a file in: ask what it does not tell, or show what importing it would do."""
    team_id, name = _allowed(request), _named(file)
    if file.size > MOST_BYTES:
        raise UserError(_too_long())
    try:
        content = await request.fetch(file.file_id)
    except FileGone:
        raise UserError(phrase("Telegram did not hand me the file. Please send it again.")) from None
    digest = hashlib.sha256(content).hexdigest()
    async with request.database.read() as session:
        before = await importing.landed_before(session, team_id, digest)
        team = await stored_team(session, team_id)
        if before is not None:
            return await _again(session, request, before)
    hints = (Path(name).stem, request.message.text.removeprefix("/import"))
    answers = await _looked(content, name, hints)
    seen = await see(request.database, team, content, name, answers, request.now)
    async with request.begin() as session:
        import_id = await importing.keep(
            session, team_id, member_id=request.member.id, chat_id=request.message.chat_id, name=name, digest=digest,
            content=content, answers=answers.json(), now=request.now,
        )  # fmt: skip
        return await request.settle(session, Screen(request, team_of(request), import_id, name, answers).of(seen))


def _allowed(request: Request) -> int:
    """Return the id of the sender's team, when they may import here."""
    team = team_of(request)
    if request.member.role is not Role.OWNER:
        raise UserError(phrase("Files are imported by owners: they hold everybody's records. Ask yours to send it."))
    if not request.message.private:
        raise UserError(phrase("A file with customers is for our private chat: send it to me there, with /import."))
    return team.id


def is_table(file: Attached) -> bool:
    """Whether a sent file may be imported, by its name."""
    return Path(file.name).suffix.lower() in ENDINGS


def _named(file: Attached) -> str:
    if not is_table(file):
        raise UserError(
            phrase("I can import CSV and Excel files (.csv, .xlsx). What is /import? Send it alone to see.")
        )
    path = Path(file.name)
    return path.name if len(path.name) <= LONGEST_NAME else f"{path.stem[: LONGEST_NAME - 8]}…{path.suffix}"


def _too_long() -> Phrase:
    return phrase(
        "This file is too large for a chat: at most 20 MB, {rows} rows and 60 columns. Split it, or on the server: "
        "chot import FILE --team … --as sales",
        rows=MOST_ROWS,
    )


async def _looked(content: bytes, name: str, hints: tuple[str, ...]) -> Answers:
    async with unpacked(content, name) as path:
        try:
            return await asyncio.to_thread(look, path, hints)
        except TooLong:
            raise UserError(_too_long()) from None
        except Unreadable as error:
            raise UserError(_UNREADABLE[error.why]) from None


async def _again(session: Session, request: Request, row: ImportRow) -> Reply:
    """Say that this very file has been imported, with its *Undo* while that lasts."""
    say = request.say
    if row.done_at is None:
        return Reply(say("<b>{name}</b> is being imported right now. Nothing is added twice.", name=row.name))
    landed = await importing.landed_of(session, row.team_id, row.id)
    on = row.done_at.astimezone(team_of(request).zone).date()
    text = say("This file was imported on {date} already ({n} rows): nothing is added.", date=on, n=landed)
    late = request.now - row.done_at > UNDONE_FOR or not landed
    return Reply(text, () if late else ((undo_button(say, row, landed),),))


async def _press(request: Request) -> Reply:
    number, step, act, arg = parts_of(request.argument, 4)
    team_id = _allowed(request)
    async with request.database.read() as session:
        row = await _row(session, team_id, id_of(number))
        team = await stored_team(session, team_id)
    answers = Answers.of(row.answers)
    if row.state != importing.ASKING or answers.step != id_of(step):
        raise UserError(phrase("This was answered already."))
    screen = Screen(request, team_of(request), row.id, row.name, answers)
    if act == "x":
        return await _moved(request, row, importing.DROPPED, request.say("Cancelled: nothing was recorded."))
    if act == "g":
        return await _go(request, row)
    if act == "K":
        return screen.kinds()
    if act == "F":
        return screen.fields()
    if act == "f":
        return screen.columns(_field(answers, id_of(arg)))
    return await _answered(request, team, row, _changed(request, answers, act, arg))


def _changed(request: Request, answers: Answers, act: str, arg: str) -> Answers:
    """The answers with what a button says."""
    change = _CHANGES.get(act)
    if change is None:
        raise UserError(STALE)
    return replace(change(request, answers, arg), step=answers.step + 1)


def _with_kind(request: Request, answers: Answers, arg: str) -> Answers:
    place = id_of(arg)
    if place >= len(IN_CHAT):
        raise UserError(STALE)
    return replace(answers, kind=IN_CHAT[place], given={}, dates=None, decimal=None)


def _with_column(request: Request, answers: Answers, arg: str) -> Answers:
    place, _, choice = arg.partition(".")
    field = _field(answers, id_of(place))
    offered = choices(answers, field, team_of(request))
    if id_of(choice) >= len(offered):
        raise UserError(STALE)
    return replace(answers, given={**(answers.given or {}), field: offered[id_of(choice)]}, dates=None, decimal=None)


_CHANGES: dict[str, Callable[[Request, Answers, str], Answers]] = {
    "k": _with_kind,
    "c": _with_column,
    "d": lambda _request, answers, arg: replace(answers, dates="%m/%d/%Y" if arg == "m" else "%d/%m/%Y"),
    "s": lambda _request, answers, arg: replace(answers, decimal="point" if arg == "p" else "comma"),
    "b": lambda _request, answers, _arg: answers,
}
"""What each button changes in the answers."""


def _field(answers: Answers, place: int) -> str:
    fields = KINDS[answers.kind].fields if answers.kind else ()
    if place >= len(fields):
        raise UserError(STALE)
    return fields[place]


async def _answered(request: Request, team: TeamRow, row: ImportRow, answers: Answers) -> Reply:
    """Keep the answers and show what follows from them."""
    async with request.database.read() as session:
        content = await importing.content_of(session, row.team_id, row.id)
    seen = await see(request.database, team, content, row.name, answers, request.now)
    async with request.begin() as session:
        await importing.answer(session, row, answers.json())
        return await request.settle(session, Screen(request, team_of(request), row.id, row.name, answers).of(seen))


async def _go(request: Request, row: ImportRow) -> Reply:
    """Have it imported, once: by whoever works in the background."""
    async with request.begin() as session:
        before = await importing.landed_before(session, row.team_id, row.digest)
        if before is not None:
            await importing.move(session, row, importing.ASKING, importing.DROPPED, content=None)
            return await request.settle(session, replace(await _again(session, request, before), edits=True))
        told_id = request.message.message_id
        try:
            await importing.move(session, row, importing.ASKING, importing.IMPORTING, told_id=told_id)
        except AlreadyDone:
            raise UserError(phrase("This was answered already.")) from None
        await _note(session, request, row, "import")
        said = request.say("Importing <b>{name}</b> … You can go on working meanwhile.", name=row.name)
        return await request.settle(session, Reply(said, edits=True))


async def _press_undo(request: Request) -> Reply:
    team_id = _allowed(request)
    async with request.begin() as session:
        row = await _row(session, team_id, id_of(request.argument))
        if row.state in (importing.UNDOING, importing.UNDONE):
            raise UserError(phrase("This import is undone already."))
        if row.done_at is None or request.now - row.done_at > UNDONE_FOR:
            raise UserError(phrase("An import can be undone for 24 hours. Single records: /undo 128"))
        await importing.move(session, row, importing.DONE, importing.UNDOING, told_id=request.message.message_id)
        await _note(session, request, row, "undo import")
        said = request.say("Undoing <b>{name}</b> …", name=row.name)
        return await request.settle(session, Reply(said, edits=True))


async def _moved(request: Request, row: ImportRow, state: str, said: str) -> Reply:
    async with request.begin() as session:
        await importing.move(session, row, importing.ASKING, state, content=None)
        return await request.settle(session, Reply(said, edits=True))


async def _note(session: Session, request: Request, row: ImportRow, action: str) -> None:
    """Leave in the trail who imported or undid which file."""
    await note_change(
        session, row.team_id, action=action, at=request.now, member_id=request.member.id, inbox_id=request.inbox_id,
        after={"import": row.id, "file": row.name},
    )  # fmt: skip


async def _row(session: Session, team_id: int, import_id: int) -> ImportRow:
    try:
        return await importing.import_of(session, team_id, import_id)
    except NotFound:
        raise UserError(STALE) from None


BUTTONS: dict[str, Handler] = {VERB: _press, UNDO: _press_undo}
