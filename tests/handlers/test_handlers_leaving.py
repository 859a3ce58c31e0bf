"""Who stopped buying last week, the reasons said for it, and what retention makes of them."""

from datetime import timedelta

import pytest

from handlers.base import Reply
from handlers.figures.asked import rules_of
from metrics import retention
from metrics.answers.asking import ask
from metrics.base import Scope
from metrics.periods import month
from store.customers.lookup import add_customer
from store.people.team import team_of
from store.records.entries import Clock, Origin, SaleEntry
from store.records.writing import log_sale
from tests.handlers.office import NOW, Office

# the office's Friday is 20 November; last week is 9 to 15 November, and its window of 90 days ends on 11 to 17 August
BOUGHT = {"Lan": 95, "Hoa": 96, "Mai": 200, "Nga": 10, "Tú": 95}


@pytest.fixture
async def shop(office: Office) -> Office:
    """Rosa's customers bought so many days ago; Tú is Tuan's."""
    async with office.database.begin() as session:
        clock = Clock.of(await team_of(session, office.team_id))
        for name, days in BOUGHT.items():
            owner = 4 if name == "Tú" else 3
            customer_id = await add_customer(session, office.team_id, name, owner_id=owner)
            entry = SaleEntry(customer_id, owner, NOW - timedelta(days=days), 100, "VND")
            await log_sale(session, clock, entry, Origin(owner, NOW))
    return office


def names(reply: Reply) -> list[str]:
    return [one.text for row in reply.buttons for one in row]


def button(reply: Reply, text: str) -> str:
    return next(one.data or "" for row in reply.buttons for one in row if one.text == text)


async def test_a_rep_sees_own_customers_who_fell_out_of_the_window_last_week(shop: Office) -> None:
    listed = await shop.rep.say("/inactive")
    assert "<b>2 customers stopped buying</b> from 9 Nov 2026 to 15 Nov 2026" in listed.text
    assert names(listed) == ["Hoa", "Lan"]
    assert names(await shop.manager.say("/ngungmua")) == ["Hoa", "Lan", "Tú"]


async def test_a_reason_is_kept_shown_and_counted_by_retention(shop: Office) -> None:
    listed = await shop.rep.say("/inactive")
    asked = await shop.rep.press(button(listed, "Lan"))
    assert names(asked)[0] == "price"
    after = await shop.rep.press(button(asked, "price"))
    assert "Lan, last bought 17 Aug 2026: price" in after.text
    assert names(after) == ["Hoa"]
    await shop.manager.press(button(asked, "service"))  # the newest one counts
    team = (await shop.rep.request("")).team
    assert team is not None
    now = NOW + timedelta(minutes=1)
    async with shop.database.read() as session:
        answer = await ask(retention.METRIC, session, Scope(rules_of(team), month(2026, 11, team.zone, now), now))
        before = await ask(retention.METRIC, session, Scope(rules_of(team), month(2026, 11, team.zone, NOW), NOW))
    assert answer.figure.parts["reasons"] == [{"reason": "service", "customers": 1}]
    assert before.figure.parts["reasons"] == []


async def test_a_reason_is_said_by_the_owner_or_a_manager_only(shop: Office) -> None:
    listed = await shop.rep.say("/inactive")
    asked = await shop.rep.press(button(listed, "Lan"))
    assert "colleague" in (await shop.other_rep.press(button(asked, "price"))).toast
    assert (await shop.viewer.press(button(asked, "price"))).toast
    assert (await shop.rep.press("v1|gone|1:20261109:nothing")).toast
    assert (await shop.rep.press("v1|inactive|tomorrow")).toast


async def test_nobody_is_said_plainly(office: Office) -> None:
    assert "Nobody stopped buying" in (await office.rep.say("/inactive")).text


async def test_a_team_has_its_own_reasons(shop: Office) -> None:
    await shop.owner.say("/caidat lý do ngừng thêm chuyển nhà")
    listed = await shop.rep.say("/inactive")
    assert "chuyển nhà" in names(await shop.rep.press(button(listed, "Lan")))
