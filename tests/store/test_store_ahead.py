"""When the bot speaks next by itself: the earliest of what is ahead and open."""

from datetime import UTC, datetime, timedelta

from store import Database
from store.customers import followups
from store.people.membership import greet, join
from store.people.team import create_team
from store.queues import outbox, schedules
from store.queues.ahead import is_due, next_told
from store.queues.outbox import Outgoing

NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_the_earliest_of_schedules_follow_ups_and_waiting_messages_comes_next(database: Database) -> None:
    async def told() -> datetime | None:
        async with database.read() as session:
            return await next_told(session, "digest", NOW)

    async with database.begin() as session:
        team = await create_team(session, name="Shop", zone="UTC", currency="VND", locale="en", now=NOW)
        account = await greet(session, 9, "Olga", None)
        member = await join(session, team, account.id, account.name, "owner", NOW)
    assert await told() is None
    async with database.begin() as session:
        for kind, at in (("alerts", NOW + HOUR), ("digest", NOW + 9 * HOUR), ("digest", NOW - HOUR)):
            made = await schedules.add(session, team, kind, {}, "UTC", at, NOW, grace_s=60)
    assert await told() == NOW + 9 * HOUR, "what is due already comes without that the clock is moved"
    async with database.read() as session:
        assert await is_due(session, "digest", NOW)
        assert not await is_due(session, "alerts", NOW)
        assert not await is_due(session, "digest", NOW - 2 * HOUR)
    async with database.begin() as session:
        await outbox.put(session, Outgoing(team, "a", "digest", 9, "en", {}, NOW + 6 * HOUR), NOW)
    assert await told() == NOW + 6 * HOUR
    async with database.begin() as session:
        await followups.plan(session, team, member.id, NOW + 3 * HOUR, NOW, origin="member")
    assert await told() == NOW + 3 * HOUR
    async with database.begin() as session:
        earlier = await schedules.add(session, team, "digest", {}, "UTC", NOW + HOUR, NOW, grace_s=60)
        assert made and earlier
        await schedules.change(session, team, earlier, paused_at=NOW)
    assert await told() == NOW + 3 * HOUR, "paused"
