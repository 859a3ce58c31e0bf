"""The customer's own link: given out by a member, answered by one stranger, who may also say stop."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from handlers.base import JOINING, Reply
from handlers.customers.links import qr
from handlers.figures.asked import rules_of
from metrics import csat
from metrics.answers.asking import ask
from metrics.base import Part, Scope
from metrics.periods import month
from store import Database
from store.customers.lookup import add_customer
from store.people.team import team_of
from store.records.care import log_optout
from store.records.entries import Clock, OptoutEntry, Origin
from store.tables import optouts, outbox, rating_links, ratings, records, tickets
from tests.handlers.office import NOW, Chat, Office

STRANGERS_SENTENCE = JOINING.source


@pytest.fixture
async def shop(office: Office) -> Office:
    """The office with a customer Lan of Rosa's."""
    async with office.database.begin() as session:
        await add_customer(session, office.team_id, "Lan", owner_id=3)
    return office


async def rows(database: Database, *columns: object) -> list[tuple[object, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(select(*columns))]  # type: ignore[call-overload]


def token_of(reply: Reply) -> str:
    found = re.search(r"https://t\.me/chot_bot\?start=([\w-]+)", reply.text)
    assert found is not None
    return found[1]


def button(reply: Reply, text: str) -> str:
    return next(one.data or "" for row in reply.buttons for one in row if one.text == text)


async def test_a_customer_rates_by_a_tap_and_says_why_by_typing(shop: Office) -> None:
    link = await shop.rep.say("/ratelink Lan")
    assert link.photo is not None
    opened = await shop.stranger.say(f"/start {token_of(link)}")
    assert "Shop" in opened.text
    assert "Lan" not in opened.text
    thanks = await shop.stranger.press(button(opened, "4 ★"))
    assert "4 of 5" in thanks.text
    assert "Shop" in (await shop.stranger.say("quick but dear")).text
    assert await rows(shop.database, ratings.c.score, ratings.c.note, ratings.c.member_id) == [(4, "quick but dear", 3)]
    # what comes next is no comment any more
    assert (await shop.stranger.say("hello")).text == shop_say(STRANGERS_SENTENCE)
    assert len(await rows(shop.database, outbox.c.id)) == 2  # the rep is told of the rating, and of the comment


def shop_say(text: str) -> str:
    from metrics.wording import Say

    return Say("en")(text)


async def test_another_tap_corrects_the_same_rating(shop: Office) -> None:
    opened = await shop.stranger.say(f"/start {token_of(await shop.rep.say('/ratelink Lan'))}")
    await shop.stranger.press(button(opened, "2 ★"))
    await shop.stranger.press(button(opened, "5 ★"))
    assert await rows(shop.database, ratings.c.score) == [(5,)]
    assert await rows(shop.database, func.count(records.c.id)) == [(1,)]


async def test_the_link_answers_only_who_answered_first(shop: Office, newcomer: object) -> None:
    token = token_of(await shop.rep.say("/ratelink Lan"))
    opened = await shop.stranger.say(f"/start {token}")
    await shop.stranger.press(button(opened, "2 ★"))
    other: Chat = newcomer(99, "Other")  # type: ignore[operator]
    assert "Somebody else" in (await other.say(f"/start {token}")).text
    assert "no longer works" in (await other.press(f"v1|rate|{token}:5")).toast
    assert "no longer works" in (await other.press(f"v1|stop|{token}")).toast
    assert await rows(shop.database, ratings.c.score) == [(2,)]
    assert await rows(shop.database, optouts.c.id) == []


async def test_an_expired_or_invented_link_opens_nothing(shop: Office) -> None:
    token = token_of(await shop.rep.say("/ratelink Lan"))
    shop.stranger.now = NOW + timedelta(days=30)
    assert "expired" in (await shop.stranger.say(f"/start {token}")).text
    assert (await shop.stranger.press(f"v1|rate|{token}:5")).toast
    assert "mistyped" in (await shop.stranger.say("/start AAAAAAAAAAAAAAAAAAAAAA")).text
    assert (await shop.stranger.press("v1|rate|AAAAAAAAAAAAAAAAAAAAAA:5")).toast
    assert await rows(shop.database, ratings.c.id) == []


@pytest.mark.parametrize("score", ["0", "6", "x", "5:5", ""])
async def test_a_forged_score_is_refused(shop: Office, score: str) -> None:
    token = token_of(await shop.rep.say("/ratelink Lan"))
    assert (await shop.stranger.press(f"v1|rate|{token}:{score}")).toast
    assert await rows(shop.database, ratings.c.id) == []


async def test_a_member_who_opens_the_link_is_told_whom_it_is_for_and_rates_nothing(shop: Office) -> None:
    token = token_of(await shop.rep.say("/ratelink Lan"))
    assert "for the customer" in (await shop.rep.say(f"/start {token}")).text
    assert (await shop.manager.press(f"v1|rate|{token}:5")).toast
    assert await rows(shop.database, ratings.c.id) == []
    assert "Shop" in (await shop.stranger.say(f"/start {token}")).text


async def test_stop_opts_out_once_and_may_be_taken_back(shop: Office) -> None:
    opened = await shop.stranger.say(f"/start {token_of(await shop.rep.say('/ratelink Lan'))}")
    stopped = await shop.stranger.press(button(opened, "Stop contacting me"))
    await shop.stranger.press(button(opened, "Stop contacting me"))
    assert await rows(shop.database, optouts.c.back_at) == [(None,)]
    assert "asked not to be contacted" in (await shop.rep.say("/ratelink Lan")).text
    await shop.stranger.press(button(stopped, "You may contact me again"))
    assert await rows(shop.database, optouts.c.back_at) == [(NOW,)]


async def test_a_link_for_a_ticket_rates_the_ticket(shop: Office) -> None:
    logged = await shop.rep.say("/ticket Lan broken filter")
    data = tuple(one.data or "" for row in logged.buttons for one in row)
    link = await shop.rep.say("/ratelink", replied_id=1, replied_data=data)
    opened = await shop.stranger.say(f"/start {token_of(link)}")
    await shop.stranger.press(button(opened, "5 ★"))
    ((ticket_id,),) = await rows(shop.database, tickets.c.id)
    assert await rows(shop.database, ratings.c.ticket_id, ratings.c.score) == [(ticket_id, 5)]


async def test_links_and_answers_are_counted(shop: Office) -> None:
    for _ in range(3):
        link = await shop.rep.say("/ratelink Lan")
    opened = await shop.stranger.say(f"/start {token_of(link)}")
    await shop.stranger.press(button(opened, "5 ★"))
    team = (await shop.rep.request("")).team
    assert team is not None
    now = NOW + timedelta(minutes=1)
    async with shop.database.read() as session:
        answer = await ask(csat.METRIC, session, Scope(rules_of(team), month(2026, 11, team.zone, now), now))
    rate = answer.figure.parts["response_rate"]
    assert isinstance(rate, Part)
    assert (rate.value, rate.n, answer.value) == (1 / 3, 3, 1.0)


async def test_an_undone_rating_given_again_by_the_link_is_recorded_anew(shop: Office) -> None:
    opened = await shop.stranger.say(f"/start {token_of(await shop.rep.say('/ratelink Lan'))}")
    await shop.stranger.press(button(opened, "2 ★"))
    await shop.manager.say("/undo 1")
    await shop.stranger.press(button(opened, "3 ★"))
    assert sorted(await rows(shop.database, ratings.c.score, ratings.c.counted)) == [(2, False), (3, True)]


async def test_optin_brings_a_customer_back(shop: Office) -> None:
    await shop.rep.say("/optout Lan")
    assert "again" in (await shop.rep.say("/lienhelai Lan")).text
    assert await rows(shop.database, optouts.c.back_at) == [(NOW,)]
    assert "nothing changed" in (await shop.rep.say("/optin Lan")).text


async def test_optin_takes_back_every_opt_out(shop: Office) -> None:
    await shop.rep.say("/optout Lan")
    async with shop.database.begin() as session:  # as an import notes one more
        clock = Clock.of(await team_of(session, shop.team_id))
        await log_optout(session, clock, OptoutEntry(1, None, NOW - timedelta(days=1)), Origin(None, NOW))
    assert len(await rows(shop.database, optouts.c.id)) == 2
    await shop.rep.say("/optin Lan")
    assert "nothing changed" in (await shop.rep.say("/optin Lan")).text


async def test_only_whose_customer_it_is_who_noted_it_or_a_manager_takes_an_opt_out_back(shop: Office) -> None:
    await shop.rep.say("/optout Lan")
    refused = await shop.other_rep.say("/optin Lan")
    assert refused.text == "Lan is Rosa's customer: only they or a manager can change that."
    assert await rows(shop.database, optouts.c.back_at) == [(None,)]
    assert "again" in (await shop.manager.say("/optin Lan")).text
    await shop.other_rep.say("/optout Lan")
    assert "again" in (await shop.other_rep.say("/optin Lan")).text
    assert "is for reps, managers, owners" in (await shop.viewer.say("/optin Lan")).text


async def test_only_the_hash_of_a_token_is_kept(shop: Office) -> None:
    token = token_of(await shop.rep.say("/ratelink Lan"))
    assert token not in str(await rows(shop.database, rating_links.c.token_hash))


def decoded(png: bytes) -> list[str]:
    """What a reader of its own (zxing) finds in a picture."""
    import numpy as np
    import zxingcpp
    from matplotlib.image import imread

    pixels = imread(io.BytesIO(png), format="png")
    grey = np.ascontiguousarray(pixels[..., 0] if pixels.ndim == 3 else pixels)
    return [code.text for code in zxingcpp.read_barcodes((grey * 255).astype(np.uint8))]


async def test_the_code_that_is_sent_holds_the_very_link(shop: Office) -> None:
    reply = await shop.rep.say("/ratelink Lan")
    assert reply.photo is not None
    assert decoded(reply.photo.png) == [f"https://t.me/chot_bot?start={token_of(reply)}"]


def test_the_code_is_a_picture_large_enough_for_a_phone() -> None:
    from matplotlib.image import imread

    picture = imread(io.BytesIO(qr("https://t.me/chot_bot?start=AAAAAAAAAAAAAAAAAAAAAA")), format="png")
    assert 400 <= picture.shape[0] == picture.shape[1] <= 1000
