"""A slow, plain reading of the forecast's definition over lists of records, sharing no code with it."""

from datetime import date, datetime, time
from statistics import mean

import pandas as pd

from tests.oracles.plain import Deal, Plain

STAGES = ("new", "contacted", "quoted", "negotiating")


class Foreseen(Plain):
    """One team's history as known at ``now``, looked at from the day of now."""

    def edge(self, months: int) -> date:
        """The day that many months from today."""
        today = pd.Timestamp(self.now.astimezone(self.zone).date())
        moved: date = (today + pd.DateOffset(months=months)).date()
        return moved

    def instant(self, on: date) -> datetime:
        return datetime.combine(on, time(), self.zone)

    def whole(self, start: date, end: date) -> int:
        """The net revenue from one day to before another, the sales of won deals with it."""
        a, b = self.instant(start), self.instant(end)
        return self.net(a, b) + sum(deal.sold or 0 for deal in self.won_deals() if a <= (deal.won or a) < b)

    def won_deals(self) -> list[Deal]:
        return [deal for deal in self.history.deals if deal.won is not None and deal.won < self.now]

    def other(self, start: date, end: date, open_since: date) -> int:
        """The net revenue of a month without the deals that were opened before an earlier day."""
        a, b, since = self.instant(start), self.instant(end), self.instant(open_since)
        early = sum(
            deal.sold or 0
            for deal in self.won_deals()
            if deal.opened < since and a <= (deal.won or a) < b
        )  # fmt: skip
        return self.whole(start, end) - early

    def candidates(self, origin: int, months: int) -> dict[str, list[float]]:
        """What each method forecasts at a month's beginning (0 is today) for the three months that follow."""
        found: dict[str, list[float]] = {"mean_of_three": [], "last_month": [], "smoothing": [], "year_before": []}
        for ahead in (1, 2, 3):
            known = [
                self.other(self.edge(m), self.edge(m + 1), self.edge(m + 1 - ahead)) for m in range(-months, origin)
            ]
            level: float = known[0]
            for value in known[1:]:
                level = 0.3 * value + 0.7 * level
            found["mean_of_three"].append(mean(known[-3:]))
            found["last_month"].append(known[-1])
            found["smoothing"].append(level)
            if len(known) + ahead - 13 >= 0:
                found["year_before"].append(known[len(known) + ahead - 13])
        return {name: values for name, values in found.items() if len(values) == 3}

    def method(self, months: int) -> tuple[str, list[int]]:
        """The method with the smallest mean absolute error, and the origins it was tried at."""
        origins = [origin for origin in range(-14, -2) if origin > -months]
        if len(origins) < 6:
            return "mean_of_three", origins
        old = [origin for origin in origins if "year_before" in self.candidates(origin, months)]
        names = ["mean_of_three", "last_month", "smoothing"]
        if len(old) >= 6:
            names, origins = [*names, "year_before"], old
        missed = {
            name: mean(
                abs(sum(self.candidates(o, months)[name])
                    - sum(self.other(self.edge(o + k), self.edge(o + k + 1), self.edge(o)) for k in (0, 1, 2)))
                for o in origins
            )
            for name in names
        }  # fmt: skip
        return min(names, key=lambda name: missed[name]), origins

    def closed(self, before: datetime) -> list[Deal]:
        return [d for d in self.history.deals if (end := d.won or d.lost) is not None and end < before]

    def rate(self, deal: Deal) -> float:
        """How often an open deal like this one is won."""
        closed = self.closed(self.now)
        team = sum(d.won is not None for d in closed) / len(closed)
        today = self.edge(0)
        if deal.expected is not None and deal.expected < today:
            like = [d for d in closed if d.expected is not None and self.day(d.won or d.lost or d.opened) > d.expected]
        else:
            at = STAGES.index(deal.stage or "new")
            like = [d for d in closed if d.won is not None or STAGES.index(d.stage or "new") >= at]
        return (sum(d.won is not None for d in like) + 10 * team) / (len(like) + 10)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def pipeline(self) -> float:
        """What the deals open now are expected to bring, and those won today of the ones opened before."""
        if not self.closed(self.now):
            return 0.0
        done = self.closed(self.now)
        still = [d for d in self.history.deals if d.opened < self.now and d not in done]
        today = [d for d in self.won_deals() if d.won and self.day(d.won) == self.edge(0) > self.day(d.opened)]
        return sum((d.amount or 0) * self.rate(d) for d in still) + sum(d.sold or 0 for d in today)

    def pipeline_then(self, origin: int) -> float:
        """What the deals open at an earlier beginning of a month were expected to bring by the team's rate of then."""
        then = self.instant(self.edge(origin))
        done = self.closed(then)
        if not done:
            return 0.0
        still = [d for d in self.history.deals if d.opened < then and d not in done]
        return sum(d.won is not None for d in done) / len(done) * sum(d.amount or 0 for d in still)

    def forecast(self, months: int) -> tuple[float, str, float | None]:
        """The three months' sum, the method, and how far either way 80 % lies."""
        name, origins = self.method(months)
        value = sum(self.candidates(0, months)[name]) + self.pipeline()
        misses = sorted(
            abs(self.whole(self.edge(o), self.edge(o + 3)) - sum(self.candidates(o, months)[name])
                - self.pipeline_then(o))
            for o in origins
        )  # fmt: skip
        enough = [miss for n, miss in enumerate(misses, 1) if n >= 0.8 * (len(misses) + 1) - 1e-9]
        return value, name, enough[0] if enough else None
