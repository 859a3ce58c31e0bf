"""Deals on their way: the next stage, won (which records its sale) and lost, and which deal a sale won."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.base import Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import data, id_of, parts_of
from handlers.dialogues.asking import Told
from handlers.dialogues.offers import whom
from handlers.parsing import Doubt, Reading
from handlers.records import echo, to_target
from handlers.records.entries import origin_of
from handlers.records.lines import Line, Source
from handlers.records.receipts import no_record, permit, receipt, record_buttons, replied_records, total
from handlers.records.understanding import known
from handlers.reminders.followups import ahead
from handlers.reminders.sequences import begin
from handlers.team import rates
from metrics.wording import Html, Money, Phrase, phrase
from store import AlreadyDone, NotFound, Session
from store.customers.lookup import customer
from store.records.corrections import RecordView, by_number, correct, record
from store.records.deals import close_deal, open_deals_of, unclosed_deal, won_by
from store.records.entries import Origin, SaleEntry
from store.records.totals import today_of
from store.records.writing import log_sale, lose_deal, note, touch

VERBS = frozenset({"won", "lost", "stage"})


@dataclass(frozen=True, slots=True)
class Closing:
    """What is said about a deal: the line, the message it stands in, and the deal."""

    request: Request
    line: Line
    source: Source
    reading: Reading
    deal: RecordView

    @property
    def number(self) -> str:
        """The deal's number as people see it."""
        return str(self.deal.number)

    @property
    def origin(self) -> Origin:
        """Where the change comes from."""
        return origin_of(self.request, self.line, self.source)


async def close(session: Session, request: Request, line: Line, source: Source, reading: Reading) -> Told:
    """Do what ``/won``, ``/lost`` or ``/stage`` says to the deal that the line names."""
    try:
        deal = await _deal(session, request, reading)
        await permit(session, request, deal)
        return await _ACTS[line.verb](session, Closing(request, line, source, reading, deal))
    except UserError as wrong:
        return Told(request.say(wrong.said))
    except AlreadyDone:
        return Told(request.say("Deal #{number} is closed already; nothing changed.", number=str(deal.number)))


async def lacking(session: Session, request: Request, reading: Reading) -> Doubt | None:
    """Return the question for how much a deal was won, when neither it nor the line says so."""
    if reading.verb != "won" or reading.amount_minor:
        return None
    try:
        deal = await _deal(session, request, reading)
    except UserError:
        return None  # said when the line is acted upon
    if deal.values["amount_minor"] or deal.values["closed_at"] is not None:
        return None
    said = phrase("For how much was deal #{number} won? For example: 12m", number=str(deal.number))
    return Doubt("amount", said, why="missing")


async def pinned(session: Session, request: Request, reading: Reading) -> Mapping[str, Any]:
    """Return which deal a line means that names none but replies to it: a later answer replies to the question."""
    if reading.verb not in VERBS or reading.customer is not None or reading.number is not None:
        return {}
    replied = await replied_records(session, request)
    if len(replied) != 1:
        return {}
    view = await record(session, team_of(request).id, replied[0])
    if view.kind != "deal" or view.customer_id is None:
        return {}
    row = await customer(session, team_of(request).id, view.customer_id)
    return whom(known(row)) | {"number": view.number}


async def _won(session: Session, closing: Closing) -> Told:
    request, reading, deal = closing.request, closing.reading, closing.deal
    amount = reading.amount_minor or deal.values["amount_minor"]
    await unclosed_deal(session, deal.values["team_id"], deal.id)
    at = reading.at or closing.source.sent_at
    currency = reading.currency if reading.amount_minor else deal.values["currency"]
    sale = SaleEntry(
        customer_id=deal.values["customer_id"],
        member_id=deal.member_id,
        at=at,
        amount_minor=amount,
        currency=currency or deal.values["currency"],
        date_only=reading.date_only,
        product_id=deal.values["product_id"],
        note=reading.note,
    )
    logged = await log_sale(session, clock_of(request), sale, closing.origin, deal_id=deal.id)
    await begin(session, request, sale, logged.id)
    said = request.say(
        "deal #{deal} with {customer} won, sale <b>{amount}</b>",
        deal=closing.number,
        customer=deal.customer_name or "",
        amount=Money(amount, sale.currency),
    )
    team = team_of(request)
    today = await today_of(session, team.id, request.member.id, request.now.astimezone(team.zone).date())
    following = await ahead(session, request, deal.customer_id)
    day = total("sale", today, team.currency)
    text = receipt(request.say, logged.number, said, day, following, group=not request.message.private)
    text = "\n".join(filter(None, (text, *await _notices(session, request, sale))))
    return Told(text, (record_buttons(request.say, logged.id),), logged.id, logged.number)


async def _notices(session: Session, request: Request, sale: SaleEntry) -> tuple[str, str]:
    """Say what is missing to the target, and that an amount waits for its exchange rate."""
    team = team_of(request)
    missing = await to_target.gap(session, request, "sale") if request.message.private else ""
    return missing, await rates.notice(session, request, sale.currency, sale.at.astimezone(team.zone).date())


