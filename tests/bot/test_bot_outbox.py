"""What is said unasked arrives once: over waiting times, failures, lost answers, blocked, moved and closed chats."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.app import App
from bot.clock import Clock
from bot.limiter import Limiter
from bot.simulator import Fault, Group, Message, Simulator
from handlers.base import Button, Photo, Reply, Request
from handlers.clockwork.telling import Place, tell, tell_member
from metrics.wording import Say
from store import Database
from store.people.links import link
from store.people.membership import greet, join
from store.people.team import create_team
from store.tables import mutes, outbox
from tests.bot.test_bot_sending import PNG

LAN, MAI, GROUP = 7, 8, -5
NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
Telegram = tuple[Simulator, str]
Start = Callable[..., AbstractAsyncContextManager[App]]
KEYS = ((Button("More", "v1|more|1"),),)


def words(message: Message) -> str:
    return str(message.content.get("text") or message.content.get("caption") or "")


async def quiet(request: Request) -> Reply:
    """Answer commands alone."""
    return Reply("linked" if request.message.text.startswith("/") else "")


class Stage:
    """A bot whose clock the test moves, and a team of two: Lan owns it, Mai is a rep."""

    def __init__(self, app: App, simulator: Simulator, team_id: int) -> None:
        self.app, self.simulator, self.team_id = app, simulator, team_id
        self.ahead = timedelta()

    async def say(
        self, chat: int, text: str, *, key: str, thread: int = 0, picture: bytes | None = None,
        wait: timedelta = timedelta(),
    ) -> bool:  # fmt: skip
        async with self.app.database.begin() as session:
            photo = Photo(picture, "") if picture else None
            return await tell(
                session, Place(self.team_id, chat, "en", thread), lambda _say: Reply(text, KEYS, photo),
                key=key, now=self.app.clock.now(), due_at=self.app.clock.now() + wait,
            )  # fmt: skip

    async def hear(self, person: int, text: str, **where: int) -> None:
        """Let somebody say something, and the bot be done with it."""
        self.simulator.send(person, text, **where)
        await self.simulator.until(lambda: not self.simulator.world.updates.pending)
        await self.app.inbox.idle()

    async def later(self, **by: float) -> None:
        """Let time pass, and everything that is due then be sent."""
        self.app.clock.move(timedelta(**by))
        while await self.app.outbox.pump():
            pass

    def seen(self, chat: int) -> list[str]:
        return [words(message) for message in self.simulator.bot_messages(chat)]

    async def rows(self) -> list[tuple[object, ...]]:
        async with self.app.database.read() as session:
            found = await session.execute(
                select(outbox.c.dedupe_key, outbox.c.sent_at.is_not(None), outbox.c.failure).order_by(outbox.c.id)
            )
            return [tuple(row) for row in found]


@pytest.fixture
async def stage(telegram: Telegram, start: Start, database: Database) -> AsyncIterator[Stage]:
    simulator, _ = telegram
    simulator.add_group(Group(GROUP, "Team", (LAN, MAI), (LAN,)))
    for person in (LAN, MAI):
        simulator.send(person, "hello")
    now = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    async with database.begin() as session:
        team_id = await create_team(session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="en", now=now)
        for number, name, role in ((LAN, "Lan", "owner"), (MAI, "Mai", "rep")):
            account = await greet(session, number, name, None)
            await join(session, team_id, account.id, name, role, now)
    async with start(quiet, clock=Clock(lambda: now), limiter=Limiter(float("inf"))) as app:
        for task in app.tasks:
            if task.get_name() in {"outbox", "scheduler"}:
                task.cancel()  # the tests pump by hand
        await app.inbox.idle()
        yield Stage(app, simulator, team_id)


async def test_a_thing_is_said_once_under_its_key_with_buttons_and_picture(stage: Stage) -> None:
    assert await stage.say(LAN, "due", key="one", picture=PNG)
    assert not await stage.say(LAN, "due again", key="one")
    await stage.later(seconds=1)
    await stage.later(days=1)
    [message] = stage.simulator.bot_messages(LAN)
    assert (words(message), bool(message.content.get("photo")), bool(message.markup)) == ("due", True, True)
    assert await stage.rows() == [("one", True, None)]


async def test_a_member_is_told_in_their_own_language_and_one_who_never_came_is_not(stage: Stage) -> None:
    async with stage.app.database.begin() as session:
        member = (await greet(session, MAI, "Mai", None)).member_id or 0
        word: Callable[[Say], Reply] = lambda say: Reply(say("Nothing is logged today."))  # noqa: E731
        assert await tell_member(session, stage.team_id, member, word, key="a", now=stage.app.clock.now())
        assert not await tell_member(session, stage.team_id, 999, word, key="b", now=stage.app.clock.now())
    await stage.later(seconds=1)
    assert stage.seen(MAI) == ["Nothing is logged today."]


async def test_a_chats_messages_keep_their_order_while_one_has_to_wait(stage: Stage) -> None:
    stage.simulator.faults.add(Fault("sendMessage", "error", code=429, retry_after=30, chat_id=LAN))
    for number in range(3):
        await stage.say(LAN, f"m{number}", key=f"k{number}")
    await stage.later(seconds=1)
    assert stage.seen(LAN) == []
    await stage.later(seconds=25)
    assert stage.seen(LAN) == []
    await stage.later(seconds=10)
    assert stage.seen(LAN) == ["m0", "m1", "m2"]


async def test_a_message_for_later_does_not_hold_up_what_is_due_before_it(stage: Stage) -> None:
    await stage.say(LAN, "in the morning", key="a", wait=timedelta(hours=9))
    await stage.say(LAN, "now", key="b")
    await stage.later(seconds=1)
    assert stage.seen(LAN) == ["now"]
    await stage.later(hours=10)
    assert stage.seen(LAN) == ["now", "in the morning"]


@pytest.mark.parametrize("fault", [Fault("*", "error", code=500), Fault("*", "error", code=502, count=4)])
async def test_what_was_surely_not_sent_is_tried_until_it_is(stage: Stage, fault: Fault) -> None:
    stage.simulator.faults.add(fault)
    await stage.say(LAN, "hello", key="k")
    for _ in range(8):
        await stage.later(minutes=6)
    assert stage.seen(LAN) == ["hello"]


async def test_a_send_whose_outcome_is_unknown_is_repeated_once_and_marked(stage: Stage) -> None:
    stage.simulator.faults.add(Fault("sendMessage", "lose"))
    await stage.say(LAN, "hello", key="k")
    await stage.say(LAN, "next", key="l")
    await stage.later(seconds=1)
    await stage.later(minutes=1)
    assert stage.seen(LAN) == ["hello", "hello\n(sent again: it may have arrived before)", "next"]


async def test_after_a_second_doubt_it_is_given_up(stage: Stage) -> None:
    stage.simulator.faults.add(Fault("sendMessage", "drop", count=2))
    await stage.say(LAN, "hello", key="k")
    for _ in range(4):
        await stage.later(minutes=6)
    assert stage.seen(LAN) == []
    assert await stage.rows() == [("k", False, "unknown")]


async def test_what_is_stale_is_not_sent(stage: Stage) -> None:
    await stage.say(LAN, "hello", key="k")
    await stage.later(days=3)
    assert await stage.rows() == [("k", False, "expired")]


async def test_a_blocked_chat_is_muted_managers_hear_once_and_it_is_reached_again(stage: Stage) -> None:
    stage.simulator.block(MAI)
    for number in range(3):
        await stage.say(MAI, "hello", key=f"k{number}")
    await stage.later(seconds=1)
    await stage.later(minutes=1)
    await stage.say(MAI, "more", key="k9")
    await stage.later(minutes=1)
    assert stage.seen(LAN) == ["Mai cannot be reached: they blocked the bot. Nothing is sent there until they write."]
    assert [row[1:] for row in await stage.rows() if row[0] in {"k1", "k2", "k9"}] == [(False, "muted")] * 3
    stage.simulator.unblock(MAI)
    await stage.hear(MAI, "I am back")
    await stage.say(MAI, "welcome", key="k10")
    await stage.later(minutes=1)
    assert stage.seen(MAI) == ["welcome"]


async def test_a_chat_that_another_process_muted_is_reached_again_when_it_speaks(stage: Stage) -> None:
    import store.queues.outbox as store

    now = stage.app.clock.now()
    async with stage.app.database.begin() as session:
        assert await store.mute(session, MAI, 0, now, "blocked")
        assert not await store.mute(session, MAI, 0, now, "blocked")
    assert not await stage.say(MAI, "not yet", key="a")
    await stage.hear(MAI, "I am back")
    assert await stage.say(MAI, "welcome", key="b")
    await stage.later(seconds=1)
    assert stage.seen(MAI) == ["welcome"]


async def test_what_is_too_long_comes_in_order_as_several_messages_each_once(stage: Stage) -> None:
    lines = [f"{number}. {'x' * 90}" for number in range(60)]
    for _ in range(2):
        await stage.say(LAN, "\n".join(lines), key="long", picture=PNG)
    await stage.later(seconds=1)
    await stage.later(days=1)
    picture, *texts = stage.simulator.bot_messages(LAN)
    assert (bool(picture.content.get("photo")), words(picture), picture.markup) == (True, "", None)
    assert [line for text in texts for line in words(text).splitlines()] == lines
    assert [bool(text.markup) for text in texts] == [False, True]
    assert await stage.rows() == [("long", True, None), ("long/1", True, None), ("long/2", True, None)]


async def test_what_does_not_fit_is_refused_aloud(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    import store.queues.outbox as store

    now = stage.app.clock.now()
    for key, text, picture in (("text", "x" * 4097, None), ("caption", "x" * 1025, PNG)):
        message = store.Outgoing(stage.team_id, key, "notice", LAN, "en", {"text": text}, now, picture=picture)
        async with stage.app.database.begin() as session:
            await store.put(session, message, now)
    await stage.later(seconds=1)
    await stage.later(seconds=1)
    assert stage.seen(LAN) == []
    assert await stage.rows() == [("text", False, "too long"), ("caption", False, "too long")]
    assert caplog.text.count("longer than Telegram takes") == 2


async def test_a_group_that_became_a_supergroup_is_followed(stage: Stage) -> None:
    async with stage.app.database.begin() as session:
        await link(session, stage.team_id, GROUP, 0, "Team", 1, stage.app.clock.now())
    moved = stage.simulator.migrate(GROUP)
    await stage.say(GROUP, "hello", key="k")
    await stage.later(seconds=1)
    await stage.later(seconds=1)
    assert stage.seen(moved.id) == ["hello"]


async def test_a_closed_topic_is_muted_alone(stage: Stage) -> None:
    forum = Group(-6, "Forum", (LAN, MAI), (LAN,), kind="supergroup", is_forum=True)
    stage.simulator.add_group(forum)
    stage.simulator.faults.add(Fault("sendMessage", "error", code=400, description="Bad Request: TOPIC_CLOSED"))
    await stage.say(-6, "to the topic", key="k", thread=3)
    await stage.later(seconds=1)
    await stage.say(-6, "to the topic again", key="l", thread=3)
    await stage.say(-6, "to the group", key="m")
    await stage.later(seconds=1)
    assert stage.seen(-6) == ["to the group"]
    async with stage.app.database.read() as session:
        assert [tuple(row) for row in await session.execute(select(mutes.c.chat_id, mutes.c.thread_id))] == [(-6, 3)]


async def test_managers_hear_once_that_a_linked_group_lets_the_bot_no_longer_write(stage: Stage) -> None:
    async with stage.app.database.begin() as session:
        await link(session, stage.team_id, GROUP, 0, "Sales", 1, NOW)
    stage.simulator.kick(GROUP)
    for number in range(3):
        await stage.say(GROUP, "figures", key=f"k{number}")
    await stage.later(seconds=1)
    await stage.later(minutes=5)
    await stage.say(GROUP, "figures of the next day", key="k9")
    await stage.later(minutes=5)
    assert stage.seen(LAN) == [
        "“Sales” cannot be reached: the bot was removed, or the topic closed. Nothing is sent there until somebody"
        " writes to the bot there, for example: /link"
    ]
    assert stage.seen(MAI) == [], "a rep has nothing to do about it"
    stage.simulator.invite(GROUP)
    await stage.hear(LAN, "/link", chat_id=GROUP)
    await stage.say(GROUP, "figures again", key="k10")
    await stage.later(minutes=5)
    assert stage.seen(GROUP) == ["linked", "figures again"]


async def mutes_of(stage: Stage) -> list[tuple[int, int]]:
    async with stage.app.database.read() as session:
        found = await session.execute(select(mutes.c.chat_id, mutes.c.thread_id).order_by(mutes.c.thread_id))
        return [(chat, thread) for chat, thread in found]


async def test_a_groups_mute_is_lifted_by_a_reply_that_it_took_not_by_talk(stage: Stage) -> None:
    import store.queues.outbox as store

    forum = Group(-6, "Forum", (LAN, MAI), (LAN,), kind="supergroup", is_forum=True)
    stage.simulator.add_group(forum)
    async with stage.app.database.begin() as session:
        for thread in (0, 3, 4):
            await session.execute(
                mutes.insert().values(chat_id=-6, thread_id=thread, muted_at=NOW, reason="TOPIC_CLOSED")
            )
        assert await store.is_muted(session, -6, 9)
    everything = [(-6, 0), (-6, 3), (-6, 4)]
    await stage.hear(LAN, "are you coming tonight?", chat_id=-6, thread_id=3)
    assert await mutes_of(stage) == everything, "people talk there, the bot may not"
    stage.simulator.faults.add(Fault("sendMessage", "error", code=400, description="Bad Request: TOPIC_CLOSED"))
    await stage.hear(LAN, "/link", chat_id=-6, thread_id=3)
    assert await mutes_of(stage) == everything, "its answer was refused"
    assert not await stage.say(-6, "to the topic", key="a", thread=3)
    await stage.hear(LAN, "/link", chat_id=-6, thread_id=3)
    assert await mutes_of(stage) == [(-6, 4)], "the group and the topic that took an answer, no other topic"
    assert await stage.say(-6, "to the topic", key="b", thread=3)
    assert not await stage.say(-6, "to the other topic", key="c", thread=4)
    await stage.later(seconds=5)
    assert stage.seen(-6) == ["linked", "to the topic"]


async def test_what_a_dead_process_held_is_taken_up_and_marked_when_it_may_have_gone(stage: Stage) -> None:
    import store.queues.outbox as store

    now = stage.app.clock.now()
    await stage.say(LAN, "held", key="a")
    await stage.say(MAI, "in doubt", key="b")
    async with stage.app.database.begin() as session:
        held = await store.claim(session, now, now + timedelta(seconds=90), 10)
        await store.trying(session, held[1].id, now)
    await stage.later(seconds=1)
    assert stage.seen(LAN) == []
    await stage.later(seconds=120)
    assert stage.seen(LAN) == ["held"]
    assert stage.seen(MAI) == ["in doubt\n(sent again: it may have arrived before)"]


async def test_two_workers_never_take_the_same_message(stage: Stage) -> None:
    import store.queues.outbox as store

    now = stage.app.clock.now()
    for number in range(20):
        await stage.say(100 + number, "hello", key=f"k{number}")
    taken = []
    for _ in range(3):
        async with stage.app.database.begin() as session:
            taken += [row.id for row in await store.claim(session, now, now + timedelta(seconds=90), 9)]
    assert len(taken) == len(set(taken)) == 20
