"""``chot read``: what a line would be logged as; nothing is recorded."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from bot.commandline.ground import Refusal, asynchronous, instant, opened, settings_of, team_named
from handlers.base import Member, Message, Request, Role
from handlers.clockwork.teams import team_from
from metrics.wording import Say, minor_digits
from store import Database, Session
from store.names import fold
from store.people.membership import members_of
from store.people.team import TeamRow

if TYPE_CHECKING:
    from handlers.parsing import Reading


@click.command()
@click.argument("line")
@click.option("--team", "team_name", required=True, help="the team whose customers and people are known")
@click.option("--rep", help="who writes it: their own customers may be meant by a given name")
@click.option("--at", metavar="ISO-TIME", help="when it is sent, with its offset: 2026-10-31T18:00:00+07:00")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@asynchronous
async def read(line: str, team_name: str, rep: str | None, at: str | None, as_json: bool) -> None:
    """Show what LINE, or each line of standard input when it is -, would be logged as."""
    settings, now = settings_of(), instant(at)
    async with opened(settings) as database:
        row = await team_named(database, team_name)
        member = await _writer(database, row, rep)
        for text in _lines(line):
            found = await _read(database, row, member, text, now)
            click.echo(json.dumps(found, ensure_ascii=False) if as_json else _plain(found))


def _lines(line: str) -> Iterator[str]:
    if line != "-":
        yield line
        return
    for text in sys.stdin:
        if text.strip():
            yield text.rstrip("\n")


async def _writer(database: Database, row: TeamRow, rep: str | None) -> Member:
    if rep is None:
        return Member(0, 0, 0, "", None, Role.MANAGER)
    async with database.read() as session:
        there = await members_of(session, row.id)
    for member in there:
        if fold(member.name) == fold(rep.removeprefix("@")):
            return Member(member.id, member.account_id or 0, 0, member.name, None, Role(member.role))
    raise Refusal(f"--rep: {row.name} has no member {rep!r}; it has: {', '.join(member.name for member in there)}")


async def _read(database: Database, row: TeamRow, member: Member, text: str, now: datetime) -> dict[str, Any]:
    """Read one line as the bot would in a private chat."""
    from handlers.parsing import Answers
    from handlers.records.understanding import look_alikes, understand

    say = Say(row.locale, markup=False)
    request = _request(database, row, member, text, say, now)
    async with database.read() as session:
        verb, rest = await _verb(session, request, text)
        reading = await understand(session, request, verb, rest, now, Answers())
        if reading.ask == "customer" and reading.customer_name and not reading.candidates:
            reading = replace(reading, candidates=await look_alikes(session, request, reading.customer_name))
        return shown(reading, row, say)


async def _verb(session: Session, request: Request, text: str) -> tuple[str, str]:
    """The kind of line and the text after its command or verb; what begins with neither is looked up."""
    from handlers.parsing import command_of, verb_of
    from handlers.records.understanding import is_log

    said, spoken = command_of(text), verb_of(text)
    if said is not None:
        return said[0] or "find", said[1] if said[0] else ""
    if spoken is not None and await is_log(session, request):
        return spoken.verb, spoken.rest
    return "find", text


def _request(database: Database, row: TeamRow, member: Member, text: str, say: Say, now: datetime) -> Request:
    message = Message(chat_id=0, message_id=0, text=text, sent_at=now)
    nobody: Any = None  # reading a line neither draws nor settles
    return Request(message, member, team_from(row), say, now, database, nobody, nobody, 0, "")


def shown(reading: "Reading", row: TeamRow, say: Say) -> dict[str, Any]:
    """A reading as JSON: amounts in major units, times with the team's offset."""
    doubt = reading.doubts[0].message if reading.status == "ask" else None
    said = doubt or reading.refusal
    return {
        "verb": reading.verb,
        "status": reading.status,
        "ask": reading.ask,
        "customer": reading.customer.name if reading.customer else reading.customer_name,
        "candidates": [one.name for one in reading.candidates],
        "phone": reading.phone,
        "amount": _major(reading.amount_minor, reading.currency or row.currency),
        "currency": reading.currency,
        "duration_s": reading.duration_s,
        "direction": reading.direction,
        "outcome": reading.outcome,
        "at": reading.at.astimezone(ZoneInfo(row.zone)).isoformat() if reading.at else None,
        "product": reading.product,
        "quantity": reading.quantity,
        "channel": reading.channel,
        "campaign": reading.campaign,
        "note": reading.note,
        "message": say(said) if said else None,
        **_more(reading),
    }


def _more(reading: "Reading") -> dict[str, Any]:
    """What only some kinds of line hold."""
    born = reading.birthday
    more = {
        "colleague": reading.colleague.name if reading.colleague else None,
        "tag": reading.tag,
        "answered": reading.answered,
        "stage": reading.stage,
        "reason": reading.reason,
        "expected_day": reading.expected_day.isoformat() if reading.expected_day else None,
        "kind": reading.cost_kind,
        "from": reading.from_day.isoformat() if reading.from_day else None,
        "to": reading.to_day.isoformat() if reading.to_day else None,
        "number": reading.number,
        "score": reading.score,
        "referred_by": reading.referred_by,
        "birthday": f"{born.year or '-'}-{born.month:02}-{born.day:02}" if born else None,
    }
    return {name: value for name, value in more.items() if value is not None}


def _major(minor: int | None, currency: str) -> float | int | None:
    digits = minor_digits(currency)
    return minor if minor is None or not digits else minor / 10**digits


def _plain(found: dict[str, Any]) -> str:
    told = (f"{name} {value}" for name, value in found.items() if value not in (None, [], "", False))
    return ", ".join(told)