async def _lost(session: Session, closing: Closing) -> Told:
    request, reading = closing.request, closing.reading
    at = reading.at or closing.source.sent_at
    await lose_deal(session, clock_of(request), closing.deal.id, reading.reason, at, closing.origin)
    customer = closing.deal.customer_name or ""
    if reading.reason:
        reason = Html(echo.term(request.say, reading.reason))
        return Told(
            request.say(
                "Deal #{number} with {customer} is lost: {reason}",
                number=closing.number,
                customer=customer,
                reason=reason,
            )
        )
    return Told(request.say("Deal #{number} with {customer} is lost", number=closing.number, customer=customer))


async def _stage(session: Session, closing: Closing) -> Told:
    request, stage = closing.request, closing.reading.stage
    if stage is None:
        raise UserError(phrase("To which stage? For example: /stage #{number} quoted", number=closing.number))
    if closing.deal.values["closed_at"] is not None:
        raise AlreadyDone("deal")
    await correct(
        session,
        clock_of(request),
        closing.deal.id,
        {"stage": stage},
        request.member.id,
        request.now,
        request.inbox_id,
    )
    said = Html(echo.term(request.say, stage))
    return Told(
        request.say(
            "Deal #{number} with {customer}: {stage}",
            number=closing.number,
            customer=closing.deal.customer_name or "",
            stage=said,
        )
    )


_ACTS = {"won": _won, "lost": _lost, "stage": _stage}


async def _deal(session: Session, request: Request, reading: Reading) -> RecordView:
    """Return the deal that the line names: by number, by the message replied to, or its customer's only open one."""
    team_id = team_of(request).id
    if reading.number is not None:
        try:
            return _as_deal(await by_number(session, team_id, reading.number))
        except NotFound:
            raise no_record(reading.number) from None
    replied = await replied_records(session, request)
    if reading.customer is None and len(replied) == 1:
        return _as_deal(await record(session, team_id, replied[0]))
    if reading.customer is None:
        raise UserError(_WHICH)
    known = await open_deals_of(session, team_id, reading.customer.id)
    if not known:
        raise UserError(phrase("{name} has no open deal. To open one: /deal {name} 12m", name=reading.customer.name))
    if len(known) > 1:
        numbers = ", ".join(f"#{deal.number}" for deal in known)
        raise UserError(
            phrase(
                "{name} has several open deals ({numbers}): name one, e.g. /won #{first}",
                name=reading.customer.name,
                numbers=numbers,
                first=str(known[0].number),
            )
        )
    return await record(session, team_id, known[0].id)


_WHICH: Phrase = phrase("Which deal? Name its customer or number, e.g. /won Lan or /won #128")


def _as_deal(view: RecordView) -> RecordView:
    if view.kind != "deal" or view.removed_at is not None:
        raise UserError(phrase("#{number} is not a deal.", number=str(view.number)))
    return view


async def offer(session: Session, request: Request, customer_id: int, sale_id: int) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each open deal that a sale may have won, and one for none."""
    plain = request.say.plain
    rows = []
    for deal in await open_deals_of(session, team_of(request).id, customer_id):
        words = [f"#{deal.number}"]
        if deal.amount_minor:
            words.append(plain.value(Money(deal.amount_minor, deal.currency)))
        if deal.stage:
            words.append(echo.term(plain, deal.stage))
        rows.append((Button(" · ".join(words), data("deal", sale_id, deal.id)),))
    return (*rows, (Button(plain("None of them"), data("deal", sale_id, "0")),))


async def _press_deal(request: Request) -> Reply:
    sale_id, deal_id = (id_of(part) for part in parts_of(request.argument, 2))
    async with request.begin() as session:
        reply = await _chosen(session, request, sale_id, deal_id)
        return await request.settle(session, reply)


async def _chosen(session: Session, request: Request, sale_id: int, deal_id: int) -> Reply:
    plain, team = request.say.plain, team_of(request)
    try:
        sale = await record(session, team.id, sale_id)
        await permit(session, request, sale)
        if not deal_id:
            return Reply(toast=plain("The sale stands alone."))
        deal = await unclosed_deal(session, team.id, deal_id)
    except NotFound:
        return Reply(toast=plain("That record is not in your team."))
    except AlreadyDone:
        return Reply(toast=plain("That deal is closed already."))
    if sale.removed_at is not None or deal.customer_id != sale.customer_id:
        return Reply(toast=plain("That sale can no longer win it."))
    if await won_by(session, team.id, sale_id):
        return Reply(toast=plain("That sale has won a deal already."))
    values: Mapping[str, Any] = sale.values
    await close_deal(
        session, clock_of(request), deal_id, "won", values["at"], sale_id=sale_id, date_only=values["date_only"]
    )
    origin = Origin(request.member.id, request.now, request.inbox_id)
    await note(session, team.id, origin, "won", deal_id, sale.customer_id)
    await touch(session, clock_of(request), values["customer_id"])
    won = await record(session, team.id, deal_id)
    text = request.say("Sale #{sale} wins deal #{deal}", sale=str(sale.number), deal=str(won.number))
    text = request.say.join([text, *filter(None, [await ahead(session, request, sale.customer_id)])], " · ")
    return Reply(text, toast=plain("Recorded"))


BUTTONS: dict[str, Handler] = {"deal": _press_deal}
