"""Nothing lost, nothing doubled: what happens when handling, sending or the process fails at any point."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.app import App
from bot.simulator import Simulator
from handlers.base import Button, Reply, Request
from store import AlreadyDone, Database
from store.people.team import create_team
from store.queues.inbox import Incoming, alone, claim, keep, mark_answered, prune, settle
from store.tables import inbox, teams
from tests.conftest import BACKENDS

LAN, MAI = 7, 8
Telegram = tuple[Simulator, str]
Start = Callable[..., AbstractAsyncContextManager[App]]


def recorder(done: list[str]) -> Callable[[Request], Awaitable[Reply]]:
    """A writing handler: makes a team of each message's text, so that effects can be counted."""

    async def handle(request: Request) -> Reply:
        text = request.message.text
        async with request.begin() as session:
            await create_team(session, name=text, zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=request.now)
            reply = await request.settle(session, Reply(f"recorded {text}", ((Button("Undo", "v1|undo|1"),),)))
        done.append(text)
        return reply

    return handle


async def recorded(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.execute(select(teams.c.name).order_by(teams.c.id))).scalars())


def said(simulator: Simulator, person: int) -> list[str]:
    return [str(message.content.get("text", "")) for message in simulator.bot_messages(person)]


async def test_messages_of_one_person_take_effect_in_order(
    telegram: Telegram, start: Start, database: Database
) -> None:
    simulator, _ = telegram
    for number in range(30):
        simulator.send(LAN if number % 2 else MAI, f"m{number:02}")
    async with start(recorder([])) as app:
        await simulator.until(lambda: len(said(simulator, LAN)) + len(said(simulator, MAI)) == 30)
        await app.inbox.idle()
    names = await recorded(database)
    assert [name for name in names if int(name[1:]) % 2] == [f"m{number:02}" for number in range(1, 30, 2)]
    assert [name for name in names if not int(name[1:]) % 2] == [f"m{number:02}" for number in range(0, 30, 2)]
    assert said(simulator, LAN) == [f"recorded m{number:02}" for number in range(1, 30, 2)]


async def test_a_message_that_always_fails_is_set_aside_and_its_sender_told(
    telegram: Telegram, start: Start, database: Database
) -> None:
    simulator, _ = telegram
    good = recorder([])

    async def handle(request: Request) -> Reply:
        if request.message.text == "poison <b>":
            raise RuntimeError("broken")
        return await good(request)

    async with start(handle) as app:
        simulator.send(LAN, "poison <b>")
        simulator.send(LAN, "after")
        await simulator.until(lambda: len(said(simulator, LAN)) == 2, 20)
        await app.inbox.idle()
        assert (await app.health())["waiting"] == 0
    told, confirmed = said(simulator, LAN)
    assert "poison <b>" in told
    assert confirmed == "recorded after"
    assert await recorded(database) == ["after"]


async def test_a_handler_that_fails_after_its_commit_is_not_run_into_a_second_effect(
    telegram: Telegram, start: Start, database: Database
) -> None:
    simulator, _ = telegram
    good = recorder([])
    failed: list[int] = []

    async def handle(request: Request) -> Reply:
        reply = await good(request)
        if not failed:
            failed.append(1)
            raise RuntimeError("after the commit")
        return reply

    async with start(handle) as app:
        simulator.send(LAN, "once")
        await simulator.until(lambda: said(simulator, LAN) == ["recorded once"])
        await app.inbox.idle()
    assert await recorded(database) == ["once"]


async def test_a_question_that_writes_nothing_is_answered_and_marked(
    telegram: Telegram, start: Start, database: Database
) -> None:
    simulator, _ = telegram

    async def handle(request: Request) -> Reply:
        return Reply(f"{request.message.text}: 42")

    async with start(handle) as app:
        simulator.send(LAN, "/roi")
        await simulator.until(lambda: said(simulator, LAN) == ["/roi: 42"])
        await app.inbox.idle()
    async with database.read() as session:
        row = (await session.execute(select(inbox))).one()
    assert row.handled_at is not None
    assert row.answered_at is not None
    assert row.payload is None


