"""A year of digests: each delivered exactly once or recorded as missed, none early, in order; it prints its counts.

``CHOT_YEAR_TEAMS`` and ``CHOT_YEAR_DAYS`` make it as long as wished: `make torture` is 200 teams for 365 days.
"""

import os

import pytest

from tests.torture.year import Year

TEAMS = int(os.environ.get("CHOT_YEAR_TEAMS", "6"))
DAYS = int(os.environ.get("CHOT_YEAR_DAYS", "60"))


async def test_a_year_of_digests_over_zones_restarts_and_a_failing_telegram(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    year = Year(database_url, TEAMS, DAYS, processes=1 if database_url.startswith("sqlite") else 2)
    counts = await year.run()
    with capsys.disabled():
        told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        print(f"\n{TEAMS} teams, {DAYS} days, {database_url.partition(':')[0]}: {told}")
    assert counts["due"] > TEAMS * DAYS / 7
    assert counts["sent"] > counts["due"] * 0.9
