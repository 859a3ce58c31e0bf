"""Intervals agree with published tables, with SciPy and with slow plain readings."""

import math
import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metrics.statistics import (
    bootstrap_change,
    bootstrap_median_change,
    excludes_zero,
    median_interval,
    newcombe,
    quantile,
    wilson,
)


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [  # Newcombe 1998, Statistics in Medicine 17, 857–872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(x: int, n: int, low: float, high: float) -> None:
    assert wilson(x, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_scipy(case: tuple[int, int]) -> None:
    x, n = case
    oracle = stats.binomtest(x, n).proportion_ci(method="wilson")
    assert wilson(x, n) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


@pytest.mark.parametrize(
    ("case", "interval"),
    [  # Newcombe 1998, Statistics in Medicine 17, 873–890, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombe_gives_the_published_intervals(case: tuple[int, int, int, int], interval: tuple[float, float]) -> None:
    assert newcombe(*case) == pytest.approx(interval, abs=5e-5)


def test_nothing_has_no_interval_and_a_broken_share_is_refused() -> None:
    assert wilson(0, 0) is newcombe(0, 0, 1, 2) is newcombe(1, 2, 0, 0) is None
    with pytest.raises(ValueError, match="between"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("interval", "clear"), [(None, None), ((0.1, 0.2), True), ((-0.2, -0.1), True), ((-0.1, 0.2), False)]
)
def test_a_change_is_clear_when_its_interval_leaves_zero_out(
    interval: tuple[float, float] | None, clear: bool | None
) -> None:
    assert excludes_zero(interval) is clear


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [([1, 2, 3, 4], 0.9, 3.7), ([5], 0.5, 5.0), ([1, 2], 0.5, 1.5), ([], 0.5, None)],
)
def test_quantiles_are_linear(values: list[float], q: float, expected: float | None) -> None:
    assert quantile(values, q) == pytest.approx(expected)


def slow_median_interval(values: list[float]) -> tuple[float, float] | None:
    """Every symmetric pair of order statistics, its cover summed term by term."""
    n, ordered = len(values), sorted(values)
    best = None
    for k in range(1, n // 2 + 1):
        if sum(math.comb(n, i) for i in range(k, n - k + 1)) / 2**n >= 0.95:
            best = ordered[k - 1], ordered[n - k]
    return best


@given(st.lists(st.floats(-1e6, 1e6), max_size=80))
def test_the_median_interval_is_the_narrowest_that_covers(values: list[float]) -> None:
    assert median_interval(values) == slow_median_interval(values)


def test_the_example_of_the_median_interval() -> None:
    assert median_interval(range(1, 11)) == (2.0, 9.0)
    assert median_interval(range(5)) is None


def test_a_bootstrap_needs_fourteen_days_a_side() -> None:
    assert bootstrap_change([1.0] * 13, [1.0] * 30) is None
    assert bootstrap_median_change([[1.0]] * 30, [[1.0]] * 13) is None


def test_equal_days_have_a_change_without_doubt() -> None:
    assert bootstrap_change([10.0] * 20, [12.0] * 20) == pytest.approx((0.2, 0.2))
    assert bootstrap_change([10.0] * 20, [12.0] * 20, "absolute") == pytest.approx((40, 40))
    assert bootstrap_median_change([[1, 2, 3]] * 14, [[4, 5, 6]] * 14) == (3, 3)


def test_a_relative_change_without_a_base_has_no_verdict() -> None:
    assert bootstrap_change([0.0] * 20, [1.0] * 20) is None
    assert bootstrap_change([-5.0] * 20, [1.0] * 20) is None


def test_noise_is_not_clear_and_a_doubling_is() -> None:
    random = np.random.default_rng(1)
    noise = random.normal(100, 20, (3, 30))
    assert excludes_zero(bootstrap_change(noise[0], noise[1])) is False
    assert excludes_zero(bootstrap_change(noise[0], 2 * noise[2])) is True


def test_the_bootstrap_is_the_same_every_time_and_near_the_normal_one() -> None:
    random = np.random.default_rng(2)
    before, after = random.normal(100, 20, 60), random.normal(110, 20, 60)
    interval = bootstrap_change(before, after, "absolute")
    assert interval == bootstrap_change(before, after, "absolute")
    assert interval is not None
    spread = 1.96 * math.sqrt(60 * (before.var() + after.var()))
    centre = after.sum() - before.sum()
    assert interval == pytest.approx((centre - spread, centre + spread), abs=0.15 * spread)


def test_medians_of_drawn_days_are_exact() -> None:
    """Every way to draw 14 days out of two kinds of day, weighed by its chance."""
    first, second = [1.0, 9.0], [4.0]
    chance = {k: math.comb(14, k) / 2**14 for k in range(15)}
    medians = sorted((float(np.median(first * k + second * (14 - k))), p) for k, p in chance.items())
    interval = bootstrap_median_change([[0.0]] * 14, [first, second] * 7)
    assert interval is not None
    cumulative = np.cumsum([p for _, p in medians])
    expected = [medians[int((cumulative >= q).argmax())][0] for q in (0.025, 0.975)]
    assert interval == pytest.approx(expected)


@given(st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=14, max_size=20))
@settings(max_examples=20, deadline=None)
def test_medians_stay_inside_their_values(days: list[list[float]]) -> None:
    interval = bootstrap_median_change(days, days)
    values = [value for day in days for value in day]
    if interval is not None:
        assert min(values) - max(values) <= interval[0] <= 0 <= interval[1] <= max(values) - min(values)


def test_large_inputs_stay_quick() -> None:
    """A guard against a quadratic slip, far above what it takes."""
    random = np.random.default_rng(3)
    days = [random.exponential(10, 500).tolist() for _ in range(400)]
    started = time.perf_counter()
    assert bootstrap_median_change(days, days) is not None
    assert bootstrap_change(random.normal(5, 1, 3650), random.normal(5, 1, 3650)) is not None
    assert median_interval(random.normal(5, 1, 200_000)) is not None
    assert time.perf_counter() - started < 30


def test_every_small_share_has_an_interval_around_it() -> None:
    for n, x in product(range(1, 12), range(12)):
        if x <= n:
            low, high = wilson(x, n) or (2.0, -1.0)
            assert 0 <= low <= x / n <= high <= 1
