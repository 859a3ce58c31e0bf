"""Logs lines: each is looked up, read, and recorded at once, or asked about, or refused with an example."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.base import LOGGERS, Button, Handler, Reply, Request, UserError, team_of
from handlers.buttons import STALE, data, id_of, in_rows, parts_of
from handlers.customers import cards, finding, ownership
from handlers.dialogues.asking import Asked, Put, Told, ask
from handlers.dialogues.choices import filled, settled
from handlers.dialogues.offers import whom
from handlers.dialogues.steps import STEPS, next_step, opening
from handlers.parsing import Answers, Reading
from handlers.records import care, closings, echo, pastes, refunds, remembering, to_target
from handlers.records.entries import Entry, customer_of, fact_of, write
from handlers.records.lines import MOST, NAMES, Line, Source, lines_of, source_of
from handlers.records.receipts import day_total, frame, receipt, receipt_buttons
from handlers.records.understanding import is_log, known, understand
from handlers.records.undoing import MANY
from handlers.reminders.followups import ahead, offered, set_one, with_remind
from handlers.reminders.sequences import begin
from handlers.team import rates
from metrics.wording import Html, phrase
from store import NotFound, Session
from store.catalogue.products import products_of
from store.customers.lookup import customer
from store.names import full_key, whole_key
from store.records.entries import Logged, SaleEntry

RECORDED = "✍"
"""The reaction that is enough in a group for what was written out in full."""

UNKNOWN_VERB = phrase("This line is not a log. Start it with a command, e.g. /call Lan 5m")


def _logs(verb: str) -> Handler:
    async def handler(request: Request) -> Reply:
        plain = not request.message.text.lstrip().startswith("/")
        lines = lines_of(verb, request.argument, plain=request.message.private)
        if plain and request.message.data is None and not await _is_log(request):
            return await finding.find(request.of("find", request.message.text.strip()))
        async with request.begin() as session:
            if len(lines) > MOST:
                return await request.settle(session, await pastes.offer(session, request, lines))
            bare = await _bare(session, request, lines)
            told = [await log_line(session, request, line, source_of(request), bare) for line in lines]
            reply = together(request, told)
            if len(told) == 1 and told[0].plain and not request.message.private and request.message.data is None:
                reply = replace(reply, reaction=RECORDED)
            return await request.settle(session, reply)

    handler.__doc__ = f"Log each line of ``/{verb}``."
    return handler


async def _press_log(request: Request) -> Reply:
    """Begin a log of the customer on whose card the button stands."""
    customer_id, verb = parts_of(request.argument, 2)
    if verb not in STEPS:
        raise UserError(STALE)
    now = replace(request, message=replace(request.message, sent_at=request.now))
    async with request.begin() as session:
        line = Line(0, verb, "")
        kept = {**await led(session, now), **await _card_of(session, now, id_of(customer_id))}
        told = await log_line(session, now, line, source_of(now), kept)
        return await request.settle(session, Reply(told.text, told.buttons))


BUTTONS: dict[str, Handler] = {"log": _press_log}


async def led(session: Session, request: Request) -> dict[str, Any]:
    """Return what leads a bare command through its parts."""
    some = await products_of(session, team_of(request).id)
    return {"guided": True, "passed": [] if some else ["product"]}


async def _card_of(session: Session, request: Request, customer_id: int) -> dict[str, Any]:
    try:
        return whom(known(await customer(session, team_of(request).id, customer_id)))
    except NotFound:
        raise UserError(ownership.GONE) from None


async def _bare(session: Session, request: Request, lines: list[Line]) -> Mapping[str, Any] | None:
    """Return what is settled before a line is read: a card replied to names its customer, a bare command is led."""
    on_card = cards.customer_on_card(request)
    if len(lines) == 1 and on_card is not None and lines[0].verb in STEPS:
        reading = await understand(session, request, lines[0].verb, lines[0].text, request.message.sent_at, Answers())
        if any(doubt.part == "customer" for doubt in reading.doubts) or reading.status == "refuse":
            return await _card_of(session, request, on_card)
    if (
        len(lines) != 1
        or lines[0].text
        or lines[0].verb not in STEPS
        or (lines[0].verb in closings.VERBS and request.message.replied_id)
    ):
        return None
    return await led(session, request)


async def _is_log(request: Request) -> bool:
    async with request.database.read() as session:
        return await is_log(session, request)


call = _logs("call")
sale = _logs("sale")
cost = _logs("cost")
lead = _logs("lead")
deal = _logs("deal")
meet = _logs("meet")
msg = _logs("msg")
visit = _logs("visit")
mail = _logs("mail")
event = _logs("event")
won = _logs("won")
lost = _logs("lost")
stage = _logs("stage")
refund = _logs("refund")
ticket = _logs("ticket")
answered = _logs("answered")
resolved = _logs("resolved")
rating = _logs("rating")
optout = _logs("optout")
remind = _logs("remind")


async def log_line(
    session: Session,
    request: Request,
    line: Line,
    source: Source,
    kept: Mapping[str, Any] | None = None,
    asked: Asked | None = None,
) -> Told:
    """Record one line, or ask about it, or refuse it; ``kept`` holds what was settled before."""
    kept = kept or {}
    refusal = refused(request, line)
    if refusal is not None:
        return refusal
    await remembering.remember(session, request, kept)
    kept = await care.kept_of(session, request, line, kept)
    reading = await read_settled(session, request, line, source, kept)
    if reading.status == "refuse":
        return Told(said_wrong(request, reading))
    doubt = None
    if reading.status == "read":
        doubt = next_step(reading, kept) or await closings.lacking(session, request, reading)
    if reading.status == "ask" or doubt is not None:
        kept = {**kept, **await closings.pinned(session, request, reading)}
        return await ask(session, request, Put(line, source, reading, kept, asked, doubt=doubt))
    if line.verb == "refund":
        return await _refunded(session, request, Put(line, source, reading, kept, asked))
    return await record(session, request, line, source, reading)


async def _refunded(session: Session, request: Request, put: Put) -> Told:
    try:
        return await refunds.give_back(session, request, put)
    except UserError as wrong:
        return Told(request.say(wrong.said))


def refused(request: Request, line: Line) -> Told | None:
    """Refuse a line whose verb does not log, or that its writer may not log."""
    if line.verb not in NAMES:
        return Told(request.say(UNKNOWN_VERB))
    if request.member.role not in LOGGERS or (line.verb == "cost" and request.member.role == "rep"):
        return Told(request.say("You may not log this; ask your manager."))
    return None


async def read_settled(
    session: Session, request: Request, line: Line, source: Source, kept: Mapping[str, Any]
) -> Reading:
    """Read a line with what is settled; a customer made since it was asked about is not made twice."""
    answers = settled(kept)
    if kept.get("guided") and not line.text and not answers.apart:
        return opening(line.verb, team_of(request).currency)
    if answers.new_customer:
        again = replace(answers, new_customer=False)
        reading = await understand(session, request, line.verb, line.text, source.sent_at, again)
        if all(doubt.part != "customer" for doubt in reading.doubts):
            return filled(reading, kept)
    return filled(await understand(session, request, line.verb, line.text, source.sent_at, answers), kept)


def said_wrong(request: Request, reading: Reading) -> str:
    """Say why a line was not understood."""
    message = reading.message or phrase("I could not read that. For example: /call Lan 5m")
    return request.say(message)


async def record(session: Session, request: Request, line: Line, source: Source, reading: Reading) -> Told:
    """Record a line that was read, and say it back."""
    if line.verb == "remind":
        return await set_one(session, request, line, source, reading)
    if line.verb in closings.VERBS:
        return await closings.close(session, request, line, source, reading)
    if line.verb in care.VERBS:
        return await care.close(session, request, line, source, reading)
    if (refusal := await care.refusal(session, request, line, reading)) is not None:
        return refusal
    reading = await care.checked(session, request, reading)
    theirs = reading.customer if ownership.is_colleagues(request, reading.customer) else None
    notice = await ownership.notice(session, request, theirs) if theirs else ""
    customer_id = await customer_of(session, request, reading)
    entry = Entry(request, line, source, reading, customer_id)
    logged, values = await write(session, entry)
    if entry.kind == "sale":
        await begin(session, request, SaleEntry(**values), logged.id)
    text = await _receipt(session, entry, logged, values)
    away = await care.notice(session, request, line.verb, customer_id)
    missing = await to_target.gap(session, request, entry.kind) if request.message.private else ""
    notice = "\n".join(filter(None, (missing, notice, away, await _unrated(session, request, values))))
    if notice:
        text = f"{text}\n{notice}"
    if logged.open_deals:
        text = f"{text}\n{request.say('Which open deal did this sale win?')}"
    buttons = await _offers(session, entry, logged, values)
    keys = receipt_buttons(request.say, logged.id, entry.kind)
    if customer_id is not None:
        keys = with_remind(request.say, logged.id, keys)
    asking = (ownership.asking(request.say, theirs),) if theirs else ()
    plain = not (notice or buttons or asking) and _is_plain(entry)
    return Told(text, (*keys, *buttons, *asking), logged.id, logged.number, plain=plain)


async def _offers(
    session: Session, entry: Entry, logged: Logged, values: Mapping[str, Any]
) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons for what may come next: another try, a ticket's answer, the deal won, wishes agreed to."""
    request, customer_id = entry.request, entry.customer_id
    if customer_id is None:
        return ()
    rows = list(offered(request.say, logged.id, values.get("outcome")))
    if entry.kind == "ticket":
        rows.append(care.ticket_buttons(request.say, logged.id))
    if logged.open_deals:
        rows += await closings.offer(session, request, customer_id, logged.id)
    if entry.reading.birthday and team_of(request).settings["birthdays"] == "agreed":
        rows.append(cards.agreeing(request.say, customer_id))
    return tuple(rows)


