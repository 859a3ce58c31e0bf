"""Exchange rates: shown with what still lacks one, and given by one line or a button."""

from datetime import date
from decimal import Decimal

from handlers.base import Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import STALE, data, id_of, parts_of
from handlers.parsing.rates import RateLine, read_rate
from metrics.wording import Phrase, Say, phrase, plural_phrase
from metrics.wording.spelling import decimals
from store import NotFound, Session
from store.catalogue import rates as kept_rates
from store.catalogue.rates import Priced, Rate, Rates
from store.records.entries import RateEntry

SUSPECT = 2
"""A rate this many times the one before it, or less than that part of it, is asked about."""
_PLACES = 10


async def rates(request: Request) -> Reply:
    """Show the team's rates, or take one: ``/fx usd 26000 [date]``."""
    if not request.argument.strip():
        async with request.database.read() as session:
            return Reply(await _shown(session, request))
    team = team_of(request)
    line = read_rate(
        request.argument, request.message.sent_at, team.zone, team.currency, english=request.say.language == "en"
    )
    currency, day = _checked(line, request)
    async with request.begin() as session:
        known = Rates(await kept_rates.rates_of(session, team.id, [currency]))
        before = known.on(currency, date.max)
        chosen = _plain(line.readings, before)
        reply = (
            await _given(session, request, RateEntry(currency, day, chosen))
            if chosen is not None
            else _doubted(request, currency, day, line.readings, before)
        )
        return await request.settle(session, reply)


def _checked(line: RateLine, request: Request) -> tuple[str, date]:
    """Return the currency and the day of a line that can be a rate; one sentence otherwise."""
    team, example = team_of(request), _example(team_of(request).currency)
    if line.ahead:
        raise UserError(phrase("A rate cannot be of a day to come. For example: {example}", example=example))
    if line.unread:
        said = phrase("I don't understand “{word}”. For example: {example}", word=line.unread[:40], example=example)
        raise UserError(said)
    if line.currency is None:
        raise UserError(phrase("Which currency? For example: {example}", example=example))
    if line.currency == team.currency:
        said = phrase(
            "Your team's own currency is {currency}: give the rate of another. For example: {example}",
            currency=team.currency, example=example,
        )  # fmt: skip
        raise UserError(said)
    if not line.readings:
        said = phrase(
            "How many {base} is 1 {currency} worth? For example: {example}",
            base=team.currency, currency=line.currency, example=example,
        )  # fmt: skip
        raise UserError(said)
    return line.currency, line.day or request.message.sent_at.astimezone(team.zone).date()


def _example(base: str) -> str:
    return "/fx usd 26000" if base == "VND" else "/fx eur 1.0850" if base != "EUR" else "/fx usd 0.9215"


def _plain(readings: tuple[Decimal, ...], before: Rate | None) -> Decimal | None:
    """Return the one reading that is near the rate before it, or the only one where there was none."""
    if before is None:
        return readings[0] if len(readings) == 1 else None
    near = [value for value in readings if before.rate / SUSPECT < value < before.rate * SUSPECT]
    return near[0] if len(near) == 1 else None


def _doubted(request: Request, currency: str, day: date, readings: tuple[Decimal, ...], before: Rate | None) -> Reply:
    """Ask which of two readings is meant, or whether a rate far from the one before is right."""
    say, base = request.say, team_of(request).currency
    if before is not None:
        text = say(
            "That is far from the last rate, {rate}. Is it right?",
            rate=equation(say.plain, before.rate, currency, base),
        )
    else:
        text = say("Which rate is it?")
    labels = [(equation(say.plain, value, currency, base), _payload(currency, value, day)) for value in readings]
    return Reply(text, tuple((Button(label, payload),) for label, payload in labels))


def _payload(currency: str, rate: Decimal, day: date) -> str:
    return data("fx", currency, format(rate, "f"), day.strftime("%Y%m%d"))


