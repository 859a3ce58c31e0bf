"""The models of buying and spending land on what Fader, Hardie & Lee published, and on parameters drawn from.

`tests/corpus/cdnow.tsv` is the CDNOW sample of Fader & Hardie (2,357 customers, 39 weeks; brucehardie.com), counted by
equal histories, as the MIT-licensed package lifetimes 0.11.3 carries it.
"""

import math
import random
from pathlib import Path

import numpy as np
import pytest
from scipy.special import hyp2f1

from metrics.models import bgnbd, gammagamma
from metrics.models.bgnbd import Buying
from metrics.models.gammagamma import Spending

PUBLISHED = Buying(0.242594, 4.413535, 0.792890, 2.425764)
SPENT = Spending(6.25, 3.74, 15.44)
SAMPLE = Path(__file__).resolve().parents[1] / "corpus" / "cdnow.tsv"


def sample() -> tuple[np.ndarray, ...]:
    """x, t_x, T and mean value of every customer."""
    rows = np.loadtxt(SAMPLE, skiprows=1)
    return tuple(np.repeat(rows[:, 1:], rows[:, 0].astype(int), axis=0).T)


@pytest.mark.parametrize(("weeks", "bought"), [(1, 0.0532), (3, 0.1506), (32, 1.0437), (78, 1.858)])
def test_the_expected_purchases_are_the_published_ones(weeks: float, bought: float) -> None:
    assert bgnbd.expected(PUBLISHED, weeks) == pytest.approx(bought, abs=6e-5 if bought < 1.1 else 6e-4)


def test_a_customers_expected_purchases_are_the_published_ones() -> None:
    assert bgnbd.expected_of(PUBLISHED, 39, [2], [30.43], [38.86])[0] == pytest.approx(1.226, abs=5e-4)


