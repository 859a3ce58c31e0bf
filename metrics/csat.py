"""Customer satisfaction: how many ratings were good.

Ratings of 4 or 5 / ratings in the period, each from 1 to 5. *Mean* is the mean score, *distribution* how many ratings
each score has. *Response rate*: of the personal rating links given out in the period those answered by now. Ratings
that a member noted down count like those a customer gave by link.

Example: ratings 5, 4, 4, 2 in October: 3/4, mean 3.75; 10 links given out, 3 of them answered: response rate 3/10.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.answers.listing import NOTE, WHO, local
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.statistics import wilson
from metrics.statistics.shares import part_of
from metrics.wording import Percent, Phrase, phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.caring import Scores, rating_records, scores

GOOD = 4
SCORE = phrase("Rating")


@dataclass(frozen=True, slots=True)
class SatisfactionFacts:
    """Ratings by score, and links given out and answered."""

    scores: Scores = field(default_factory=Scores)

    def __add__(self, other: "SatisfactionFacts") -> "SatisfactionFacts":
        return SatisfactionFacts(self.scores + other.scores)


def compute(facts: SatisfactionFacts, team: TeamScope) -> Figure:
    """Divide the good ratings by all."""
    seen = facts.scores
    counts = dict(enumerate(seen.counts, 1))
    rated, good = sum(counts.values()), sum(count for score, count in counts.items() if score >= GOOD)
    mean = share(sum(score * count for score, count in counts.items()), rated)
    return Figure(
        value=share(good, rated),
        n=rated,
        numerator=good,
        denominator=rated,
        parts={
            "mean": Part(mean, "score", rated),
            "distribution": [{"score": score, "ratings": count} for score, count in counts.items()],
            "response_rate": part_of(seen.replies, seen.links),
        },
        interval=wilson(good, rated),
        reason=None
        if rated
        else phrase("no ratings in this period: note one with /rating, or ask the customer with /ratelink"),
        numbers=phrase("{good} / {rated}", good=good, rated=rated),
        told=_told(seen, mean) if mean is not None else (),
    )


def _told(seen: Scores, mean: float) -> tuple[Phrase, ...]:
    said = [
        phrase("on average {mean} of 5; 5★ {fives} · 4★ {fours} · 3★ {threes} · 2★ {twos} · 1★ {ones}",
               mean=round(mean, 2), fives=seen.fives, fours=seen.fours, threes=seen.threes, twos=seen.twos,
               ones=seen.ones),
    ]  # fmt: skip
    if seen.links:
        said.append(phrase("{replies} of {links} rating links answered ({rate})", replies=seen.replies,
                           links=seen.links, rate=Percent(seen.replies / seen.links)))  # fmt: skip
    return tuple(said)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, SatisfactionFacts]:
    """Count ratings and links under each key."""
    return {key: SatisfactionFacts(found) for key, found in (await scores(session, cut, by)).items()}


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the ratings."""
    found = await rating_records(session, cut)
    return Rows((*WHO, SCORE, NOTE), [(number, local(at, team.zone), *rest) for number, at, *rest in found])


METRIC = Metric(
    key="csat",
    alias="hailong",
    label=phrase("Customer satisfaction"),
    words=(phrase("customer satisfaction"), phrase("satisfaction"), phrase("CSAT"), phrase("ratings")),
    about=phrase("how many customers' ratings are good"),
    formula=phrase("ratings of 4 or 5 in the period / all ratings in it"),
    unit="ratio",
    better="up",
    benchmark=phrase("over 70 %"),
    breakdowns=frozenset({"rep", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=SatisfactionFacts(),
    compute=compute,
    rows=rows,
    bounded=True,
)
