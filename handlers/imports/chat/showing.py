"""Words what was found in a file, what is asked about it, and what became of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from handlers.base import Button, Reply, Request, Team
from handlers.buttons import data, in_rows
from handlers.imports import KINDS as READERS
from handlers.imports import Report
from handlers.imports.chat.names import FIELDS, KINDS
from handlers.imports.chat.sheets import Answers, Seen, choices
from handlers.imports.columns import IN_CHAT
from handlers.imports.words import Reason
from handlers.records import echo
from metrics.wording import Html, Money, Phrase, Say, phrase, plural_phrase
from store.records.importing import ImportRow

VERB, UNDO = "imp", "impundo"
REASONS_SHOWN = 4
LABEL = 40  # letters of a heading on a button
_ASKED: Mapping[str, Phrase] = {
    "customer": phrase("Which column is the customer?"),
    "name": phrase("Which column is the customer?"),
    "amount": phrase("Which column is the amount?"),
    "at": phrase("Which column is the date?"),
}


class Screen:
    """The message of one import: what it says and its buttons, in the reader's language."""

    def __init__(self, request: Request, team: Team, import_id: int, name: str, answers: Answers) -> None:
        self.say, self._team, self._id, self._name, self._answers = request.say, team, import_id, name, answers

    def of(self, seen: Seen) -> Reply:
        """Ask what is to be asked, or show what importing would do."""
        if seen.report is not None:
            return self._preview(seen.report)
        if seen.ask == "kind" and self._answers.kind is None:
            return self.kinds()
        if seen.ask == "dates":
            return self._two_ways(
                phrase("Dates such as {example}: which comes first?", example=seen.example),
                {"d": phrase("Day first"), "m": phrase("Month first")}, "d",
            )  # fmt: skip
        if seen.ask == "decimal":
            return self._two_ways(
                phrase("Amounts such as {example}: what are decimals behind?", example=seen.example),
                {"p": phrase("A point: 1,234.50"), "c": phrase("A comma: 1.234,50")}, "s",
            )  # fmt: skip
        return self.columns(seen.ask or "")

    def kinds(self) -> Reply:
        """Ask what the rows are."""
        say = self.say
        keys = [self._key(say.plain(KINDS[kind]), "k", place) for place, kind in enumerate(IN_CHAT)]
        pairs = in_rows(keys)
        return Reply(self._said(say("What are its rows?")), (*pairs, self._cancel()), edits=True)

    def columns(self, field: str) -> Reply:
        """Ask which column a field is."""
        asked = _ASKED.get(field, phrase("Which column is: {field}?", field=FIELDS[field]))
        place = READERS[self._answers.kind or ""].fields.index(field)
        keys = [
            self._key(self._label(choice), "c", f"{place}.{at}")
            for at, choice in enumerate(choices(self._answers, field, self._team))
        ]
        other = self._key(self.say.plain("Other kind"), "K")
        return Reply(
            self._said(self.say(asked)), (*((key,) for key in keys), (other, *self._cancel())), edits=True
        )  # fmt: skip

    def fields(self) -> Reply:
        """Ask which column is to be another one."""
        columns, say = self._answers.columns, self.say.plain
        keys = [
            (self._key(f"{say(FIELDS[field])} ← {self._column(columns.get(field))}"[:60], "f", place),)
            for place, field in enumerate(READERS[self._answers.kind or ""].fields)
        ]
        return Reply(
            self._said(self.say("What is read from which column? Tap what should be another one.")),
            (*keys, (self._key(say("Back"), "b"), *self._cancel())), edits=True,
        )  # fmt: skip

    def _preview(self, report: Report) -> Reply:
        say = self.say
        lines = [self._title(), *_found(say, self._team, report), *self._mapped()]
        lines += refusals(say, report.rejected, self._answers.columns)
        change = (self._key(say.plain("Other kind"), "K"), self._key(say.plain("Other columns"), "F"))
        go: tuple[tuple[Button, ...], ...] = ()
        if report.landed:
            go = ((self._key(say.plain("Import {n} rows", n=report.landed), "g"),),)
        else:
            lines.append(say("There is nothing to import."))
        return Reply(say.join(lines), (*go, change, self._cancel()), edits=True)

    def _title(self) -> str:
        kind = KINDS[self._answers.kind or ""]
        return self.say("<b>{name}</b> → {kind}", name=self._name, kind=kind)

    def _mapped(self) -> Iterator[str]:
        """Say which column each field is read from, and which are left out."""
        columns, say = self._answers.columns, self.say
        named = [say("{field} ← {column}", field=FIELDS[name], column=self._column(columns[name])) for name in columns]
        yield say("Read: {columns}", columns=Html(say.join([Html(one) for one in named], "; ")))
        unused = [head for head in self._answers.heads if head not in columns.values()]
        if unused:
            yield say("Not used: {columns}", columns=", ".join(head[:LABEL] for head in unused)[:300])

    def _two_ways(self, asked: Phrase, ways: Mapping[str, Phrase], act: str) -> Reply:
        keys = tuple(self._key(self.say.plain(words), act, way) for way, words in ways.items())
        return Reply(self._said(self.say(asked)), (keys, self._cancel()), edits=True)

    def _said(self, asked: str) -> str:
        rows = self.say.plural("{n} row", "{n} rows", n=self._answers.rows)
        return self.say("<b>{name}</b>: {rows}.\n{asked}", name=self._name, rows=rows, asked=Html(asked))

    def _label(self, choice: str | None) -> str:
        if choice is None or choice.startswith(":"):
            return self._column(choice)
        sample = self._answers.samples.get(choice, "")
        return f"{choice[:LABEL]} · {sample[:20]}" if sample else choice[:LABEL]

    def _column(self, column: str | None) -> str:
        if column is None:
            return self.say.plain("none")
        return echo.term(self.say.plain, column[1:]) if column.startswith(":") else column[:LABEL]

    def _key(self, text: str, act: str, arg: object = "") -> Button:
        return Button(text, data(VERB, self._id, self._answers.step, act, arg))

    def _cancel(self) -> tuple[Button, ...]:
        return (self._key(self.say.plain("Cancel"), "x"),)