async def test_the_same_update_twice_is_one_row_and_an_old_id_may_come_again(database: Database) -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    update = Incoming(5, LAN, {"update_id": 5})
    async with database.begin() as session:
        first = await keep(session, 1, [update], now, None)
    async with database.begin() as session:
        again = await keep(session, 1, [update, Incoming(6, LAN, {})], now + timedelta(hours=47), None)
        other_bot = await keep(session, 2, [update], now, None)
    async with database.begin() as session:
        much_later = await keep(session, 1, [update], now + timedelta(hours=49), None)
    assert [row.update_id for row in first] == [5]
    assert [row.update_id for row in again] == [6]
    assert [row.update_id for row in other_bot] == [5]
    assert [row.update_id for row in much_later] == [5]
    assert much_later[0].id > again[0].id


async def test_a_replica_takes_only_the_earliest_message_of_a_sender(database: Database) -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    until = now + timedelta(seconds=60)
    async with database.begin() as session:
        kept = await keep(session, 1, [Incoming(n, sender, {}) for n, sender in enumerate([7, 7, 8])], now, None)
    async with database.begin() as session:
        taken = await claim(session, 1, now, until)
    async with database.begin() as session:
        assert await claim(session, 1, now, until) == []
        await settle(session, kept[0].id, {"text": "done"}, now)
    async with database.begin() as session:
        following = await claim(session, 1, now, until)
    async with database.begin() as session:
        expired = await claim(session, 1, until + timedelta(seconds=1), until + timedelta(seconds=60))
    assert [row.id for row in taken] == [kept[0].id, kept[2].id]
    assert [row.id for row in following] == [kept[1].id]
    assert [(row.id, row.handled, row.reply) for row in expired] == [
        (kept[0].id, True, {"text": "done"}),
        (kept[1].id, False, None),
        (kept[2].id, False, None),
    ]


async def test_settling_twice_gives_the_second_transaction_up(database: Database) -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    async with database.begin() as session:
        [row] = await keep(session, 1, [Incoming(1, LAN, {})], now, None)
        await settle(session, row.id, {}, now)
    with pytest.raises(AlreadyDone):
        async with database.begin() as session:
            await settle(session, row.id, {}, now)


async def test_answered_rows_are_forgotten_after_two_days_and_open_ones_never(database: Database) -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    async with database.begin() as session:
        kept = await keep(session, 1, [Incoming(n, LAN, {"secret": 1}) for n in range(2)], now, None)
        await mark_answered(session, [kept[0].id], now)
    async with database.begin() as session:
        assert await prune(session, now + timedelta(hours=47)) == 0
        assert await prune(session, now + timedelta(hours=49)) == 1
    async with database.read() as session:
        assert list((await session.execute(select(inbox.c.id))).scalars()) == [kept[1].id]


async def test_junk_updates_stop_nothing(telegram: Telegram, start: Start, database: Database) -> None:
    simulator, _ = telegram
    junk: list[dict[str, object]] = [
        {"update_id": 1},
        {"update_id": 2, "message": "text"},
        {"update_id": 3, "message": {"text": "x", "from": {"id": 7}}},
        {"update_id": 4, "callback_query": {"id": "1", "from": {}}},
        {"update_id": 5, "message": {"text": "a\0b\ud800", "from": {"id": 7}, "chat": {"id": 7}, "message_id": 1}},
        {"nothing": 1},
    ]
    async with start(recorder([])) as app:
        await app.inbox.take(junk)
        simulator.send(LAN, "fine")
        await simulator.until(lambda: "recorded fine" in said(simulator, LAN))
        await app.inbox.idle()
    assert sorted(await recorded(database)) == ["ab?", "fine"]


@pytest.mark.skipif("postgresql" not in BACKENDS, reason="a SQLite file has one process")
@pytest.mark.parametrize("backend", ["postgresql"])
async def test_two_processes_do_not_poll_at_once_and_the_second_takes_over(
    database: Database, database_url: str
) -> None:
    other = Database(database_url)
    async with alone(database, 1) as first, alone(other, 1) as second, alone(other, 2) as of_another_bot:
        assert (first, second, of_another_bot) == (True, False, True)
    async with alone(other, 1) as later:
        assert later
    await other.close()
