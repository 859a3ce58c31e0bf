"""Tickets, ratings and opt-outs from files land once, in both databases."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from handlers.imports import ImportRequest, Report, import_file
from store import Database
from store.people.team import create_team, team_of
from store.tables import contacts, customers, optouts, ratings, tickets

NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Desk:
    """Imports text as a file into one team, and reads back what landed."""

    def __init__(self, database: Database, team: Any, folder: Path) -> None:
        self.database, self.team, self.path = database, team, folder / "file.csv"

    async def take(self, kind: str, text: str, **more: Any) -> Report:
        self.path.write_text(text, encoding="utf-8")
        return await import_file(self.database, ImportRequest(self.path, kind, self.team, NOW, **more))

    async def rows(self, *columns: Any) -> list[Any]:
        async with self.database.read() as session:
            return [tuple(row) for row in await session.execute(select(*columns).order_by(*columns))]


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> Desk:
    async with database.begin() as session:
        team_id = await create_team(session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=NOW)
        return Desk(database, await team_of(session, team_id), tmp_path)


TICKETS = (
    "ref,customer,opened_at,answered_at,resolved_at,text\n"
    "T1,Lan,2026-10-01 09:00,2026-10-01 10:30,2026-10-02 09:00,Đổi lõi lọc\n"
    "T2,Hùng,2026-10-03,,,\n"
)


async def test_tickets_land_once_with_their_answer_and_end(desk: Desk) -> None:
    first, again = await desk.take("tickets", TICKETS), await desk.take("tickets", TICKETS)
    assert (first.landed, again.landed, again.known) == (2, 0, 2)
    assert await desk.rows(tickets.c.at, tickets.c.answered_at, tickets.c.resolved_at, tickets.c.note) == [
        (
            datetime(2026, 10, 1, 2, 0, tzinfo=UTC),
            datetime(2026, 10, 1, 3, 30, tzinfo=UTC),
            datetime(2026, 10, 2, 2, 0, tzinfo=UTC),
            "Đổi lõi lọc",
        ),
        (datetime(2026, 10, 2, 17, 0, tzinfo=UTC), None, None, None),
    ]


async def test_a_rating_finds_its_ticket_by_reference_or_number(desk: Desk) -> None:
    await desk.take("tickets", TICKETS)
    text = "ref,customer,at,score,ticket\nR1,Lan,2026-10-02,5,T1\nR2,Hùng,2026-10-04,2,#2\nR3,Mai,2026-10-05,4,\n"
    first, again = await desk.take("ratings", text), await desk.take("ratings", text)
    assert (first.landed, again.landed, again.known) == (3, 0, 3)
    ids = [id_ for (id_,) in await desk.rows(tickets.c.id)]
    found = await desk.rows(ratings.c.score, ratings.c.ticket_id)
    assert found == [(2, ids[1]), (4, None), (5, ids[0])]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("R1,Lan,2026-10-02,6,", "score is not a whole number from 1 to 5: 6"),
        ("R1,Lan,2026-10-02,,", "score is not a whole number from 1 to 5: "),
        ("R1,Lan,2026-10-02,4.5,", "score is not a whole number from 1 to 5: 4.5"),
        ("R1,Lan,2026-10-02,5,T9", "no ticket with that reference or number: T9"),
        ("R1,,2026-10-02,5,", "customer is empty"),
        ("R1,Lan,2027-10-02,5,", "at is in the future: 2027-10-02"),
    ],
)
async def test_a_bad_rating_is_rejected_with_its_reason(desk: Desk, row: str, reason: str) -> None:
    report = await desk.take("ratings", f"ref,customer,at,score,ticket\n{row}\n")
    assert (report.landed, [why for _, why in report.rejected]) == (0, [reason])


async def test_optouts_land_once_and_make_unknown_customers_known(desk: Desk) -> None:
    text = "customer,at\nLan,2026-10-02 08:00\nHùng,2026-10-03\n"
    first, again = await desk.take("optouts", text), await desk.take("optouts", text)
    assert (first.landed, again.landed, again.known) == (2, 0, 2)
    assert await desk.rows(optouts.c.at, optouts.c.back_at) == [
        (datetime(2026, 10, 2, 1, 0, tzinfo=UTC), None),
        (datetime(2026, 10, 2, 17, 0, tzinfo=UTC), None),
    ]
    # known since then, but neither a lead nor a walk-in
    assert await desk.rows(customers.c.name, customers.c.created_at, customers.c.walk_in) == [
        ("Hùng", datetime(2026, 10, 2, 17, 0, tzinfo=UTC), None),
        ("Lan", datetime(2026, 10, 2, 1, 0, tzinfo=UTC), None),
    ]


async def test_a_message_flagged_answered_is_imported_so_and_a_call_as_connected(desk: Desk) -> None:
    text = (
        "customer,at,kind,outcome\nLan,2026-10-02,message,answered\nLan,2026-10-03,email,no answer\n"
        "Lan,2026-10-04,call,answered\n"
    )
    assert (await desk.take("contacts", text)).landed == 3
    assert await desk.rows(contacts.c.kind, contacts.c.outcome) == [
        ("call", "connected"), ("email", "no_answer"), ("message", "answered"),
    ]  # fmt: skip


async def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    report = await desk.take("ratings", "customer,at,score\nLan,2026-10-02,5\n", dry_run=True)
    assert (report.landed, await desk.rows(ratings.c.id)) == (1, [])
