"""A slow, plain reading of the definitions of the metrics of customers and contacts, sharing no code with them."""

from datetime import datetime, timedelta

from tests.oracles.plain import Plain


class Reading(Plain):
    """One team's history as known at ``now``, asked about its customers and contacts."""

    def created(self) -> dict[int, tuple[datetime, bool]]:
        """When each customer came to be, and whether by a sale; at one instant a sale comes last."""
        events = [(lead.at, 0, lead.customer) for lead in self.leads]
        events += [(c.at, 1, c.customer) for c in self.contacts]
        events += [(d.opened, 2, d.customer) for d in self.history.deals if d.opened < self.now]
        events += [(s.at, 3, s.customer) for s in self.sales.values()]
        made: dict[int, tuple[datetime, bool]] = {}
        for at, kind, customer in sorted(events):
            made.setdefault(customer, (at, kind == 3))
        return made

    def new_leads(self, start: datetime, end: datetime) -> set[int]:
        return {who for who, (at, sold) in self.created().items() if start <= at < end and not sold}

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