def _found(say: Say, team: Team, report: Report) -> Iterator[str]:
    """Say what the rows come to."""
    tally = report.tally
    fresh = [say.plural("{n} new row", "{n} new rows", n=report.landed)]
    if tally.totals:
        totals = [Money(minor, currency) for currency, minor in sorted(tally.totals.items())]
        fresh.append(say("{total} in all", total=totals))
    if tally.first is not None and tally.last is not None:
        first, last = (at.astimezone(team.zone).date() for at in (tally.first, tally.last))
        fresh.append(say.value(first) if first == last else say("{first} to {last}", first=first, last=last))
    yield say.join([Html(part) for part in fresh], " · ")
    if report.known:
        yield say.plural("{n} row is there already.", "{n} rows are there already.", n=report.known)
    if tally.repeats:
        yield say.plural(
            "{n} row equals an earlier one and counts too.",
            "{n} rows equal earlier ones and count too.",
            n=tally.repeats,
        )
    if tally.people:
        yield say.plural("{n} customer is new.", "{n} customers are new.", n=tally.people)


def refusals(say: Say, rejected: list[tuple[dict[str, str], Reason]], columns: Mapping[str, str]) -> Iterator[str]:
    """Say how many rows are refused, and why the first ones are."""
    if not rejected:
        return
    yield say.plural("{n} row is refused:", "{n} rows are refused:", n=len(rejected))
    for _row, reason in rejected[:REASONS_SHOWN]:
        yield say("• row {n}: {why}", n=reason.place, why=worded(reason, columns))


def worded(reason: Reason, columns: Mapping[str, str]) -> Phrase:
    """Return a reason with the file's own headings in it."""
    named: dict[str, Any] = {
        key: columns.get(str(value), value) if key in ("field", "first") else value
        for key, value in reason.said.params.items()
    }
    if "kind" in named:
        named["kind"] = FIELDS.get(str(named["kind"]), named["kind"])
    return replace(reason.said, params=named)


def outcome(say: Say, row: ImportRow, landed: int, known: int, refused: int) -> Reply:
    """Say what an import has done, with its *Undo*."""
    kind = KINDS[str(row.answers["kind"])]
    lines = [say("Imported <b>{name}</b>: {n} new rows of {kind}.", name=row.name, n=landed, kind=kind)]
    if known:
        lines.append(say.plural("{n} row is there already.", "{n} rows are there already.", n=known))
    if refused:
        lines.append(
            say.plural("{n} row was refused: see the file.", "{n} rows were refused: see the file.", n=refused)
        )
    if not landed:
        return Reply(say.join(lines))
    lines.append(say("Undo takes all of it back, for 24 hours."))
    return Reply(say.join(lines), ((undo_button(say, row, landed),),))


def refused_rows(count: int) -> Phrase:
    """Say what the file of refused rows is for."""
    return plural_phrase(
        "{n} refused row, with the reason. Correct it and send this file back to me.",
        "{n} refused rows, with the reasons. Correct them and send this file back to me.",
        n=count,
    )


def undo_button(say: Say, row: ImportRow, landed: int) -> Button:
    """The button that takes a whole import back."""
    return Button(say.plain("Undo all {n} rows", n=landed), data(UNDO, row.id))
