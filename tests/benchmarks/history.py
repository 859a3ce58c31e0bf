"""Three even years of a team's work, as rows of the tables: who is called, buys, gives back, and is offered a deal.

And who asks for something, is content with the answer, or wants to hear no more.
"""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

Row = tuple[str, dict[str, Any]]
"""A table and one row of it, as SQLite keeps it: instants in microseconds, days as text."""

CHANNELS = (None, "facebook", "zalo", "tiktok", "web", "referral", "store")
OUTCOMES = (None, "connected", "no_answer", "busy", "interested", "callback", "quoted")
STAGES = ("new", "contacted", "quoted", "negotiating")
LOCAL = 7 * 3_600_000_000  # Saigon's clock, which never changes
DAY = 86_400_000_000
HOUR = DAY // 24
EPOCH = date(1970, 1, 1)
_NOTHING = (0, 0, 0, 0)


def history(
    records: int, people: Sequence[int], reps: Sequence[int], products: Sequence[int], now: datetime, days: int
) -> Iterator[Row]:
    """Yield rows, evenly over time: customers come one by one, are called about twice as often as they buy."""
    writer = _Writer(reps, products, now, days)
    for place in range(records - days // 30):
        at = writer.start + days * DAY * place // records
        known = max(1, round(len(people) * (place + 1) / records))
        if len(people) * (place + 1) // records > len(people) * place // records:
            yield from writer.lead(people[known - 1], at)
        else:
            yield from writer.anything(people[int(known * writer.dice.random() ** 0.6)], at)
    for number in range(days // 30):
        yield from writer.cost(number)


class _Writer:
    """Numbers the records and remembers what refunds are given on."""

    def __init__(self, reps: Sequence[int], products: Sequence[int], now: datetime, days: int) -> None:
        self.dice, self.reps, self.products = random.Random(7), reps, products
        self.number, self.sold = 0, [_NOTHING] * 500
        self.helped: deque[tuple[int, int, int]] = deque(maxlen=400)
        self.silent: set[int] = set()
        self.now = int(now.timestamp()) * 1_000_000
        self.start = self.now - days * DAY
        self.days = [_iso((self.start + LOCAL) // DAY + place) for place in range(days + 2)]

    def day(self, at: int) -> str:
        """The local day of an instant."""
        return self.days[(at + LOCAL) // DAY - (self.start + LOCAL) // DAY]

    def record(self, kind: str, at: int, customer: int | None) -> tuple[Row, dict[str, Any]]:
        """The head of a record and what every fact row begins with."""
        self.number += 1
        rep = None if customer is None else self.reps[customer % len(self.reps)]
        head = {"id": self.number, "team_id": 1, "number": self.number, "kind": kind, "member_id": rep,
                "customer_id": customer, "made_at": at}  # fmt: skip
        fact = {"id": self.number, "team_id": 1, "member_id": rep, "counted": 1}
        return ("records", head), fact if customer is None else fact | {"customer_id": customer}

    def lead(self, customer: int, at: int) -> Iterator[Row]:
        """Somebody new."""
        head, fact = self.record("lead", at, customer)
        yield head
        yield "leads", fact | self.moment(at) | {"channel": self.dice.choice(CHANNELS)}

    def anything(self, customer: int, at: int) -> Iterator[Row]:
        """Of a hundred records: 55 calls, 9 other contacts, 29 sales, 1 refund, 2 deals, 4 of customer care."""
        dice = self.dice.random()
        if dice < 0.64:
            yield from self.contact(customer, at, dice)
        elif dice < 0.93:
            yield from self.sale(customer, at)
        elif dice < 0.94:
            yield from self.refund(at)
        elif dice < 0.96:
            yield from self.deal(customer, at)
        elif dice < 0.982:
            yield from self.ticket(customer, at)
        elif dice < 0.997:
            yield from self.rating(customer, at)
        else:
            yield from self.optout(customer, at)

    def contact(self, customer: int, at: int, dice: float) -> Iterator[Row]:
        """A call or another contact."""
        head, fact = self.record("contact", at, customer)
        kind = "call" if dice < 0.55 else "message" if dice < 0.6 else "email" if dice < 0.62 else "meeting"
        talk = self.dice.randrange(20, 600) if kind == "call" and self.dice.random() < 0.5 else None
        yield head
        yield "contacts", fact | self.moment(at) | {
            "kind": kind, "direction": "in" if self.dice.random() < 0.2 else "out", "duration_s": talk,
            "outcome": self.dice.choice(OUTCOMES) if kind == "call" else None,
        }  # fmt: skip

    def sale(self, customer: int, at: int) -> Iterator[Row]:
        """A sale of one product."""
        head, fact = self.record("sale", at, customer)
        amount = self.dice.randrange(100, 20_000) * 1_000
        self.sold[self.dice.randrange(500)] = (fact["id"], customer, at, amount)
        yield head
        yield "sales", fact | self.moment(at) | self.money(amount) | {
            "product_id": self.dice.choice(self.products), "quantity": 1 + (self.dice.random() < 0.1),
            "channel": self.dice.choice(CHANNELS), "refunded_at": None,
        }  # fmt: skip

    def refund(self, at: int) -> Iterator[Row]:
        """A part of a recent sale given back."""
        place = self.dice.randrange(500)
        sale, customer, sold_at, amount = self.sold[place]
        self.sold[place] = _NOTHING
        if not sale:
            yield from self.sale(self.reps[0], at)
            return
        head, fact = self.record("refund", at, customer)
        del fact["member_id"]
        yield head
        yield "refunds", fact | self.moment(at) | self.money(amount // 100) | {"sale_id": sale, "sale_at": sold_at}

    def deal(self, customer: int, at: int) -> Iterator[Row]:
        """A deal: a third won, a third lost, the others open as long as they are young."""
        head, fact = self.record("deal", at, customer)
        closed = at + self.dice.randrange(2, 60) * DAY
        is_over = closed < self.now
        outcome = self.dice.choice(("won", "lost")) if is_over else None
        yield head
        yield "deals", fact | {
            "opened_at": at, "opened_day": self.day(at), "opened_date_only": 0, "closed_date_only": 0,
            "closed_at": closed if is_over else None, "closed_day": self.day(closed) if is_over else None,
            "outcome": outcome, "stage": self.dice.choice(STAGES), "amount_minor": 9_000_000, "currency": "VND",
            "base_minor": 9_000_000, "reason": "price" if outcome == "lost" else None,
        }  # fmt: skip

    def ticket(self, customer: int, at: int) -> Iterator[Row]:
        """What a customer asks for: mostly answered within the day, resolved within a week."""
        head, fact = self.record("ticket", at, customer)
        answered = at + round(self.dice.expovariate(1 / 90) * 60_000_000) if self.dice.random() < 0.95 else None
        resolved = (answered or at) + self.dice.randrange(1, 7 * 24) * HOUR if self.dice.random() < 0.9 else None
        if resolved is not None and resolved < self.now:
            self.helped.appendleft((fact["id"], customer, resolved))
        yield head
        yield (
            "tickets",
            fact | self.moment(at) | {"answered_at": self.past(answered), "resolved_at": self.past(resolved)},
        )

    def rating(self, customer: int, at: int) -> Iterator[Row]:
        """How content somebody is: two in three of the ticket resolved last, by their own link."""
        done = next((one for one in self.helped if one[2] < at), None) if self.dice.random() < 0.67 else None
        head, fact = self.record("rating", at, done[1] if done else customer)
        score = self.dice.choices((1, 2, 3, 4, 5), (4, 5, 14, 37, 40))[0]
        yield head
        yield "ratings", fact | self.moment(at) | {"score": score, "ticket_id": done[0] if done else None}
        if done:
            self.helped.remove(done)
            yield self.link(fact["id"], done, at)
            if self.dice.random() < 0.7:
                yield self.link(-fact["id"], done, None)

    def link(self, number: int, done: tuple[int, int, int], answered: int | None) -> Row:
        """A link given out when a ticket was resolved, and used or not."""
        ticket, customer, resolved = done
        rated = number if answered is not None else None
        return "rating_links", {
            "team_id": 1, "customer_id": customer, "ticket_id": ticket, "made_by_id": self.reps[0],
            "made_at": resolved, "expires_at": resolved + 30 * DAY, "token_hash": str(number), "rating_id": rated,
            "answered_at": answered,
        }  # fmt: skip

    def optout(self, customer: int, at: int) -> Iterator[Row]:
        """Somebody wants to hear no more, a third of them for some months; who has said so buys instead."""
        if customer in self.silent:
            yield from self.sale(customer, at)
            return
        self.silent.add(customer)
        head, fact = self.record("optout", at, customer)
        back = at + self.dice.randrange(20, 200) * DAY if self.dice.random() < 0.33 else None
        yield head
        yield "optouts", fact | self.moment(at) | {"back_at": self.past(back)}

    def past(self, at: int | None) -> int | None:
        """An instant, unless it has not come."""
        return at if at is not None and at < self.now else None

    def cost(self, number: int) -> Iterator[Row]:
        """Thirty days of one channel."""
        head, fact = self.record("cost", self.start, None)
        days = {"from_day": self.days[1 + 30 * number], "to_day": self.days[30 + 30 * number]}
        yield head
        yield "costs", fact | days | self.money(30_000_000) | {"kind": "marketing", "channel": CHANNELS[1 + number % 6]}

    def moment(self, at: int) -> dict[str, Any]:
        """When it happened."""
        return {"at": at, "day": self.day(at), "date_only": 0}

    def money(self, amount: int) -> dict[str, Any]:
        """What it came to."""
        return {"amount_minor": amount, "currency": "VND", "base_minor": amount}


def _iso(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()
