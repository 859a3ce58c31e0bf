"""Tickets, ratings and opt-outs as they are logged, marked, corrected and undone in the chat."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.base import Reply
from store import Database
from store.customers.lookup import add_customer
from store.tables import contacts, optouts, ratings, tickets
from tests.handlers.office import NOW, Office


@pytest.fixture
async def shop(office: Office) -> Office:
    """The office with a customer Lan of Rosa's."""
    async with office.database.begin() as session:
        await add_customer(session, office.team_id, "Lan", owner_id=3)
    return office


async def rows(database: Database, *columns: object) -> list[tuple[object, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(select(*columns))]  # type: ignore[call-overload]


def data(reply: Reply) -> list[str]:
    return [button.data or "" for row in reply.buttons for button in row]


def under(reply: Reply) -> tuple[str, ...]:
    """The payloads of a message's buttons, as a reply to it carries them."""
    return tuple(data(reply))


async def test_a_ticket_is_logged_answered_and_resolved(shop: Office) -> None:
    logged = await shop.rep.say("/ticket Lan asks for an invoice of 12tr by friday")
    assert logged.text.startswith("Recorded #1: ticket of Lan, “asks for an invoice of 12tr by friday”")
    shop.rep.now = NOW + timedelta(minutes=35)
    answered = await shop.rep.say("/answered", replied_id=1, replied_data=under(logged))
    assert answered.text == "Ticket #1 of Lan answered, 35 min after it was opened"
    shop.rep.now = NOW + timedelta(hours=3)
    assert (await shop.rep.say("/resolved 1")).text == "Ticket #1 of Lan resolved, 3 h after it was opened"
    assert await rows(shop.database, tickets.c.at, tickets.c.answered_at, tickets.c.resolved_at) == [
        (NOW, NOW + timedelta(minutes=35), NOW + timedelta(hours=3))
    ]
    assert "already" in (await shop.rep.say("/daxuly 1")).text


async def test_vietnamese_names_and_the_customers_only_open_ticket(shop: Office) -> None:
    await shop.rep.say("/yeucau Lan xin hoá đơn")
    assert "answered" in (await shop.other_rep.say("/datraloi Lan")).text
    assert "resolved" in (await shop.other_rep.say("/daxuly Lan")).text
    assert "no open ticket" in (await shop.rep.say("/answered Lan")).text


async def test_buttons_mark_a_ticket_and_take_it_back(shop: Office) -> None:
    logged = await shop.rep.say("/ticket Lan broken filter")
    tick = next(one for one in data(logged) if one.endswith(":resolved"))
    done = await shop.rep.press(tick)
    assert "resolved" in done.text
    assert "already" in (await shop.rep.press(tick)).toast
    await shop.rep.press(next(one for one in data(done) if "untick" in one))
    assert await rows(shop.database, tickets.c.resolved_at) == [(None,)]
    assert (await shop.viewer.press(tick)).toast


async def test_a_ticket_is_opened_again_by_whose_it_is_who_marked_it_or_a_manager(shop: Office) -> None:
    logged = await shop.rep.say("/ticket Lan broken filter")
    tick = next(one for one in data(logged) if one.endswith(":resolved"))
    back = next(one for one in data(await shop.rep.press(tick)) if "untick" in one)
    assert "colleague" in (await shop.other_rep.press(back)).toast
    assert await rows(shop.database, tickets.c.resolved_at.is_(None)) == [(False,)]
    for chat in (shop.rep, shop.manager):
        assert "open again" in (await chat.press(back)).text
        await shop.rep.press(tick)
    await shop.rep.press(back)
    await shop.other_rep.press(tick)  # a colleague may help, and take back their own slip
    assert "open again" in (await shop.other_rep.press(back)).text


async def test_undo_and_restore_are_refused_to_a_colleague(shop: Office) -> None:
    for line in ("/ticket Lan broken filter", "/rating Lan 4", "/optout Lan", "/call Lan 5p", "/sale Lan 12tr"):
        logged = await shop.rep.say(line)
        undo = next(one for one in data(logged) if one.startswith("v1|undo"))
        assert "colleague" in (await shop.other_rep.press(undo)).toast
        restore = data(await shop.rep.press(undo))[0]
        assert "colleague" in (await shop.other_rep.press(restore)).toast
        assert "already undone" in (await shop.rep.press(undo)).toast


async def test_a_ticket_cannot_be_answered_before_it_was_opened(shop: Office) -> None:
    await shop.rep.say("/ticket Lan broken filter")
    reply = await shop.rep.say("/answered 1 yesterday")
    assert "before ticket #1 was opened" in reply.text
    assert await rows(shop.database, tickets.c.answered_at) == [(None,)]


async def test_several_open_tickets_are_named(shop: Office) -> None:
    await shop.rep.say("/ticket Lan broken filter")
    await shop.rep.say("/ticket Lan wants an invoice")
    assert "#1, #2" in (await shop.rep.say("/resolved Lan")).text


async def test_a_message_is_flagged_answered_by_reply(shop: Office) -> None:
    logged = await shop.rep.say("/msg Lan")
    assert "marked answered" in (await shop.rep.say("/answered", replied_id=1, replied_data=under(logged))).text
    assert await rows(shop.database, contacts.c.outcome) == [("answered",)]
    called = await shop.rep.say("/call Lan 5m")
    assert "Which ticket?" in (await shop.rep.say("/answered", replied_id=3, replied_data=under(called))).text


async def test_a_rating_by_reply_is_about_the_ticket_and_its_customer(shop: Office) -> None:
    logged = await shop.rep.say("/ticket Lan broken filter")
    rated = await shop.rep.say("/rating 5 quick work", replied_id=1, replied_data=under(logged))
    assert rated.text.startswith("Recorded #2: rating by Lan, <b>5/5</b>, “quick work”")
    ((ticket_id,),) = await rows(shop.database, tickets.c.id)
    assert await rows(shop.database, ratings.c.score, ratings.c.ticket_id, ratings.c.note) == [
        (5, ticket_id, "quick work")
    ]


async def test_a_rating_without_a_score_is_asked_and_keeps_its_ticket(shop: Office) -> None:
    logged = await shop.rep.say("/ticket Lan broken filter")
    asked = await shop.rep.say("/rating", replied_id=1, replied_data=under(logged))
    four = next(one for row in asked.buttons for one in row if one.text == "4")
    await shop.rep.press(four.data)
    ((ticket_id,),) = await rows(shop.database, tickets.c.id)
    assert await rows(shop.database, ratings.c.score, ratings.c.ticket_id) == [(4, ticket_id)]


@pytest.mark.parametrize("line", ["/rating Lan 6", "/rating Lan 0", "/rating Lan"])
async def test_a_score_outside_1_to_5_is_asked(shop: Office, line: str) -> None:
    assert "From 1 to 5?" in (await shop.rep.say(line)).text
    assert await rows(shop.database, ratings.c.id) == []


async def test_editing_the_message_corrects_the_rating(shop: Office) -> None:
    await shop.rep.say("/rating Lan 4", message_id=50)
    corrected = await shop.rep.say("/rating Lan 2 late", message_id=50, edited=True)
    assert corrected.text.startswith("Corrected #1: rating by Lan, <b>2/5</b>")
    assert await rows(shop.database, ratings.c.score, ratings.c.note) == [(2, "late")]


async def test_an_undone_rating_is_not_counted_and_comes_back(shop: Office) -> None:
    await shop.rep.say("/rating Lan 4")
    undone = await shop.rep.say("/undo")
    assert await rows(shop.database, ratings.c.counted) == [(False,)]
    await shop.rep.press(data(undone)[0])
    assert await rows(shop.database, ratings.c.counted) == [(True,)]


async def test_who_opted_out_is_known_and_said(shop: Office) -> None:
    assert "Lan wants no contact" in (await shop.rep.say("/optout Lan")).text
    again = await shop.rep.say("/ngunglienhe Lan")
    assert "already" in again.text
    assert len(await rows(shop.database, optouts.c.id)) == 1
    assert "asked not to be contacted" in (await shop.rep.say("/call Lan 5m")).text


async def test_a_viewer_logs_no_ticket(shop: Office) -> None:
    assert "is for reps" in (await shop.viewer.say("/ticket Lan broken filter")).text


async def test_a_customers_card_shows_what_waits_and_how_they_rated(shop: Office) -> None:
    await shop.rep.say("/ticket Lan broken filter")
    await shop.rep.say("/rating Lan 4")
    await shop.rep.say("/optout Lan")
    card = await shop.rep.say("/find Lan")
    assert "Open tickets: #1" in card.text
    assert "rating, 4/5" in card.text
    assert "asked not to be contacted" in card.text
