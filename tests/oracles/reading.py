"""A slow, plain reading of the definitions of the metrics of customers and contacts, sharing no code with them."""

from datetime import datetime, timedelta
from typing import Any

from tests.oracles.plain import REACHED, Call, Plain, Ticket

WEEK = timedelta(days=7)


class Reading(Plain):
    """One team's history as known at ``now``, asked about its customers and contacts."""

    def created(self) -> dict[int, tuple[datetime, bool | None]]:
        """When each customer came to be, and whether by a sale (None: by a ticket, rating or opt-out).

        At one instant a sale comes after contacts, and those last.
        """
        events = [(lead.at, 0, lead.customer) for lead in self.leads]
        events += [(c.at, 1, c.customer) for c in self.contacts]
        events += [(d.opened, 2, d.customer) for d in self.history.deals if d.opened < self.now]
        events += [(s.at, 3, s.customer) for s in self.sales.values()]
        events += [(t.at, 4, t.customer) for t in self.tickets] + [(r.at, 4, r.customer) for r in self.ratings]
        events += [(o.at, 4, o.customer) for o in self.optouts]
        made: dict[int, tuple[datetime, bool | None]] = {}
        for at, kind, customer in sorted(events):
            made.setdefault(customer, (at, None if kind == 4 else kind == 3))
        return made

    def new_leads(self, start: datetime, end: datetime) -> set[int]:
        return {who for who, (at, sold) in self.created().items() if start <= at < end and sold is False}

    def walk_ins(self, start: datetime, end: datetime) -> set[int]:
        return {who for who, (_, sold) in self.created().items() if sold and who in self.new(start, end)}

    def open_journeys(self, gap: int) -> set[int]:
        """Customers with an attempt open at now; histories here hold no deals."""
        found = set()
        for customer in self.created():
            events = sorted(
                [(lead.at, 0) for lead in self.leads if lead.customer == customer]
                + [(c.at, 1) for c in self.contacts if c.customer == customer]
                + [(s.at, 2) for s in self.sales.values() if s.customer == customer]
            )
            last: datetime | None = None
            for at, kind in [*events, (self.now, 3)]:
                if last is not None and at - last > timedelta(days=gap):
                    last = None
                if kind == 2:
                    last = None
                elif kind == 1 or (kind == 0 and last is None):
                    last = at
            if last is not None:
                found.add(customer)
        return found

    def answered(self, sent: Call) -> bool | None:
        """Whether an outbound message was answered; None while that is not known."""
        if sent.outcome in {"answered", "no_answer"}:
            return sent.outcome == "answered"
        later = [c for c in self.contacts if (c.customer, c.kind) == (sent.customer, sent.kind) and c.at > sent.at]
        outbound = min((c.at for c in later if c.direction == "out"), default=None)
        for other in later:
            if other.direction == "in" and other.at <= sent.at + WEEK and (outbound is None or other.at < outbound):
                return True
        return False if outbound is not None or self.now > sent.at + WEEK else None

    def two_way(self, start: datetime, end: datetime) -> list[Call]:
        found = []
        for c in self.contacts:
            if not start <= c.at < end:
                continue
            if c.direction == "in" or c.kind in {"meeting", "visit"}:
                found.append(c)
            elif c.kind in {"message", "email"}:
                if self.answered(c):
                    found.append(c)
            elif c.kind == "call":
                if c.outcome in REACHED or (c.outcome is None and (c.seconds or 0) > 0):
                    found.append(c)
            elif c.outcome in REACHED | {"answered"}:
                found.append(c)
        return found

    def buying_days(self, end: datetime) -> dict[int, set[str]]:
        days: dict[int, set[str]] = {}
        for sale in self.bought.values():
            if sale.at < end:
                days.setdefault(sale.customer, set()).add(f"{sale.at.astimezone(self.zone):%Y-%m-%d}")
        return days

    def verdict(self, number: int) -> str | None:
        """What a purchase was to its customer: upsell, cross, repeat, or None where that cannot be told."""
        sale = self.sales[number]
        if sale.tag is not None:
            return sale.tag
        if sale.product is None:
            return None

        def category(product: str | None) -> str | None:
            return product[0] if product is not None and product[0].isupper() else product

        before = [
            s
            for i, s in self.bought.items()
            if s.customer == sale.customer and (s.at, i) < (sale.at, number) and s.product is not None
        ]
        known = [s for s in before if category(s.product) == category(sale.product)]
        if not known:
            return "cross"
        same = [s for s in known if s.product == sale.product]
        if same:
            return "upsell" if sale.quantity > max(s.quantity for s in same) else "repeat"
        return "upsell" if sale.amount / sale.quantity > max(s.amount / s.quantity for s in known) else "repeat"

    def engaged(self, start: datetime, end: datetime) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {"sale": self.buyers(start, end)}
        for contact in self.two_way(start, end):
            found.setdefault(contact.kind, set()).add(contact.customer)
        found["rating"] = {rating.customer for rating in self.ratings if start <= rating.at < end}
        return found

    def first_answer(self, ticket: Ticket) -> datetime | None:
        """When a ticket was answered, else resolved, as known at now."""
        return next((at for at in (ticket.answered, ticket.resolved) if at is not None and at < self.now), None)

    def silent(self, start: datetime, end: datetime) -> set[int]:
        """Customers opted out from before the start to the end."""
        found = set()
        for one in self.optouts:
            back = one.back if one.back is not None and one.back < self.now else None
            if one.at < start and (back is None or back >= end):
                found.add(one.customer)
        return found

    def contactable(self, start: datetime, end: datetime) -> set[int]:
        """Customers who could be contacted at some instant of the span."""
        return {who for who, (made, _) in self.created().items() if made < end} - self.silent(start, end)

    def source(self, customer: int) -> str | None:
        """The channel of the earliest record before now that names one."""
        leads = ((i, x) for i, x in enumerate(self.history.leads) if x.at < self.now)
        sold = ((i, x) for i, x in enumerate(self.history.sales) if x.at < self.now)
        named = [(x.at, i, x.channel) for i, x in leads if x.customer == customer and x.channel]
        named += [(s.at, 99 + i, s.channel) for i, s in sold if s.customer == customer and s.channel]
        return min(named)[2] if named else None

    def looked_after(self, start: datetime, end: datetime, days: int) -> dict[str, tuple[float | None, ...]]:
        """Of those kept and those lost: how many, the shares with a contact and a ticket, the mean rating."""
        at_start, at_end = self.active(start, days), self.active(end, days)
        wall = start.astimezone(self.zone).replace(tzinfo=None) - timedelta(days=days)
        since = wall.replace(tzinfo=self.zone).timestamp()

        def seen(records: list[Any]) -> list[Any]:
            return [one for one in records if since <= one.at.timestamp() and one.at < end]

        found: dict[str, tuple[float | None, ...]] = {}
        for name, who in (("kept", at_start & at_end), ("lost", at_start - at_end)):
            if not who:
                return {}
            had = [{one.customer for one in seen(records)} & who for records in (self.contacts, self.tickets)]
            scores = [one.score for one in seen(self.ratings) if one.customer in who]
            mean = sum(scores) / len(scores) if scores else None
            found[name] = (len(who), *(len(some) / len(who) for some in had), mean)
        return found

    def relationships(self, end: datetime) -> tuple[set[int], set[int], set[int]]:
        """Customers helped in the 12 months to the end, those referred, those who came back."""
        wall = end.astimezone(self.zone).replace(tzinfo=None)
        start = wall.replace(year=wall.year - 1).replace(tzinfo=self.zone)
        days = self.buying_days(end)
        kinds = [who for kind, who in self.engaged(start, end).items() if kind != "rating"]
        answers = ((t.customer, self.first_answer(t)) for t in self.tickets)
        answered = {who for who, at in answers if at is not None and start <= at < end}
        helped = set(days) & set().union(*kinds, answered)
        referrable = [who for who in self.history.referred if who != self.history.customers()[0]]
        referred = {who for who in helped if who in referrable or self.source(who) == "referral"}
        return helped, referred, {who for who in helped & self.buyers(start, end) if len(days[who]) > 1}