def test_the_fit_lands_on_the_published_estimates() -> None:
    x, t_x, age, means = sample()
    assert len(x) == 2357
    found = bgnbd.fit(x, t_x, age)
    assert found is not None
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=5e-4)
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    again = x > 0
    spent = gammagamma.fit(x[again], means[again])
    assert spent is not None
    assert (spent.p, spent.q, spent.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert spent.mean == pytest.approx(35.17, abs=0.01)


@pytest.mark.parametrize("logs", [(0.0, 0.0, 0.0, 1.0), (-1.4, -1.9, -0.2, 0.9), (2.0, 3.0, 4.0, -1.0)])
def test_the_slope_of_the_likelihood_is_its_rise_over_a_small_step(logs: tuple[float, ...]) -> None:
    kinds = np.array([(0, 0, 30), (1, 2.5, 30), (4, 20, 38), (1, 0.5, 1), (25, 38.5, 38.9)])
    counts = np.array([7, 3, 2, 1, 1])
    loss = bgnbd.loss_of(kinds, counts)
    for place, slope in enumerate(loss(np.array(logs))[1]):
        step = np.eye(4)[place] * 1e-5
        rise = loss(np.array(logs) + step)[0] - loss(np.array(logs) - step)[0]
        assert slope == pytest.approx(rise / 2e-5, rel=1e-6, abs=1e-9)
    alone = bgnbd.log_likelihood(Buying(*np.exp(logs)), *kinds.T)
    assert loss(np.array(logs))[0] == pytest.approx(-float(counts @ alone) / counts.sum())


@pytest.mark.parametrize("logs", [(0.0, 0.0, 0.0), (1.8, 1.3, -0.7), (-0.5, 2.0, 3.0)])
def test_the_slope_of_the_likelihood_of_spending_is_its_rise_over_a_small_step(logs: tuple[float, ...]) -> None:
    xs, means = np.array([1.0, 1.0, 2.0, 7.0, 30.0]), np.array([0.4, 1.1, 3.0, 0.9, 1.2])
    loss = gammagamma.loss_of(xs, means)
    for place, slope in enumerate(loss(np.array(logs))[1]):
        step = np.eye(3)[place] * 1e-5
        rise = loss(np.array(logs) + step)[0] - loss(np.array(logs) - step)[0]
        assert slope == pytest.approx(rise / 2e-5, rel=1e-6, abs=1e-9)
    alone = gammagamma.log_likelihood(Spending(*np.exp(logs)), xs, means)
    assert loss(np.array(logs))[0] == pytest.approx(-float(alone.mean()))


def test_the_fit_stands_where_the_likelihood_is_level_so_that_every_machine_finds_the_same_figure() -> None:
    x, t_x, age, means = sample()
    buying, again = bgnbd.fit(x, t_x, age), x > 0
    spending = gammagamma.fit(x[again], means[again])
    assert buying is not None
    assert spending is not None
    kinds, counts = np.unique(np.column_stack([x, t_x, age]), axis=0, return_counts=True)
    for loss, found in (
        (bgnbd.loss_of(kinds, counts), (buying.r, buying.alpha, buying.a, buying.b)),
        (gammagamma.loss_of(x[again], means[again]), (spending.p, spending.q, spending.gamma)),
    ):
        assert np.abs(loss(np.log(found))[1]).max() < 1e-11


def leavers(seed: int, count: int) -> np.ndarray:
    """x, t_x and T of customers who all leave at one rate: with 0.15 after each purchase."""
    draw = random.Random(seed)
    histories = []
    for _ in range(count):
        age, rate, at, bought, last = draw.uniform(20, 90), draw.gammavariate(0.8, 1 / 3), 0.0, 0, 0.0
        while (at := at + draw.expovariate(rate)) < age:
            bought, last = bought + 1, at
            if draw.random() < 0.15:
                break
        histories.append((bought, last, age))
    return np.array(histories).T


def test_customers_who_all_leave_at_one_rate_are_continued() -> None:
    # a and b grow for ever at a / (a + b) = 0.15: what is expected of a customer is known all the same
    histories = leavers(2, 600)
    found = bgnbd.fit(*histories)
    assert found is not None
    assert found.a / (found.a + found.b) == pytest.approx(0.15, abs=0.02)
    assert (found.r, found.alpha) == pytest.approx((0.8, 3.0), rel=0.2)
    assert np.isfinite(bgnbd.expected_of(found, 52, *histories)).all()


@pytest.mark.parametrize("seed", range(6))
def test_customers_who_all_leave_at_one_rate_are_expected_to_do_the_same_however_time_is_counted(seed: int) -> None:
    # the likelihood is level where a and b are great: the descent stops elsewhere for each last bit of its numbers
    x, t_x, age = leavers(seed, 300)
    weekly, daily = bgnbd.fit(x, t_x, age), bgnbd.fit(x, t_x * 7, age * 7)
    assert weekly is not None
    assert daily is not None
    assert bgnbd.expected(daily, 364) == pytest.approx(bgnbd.expected(weekly, 52), rel=1e-9)


def test_the_mean_value_is_the_published_one() -> None:
    assert SPENT.mean == pytest.approx(35.17, rel=0.005)
    assert gammagamma.mean_of(SPENT, [0], [0])[0] == pytest.approx(SPENT.mean)
    # a customer with very many days is expected to go on as before
    assert gammagamma.mean_of(SPENT, [10_000], [80])[0] == pytest.approx(80, rel=0.001)
    assert Spending(6.25, 0.9, 15.44).mean is None


def test_the_transformed_series_equals_the_published_formula() -> None:
    r, alpha, a, b = PUBLISHED.r, PUBLISHED.alpha, PUBLISHED.a, PUBLISHED.b
    for x, t_x, age, t in [(0, 0.0, 30.0, 10.0), (1, 5.0, 20.0, 52.0), (6, 30.0, 38.0, 39.0)]:
        z = t / (alpha + age + t)
        series = hyp2f1(r + x, b + x, a + b + x - 1, z)
        top = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + t)) ** (r + x) * series)
        bottom = 1 + (a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x) if x else 0)
        assert bgnbd.expected_of(PUBLISHED, t, [x], [t_x], [age])[0] == pytest.approx(top / bottom, rel=1e-9)


