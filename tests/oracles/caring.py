"""A slow, plain reading of the definitions of customer care, sharing no code with the metrics."""

from datetime import datetime, time, timedelta

from scipy.stats import CensoredData, ecdf

from tests.oracles.plain import Rating, Ticket
from tests.oracles.reading import Reading

MINUTE = timedelta(minutes=1)


def survival(waits: list[tuple[float, bool]], level: float) -> float | None:
    """The first time at which scipy's Kaplan–Meier curve is at or below a level."""
    answered = [minutes for minutes, done in waits if done]
    waiting = [minutes for minutes, done in waits if not done]
    if not answered:
        return None
    curve = ecdf(CensoredData(uncensored=answered, right=waiting)).sf
    below = [at for at, left in zip(curve.quantiles, curve.probabilities, strict=True) if left <= level + 1e-12]
    return float(min(below)) if below else None


class Caring(Reading):
    """One team's tickets, ratings and opt-outs as known at ``now``."""

    def waits(self, start: datetime, end: datetime) -> list[tuple[float, bool, Ticket]]:
        found = []
        for ticket in self.tickets:
            answer = self.first_answer(ticket)
            if start <= ticket.at < end and (answer is None or answer >= ticket.at):
                found.append((((answer or self.now) - ticket.at) / MINUTE, answer is not None, ticket))
        return found

    def working_minutes(self, start: datetime, end: datetime) -> float:
        """Minutes on the team's clock from 8:00 to 17:30, Monday to Saturday, one day after another."""
        one, two = (at.astimezone(self.zone).replace(tzinfo=None) for at in (start, end))
        total, day = timedelta(0), one.date()
        while day <= two.date():
            if day.weekday() != 6:
                opens, closes = datetime.combine(day, time(8)), datetime.combine(day, time(17, 30))
                total += max(min(two, closes) - max(one, opens), timedelta(0))
            day += timedelta(days=1)
        return total / MINUTE

    def still_waiting(self, end: datetime) -> int:
        """Tickets without any answer or end before the instant."""
        return sum(
            ticket.at < end and not any(at is not None and at < end for at in (ticket.answered, ticket.resolved))
            for ticket in self.tickets
        )

    def within(self, start: datetime, end: datetime, hours: float) -> tuple[int, int]:
        met = due = 0
        for minutes, answered, _ in self.waits(start, end):
            if answered or minutes >= hours * 60:
                due += 1
                met += answered and minutes <= hours * 60
        return met, due

    def resolved(self, start: datetime, end: datetime) -> list[tuple[Ticket, int | None]]:
        """Tickets resolved in the span, each with its score."""
        found = []
        for place, ticket in enumerate(self.history.tickets):
            if ticket.at < self.now and ticket.resolved is not None and start <= ticket.resolved < end:
                found.append((ticket, self._score(place, ticket, ticket.resolved)))
        return found

    def _score(self, place: int, ticket: Ticket, resolved: datetime) -> int | None:
        ordered = sorted(self.ratings, key=lambda one: (one.at, self.history.ratings.index(one)))
        named = [one for one in ordered if one.ticket == place]
        if named:
            return named[-1].score
        mine = [one for one in ordered if one.ticket is None and one.customer == ticket.customer and one.at >= resolved]
        return mine[0].score if mine and self._counts(mine[0], place, ticket, resolved) else None

    def _counts(self, rating: Rating, place: int, ticket: Ticket, resolved: datetime) -> bool:
        later = [
            other.at
            for number, other in enumerate(self.history.tickets)
            if other.customer == ticket.customer and other.at < self.now and (other.at, number) > (ticket.at, place)
        ]
        return rating.at <= resolved + timedelta(days=14) and all(rating.at < at for at in later)
