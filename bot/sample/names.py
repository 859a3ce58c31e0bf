"""What the sample team's customers are called: everyday Vietnamese names, and the two that the examples speak of."""

import random
from collections.abc import Iterator, Mapping, Sequence

from bot.sample.history import Story

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
WOMEN = (
    ("Thị", "Thị Kim", "Thị Thu", "Ngọc", "Thanh", "Thu", "Hồng", "Kim", "Xuân", "Bích"),
    (
        *("Châu", "Chi", "Dung", "Giang", "Hạnh", "Hằng", "Hiền", "Huệ", "Hương", "Lan", "Loan", "Ly", "My", "Nga"),
        *("Nhung", "Oanh", "Phương", "Quyên", "Thảo", "Thủy", "Trang", "Trinh", "Tuyết", "Uyên", "Vân", "Vy", "Yến"),
    ),
)
MEN = (
    ("Văn", "Minh", "Quốc", "Gia", "Đức", "Bảo", "Hữu", "Công", "Thành", "Trọng"),
    (
        *("An", "Bình", "Cường", "Duy", "Đạt", "Hiếu", "Khánh", "Long", "Nam", "Phúc", "Quân", "Sơn", "Tâm", "Thắng"),
        *("Toàn", "Trung", "Tuấn", "Việt", "Vinh"),
    ),
)
"""Middle names and given names that go together."""

FEATURED_REP = 0
FEATURED = ("Nguyễn Thị Lan", "Trần Anh Tuấn")
"""The customers of the examples: their rep has no other Lan and no other Tuấn, so that a first name is enough."""


def names_of(stories: Sequence[Story]) -> list[str]:
    """Name the customer of each story, no two alike, in a seeded order."""
    featured = _featured(stories)
    pool = _pool()
    return [featured.get(place) or _next(pool, story) for place, story in enumerate(stories)]


def _featured(stories: Sequence[Story]) -> Mapping[int, str]:
    """The first customers of the featured rep who came back."""
    loyal = [place for place, story in enumerate(stories) if story.rep == FEATURED_REP and len(story.sales) > 1]
    return dict(zip(loyal, FEATURED, strict=False))


def _next(pool: Iterator[str], story: Story) -> str:
    taken = {name.split()[-1] for name in FEATURED} if story.rep == FEATURED_REP else set()
    return next(name for name in pool if name.split()[-1] not in taken)


def _pool() -> Iterator[str]:
    names = [
        f"{family} {middle} {given}"
        for family in FAMILY
        for middles, givens in (WOMEN, MEN)
        for middle in middles
        for given in givens
        if f"{family} {middle} {given}" not in FEATURED
    ]
    random.Random(9).shuffle(names)
    return iter(names)
