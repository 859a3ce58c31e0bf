"""What a digest looks back at is found by indexes, however many records a team has."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from store import Database
from store.people.membership import greet, join
from store.people.team import create_team
from store.queues.digesting import anything, last_logged, late
from store.tables import audit

NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)
RECORDS = ("sales", "contacts", "refunds", "leads", "deals", "records", "audit")


async def test_of_who_never_logged_nothing_of_the_others_is_read(database: Database) -> None:
    async with database.begin() as session:
        team = await create_team(session, name="Big", zone="UTC", currency="VND", locale="en", now=NOW)
        account = await greet(session, 9, "Silent", None)
        silent = (await join(session, team, account.id, account.name, "rep", NOW - timedelta(days=700))).id
        same = {"team_id": team, "at": NOW, "action": "log"}
        rows = [same | {"member_id": silent + 1 + n % 40, "record_id": n} for n in range(20_000)]
        await session.execute(insert(audit), rows)
        await session.execute(text("ANALYZE"))
    asked: list[tuple[str, Any]] = []
    async with database.read() as session:
        sync = session.sync_connection
        assert sync is not None
        event.listen(sync, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        assert await last_logged(session, team, silent) is None
        statement, parameters = asked[-1]
        explain = "EXPLAIN QUERY PLAN" if session.dialect.name == "sqlite" else "EXPLAIN"
        plan = [str(tuple(row)) for row in await session.exec_driver_sql(f"{explain} {statement}", parameters)]
    assert any("ix_audit_team_id_member_id" in line for line in plan), plan


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
