"""What a digest looks back at is found by indexes, however many records a team has."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from store import Database
from store.queues.digesting import anything, late

NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)
RECORDS = ("sales", "contacts", "refunds", "leads", "deals", "records", "audit")


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_looking_back_scans_no_table_of_records(database: Database) -> None:
    asked: list[tuple[str, Any]] = []
    async with database.read() as session:
        sync = session.sync_connection
        assert sync is not None
        event.listen(sync, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        await anything(session, 1, NOW - timedelta(days=7), NOW)
        await late(session, 1, NOW - timedelta(days=7), NOW, NOW - timedelta(days=1))
        looked = [one for one in asked if one[0] != "BEGIN"]
        plan = [
            row.detail
            for statement, parameters in looked
            for row in await session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert len(looked) == 2  # each in one statement
    assert plan
    assert not [line for line in plan if line.startswith("SCAN") and line.split()[1] in RECORDS], plan
    assert not [line for line in plan if line.endswith("(team_id=?)")], plan
