"""What is usual for a day: a range that a few odd days do not move; too few days give none."""

import random

import numpy as np
import pytest
from scipy import stats

from metrics.statistics.expected import LEAST, WIDTH, usual

ODD = [8, 9, 10, 10, 11, 12, 40]


def test_the_worked_example() -> None:
    money, count = usual(ODD), usual(ODD, counts=True)
    assert money is not None
    assert count is not None
    assert (round(money.low, 1), round(money.high, 1), money.middle, money.n) == (5.6, 14.4, 10, 7)
    assert (count.low, count.high) == (1, 19)
    assert [money.side(value) for value in (5, 5.6, 14, 15)] == ["low", "", "", "high"]


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_scipys_deviation(seed: int) -> None:
    dice = random.Random(seed)
    values = [dice.lognormvariate(15, 0.4) for _ in range(dice.randint(LEAST, 12))]
    found = usual(values)
    assert found is not None
    spread = max(stats.median_abs_deviation(values, scale="normal"), np.median(values) / 20)
    assert found.high == pytest.approx(np.median(values) + WIDTH * spread, rel=1e-3)
    assert found.low == pytest.approx(max(0, np.median(values) - WIDTH * spread), rel=1e-3)


@pytest.mark.parametrize("values", [[], [5.0] * (LEAST - 1), [0.0] * 12])
def test_too_few_days_or_days_of_nothing_say_nothing(values: list[float]) -> None:
    assert usual(values) is None


def test_days_that_are_all_alike_leave_a_little_room() -> None:
    found = usual([100.0] * 8)
    assert found is not None
    assert (found.low, found.high) == (85, 115)
    mostly = usual([0, 0, 0, 0, 0, 0, 6], counts=True)
    assert mostly is not None
    assert (mostly.low, mostly.high) == (0, 3), "1.2533 times the mean deviation"
