"""The targets there are, each in a line, with buttons to set, remove and take back."""

from handlers.base import Button, Reply, Request, team_of
from handlers.buttons import data
from handlers.figures.asked import BY_KEY
from metrics import METRICS
from metrics.base import quantity
from metrics.wording import Phrase, phrase
from store.catalogue.targets import Target, targets_after, targets_on

METRIC_KEYS = frozenset(metric.key for metric in METRICS)
"""The figures that may have a target."""
MOST_REPS = 8
"""How many are offered, or named, at once."""
EVERY: dict[str, Phrase] = {
    "week": phrase("a week"),
    "month": phrase("a month"),
    "quarter": phrase("a quarter"),
    "year": phrase("a year"),
}
"""How a target of each unit is said."""


def said(request: Request, one: Target) -> Phrase:
    """Say a target: ``Net revenue, Lan: ₫500M a month``."""
    metric = BY_KEY[one.metric]
    shown = quantity(one.value, metric.unit, team_of(request).currency)
    if one.member_name:
        return phrase("{metric}, {name}: {value} {every}", metric=metric.label, name=one.member_name, value=shown,
                      every=EVERY[one.unit])  # fmt: skip
    return phrase("{metric}: {value} {every}", metric=metric.label, value=shown, every=EVERY[one.unit])


async def listed(request: Request) -> Reply:
    """List what is held, then what begins later."""
    say, team = request.say, team_of(request)
    today = request.now.astimezone(team.zone).date()
    async with request.database.read() as session:
        found = await targets_on(session, team.id, today), await targets_after(session, team.id, today)
    held, later = ([one for one in some if one.metric in METRIC_KEYS] for some in found)
    lines = [say("<b>Targets</b>"), *(say(said(request, one)) for one in held)]
    if not held:
        lines.append(say("None yet."))
    lines += [say("From {day} on: {target}", day=one.from_day, target=said(request, one)) for one in later]
    example = phrase("/target revenue 500m month") if team.currency == "VND" else phrase("/target revenue 50000 month")
    lines.append(say("To set one: {example}", example=example))
    lines.append(say("For one rep: {example}", example=phrase("/target calls 40 week @Lan")))
    if held:
        lines.append(say("How far they are: /targets"))
    plain = say.plain
    buttons = [(Button(plain("Set a target"), data("tgt", "")),)]
    buttons += [(Button(plain("Remove: {target}", target=said(request, one))[:60], data("tgtend", one.id)),)
                for one in held[:MOST_REPS]]  # fmt: skip
    buttons += [(Button(plain("Take back: {target}", target=said(request, one))[:60], data("tgtundo", one.id)),)
                for one in later[:MOST_REPS]]  # fmt: skip
    return Reply("\n".join(lines), tuple(buttons))
