"""Survival curves agree with the published leukaemia table, with SciPy and with a slow plain reading."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.statistics.survival import aalen_johansen, kaplan_meier

# Freireich et al. 1963, weeks in remission; + is censored
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"

CASES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), max_size=60)


def parted(table: str) -> tuple[list[float], list[bool]]:
    weeks = table.split()
    return [float(week.rstrip("+")) for week in weeks], [not week.endswith("+") for week in weeks]


def test_the_treated_patients_of_freireich() -> None:
    curve = kaplan_meier(*parted(SIX_MP))
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {int(t): round(float(s), 3) for t, s in zip(curve.times, curve.values, strict=True)} == published
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.median == 23
    assert curve.quantile(0.1) is None
    assert (curve.at(5.9), curve.n) == (1.0, 21)


def test_the_placebo_patients_of_freireich() -> None:
    curve = kaplan_meier(*parted(PLACEBO))
    assert curve.median == 8
    assert curve.values[-1] == 0


def test_an_exact_half_is_reached_in_spite_of_rounding() -> None:
    curve = kaplan_meier(list(range(1, 11)), [True] * 10)
    assert curve.median == 5
    assert curve.quantile(0.1) == 9


@pytest.mark.parametrize("events", [[], [False, False]])
def test_without_events_there_is_no_median(events: list[bool]) -> None:
    curve = kaplan_meier([3.0] * len(events), events)
    assert curve.median is None
    assert curve.at(100) == 1
    assert curve.steps(10) == ((0.0, 1.0), (10.0, 1.0))


def test_the_worked_example_of_competing_causes() -> None:
    curve = aalen_johansen([1, 2, 3, 4], [1, 2, 1, 0], 1)
    assert [curve.at(t) for t in (0, 1, 2, 3, 9)] == [0, 0.25, 0.25, 0.5, 0.5]


@pytest.mark.parametrize(("durations", "causes"), [([-1.0], [1]), ([float("nan")], [1]), ([1.0, 2.0], [1])])
def test_impossible_durations_are_refused(durations: list[float], causes: list[int]) -> None:
    with pytest.raises(ValueError, match="duration"):
        aalen_johansen(durations, causes, 1)


@given(CASES.filter(lambda rows: any(cause for _, cause in rows)))
def test_kaplan_meier_agrees_with_scipy(rows: list[tuple[int, int]]) -> None:
    durations, events = [t for t, _ in rows], [cause > 0 for _, cause in rows]
    curve = kaplan_meier(durations, events)
    data = stats.CensoredData.right_censored(np.array(durations), ~np.array(events))
    oracle = stats.ecdf(data).sf
    for t in range(14):
        assert curve.at(t) == pytest.approx(float(oracle.evaluate([t])[0]), abs=1e-12)


def slow_incidence(rows: list[tuple[int, int]], cause: int, until: int) -> float:
    """Instant by instant, in exact fractions: who is left, who ends of what."""
    alive, reached = Fraction(1), Fraction(0)
    for t in range(until + 1):
        at_risk = sum(1 for end, _ in rows if end >= t)
        ended = sum(1 for end, why in rows if end == t and why)
        of_cause = sum(1 for end, why in rows if end == t and why == cause)
        if at_risk:
            reached += alive * Fraction(of_cause, at_risk)
            alive *= 1 - Fraction(ended, at_risk)
    return float(reached)


@given(CASES)
def test_aalen_johansen_agrees_with_a_slow_reading(rows: list[tuple[int, int]]) -> None:
    durations, causes = [t for t, _ in rows], [cause for _, cause in rows]
    curve = aalen_johansen(durations, causes, 1)
    for t in (0, 3, 7, 12):
        assert curve.at(t) == pytest.approx(slow_incidence(rows, 1, t), abs=1e-12)


@given(CASES)
def test_all_causes_and_survival_add_up_to_one(rows: list[tuple[int, int]]) -> None:
    durations, causes = [t for t, _ in rows], [cause for _, cause in rows]
    survival = kaplan_meier(durations, [cause > 0 for cause in causes])
    won, lost = (aalen_johansen(durations, causes, cause) for cause in (1, 2))
    assert survival.at(6) + won.at(6) + lost.at(6) == pytest.approx(1)


def test_two_hundred_thousand_journeys_make_a_short_picture() -> None:
    random = np.random.default_rng(4)
    durations = random.exponential(30, 200_000)
    curve = kaplan_meier(durations, random.random(200_000) < 0.7)
    steps = curve.steps(90)
    assert len(steps) <= 202
    assert [s for _, s in steps] == sorted((s for _, s in steps), reverse=True)
    assert curve.median == pytest.approx(30 * np.log(2) / 0.7, rel=0.02)
