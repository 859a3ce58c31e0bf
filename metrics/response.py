"""Response rate: how many of the attempts to reach customers were answered.

Outbound calls, messages and e-mails of the period that were answered / those of which it is known. A call is answered
when somebody was reached; a message or e-mail when it is flagged so, or when one of its kind comes from the customer
within 7 days and before the next outbound one; it is unanswered after that, and before that unknown. *Calls*,
*messages* and *e-mails* are the same share of each kind.

Example: 2 calls, one answered; a message of 1 October answered on the 5th, one of the 10th never: 2/4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.answers.listing import contact_rows
from metrics.base import Excluded, Figure, Metric, Rows, TeamScope, left_out, share
from metrics.statistics import wilson
from metrics.statistics.shares import part_of
from metrics.wording import Percent, Phrase, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.contacts import Calls, calls
from store.facts.twoway import Answers, answers


@dataclass(frozen=True, slots=True)
class ResponseFacts:
    """Calls, messages and e-mails of a period, and what became of them."""

    calls: Calls = field(default_factory=Calls)
    written: Answers = field(default_factory=Answers)

    def __add__(self, other: "ResponseFacts") -> "ResponseFacts":
        return ResponseFacts(self.calls + other.calls, self.written + other.written)


def compute(facts: ResponseFacts, team: TeamScope) -> Figure:
    """Divide what was answered by what is known."""
    made, written = facts.calls, facts.written
    known = made.outbound_known + written.message_known + written.email_known
    answered = made.outbound_connected + written.message + written.email
    unknown = made.outbound - made.outbound_known + written.unknown
    return Figure(
        value=share(answered, known),
        n=known,
        numerator=answered,
        denominator=known,
        parts={
            "calls": part_of(made.outbound_connected, made.outbound_known),
            "messages": part_of(written.message, written.message_known),
            "emails": part_of(written.email, written.email_known),
        },
        interval=wilson(answered, known),
        reason=None
        if known
        else phrase("no attempt of known outcome in this period: log them with /call, /msg or /mail"),
        numbers=phrase("{answered} / {known}", answered=answered, known=known),
        told=_told(facts) if known else (),
        excluded=_unknown(unknown),
    )


def _unknown(unknown: int) -> tuple[Excluded, ...]:
    what = plural_phrase("attempt of unknown outcome", "attempts of unknown outcome", n=unknown)
    return left_out(what, unknown, loud=False)


def _told(facts: ResponseFacts) -> tuple[Phrase, ...]:
    made, written = facts.calls, facts.written
    said = []
    if made.outbound_known:
        said.append(phrase("calls: {rate} of {n}", n=made.outbound_known,
                           rate=Percent(made.outbound_connected / made.outbound_known)))  # fmt: skip
    if written.message_known:
        said.append(phrase("messages: {rate} of {n}", n=written.message_known,
                           rate=Percent(written.message / written.message_known)))  # fmt: skip
    if written.email_known:
        said.append(phrase("e-mails: {rate} of {n}", n=written.email_known,
                           rate=Percent(written.email / written.email_known)))  # fmt: skip
    return tuple(said)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, ResponseFacts]:
    """Read calls, messages and e-mails under each day or member."""
    made, written = await calls(session, cut, by), await answers(session, cut, by)
    return {key: ResponseFacts(made.get(key, Calls()), written.get(key, Answers())) for key in {**made, **written}}


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the outbound calls, messages and e-mails."""
    listed = await contact_rows(session, cut, team)
    kinds = {"call", "message", "email"}
    return Rows(listed.columns, [one for one in listed.records if one[0] in kinds and one[5] == "out"])


METRIC = Metric(
    key="response",
    alias="phanhoi",
    label=phrase("Response rate"),
    words=(phrase("response rate"), phrase("responses"), phrase("answer rate")),
    about=phrase("how many calls, messages and e-mails are answered"),
    formula=phrase("outbound calls, messages and e-mails answered / those of known outcome"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep", "day", "week", "month"}),
    filters=frozenset({"rep"}),
    gather=gather,
    empty=ResponseFacts(),
    compute=compute,
    rows=rows,
    bounded=True,
)
