"""What the sample team's customers ask for after buying, how they rate it, and who wants no contact; seeded."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sample.history import Story

ASKED = (
    "máy rỉ nước ở khớp nối",
    "hỏi lịch thay lõi",
    "nước ra yếu",
    "xin hóa đơn VAT",
    "hẹn bảo trì định kỳ",
    "máy kêu to khi chạy",
    "đổi địa chỉ lắp đặt",
    "nước nóng không đủ nóng",
)
PRAISE = ("thợ đến đúng giờ", "nước ngon", "tư vấn kỹ", "lắp gọn gàng")
BLAME = ("chờ thợ lâu", "gọi mãi mới được", "lõi mau hết", "giá hơi cao")
SCORES = {5: 46, 4: 28, 3: 13, 2: 8, 1: 5}
RATED_BY_LINK = 0.6
"""Of the customers who are sent a link, how many answer."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating: when, how many of 5, and why."""

    at: datetime
    score: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a customer asked for, by the place of their story; ``linked_at`` is when they were sent a rating link."""

    place: int
    at: datetime
    text: str
    answered_at: datetime | None
    resolved_at: datetime | None
    linked_at: datetime | None = None
    rated: Rated | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """A customer who wants no contact, by the place of their story."""

    place: int
    at: datetime


class Care:
    """Tells what comes after the stories, up to ``now``."""

    def __init__(self, now: datetime, zone: ZoneInfo, seed: int = 31) -> None:
        self.now = now
        self.zone = zone
        self.dice = random.Random(seed)

    def asked(self, stories: Sequence[Story]) -> Iterator[Asked]:
        """Yield the tickets: two purchases in five bring one."""
        for place, story in enumerate(stories):
            for sold in story.sales:
                opened = self._day_after(sold.at, self.dice.randint(1, 30))
                if self.dice.random() < 0.4 and opened < self.now:
                    yield self._asked(place, opened)

    def silent(self, stories: Sequence[Story]) -> Iterator[Silent]:
        """Yield those who want no contact: a few of those who bought nothing."""
        for place, story in enumerate(stories):
            at = self._day_after(story.came_at, self.dice.randint(10, 60))
            if not story.sales and self.dice.random() < 0.06 and at < self.now:
                yield Silent(place, at)

    def _asked(self, place: int, opened: datetime) -> Asked:
        text = self.dice.choice(ASKED)
        answered = opened + timedelta(minutes=self.dice.lognormvariate(4.2, 1.1))
        resolved = answered + timedelta(hours=self.dice.lognormvariate(2.6, 1.0))
        if answered >= self.now or self.dice.random() < 0.03:
            return Asked(place, opened, text, None, None)
        if resolved >= self.now or self.dice.random() < 0.04:
            return Asked(place, opened, text, answered, None)
        linked = resolved + timedelta(minutes=10)
        if self.dice.random() > 0.85 or linked >= self.now:
            return Asked(place, opened, text, answered, resolved)
        rated = self._rated(linked) if self.dice.random() < RATED_BY_LINK else None
        return Asked(place, opened, text, answered, resolved, linked, rated)

    def _rated(self, after: datetime) -> Rated | None:
        at = after + timedelta(minutes=self.dice.lognormvariate(5.5, 1.0))
        score = self.dice.choices(list(SCORES), list(SCORES.values()))[0]
        said = self.dice.choice(PRAISE if score > 3 else BLAME) if self.dice.random() < 0.5 else None
        return Rated(at, score, said) if at < self.now else None

    def _day_after(self, at: datetime, days: int) -> datetime:
        """A moment of another day's opening hours."""
        day = at.astimezone(self.zone).date() + timedelta(days=days)
        minutes = int(self.dice.triangular(7.5 * 60, 19 * 60, 10 * 60))
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.zone).astimezone(UTC)
