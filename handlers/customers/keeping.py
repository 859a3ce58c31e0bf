"""What is kept and for whom: a record's trail, forgetting a customer for good, one's own data."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from handlers.base import Button, Handler, Reply, Request, Role, UserError, clock_of, team_of
from handlers.buttons import data, id_of
from handlers.customers.finding import LONGEST, holds, look
from handlers.customers.ownership import GONE
from handlers.records import echo
from handlers.records.fixing import LABELS
from handlers.records.receipts import frame, no_record, replied_records, said
from handlers.records.undoing import bound
from metrics.wording import Html, Money, Phrase, Say, phrase
from store import NotFound, Session
from store.catalogue.products import products_of
from store.customers.erasing import forget as erase
from store.customers.lookup import CustomerRow, customer
from store.names import full_key
from store.people.membership import everyone_of
from store.records.corrections import RecordView, by_number
from store.records.trail import Change, changes_of, imported_from, records_of_member

_ACTIONS: Mapping[str, Phrase] = {
    "log": phrase("recorded"),
    "correct": phrase("corrected"),
    "remove": phrase("undone"),
    "restore": phrase("restored"),
    "won": phrase("won"),
    "lost": phrase("lost"),
    "answered": phrase("answered"),
    "resolved": phrase("resolved"),
    "customer": phrase("customer changed"),
}
_COLUMNS: Mapping[str, str] = {
    "amount_minor": "amount", "customer_id": "customer", "at": "when", "opened_at": "when", "product_id": "product",
    "outcome": "outcome", "duration_s": "duration", "direction": "direction", "channel": "channel", "stage": "stage",
    "kind": "cost_kind", "note": "note", "quantity": "quantity", "campaign": "campaign", "score": "score",
    "member_id": "colleague", "expected_day": "expected_day", "tag": "tag",
    "referred_by_id": "referred_by",
}  # fmt: skip
"""The columns that a change is told of, and the part each belongs to."""

_KINDS: Mapping[str, Phrase] = {
    "contact": phrase("calls and contacts"),
    "sale": phrase("sales"),
    "lead": phrase("leads"),
    "deal": phrase("deals"),
    "cost": phrase("costs"),
    "refund": phrase("refunds"),
    "ticket": phrase("tickets"),
    "rating": phrase("ratings"),
    "optout": phrase("opt-outs"),
}


Names = Mapping[tuple[str, int], str]
"""The names of customers, products and members, by the column that holds their ids."""


async def audit(request: Request) -> Reply:
    """Show what happened to a record: ``/audit 128``, or as a reply to it."""
    async with request.database.read() as session:
        view = await _record(session, request)
        changes = await changes_of(session, team_of(request).id, view.id)
        file = await imported_from(session, team_of(request).id, view.id)
        names = await _names(session, request, changes)
    lines = [request.say("#{number}: {record}", number=str(view.number), record=Html(said(request, view)))]
    if view.removed_at:
        lines.append(request.say("It is undone: no figure counts it."))
    if file is not None:
        lines.append(request.say("Imported from the file <b>{file}</b>.", file=file))
    lines += [_line(request, view, change, names) for change in changes]
    if not changes:
        lines.append(request.say("Imported: nobody has changed it since."))
    return Reply("\n".join(lines))


async def _record(session: Session, request: Request) -> RecordView:
    number = re.fullmatch(r"#?\s*(\d{1,18})", request.argument.strip())
    if number:
        try:
            return await by_number(session, team_of(request).id, int(number[1]))
        except NotFound:
            raise no_record(number[1]) from None
    replied = await replied_records(session, request)
    if len(replied) == 1:
        return await bound(session, request, replied[0])
    raise UserError(phrase("Of which record? Reply to it, or send its number: /audit 128"))


async def _names(session: Session, request: Request, changes: list[Change]) -> Names:
    """The names of the customers, products and members between whom a record was moved."""
    team_id = team_of(request).id
    values = [values for change in changes for values in (change.before, change.after)]
    moved = {name for each in values for name in ("customer_id", "product_id", "member_id") if name in each}
    names: dict[tuple[str, int], str] = {}
    if "product_id" in moved:
        names |= {("product_id", number): name for number, name in await products_of(session, team_id)}
    if "member_id" in moved:
        names |= {("member_id", one.id): one.name for one in await everyone_of(session, team_id)}
    people = ("customer_id", "referred_by_id")
    for name, found in {(one, each[one]) for each in values for one in people if isinstance(each.get(one), int)}:
        try:
            names[name, found] = (await customer(session, team_id, found)).name
        except NotFound:
            names[name, found] = f"× {found}"
    return names


def _line(request: Request, view: RecordView, change: Change, names: Names) -> str:
    say, local = request.say, change.at.astimezone(team_of(request).zone)
    today = request.now.astimezone(team_of(request).zone).date()
    when = [echo.day_name(say, local.date(), today), say.value(local.time().replace(microsecond=0, second=0))]
    done = say(_ACTIONS[change.action]) if change.action in _ACTIONS else say.value(change.action)
    who = say.value(change.member) if change.member else say("the import")
    moved = say.join(list(_moved(say, request, view, change, names)), ", ")
    at = Html(say.join(when, " "))
    return say("{when} · {who}: {done} {what}", when=at, who=Html(who), done=Html(done), what=Html(moved)).strip()


def _moved(say: Say, request: Request, view: RecordView, change: Change, names: Names) -> Iterator[str]:
    for column, part in _COLUMNS.items():
        if column in change.after:
            old = _value(say, request, view, column, change.before.get(column), names)
            new = _value(say, request, view, column, change.after[column], names)
            yield say("{part}: {old} → {new}", part=LABELS[part], old=Html(old), new=Html(new))


def _value(say: Say, request: Request, view: RecordView, column: str, value: Any, names: Names) -> str:
    """Say a value as it was kept."""
    if value is None:
        return "—"
    if column == "amount_minor":
        return say.value(Money(int(value), str(view.values["currency"])))
    if column in ("customer_id", "referred_by_id", "product_id", "member_id"):
        return say.value(names.get((column, int(value)), f"× {value}"))
    if column in ("at", "opened_at"):
        at = datetime.fromisoformat(str(value))
        return echo.moment(say, at, echo.Frame(frame(request).zone, request.now, request.now)) or say("now")
    plain: Mapping[str, Callable[[], str]] = {
        "duration_s": lambda: echo.duration(say, int(value)),
        "expected_day": lambda: say.value(date.fromisoformat(str(value))),
        "outcome": lambda: echo.outcome(say, str(value)),
    }
    return plain[column]() if column in plain else say.value(str(value))


async def forget(request: Request) -> Reply:
    """Ask before a customer is forgotten for good: ``/forget Lan``."""
    text = request.argument.strip()
    if not text:
        raise UserError(phrase("Forget whom? Send a name or a phone number: /forget Lan"))
    async with request.database.read() as session:
        found = await look(session, request, text[:LONGEST])
    exact = [row for row in found if row.key == full_key(text)] or [row for row in found if holds(row, text)]
    if len(exact) != 1:
        raise UserError(phrase("I know several or none called “{name}”. Send the phone number.", name=text[:40]))
    row = exact[0]
    said_so = request.say(
        "Forget <b>{name}</b>? Name, phone number, birthday and notes are erased for good and cannot be restored. "
        "The records stay, nameless, and no figure changes. Backups made before keep them until they are replaced.",
        name=row.name,
    )
    plain = request.say.plain
    yes = Button(plain("Forget for good"), data("forget", row.id))
    return Reply(said_so, ((yes,), (Button(plain("Cancel"), data("nothing", "1")),)))


async def _press_forget(request: Request) -> Reply:
    if request.member.role is not Role.OWNER:
        raise UserError(phrase("Only an owner forgets a customer."))
    async with request.begin() as session:
        row = await _customer(session, request, id_of(request.argument))
        await erase(session, clock_of(request), row.id, request.member.id, request.now, request.inbox_id)
        text = request.say("Forgotten. The records of this customer stay, without a name.")
        return await request.settle(session, Reply(text, edits=True))


async def _customer(session: Session, request: Request, customer_id: int) -> CustomerRow:
    try:
        return await customer(session, team_of(request).id, customer_id)
    except NotFound:
        raise UserError(GONE) from None


BUTTONS: dict[str, Handler] = {"forget": _press_forget}


async def mydata(request: Request) -> Reply:
    """Say what is kept of the sender."""
    say, me = request.say, request.member
    async with request.database.read() as session:
        kept = await records_of_member(session, team_of(request).id, me.id)
    lines = [
        say("Kept of you: your name on Telegram ({name}), your Telegram id ({id}), your language, and your role.",
            name=me.name, id=str(me.telegram_id)),
        say("In <b>{team}</b> you have logged:", team=team_of(request).name),
    ]  # fmt: skip
    lines += [say("{what}: {n}", what=_KINDS[kind], n=count) for kind, count in kept.items() if kind in _KINDS]
    if not kept:
        lines[-1] = say("In <b>{team}</b> you have logged nothing yet.", team=team_of(request).name)
    lines.append(say("An owner can take you out of the team with /remove; what you logged stays the team's."))
    return Reply("\n".join(lines))
