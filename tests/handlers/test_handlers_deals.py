"""Deals: won by a sale or by word, lost, moved, named by customer, number or reply."""

from dataclasses import replace

import pytest

from tests.handlers.office import Office
from tests.handlers.test_handlers_logging import data, rows

pytestmark = pytest.mark.usefixtures("lan")


@pytest.fixture
async def lan(office: Office) -> None:
    """A customer whom the rep knows."""
    await office.rep.say("/lead Lan 0912345678 #zalo")


async def test_a_sale_wins_the_only_open_deal(office: Office) -> None:
    deal = await office.rep.say("/deal Lan 50tr")
    assert "deal with Lan" in deal.text
    reply = await office.rep.say("/sale Lan 50tr")
    assert "wins deal #2" in reply.text
    assert "closed already" in (await office.rep.say("/won #2")).text


async def test_of_several_open_deals_the_sale_asks_which_it_won(office: Office) -> None:
    await office.rep.say("/deal Lan 50tr")
    await office.rep.say("/deal Lan 20tr")
    reply = await office.rep.say("/sale Lan 20tr")
    assert "Which open deal" in reply.text
    chosen = await office.rep.press(data(reply, "#3"))
    assert chosen.text == "Sale #4 wins deal #3"
    assert (await office.rep.press(data(reply, "#2"))).toast == "That sale has won a deal already."


async def test_won_records_the_deals_amount_as_a_sale(office: Office) -> None:
    await office.rep.say("/deal Lan 50tr")
    assert "won, sale <b>₫50,000,000</b>" in (await office.rep.say("/won Lan")).text
    assert await rows(office, "SELECT amount_minor FROM sales") == [(50_000_000,)]
    assert "no open deal" in (await office.rep.say("/won Lan")).text


async def test_lost_and_stage_move_a_deal(office: Office) -> None:
    await office.rep.say("/deal Lan 50tr")
    assert (await office.rep.say("/stage Lan quoted")).text == "Deal #2 with Lan: quoted"
    assert (await office.rep.say("/lost Lan price")).text == "Deal #2 with Lan is lost: price"
    assert await rows(office, "SELECT stage, outcome, reason FROM deals") == [("quoted", "lost", "price")]


async def test_a_deal_is_won_or_moved_by_reply(office: Office) -> None:
    opened = await office.rep.say("/deal Lan 50tr")
    message = office.rep.ids[0]
    under = tuple(str(button.data) for row in opened.buttons for button in row)
    moved = await office.rep.say("/stage quoted", replied_id=900, replied_data=under)
    assert moved.text == "Deal #2 with Lan: quoted"
    assert "₫40,000,000" in (await office.rep.say("/won 40tr", replied_id=message)).text
    assert await rows(office, "SELECT outcome FROM deals") == [("won",)]


async def test_a_deal_that_is_won_names_the_next_follow_up(office: Office) -> None:
    await office.rep.say("/remind Lan tomorrow 9am")
    await office.rep.say("/deal Lan 50tr")
    assert (await office.rep.say("/won Lan")).text.endswith(" · today 1 sale, 50M · next 09:00 tomorrow")
    await office.rep.say("/deal Lan 30tr")
    await office.rep.say("/deal Lan 20tr")
    sold = await office.rep.say("/sale Lan 20tr")
    chosen = await office.rep.press(data(sold, f"#{5}"))
    assert chosen.text == "Sale #6 wins deal #5 · next 09:00 tomorrow"
    in_group = replace(office.rep, private=False)
    assert "next" not in (await in_group.say("/won Lan", chat_id=-5)).text


async def test_a_deal_that_is_won_brings_the_follow_ups_of_its_sale(office: Office) -> None:
    await office.manager.say("/sequence 3 All well?")
    await office.rep.say("/deal Lan 50tr")
    assert (await office.rep.say("/won Lan")).text.endswith(" · next 09:00 23 Nov")
    assert await rows(office, "SELECT text, customer_id FROM followups") == [("All well?", 1)]