async def _given(session: Session, request: Request, entry: RateEntry, *, edits: bool = False) -> Reply:
    """Keep the rate; say what it priced and what still has none."""
    say, team = request.say, team_of(request)
    done = await kept_rates.give_rate(session, clock_of(request), entry, request.member.id, request.now)
    rate = equation(say.plain, entry.rate, entry.currency, team.currency)
    lines = [say("{rate} from {day} on. Records that had a rate keep it.", rate=rate, day=entry.day)]
    if done.records:
        lines.append(
            say(
                plural_phrase(
                    "{n} record without a rate is counted now.",
                    "{n} records without a rate are counted now.",
                    n=done.records,
                )
            )
        )
    buttons = [(Button(say.plain("Undo it"), data("fxundo", done.rate_id)),)]
    if done.left and done.oldest_left:
        lines.append(say(_left(done)))
        label = say.plain("The same rate from {day} on", day=done.oldest_left)
        buttons.append((Button(label, _payload(entry.currency, entry.rate, done.oldest_left)),))
    return Reply("\n".join(lines), tuple(buttons), edits=edits)


def _left(done: Priced) -> Phrase:
    return plural_phrase(
        "{n} record before that still has no rate, of {day}: it is in no figure.",
        "{n} records before that still have no rate, the oldest of {day}: they are in no figure.",
        n=done.left,
        day=done.oldest_left,
    )


def equation(say: Say, rate: Decimal, currency: str, base: str) -> str:
    """Write ``1 USD = 26,150.5 VND``."""
    exponent = rate.normalize().as_tuple().exponent
    places = min(_PLACES, max(0, -exponent)) if isinstance(exponent, int) else 0
    return f"1 {currency} = {decimals(float(rate), places, say.language)} {base}"


async def _shown(session: Session, request: Request) -> str:
    say, team = request.say, team_of(request)
    known = await kept_rates.rates_of(session, team.id)
    lacking = await kept_rates.unpriced(session, team.id)
    lines = [say("<b>Exchange rates</b>")]
    for rate in {rate.currency: rate for rate in known}.values():
        said = equation(say.plain, rate.rate, rate.currency, team.currency)
        lines.append(say("{rate}, from {day} on", rate=said, day=rate.day))
    for currency, (count, oldest) in sorted(lacking.items()):
        lines.append(
            say(plural_phrase("{currency}: {n} record has no rate, of {day}: it is in no figure",
                              "{currency}: {n} records have no rate, the oldest of {day}: they are in no figure",
                              n=count, currency=currency, day=oldest))
        )  # fmt: skip
    if len(lines) == 1:
        lines.append(say("None yet. They are needed only for amounts in other currencies than {base}.",
                         base=team.currency))  # fmt: skip
    lines.append(say("To give one: {example}", example=_example(team.currency)))
    lines.append(say("With a day: {example}", example=f"{_example(team.currency)} {request.now:01/%m/%Y}"))
    return "\n".join(lines)


async def notice(session: Session, request: Request, currency: str, day: date) -> str:
    """Say that an amount in another currency is in no figure yet; empty where its rate is known."""
    team = team_of(request)
    if currency == team.currency:
        return ""
    known = Rates(await kept_rates.rates_of(session, team.id, [currency]))
    if known.on(currency, day) is not None:
        return ""
    return request.say(
        "In no figure yet: 1 {currency} has no rate in {base}. A manager gives it with /fx.",
        currency=currency,
        base=team.currency,
    )


async def _press_rate(request: Request) -> Reply:
    currency, rate, day = parts_of(request.argument, 3)
    _manages(request)
    try:
        entry = RateEntry(currency, date(int(day[:4]), int(day[4:6]), int(day[6:])), Decimal(rate))
    except (ValueError, ArithmeticError):
        raise UserError(STALE) from None
    async with request.begin() as session:
        return await request.settle(session, await _given(session, request, entry, edits=True))


async def _press_undo(request: Request) -> Reply:
    _manages(request)
    async with request.begin() as session:
        try:
            moved = await kept_rates.take_back(session, clock_of(request), id_of(request.argument))
        except NotFound:
            raise UserError(phrase("That rate was taken back already.")) from None
        text = request.say("Taken back. Records that it had priced: {n}.", n=moved)
        return await request.settle(session, Reply(text, edits=True))


def _manages(request: Request) -> None:
    """Refuse whoever may not set rates, now that they tap."""
    if request.member.role not in ("manager", "owner"):
        raise UserError(phrase("Only managers and owners set exchange rates."))


BUTTONS: dict[str, Handler] = {"fx": _press_rate, "fxundo": _press_undo}
