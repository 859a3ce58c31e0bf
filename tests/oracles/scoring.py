"""A slow, plain reading of the definition of lead scores over lists of records, sharing no code with it."""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracles.plain import REACHED, Call, Deal, History, Sale
from tests.oracles.reading import Reading

Things = dict[str, str]

FIXED = {
    ("recency", "3"): 15, ("recency", "7"): 10, ("recency", "14"): 5, ("recency", "older"): -15,
    ("outcome", "interested"): 20, ("outcome", "quoted"): 20, ("outcome", "callback"): 10, ("outcome", "answered"): 5,
    ("outcome", "connected"): 5, ("outcome", "no_answer"): -5, ("outcome", "not_interested"): -20,
    ("outcome", "wrong_number"): -25,
}  # fmt: skip


@dataclass
class Try:
    """One attempt to sell to a customer; ``known`` is when its end was known of."""

    customer: int
    start: datetime
    last: datetime
    first: bool
    deal: Deal | None = None
    outcome: str | None = None
    known: datetime | None = None
    touches: list[Call] = field(default_factory=list)


class Scoring(Reading):
    """One team's history as known at ``now``; ``spots`` says where in a journey's life it is looked at (0 to 1)."""

    def __init__(self, history: History, zone: ZoneInfo, now: datetime, gap: int, spots: dict[int, float]) -> None:
        super().__init__(history, zone, now)
        self.gap, self.spots = timedelta(days=gap), spots

    def purchases(self, customer: int) -> list[datetime]:
        """When a customer bought what was not given back in full."""
        plain = [sale.at for sale in self.bought.values() if sale.customer == customer]
        deals = [deal.won for deal in self.history.deals if deal.customer == customer and deal.sold]
        return plain + [at for at in deals if at is not None and at < self.now]

    def tries(self, customer: int) -> list[Try]:
        """Walk through one customer's records, one after another."""
        made: list[Try] = []
        for at, kind, what in self._events(customer):
            for one in made:
                if one.outcome is None and one.deal is None and at - one.last > self.gap:
                    one.outcome, one.known = "lapsed", one.last + self.gap
            if kind in (3, 4):
                self._end(made, at, what if isinstance(what, Deal) else None)
            elif kind < 3:
                self._go_on(made, self._begun(customer, at), kind, what if isinstance(what, Deal) else None)
        for one in made:
            one.touches = [c for c in self._sorted_contacts(customer) if c.at >= one.start]
        return made

    def _end(self, made: list[Try], at: datetime, deal: Deal | None) -> None:
        """A deal ends its own attempt, a sale the first that has no deal."""
        for one in made:
            if one.outcome is None and one.deal is deal:
                one.outcome, one.known = "won" if deal is None or deal.won else "lost", at
                return

    def _go_on(self, made: list[Try], fresh: Try, kind: int, deal: Deal | None) -> None:
        """A lead, contact or deal starts an attempt, or goes on with the oldest that it may belong to."""
        going = [one for one in made if one.outcome is None and (kind != 2 or one.deal is None)]
        if not going:
            made.append(fresh)
        one = going[0] if going else fresh
        if kind == 1:
            one.last = fresh.start
        if kind == 2:
            one.deal = deal

    def _begun(self, customer: int, at: datetime) -> Try:
        return Try(customer, at, at, not any(bought < at for bought in self.purchases(customer)))

    def _events(self, customer: int) -> list[tuple[datetime, int, Deal | Sale | None]]:
        """Everything that happened, and now itself; of one instant in the order lead, contact, deal, sale."""
        found: list[tuple[datetime, int, Deal | Sale | None]] = [(self.now, 9, None)]
        found += [(lead.at, 0, None) for lead in self.leads if lead.customer == customer]
        found += [(c.at, 1, None) for c in self.contacts if c.customer == customer]
        found += [(s.at, 4, s) for s in self.sales.values() if s.customer == customer]
        for deal in self.history.deals:
            if deal.customer == customer and deal.opened < self.now:
                end = deal.won or deal.lost
                found += [(deal.opened, 2, deal)]
                found += [(end, 3, deal)] if end is not None and end < self.now else []
        return sorted(found, key=lambda event: event[:2])

    def _sorted_contacts(self, customer: int) -> list[Call]:
        return sorted((c for c in self.contacts if c.customer == customer), key=lambda c: c.at)

    def seen(self, one: Try, at: datetime) -> Things:
        """What is seen of an attempt at an instant."""
        touches = [c for c in one.touches if c.at <= at]
        days = (at - (touches[-1].at if touches else one.start)).total_seconds() / 86400
        found = {"source": self.source(one.customer) or "(none)"}
        found["recency"] = "older"
        for limit in (30, 14, 7, 3):
            if days < limit:
                found["recency"] = str(limit)
        found["contacts"] = ["0", "1", "2-3", "2-3", "4-6", "4-6", "4-6", "7+"][min(len(touches), 7)]
        if touches:
            found["response"] = "answered" if any(self._both_ways(c) for c in touches) else "silent"
            if touches[-1].outcome:
                found["outcome"] = touches[-1].outcome
        return found

    def _both_ways(self, c: Call) -> bool:
        """Whether a contact went both ways; a message's answer is a contact of its own unless it is flagged so."""
        if c.direction == "in" or c.kind in {"meeting", "visit"}:
            return True
        if c.kind == "call":
            return c.outcome in REACHED or (c.outcome is None and (c.seconds or 0) > 0)
        return c.outcome == "answered" or (c.kind in {"event", "social"} and c.outcome in REACHED)

    def closed(self) -> list[tuple[Things, bool]]:
        """Of each first journey that ended what was seen at one instant of its life, and whether it was won."""
        found = []
        for customer in self.history.customers():
            for one in self.tries(customer):
                if one.first and one.outcome is not None and one.known is not None and one.known > one.start:
                    at = one.start + self.spots[customer] * (one.known - one.start)
                    found.append((self.seen(one, at), one.outcome == "won"))
        return found

    def points(self) -> tuple[str, dict[tuple[str, str], int]]:
        """The table of points, and where it comes from."""
        closed = self.closed()
        won = sum(good for _, good in closed)
        if len(closed) < 200 or won in (0, len(closed)):
            return "fixed", FIXED
        base = won / len(closed)
        table = {}
        for key in {pair for things, _ in closed for pair in things.items()}:
            like = [good for things, good in closed if things.get(key[0]) == key[1]]
            p = (sum(like) + 10 * base) / (len(like) + 10)
            table[key] = round(10 * (math.log(p / (1 - p)) - math.log(base / (1 - base))))
        return "history", table

    def leads_now(self) -> dict[int, tuple[int, dict[str, int]]]:
        """Each open lead's score and what it is made of."""
        _, table = self.points()
        found = {}
        for customer in self.history.customers():
            going = [one for one in self.tries(customer) if one.outcome is None and one.first]
            if going and not self.purchases(customer):
                things = self.seen(going[0], self.now)
                worth = {name: table[name, value] for name, value in things.items() if table.get((name, value))}
                found[customer] = (max(0, min(100, 50 + sum(worth.values()))), worth)
        return found
