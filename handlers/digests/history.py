"""``/digest log``: what was sent, when, what was not, and why."""

from collections.abc import Mapping

from handlers.base import Reply, Request
from handlers.clockwork.occasions import DOWN
from handlers.clockwork.retiming import HOUR_CHANGED, ZONE_CHANGED
from handlers.digests.sending import NOBODY
from handlers.records import echo
from handlers.records.receipts import frame, team_of
from metrics.wording import Html, Phrase, phrase
from store import outbox
from store.digesting import Delivery, deliveries

MOST = 12
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


async def log(request: Request) -> Reply:
    """List the newest due times of the team's digests, with what became of each."""
    async with request.database.read() as session:
        found = await deliveries(session, team_of(request).id, "digest", MOST)
    if not found:
        return Reply(request.say("No digest has come yet. Make one: /digest"))
    lines = [request.say("Digests, newest first:")]
    for one in found:
        when = echo.moment(request.say, one.due_at, frame(request)) or request.say("now")
        lines.append(request.say("{when}: {what}", when=Html(when), what=_what(one)))
    return Reply("\n".join(lines))


def _what(one: Delivery) -> Phrase:
    if one.failure is not None:
        return phrase("not delivered ({reason})", reason=REASONS.get(one.failure, one.failure))
    if one.sent_at is not None:
        return phrase("sent twice perhaps: an answer was lost") if one.doubts else phrase("sent")
    if one.state == "missed":
        return phrase("missed ({reason})", reason=REASONS.get(one.reason or "", one.reason))
    if one.state == "held":
        gone = one.reason == NOBODY
        return phrase("not sent: it may not go there any more") if gone else phrase("not sent: a holiday")
    if one.state == "empty":
        return phrase("not sent: nothing was logged")
    return phrase("waiting to be sent")
