"""Alerts: a crossing speaks once, being back speaks once, everything else is silence."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.scheduler import Programme, Scheduler
from handlers.programme import WORK
from store.tables import outbox
from tests.handlers.clocked import rows
from tests.handlers.office import NOW, Drawn, Office

MORNING = NOW + timedelta(hours=17, minutes=5)
DAY = timedelta(days=1)


@dataclass
class Mornings:
    """The office over some mornings: what was sold each day, and what the alerts said."""

    office: Office

    async def sell(self, day: int, *amounts: str) -> None:
        self.office.rep.now = NOW + day * DAY
        for amount in amounts:
            await self.office.rep.say(f"/sale Nga {amount}")

    async def said(self, day: int) -> list[str]:
        """What is new in the morning after that day."""
        before = len(await rows(self.office.database, outbox))
        now = MORNING + day * DAY
        scheduler = Scheduler(self.office.database, Drawn(), Programme(WORK), now=lambda: now)
        while await scheduler.tick():
            pass
        return [row.payload["text"] for row in (await rows(self.office.database, outbox))[before:]]


@pytest.fixture
async def mornings(office: Office) -> Mornings:
    office.rep.now = NOW - DAY
    await office.rep.say("/lead Nga")
    return Mornings(office)


async def test_a_crossing_speaks_once_and_being_back_once(mornings: Mornings) -> None:
    reply = await mornings.office.manager.say("/alert revenue < 10tr")
    assert reply.text.startswith("Watched each morning: Net revenue below ₫10,000,000, by day.")
    await mornings.sell(0, "12tr")
    assert await mornings.said(0) == []
    await mornings.sell(1, "3tr")
    assert await mornings.said(1) == ["⚠️ Net revenue, 21 Nov 2026: <b>₫3,000,000</b>, below ₫10,000,000"]
    await mornings.sell(2, "4tr")
    assert await mornings.said(2) == []
    assert await mornings.said(3) == []  # 24 November is a holiday
    await mornings.sell(4, "25tr")
    assert await mornings.said(4) == ["✓ Net revenue, 24 Nov 2026: <b>₫25,000,000</b>, no longer below ₫10,000,000"]


async def test_several_alerts_come_as_one_message_and_by_rep_names_who(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert revenue < 10tr")
    await mornings.office.manager.say("/alert revenue > 2tr by rep")
    await mornings.sell(0, "3tr")
    [text] = await mornings.said(0)
    assert text.splitlines() == [
        "⚠️ Net revenue, 20 Nov 2026: <b>₫3,000,000</b>, below ₫10,000,000",
        "⚠️ Net revenue of Rosa, 20 Nov 2026: <b>₫3,000,000</b>, above ₫2,000,000",
    ]


async def test_a_weekly_alert_speaks_on_monday_of_the_week_before(mornings: Mornings) -> None:
    await mornings.office.manager.say("/alert calls < 5 weekly")
    assert await mornings.said(0) == []
    [text] = await mornings.said(2)  # Monday 23 November
    assert text == "⚠️ Calls, week 16–22 Nov 2026: <b>0</b>, below 5"


async def test_quiet_for_a_week_and_removed(mornings: Mornings) -> None:
    manager = mornings.office.manager
    await manager.say("/alert revenue < 10tr")
    assert "Quiet until 27 Nov 2026" in (await manager.press("v1|al|1:z")).text
    await mornings.sell(0, "3tr")
    assert await mornings.said(0) == []
    assert "1. Net revenue below" in (await manager.say("/alert")).text
    assert "managers" in (await mornings.office.rep.press("v1|al|1:x")).toast
    assert "Removed" in (await manager.press("v1|al|1:x")).text
    assert "For example" in (await manager.say("/alert")).text
    assert "gone already" in (await manager.press("v1|al|1:x")).toast


@pytest.mark.parametrize(
    "line", ["/alert revenue", "/alert < 10tr", "/alert revenue < abc", "/alert revenue < 10", "/alert xyz < 5",
             "/alert conversion < 20% tomorrow", "/alert roi > 100% by rep"],
)  # fmt: skip
async def test_what_is_not_plainly_an_alert_is_refused_with_an_example(office: Office, line: str) -> None:
    text = (await office.manager.say(line)).text
    assert "/alert" in text or "whole team" in text
    assert "Watched" not in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/alert calls<5", "Calls below 5, by day"),
        ("/canhbao doanhso dưới 10tr theo nhân viên hàng tuần", "Net revenue below ₫10,000,000, each rep, by week"),
        ("/alert conversion below 20%", "Conversion below 20 %, by day"),
        ("/alert doanh số thuần trên 1,5 tỷ", "Net revenue above ₫1,500,000,000, by day"),
    ],
)
async def test_lines_as_people_write_them(office: Office, line: str, said: str) -> None:
    assert said in (await office.manager.say(line)).text


@pytest.mark.parametrize("line", ["/remove Minh", "/role Minh rep"])
async def test_who_leads_no_longer_hears_nothing_and_their_alerts_are_dropped(mornings: Mornings, line: str) -> None:
    office = mornings.office
    await office.manager.say("/alert revenue < 10tr")
    await office.owner.say("/alert calls < 5")
    await office.owner.say(line)
    await mornings.sell(0, "3tr")
    [text] = await mornings.said(0)
    assert "Calls" in text
    assert "revenue" not in (await office.owner.say("/alert")).text
