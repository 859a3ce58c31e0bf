"""Adoption counts who wrote the records, and when, not whom they are about or when they were imported."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from metrics import METRICS, periods
from metrics.answers.asking import ask, rows
from metrics.base import Answer, Part, Scope, TeamScope
from metrics.wording import Say
from store import Database, Session
from store.customers.lookup import add_customer
from store.people.membership import greet, join, member_named, remove_member
from store.people.team import create_team, team_of
from store.records.bulk import land
from store.records.corrections import remove
from store.records.entries import Clock, ContactEntry, CostEntry, Origin, SaleEntry
from store.records.writing import log_contact, log_cost, log_sale

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
OCTOBER = periods.month(2026, 10, HANOI, NOW)
ADOPTION = next(metric for metric in METRICS if metric.key == "adoption")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


async def _team(session: Session) -> Clock:
    made = at("2026-01-01 09:00")
    team_id = await create_team(session, name="Ours", zone=HANOI.key, currency="VND", locale="vi", now=made)
    return Clock.of(await team_of(session, team_id))


async def _member(session: Session, clock: Clock, number: int, role: str, joined: str) -> int:
    account = await greet(session, 1000 + number, f"Member {number}", None)
    return (await join(session, clock.team_id, account.id, f"Member {number}", role, at(joined))).id


async def _asked(database: Database, clock: Clock, now: datetime = NOW) -> Answer:
    scope = Scope(TeamScope(clock.team_id, HANOI, "VND"), OCTOBER, now, "rep")
    async with database.read() as session:
        listed = await rows(ADOPTION, session, scope)
        assert all(len(record) == len(listed.columns) for record in listed.records)
        return await ask(ADOPTION, session, scope)


def _part(answer: Answer, name: str) -> Part:
    found = answer.figure.parts[name]
    assert isinstance(found, Part)
    return found


async def test_who_wrote_a_record_in_the_period_has_adopted(database: Database) -> None:
    async with database.begin() as session:
        clock = await _team(session)
        writer = await _member(session, clock, 1, "rep", "2026-01-01 09:00")
        edge = await _member(session, clock, 2, "manager", "2026-10-31 23:59:59")
        importer = await _member(session, clock, 3, "rep", "2026-01-01 09:00")
        undoer = await _member(session, clock, 4, "rep", "2026-01-01 09:00")
        owner = await _member(session, clock, 5, "owner", "2026-01-01 09:00")
        await _member(session, clock, 6, "rep", "2026-11-01 00:00")  # joined after the period
        gone = await _member(session, clock, 7, "rep", "2026-01-01 09:00")
        await remove_member(session, clock.team_id, gone, at("2026-09-30 23:59:59"))
        left = await _member(session, clock, 8, "rep", "2026-01-01 09:00")
        await remove_member(session, clock.team_id, left, at("2026-10-01 00:00"))
        await member_named(session, clock.team_id, "Without account", NOW)
        who = await add_customer(session, clock.team_id, "Lan")

        async def call(by: int, happened: str, lag: timedelta, vague: bool = False) -> int:
            entry = ContactEntry(who, by, "call", at(happened), date_only=vague)
            return (await log_contact(session, clock, entry, Origin(by, at(happened) + lag))).id

        await call(writer, "2026-09-30 23:00", HOUR)  # logged at the first instant of October
        await call(writer, "2026-10-01 09:00", 3 * HOUR)
        await call(writer, "2026-10-02 09:00", 5 * HOUR)
        await call(writer, "2026-10-02 00:00", 9 * HOUR, vague=True)
        await call(edge, "2026-10-31 23:00", HOUR)  # logged at the first instant of November
        await remove(session, clock, await call(undoer, "2026-10-05 09:00", HOUR), undoer, NOW, None)
        await land(session, clock, [
            (SaleEntry(who, importer, at("2026-10-05 09:00"), 100, "VND"),
             Origin(importer, at("2026-10-06 09:00"), import_key="1")),
        ])  # fmt: skip
        of_another = SaleEntry(who, importer, at("2026-10-07 09:00"), 100, "VND")
        await log_sale(session, clock, of_another, Origin(owner, at("2026-10-07 10:00")))
        day = at("2026-10-08 09:00").date()
        await log_cost(
            session, clock, CostEntry(writer, "other", day, day, 5, "VND"), Origin(writer, at("2026-10-08 09:00"))
        )

    answer = await _asked(database, clock)
    # active: writer, edge, importer, undoer, left
    assert (answer.figure.numerator, answer.figure.denominator, answer.value) == (1, 5, 0.2)
    assert _part(answer, "days_per_member") == Part(3 / 5, "number", 5)
    assert _part(answer, "median_lag_hours") == Part(3.0, "number", 3)
    assert {row.key: row.value for row in answer.breakdown} == {
        "Member 1": 1.0, "Member 2": 0.0, "Member 3": 0.0, "Member 4": 0.0, "Member 8": 0.0,
    }  # fmt: skip
    early = await _asked(database, clock, now=at("2026-10-01 00:00:01"))
    assert (early.figure.numerator, early.figure.denominator) == (1, 4)


async def test_a_team_of_one_owner_has_nobody_to_count(database: Database) -> None:
    async with database.begin() as session:
        clock = await _team(session)
        who = await add_customer(session, clock.team_id, "Lan")
        await log_contact(session, clock, ContactEntry(who, None, "call", at("2026-10-05 09:00")), Origin(None, NOW))
    answer = await _asked(database, clock)
    assert answer.value is None
    assert answer.reason is not None
    assert "/invite" in Say("en")(answer.reason)
