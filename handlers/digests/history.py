"""``/digest log``: what was sent where and when, what was not, and why."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers.base import Reply, Request, team_of
from handlers.clockwork.occasions import DOWN
from handlers.clockwork.places import places_of
from handlers.clockwork.retiming import HOUR_CHANGED, ZONE_CHANGED
from handlers.digests.sending import NOBODY
from handlers.digests.showing import said_often
from handlers.records import echo
from metrics.periods.timetable import rule_of
from metrics.wording import Html, Phrase, phrase
from store.queues import outbox
from store.queues.digesting import Delivery, deliveries

MOST = 12
LATE = timedelta(minutes=1)
"""From when on it is said when a digest was sent, beside when it was due."""
REASONS: Mapping[str, Phrase] = {
    DOWN: phrase("the bot was not running"),
    ZONE_CHANGED: phrase("the time zone was changed"),
    HOUR_CHANGED: phrase("its hour was changed"),
    outbox.MUTED: phrase("the chat cannot be reached"),
    outbox.EXPIRED: phrase("it had waited too long"),
    outbox.UNKNOWN: phrase("nobody knows whether it arrived"),
    outbox.UNLINKED: phrase("the group was let go"),
}
"""Why a digest was not sent, or not delivered; of a failure the log keeps what kind it was."""
_REFUSALS: Mapping[str, Phrase] = {
    "kicked": phrase("the bot was removed from the group"),
    "not a member": phrase("the bot was removed from the group"),
    "blocked": phrase("the bot was blocked"),
    "topic": phrase("the topic was closed"),
    "thread": phrase("the topic is gone"),
    "rights": phrase("the bot may not write there"),
    "forbidden": phrase("the bot may not write there"),
    "not found": phrase("the chat is gone"),
}
"""What Telegram's refusals mean, by a word in them."""


async def log(request: Request) -> Reply:
    """List the newest due times of the team's digests, with what became of each."""
    team = team_of(request)
    async with request.database.read() as session:
        found = await deliveries(session, team.id, "digest", MOST)
        places = await places_of(session, team.id)
    if not found:
        return Reply(request.say("No digest has come yet. Make one: /digest"))
    lines = [request.say("Digests, newest first:")]
    for one in found:
        where = places.name(request.say, one.chat_id or 0, one.thread_id, request.member.telegram_id)
        lines.append(
            request.say("{when} · {often}, {where}: {what}", when=Html(_when(request, one.due_at)),
                        often=said_often(rule_of(one.rule)), where=where, what=_what(request, one))
        )  # fmt: skip
    return Reply("\n".join(lines))


def _when(request: Request, at: datetime) -> str:
    zone = team_of(request).zone
    local, today = at.astimezone(zone), request.now.astimezone(zone).date()
    return request.say("{time} {day}", time=local.time().replace(second=0, microsecond=0, tzinfo=None),
                       day=echo.day_name(request.say, local.date(), today))  # fmt: skip


def _what(request: Request, one: Delivery) -> Phrase:
    if one.failure is not None:
        return phrase("not delivered ({reason})", reason=_refused(one.failure))
    if one.sent_at is not None:
        return _sent(request, one, one.sent_at)
    if one.state == "missed":
        return phrase("missed ({reason})", reason=REASONS.get(one.reason or "", one.reason))
    if one.state == "held":
        return _held(one)
    if one.state == "empty":
        return phrase("not sent: nothing was logged")
    return phrase("waiting to be sent")


def _held(one: Delivery) -> Phrase:
    if one.reason == NOBODY:
        return phrase("not sent: it may not go there any more")
    return phrase("not sent: a holiday") if rule_of(one.rule).every == "day" else phrase("put off: a holiday")


def _sent(request: Request, one: Delivery, at: datetime) -> Phrase:
    if one.doubts:
        return phrase("sent twice perhaps: an answer was lost")
    return phrase("sent, {when}", when=Html(_when(request, at))) if at - one.due_at >= LATE else phrase("sent")


def _refused(failure: str) -> Phrase:
    meant = (words for word, words in _REFUSALS.items() if word in failure.lower())
    return REASONS.get(failure) or next(meant, None) or phrase("Telegram refused it: {reason}", reason=failure)