def test_the_likelihood_is_that_of_the_definition() -> None:
    """∫∫ over λ and p, worked out by the closed form of the paper in plain Python."""
    r, alpha, a, b = PUBLISHED.r, PUBLISHED.alpha, PUBLISHED.a, PUBLISHED.b

    def beta(one: float, other: float) -> float:
        return math.exp(math.lgamma(one) + math.lgamma(other) - math.lgamma(one + other))

    for x, t_x, age in [(0, 0.0, 38.0), (1, 3.0, 20.0), (4, 30.0, 31.0)]:
        front = alpha**r * math.exp(math.lgamma(r + x) - math.lgamma(r))
        living = beta(a, b + x) / beta(a, b) * front / (alpha + age) ** (r + x)
        left = beta(a + 1, b + x - 1) / beta(a, b) * front / (alpha + t_x) ** (r + x) if x else 0
        assert bgnbd.log_likelihood(PUBLISHED, [x], [t_x], [age])[0] == pytest.approx(math.log(living + left))


def test_who_stays_away_is_less_likely_alive() -> None:
    fresh, away, never = bgnbd.alive(PUBLISHED, [4, 4, 0], [38, 10, 0], [39, 39, 39])
    assert 0 < away < fresh < 1
    assert never == 1
    many = bgnbd.alive(PUBLISHED, [5000], [1.0], [5000.0])[0]
    assert 0 <= many < 1e-6
    assert np.isfinite(bgnbd.expected_of(PUBLISHED, 52, [500], [200], [201])).all()
    assert np.isfinite(bgnbd.expected(Buying(0.5, 5, 1.0, 2.0), 52))


def test_the_likelihood_of_spending_sums_to_one() -> None:
    grid = np.linspace(1e-3, 4000, 400_000)
    density = np.exp(gammagamma.log_likelihood(SPENT, np.full_like(grid, 2), grid))
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=1e-3)


def test_customers_who_hardly_differ_are_expected_to_do_as_all() -> None:
    wide, narrow = Buying(0.9, 9.3, 60.0, 139.0), Buying(0.9, 9.3, 600.0, 1390.0)
    for histories in (([0], [0.0], [50.0]), ([5], [30.0], [40.0])):
        near = bgnbd.expected_of(wide, 52, *histories)[0]
        assert bgnbd.expected_of(narrow, 52, *histories)[0] == pytest.approx(near, rel=0.05)
    assert bgnbd.expected(narrow, 52) == pytest.approx(bgnbd.expected(wide, 52), rel=0.05)


@pytest.mark.parametrize("a", [0.0001, 0.02, 0.3])
def test_customers_of_whom_hardly_any_leave_go_on_at_their_rate(a: float) -> None:
    # E → (r + x)·t / (α + T), on both sides of where the series is left
    for b in (199.0 - a, 250.0, 20_000.0):
        assert bgnbd.growth(Buying(0.5, 5.0, a, b), [2.0], [30.0], 52) == pytest.approx(2.5 * 52 / 35, rel=0.005)


def test_histories_that_ended_on_their_first_day_are_fitted_without_an_overflow() -> None:
    # those who never came back have no share of the gone, however little α makes of their age
    x, t_x, age = [0, 1, 2, 0], [0.0, 1e-9, 2e-9, 0.0], [40.0, 41.0, 104.0, 142.0]
    loss, slope = bgnbd.loss_of(np.array([x, t_x, age]).T, np.array([500, 3, 1, 400]))(np.array([6.0, -11.0, 0, 0]))
    assert np.isfinite([loss, *slope]).all()
    assert np.isfinite(bgnbd.expected_of(Buying(0.9, 9.3, 15_000, 37_000), 52, [0, 3], [0, 9], [20, 30])).all()


def test_what_carries_no_model_gives_none() -> None:
    assert bgnbd.fit([], [], []) is None
    assert bgnbd.fit([0, 0, 0], [0, 0, 0], [10, 20, 30]) is None
    # everybody buys once a week, all alike: the rates have no spread to estimate
    assert bgnbd.fit([10] * 50, [10] * 50, [10] * 50) is None
    assert gammagamma.fit([], []) is None
    assert gammagamma.fit([1, 2, 3], [100, 100, 100]) is None
