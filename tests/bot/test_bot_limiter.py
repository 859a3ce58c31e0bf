"""The pace of sending: never faster than Telegram allows, replies first."""

import asyncio
from collections.abc import Callable

import pytest

from bot.limiter import Limiter
from bot.simulator.limits import Limits


class Time:
    """A clock that moves when somebody waits: the tests take no time."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[tuple[float, asyncio.Event]] = []

    def __call__(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        event = asyncio.Event()
        self.waiting.append((self.now + seconds, event))
        await event.wait()

    async def go(self, until: Callable[[], bool]) -> None:
        while not until():
            for _ in range(20):
                await asyncio.sleep(0)
            if self.waiting and not until():
                self.waiting.sort(key=lambda one: one[0])
                at, event = self.waiting.pop(0)
                self.now = max(self.now, at)
                event.set()


async def test_many_chats_go_at_thirty_a_second_and_telegram_never_complains() -> None:
    clock, telegram = Time(), Limits(enabled=True)
    limiter, sent = Limiter(clock=clock, pause=clock.pause), list[float]()

    async def send(chat: int) -> None:
        await limiter.unasked(chat)
        assert telegram.wait(chat, False, clock.now) == 0
        sent.append(clock.now)

    work = asyncio.gather(*(send(chat) for chat in range(1, 301)))
    await clock.go(work.done)
    assert len(sent) == 300
    assert 9.5 < max(sent) < 11.0


async def test_a_reply_overtakes_everything_that_waits() -> None:
    clock, order = Time(), list[str]()
    limiter = Limiter(clock=clock, pause=clock.pause)

    async def unasked(chat: int) -> None:
        await limiter.unasked(chat)
        order.append("digest")

    async def reply() -> None:
        await limiter.reply(999)
        order.append("reply")

    digests = asyncio.gather(*(unasked(chat) for chat in range(1, 101)))
    await clock.go(lambda: len(order) >= 10)
    answer = asyncio.create_task(reply())
    await clock.go(lambda: digests.done() and answer.done())
    assert order.index("reply") <= 12


@pytest.mark.parametrize(("chat", "least"), [(5, 1.0), (-5, 1.0)])
async def test_one_a_second_in_a_chat(chat: int, least: float) -> None:
    clock = Time()
    limiter = Limiter(clock=clock, pause=clock.pause)
    await limiter.unasked(chat)
    assert limiter.delay(chat) == pytest.approx(least)
    assert limiter.delay(chat + 1) == 0


async def test_twenty_a_minute_in_a_group_and_a_burst_of_replies_elsewhere() -> None:
    clock, telegram = Time(), Limits(enabled=True)
    limiter = Limiter(clock=clock, pause=clock.pause)

    async def replies(chat: int, most: float) -> None:
        for _ in range(25):
            await limiter.reply(chat)
            assert chat > 0 or telegram.wait(chat, True, clock.now) == 0
        assert clock.now < most

    private = asyncio.create_task(replies(5, 1.5))
    await clock.go(private.done)
    group = asyncio.create_task(replies(-5, 65))
    await clock.go(group.done)
    group.result()
    private.result()
    assert clock.now > 60


async def test_waiting_as_long_as_telegram_asks() -> None:
    clock = Time()
    limiter = Limiter(clock=clock, pause=clock.pause)
    limiter.hold(-5, 17)
    assert limiter.delay(-5) == 17
    assert limiter.delay(5) == 0
    limiter.hold(None, 3)
    assert limiter.delay(5) == 3
