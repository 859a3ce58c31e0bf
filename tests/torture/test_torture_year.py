"""A year of digests: each delivered exactly once or recorded as missed, none early, in order; it prints its counts.

`make check` lives it whole with 6 teams on SQLite, and two months with two processes on PostgreSQL;
``CHOT_YEAR_TEAMS`` and ``CHOT_YEAR_DAYS`` make it as long as wished: `make torture` is 200 teams and a year on both.
"""

import os

import pytest

from tests.torture.year import Year

TEAMS = int(os.environ.get("CHOT_YEAR_TEAMS", "6"))
DAYS = {"sqlite": 365, "postgresql": 60}


# a process is ended here by cancelling what it was doing: a connection that it was opening is dropped as it stands
@pytest.mark.filterwarnings("ignore:Exception ignored in. <(coroutine object connect_tcp|socket)")
async def test_a_year_of_digests_over_zones_restarts_and_a_failing_telegram(
    backend: str, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    days = int(os.environ.get("CHOT_YEAR_DAYS", DAYS[backend]))
    year = Year(database_url, TEAMS, days, processes=1 if backend == "sqlite" else 2)
    counts = await year.run()
    with capsys.disabled():
        told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        print(f"\n{TEAMS} teams, {days} days, {backend}: {told}")
    messages = sum(counts[state] for state in ("delivered", "expired", "unknown", "unreachable"))
    assert counts["due"] > TEAMS * days / 5
    assert counts["due"] == counts["sent"] + counts["empty"] + counts["held"] + counts["missed"]
    assert min(counts["sent"], counts["empty"]) > counts["due"] / 25
    assert counts["missed"] < counts["due"] / 10
    assert counts["delivered"] > messages * 0.75 > counts["sent"]
    assert counts["marked"] <= counts["doubtful"] + counts["unknown"] + counts["unreachable"]
    assert counts["pictures"]