def _is_plain(entry: Entry) -> bool:
    """Whether a contact was written out: its customer by the whole name or number, now, without a note."""
    reading, written = entry.reading, whole_key(entry.line.text)
    if entry.kind != "contact" or reading.customer is None or reading.note or reading.at != entry.source.sent_at:
        return False
    return written.startswith(full_key(reading.customer.name)) or written.startswith(whole_key(reading.customer.name))


async def _receipt(session: Session, entry: Entry, logged: Logged, values: Mapping[str, Any]) -> str:
    request, say = entry.request, entry.request.say
    day = await day_total(session, request, entry.kind, values)
    said = echo.line(say, fact_of(entry, values), frame(request))
    if logged.won_deal:
        said = say("{record}, wins deal #{number}", record=Html(said), number=str(logged.won_deal))
    following = await ahead(session, request, entry.customer_id)
    return receipt(say, logged.number, said, day, following, group=not request.message.private)


async def _unrated(session: Session, request: Request, values: Mapping[str, Any]) -> str:
    """Say that an amount in another currency waits for its exchange rate."""
    at = values.get("at") or values.get("opened_at")
    if not values.get("amount_minor") or values["currency"] == team_of(request).currency:
        return ""
    day = at.astimezone(team_of(request).zone).date() if at else values["from_day"]
    return await rates.notice(session, request, values["currency"], day)


def together(request: Request, told: list[Told], *, left_out: int = 0) -> Reply:
    """Answer all lines of a message: what was recorded or refused in one message, each question in its own."""
    if not told:
        return Reply(request.say("Nothing to log in this message. For example: /call Lan 5m"))
    if len(told) == 1:
        return Reply(told[0].text, told[0].buttons)
    answered = [one for one in told if not one.asks]
    texts = [one.text for one in answered]
    if left_out > 0:
        texts.append(request.say("{n} more lines are not logged: at most {most} at once.", n=left_out, most=MOST))
    undo = [
        Button(request.say.plain("Undo #{number}", number=str(one.number)), data("undo", f"{one.record_id}{MANY}"))
        for one in answered
        if one.record_id is not None
    ]
    asked = tuple(Reply(one.text, one.buttons) for one in told if one.asks)
    if not texts:
        return replace(asked[0], then=asked[1:])
    return Reply("\n".join(texts), in_rows(undo), then=asked)
