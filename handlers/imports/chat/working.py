"""Does in the background what was tapped: lands a file, or takes it back; both go on where a dead process stopped."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.base import Document, Reply
from handlers.clockwork.telling import Word, tell_member
from handlers.figures.rows import SheetWriter
from handlers.imports import Report, import_file
from handlers.imports.chat.names import KINDS
from handlers.imports.chat.sheets import Answers, asked, unpacked
from handlers.imports.chat.showing import outcome, refused_rows, worded
from metrics.wording import Phrase, Say, phrase, plural_phrase
from store import Database, Session
from store.people.reaching import chat_of
from store.people.team import TeamRow, team_of
from store.records import importing
from store.records.entries import Clock
from store.records.importing import ImportRow

BATCH = 400
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed import with what is needed to word how far it is."""

    row: ImportRow
    team: TeamRow
    language: str

    def said(self, done: int) -> str:
        """Say how far it is, after so many rows."""
        say, name, rows = Say(self.language), self.row.name, int(self.row.answers["rows"])
        if self.row.state == importing.UNDOING:
            return say("Undoing <b>{name}</b>: {n} records taken back so far.", name=name, n=done)
        return say("Importing <b>{name}</b>: {n} of {rows} rows.", name=name, n=done, rows=rows)

    def ended(self) -> str:
        """Say in the message that showed the progress that there is no more to come in it."""
        say, undone = Say(self.language), self.row.state == importing.UNDOING
        return say("<b>{name}</b>: taken back." if undone else "<b>{name}</b>: imported.", name=self.row.name)


async def job_of(database: Database, row: ImportRow) -> Job:
    """Return the job that a claimed import is."""
    async with database.read() as session:
        team = await team_of(session, row.team_id)
        reached = await chat_of(session, row.team_id, row.member_id)
    return Job(row, team, reached.language if reached else team.locale)


async def work(database: Database, job: Job, now: datetime, progress: Progress) -> None:
    """Do a job to its end and tell its owner once."""
    await (_undo if job.row.state == importing.UNDOING else _land)(database, job, now, progress)


async def _land(database: Database, job: Job, now: datetime, progress: Progress) -> None:
    row, answers = job.row, Answers.of(job.row.answers)
    async with database.read() as session:
        content = await importing.content_of(session, row.team_id, row.id)
        before = await importing.landed_of(session, row.team_id, row.id)
    async with unpacked(content, row.name) as path:
        request = replace(asked(path, job.team, answers, now), import_id=row.id, member_id=row.member_id)
        report = await import_file(database, request, lambda report: progress(report.rows))
    async with database.begin() as session:
        landed = await importing.landed_of(session, row.team_id, row.id)
        await importing.move(session, row, importing.IMPORTING, importing.DONE, content=None, done_at=now)
        await _tell(session, row, _told(job, report, landed, report.known - before), "done", now)


def _told(job: Job, report: Report, landed: int, known: int) -> Word:
    """Say what the import has done; the refused rows come as a file of their own."""

    def word(say: Say) -> Reply:
        reply = outcome(say, job.row, landed, known, len(report.rejected))
        if not report.rejected:
            return reply
        file = Document(_refused_name(say, job.row.name), refused_file(say, job, report))
        return replace(reply, then=(Reply(say(refused_rows(len(report.rejected))), document=file),))

    return word


def _refused_name(say: Say, name: str) -> str:
    return f"{Path(name).stem} - {say.plain('refused')}.xlsx"


def refused_file(say: Say, job: Job, report: Report) -> bytes:
    """Return the refused rows as a workbook with the file's own columns, and the reason behind them."""
    columns, heads = Answers.of(job.row.answers).columns, list(report.rejected[0][0])
    out = io.BytesIO()
    book = SheetWriter(out, say, ZoneInfo(job.team.zone))
    book.start("", [*heads, f"⚠ {say.plain('why it was refused')}"])
    for cells, reason in report.rejected:
        book.add([*(cells.get(head, "") for head in heads), worded(reason, columns)])
    book.close()
    return out.getvalue()


async def _undo(database: Database, job: Job, now: datetime, progress: Progress) -> None:
    row, clock, taken = job.row, Clock.of(job.team), 0
    while True:
        async with database.begin() as session:
            count = await importing.take_back(session, clock, row.id, row.member_id, now, BATCH)
        if not count:
            break
        taken += count
        progress(taken)
    async with database.begin() as session:
        await importing.move(session, row, importing.UNDOING, importing.UNDONE)
        left = await importing.left_bare(session, row.team_id, row.id)
        await _tell(session, row, _undone(row, *left), "undone", now)


def _undone(row: ImportRow, people: int, goods: int) -> Word:
    """Say that an import is taken back, and which of its customers and products stay without a record."""
    kind = KINDS[str(row.answers["kind"])]

    def word(say: Say) -> Reply:
        said = phrase("Undone: {name} ({kind}) counts in no figure any more. Sending the file again imports it anew.",
                      name=row.name, kind=kind)  # fmt: skip
        lines = [say(said)]
        if people:
            lines.append(say(plural_phrase(
                "{n} customer of the file stays, without a record.",
                "{n} customers of the file stay, without a record.", n=people,
            )))  # fmt: skip
        if goods:
            lines.append(say(plural_phrase(
                "{n} product of the file stays, without a record: /products",
                "{n} products of the file stay, without a record: /products", n=goods,
            )))  # fmt: skip
        return Reply("\n".join(lines))

    return word


async def failed(database: Database, job: Job, reference: str, now: datetime) -> None:
    """End a job that failed again and again, and say so: what has landed stands, and can be taken back."""
    row = job.row
    if row.state == importing.UNDOING:
        said: Phrase = phrase(
            "Undoing {name} stopped because of an error on my side. (Ref. {ref}) Tap Undo again later.",
            name=row.name, ref=reference,
        )  # fmt: skip
    else:
        said = phrase(
            "Importing {name} stopped because of an error on my side. (Ref. {ref}) What has landed stands; /import "
            "shows it and takes it back.",
            name=row.name, ref=reference,
        )  # fmt: skip
    async with database.begin() as session:
        await importing.move(session, row, row.state, importing.DONE, content=None, done_at=row.done_at or now)
        await _tell(session, row, lambda say: Reply(say(said)), f"failed:{reference}", now)


async def _tell(session: Session, row: ImportRow, word: Word, what: str, now: datetime) -> None:
    await tell_member(session, row.team_id, row.member_id, word, key=f"import:{row.id}:{what}", now=now, kind="import")
