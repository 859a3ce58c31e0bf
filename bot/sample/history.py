"""The year of work: leads come, are called, become sales or not, and buy again; seeded, so every demo is alike."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sample.people import CHANCES, CHANNELS, LOST_REASONS, PRODUCTS, STAGES, SampleProduct

SEASON = (0.9, 0.55, 0.95, 1.0, 1.05, 1.15, 1.1, 1.0, 0.95, 1.05, 1.2, 1.35)
"""How busy each month is: quiet around Tết, busiest before the year's end."""

OUTCOMES = {"connected": (40, 36), "interested": (10, 30), "no_answer": (28, 15), "busy": (9, 7), "callback": (8, 7),
            "quoted": (1, 5), "not_interested": (4, 0)}  # fmt: skip
"""How often a call ends so, with leads that come to nothing and with those that buy."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a story; ``duration_s`` is None when nobody answered."""

    at: datetime
    outcome: str
    duration_s: int | None
    inbound: bool


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale in a story, with the part of it given back, if any, and when."""

    at: datetime
    product: SampleProduct
    quantity: int
    amount: int
    refund: int = 0
    refund_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal in a story; ``reason`` is set on lost ones, ``sale`` on won ones, neither on open ones."""

    at: datetime
    amount: int
    stage: str
    product: SampleProduct
    closed_at: datetime | None = None
    reason: str | None = None
    sale: Sold | None = None


@dataclass(slots=True)
class Story:
    """One customer's history: which rep, through which channel, when they came, and what followed."""

    rep: int
    channel: str
    came_at: datetime
    lead: bool
    calls: list[Call] = field(default_factory=list)
    sales: list[Sold] = field(default_factory=list)
    deal: Deal | None = None


class Year:
    """Tells the stories of the year before ``now`` in ``zone``, of reps with the given paces."""

    def __init__(self, now: datetime, zone: ZoneInfo, paces: list[float], seed: int = 20) -> None:
        self.now = now
        self.zone = zone
        self.paces = paces
        self.dice = random.Random(seed)

    def stories(self) -> Iterator[Story]:
        """Yield each customer's story, in the order in which they came."""
        today = self.now.astimezone(self.zone).date()
        for back in range(380, -1, -1):
            day = today - timedelta(days=back)
            for _ in range(self._arrivals(day)):
                story = self._story(day)
                if story is not None:
                    yield story

    def _arrivals(self, day: date) -> int:
        mean = 0.7 if day.weekday() == 6 else 3.0
        mean *= SEASON[day.month - 1]
        return sum(self.dice.random() < mean / 5 for _ in range(5))

    def _story(self, day: date) -> Story | None:
        rep = self.dice.choices(range(len(self.paces)), self.paces)[0]
        channel = self.dice.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        came = self._moment(day)
        if came >= self.now:
            return None
        story = Story(rep, channel, came, lead=self.dice.random() > 0.12)
        wins = self.dice.random() < CHANCES[channel] * min(1.3, 0.75 + self.paces[rep] / 4)
        last = self._calls(story, wins=wins) if story.lead else came
        if self.dice.random() < 0.28 and story.lead:
            self._deal(story, last, wins=wins)
        elif wins or not story.lead:
            self._sell(story, last, first=True)
        if story.sales:
            self._come_back(story)
        return story

    def _moment(self, day: date) -> datetime:
        minutes = int(self.dice.triangular(8 * 60, 20 * 60, 10.5 * 60))
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.zone).astimezone(UTC)

    def _later(self, at: datetime, mean_days: float) -> datetime:
        day = at.astimezone(self.zone).date() + timedelta(days=max(1, round(self.dice.expovariate(1 / mean_days))))
        return self._moment(day + timedelta(days=1) if day.weekday() == 6 else day)

    def _calls(self, story: Story, *, wins: bool) -> datetime:
        count = self.dice.randint(3, 7) if wins else self.dice.randint(2, 6)
        at = story.came_at + timedelta(minutes=self.dice.randint(5, 240))
        for _ in range(count):
            if at >= self.now:
                break
            story.calls.append(self._call(at, wins=wins))
            at = self._later(at, 2.4)
        return at

    def _call(self, at: datetime, *, wins: bool) -> Call:
        outcome = self.dice.choices(list(OUTCOMES), [weights[wins] for weights in OUTCOMES.values()])[0]
        talked = outcome not in ("no_answer", "busy")
        seconds = int(self.dice.lognormvariate(5.1, 0.7)) if talked else None
        return Call(at, outcome, seconds, inbound=talked and self.dice.random() < 0.18)

    def _sell(self, story: Story, at: datetime, *, first: bool) -> Sold | None:
        if at >= self.now:
            return None
        product = self._product(first=first)
        quantity = 1 if product.price > 2_000_000 else self.dice.choices((1, 2, 3), (70, 22, 8))[0]
        amount = product.price * quantity * (100 - self.dice.choices((0, 5, 10), (74, 18, 8))[0]) // 100
        sold = self._refunded(Sold(at, product, quantity, amount))
        story.sales.append(sold)
        return sold

    def _refunded(self, sold: Sold) -> Sold:
        at = self._later(sold.at, 5)
        if self.dice.random() > 0.035 or at >= self.now:
            return sold
        part = sold.amount if self.dice.random() < 0.6 else sold.amount // 4
        return Sold(sold.at, sold.product, sold.quantity, sold.amount, part, at)

    def _product(self, *, first: bool) -> SampleProduct:
        weights = [product.first if first else product.later for product in PRODUCTS]
        return self.dice.choices(PRODUCTS, weights)[0]

    def _deal(self, story: Story, last: datetime, *, wins: bool) -> None:
        opened = story.calls[-1].at + timedelta(minutes=20) if story.calls else story.came_at
        closed = max(self._later(last, 9), opened + timedelta(hours=1))
        if opened >= self.now:
            return
        stage = self.dice.choice(STAGES)
        if closed >= self.now or self.dice.random() < 0.06:
            product = self._product(first=True)
            story.deal = Deal(opened, product.price, stage, product)
        elif wins:
            sold = self._sell(story, closed, first=True)
            if sold is not None:
                story.deal = Deal(opened, sold.amount, stage, sold.product, closed, sale=sold)
        else:
            product = self._product(first=True)
            story.deal = Deal(opened, product.price, stage, product, closed, reason=self.dice.choice(LOST_REASONS))

    def _come_back(self, story: Story) -> None:
        at = story.sales[0].at
        while self.dice.random() < 0.72:
            at = self._later(at, 52)
            if at >= self.now:
                return
            if self.dice.random() < 0.7:
                called = self._later(at - timedelta(days=4), 1.2)
                if called < at:
                    story.calls.append(self._call(called, wins=True))
            self._sell(story, at, first=False)
