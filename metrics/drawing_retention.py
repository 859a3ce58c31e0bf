"""The picture of retention: from the customers at the start to those at the end, one step each."""

from metrics.base import Answer
from metrics.charts.specs import Heading, Step, Waterfall
from metrics.wording import Say, phrase
from store.facts.buying import Activity


def waterfall(answer: Answer, seen: Activity, heading: Heading, say: Say) -> Waterfall:
    """Lay out start, lost, kept, reactivated, new, end; nothing where nobody was active."""
    if answer.value is None and not seen.end:
        return Waterfall(heading, ())
    back = seen.end - seen.kept - seen.new
    return Waterfall(
        heading,
        (
            Step(say(phrase("start")), 0, seen.start, say.value(seen.start), "total"),
            Step(say(phrase("lost")), seen.kept, seen.start, say.value(seen.kept - seen.start), "down"),
            Step(say(phrase("kept")), 0, seen.kept, say.value(seen.kept), "kept"),
            Step(say(phrase("reactivated")), seen.kept, seen.kept + back, f"+{say.value(back)}", "up"),
            Step(say(phrase("new")), seen.kept + back, seen.end, f"+{say.value(seen.new)}", "up"),
            Step(say(phrase("end")), 0, seen.end, say.value(seen.end), "total"),
        ),
    )
