"""Bare commands and missing parts are asked one at a time, by buttons and by typing; nothing is lost or mixed up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.base import Reply
from tests.handlers.office import NOW, Chat, Office

pytestmark = pytest.mark.usefixtures("lan")


@pytest.fixture
async def lan(office: Office) -> None:
    """A customer whom the rep knows."""
    await office.rep.say("/lead Lan 0912345678 #zalo")


async def rows(office: Office, sql: str) -> list[tuple[object, ...]]:
    async with office.database.read() as session:
        return [tuple(row) for row in await session.execute(text(sql))]


async def waiting(office: Office) -> int:
    found = await rows(office, "SELECT count(*) FROM drafts WHERE settled_at IS NULL")
    return int(str(found[0][0]))


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if button.text.startswith(label))


def payloads(reply: Reply) -> tuple[str, ...]:
    return tuple(str(button.data) for row in reply.buttons for button in row)


async def test_a_bare_call_is_logged_by_three_taps(office: Office) -> None:
    who = await office.rep.say("/call")
    assert labels(who) == ["Lan · …5678", "Cancel"]
    came = await office.rep.press(data(who, "Lan"))
    assert came.edits
    assert came.text == "What came of the call?"
    assert labels(came)[-3:] == ["Skip", "Back", "Cancel"]
    long = await office.rep.press(data(came, "interested"))
    done = await office.rep.press(data(long, "5 min"))
    assert done.text == "Recorded #2: call to Lan, 5 min, interested · today 1 call"
    assert await rows(office, "SELECT outcome, duration_s FROM contacts") == [("interested", 300)]
    assert await waiting(office) == 0


async def test_a_call_that_reached_nobody_is_not_asked_how_long_it_was(office: Office) -> None:
    who = await office.rep.say("/goi")
    came = await office.rep.press(data(who, "Lan"))
    assert "no answer" in (await office.rep.press(data(came, "no answer"))).text
    assert await rows(office, "SELECT outcome, duration_s FROM contacts") == [("no_answer", None)]


async def test_steps_are_skipped_and_gone_back_over(office: Office) -> None:
    who = await office.rep.say("/call")
    came = await office.rep.press(data(who, "Lan"))
    long = await office.rep.press(data(came, "busy"))
    assert long.text.startswith("Recorded #2")
    who = await office.rep.say("/call")
    came = await office.rep.press(data(who, "Lan"))
    long = await office.rep.press(data(came, "interested"))
    again = await office.rep.press(data(long, "Back"))
    assert again.text == "What came of the call?"
    first = await office.rep.press(data(again, "Back"))
    assert labels(first) == ["Lan · …5678", "Cancel"]
    came = await office.rep.press(data(first, "Lan"))
    long = await office.rep.press(data(came, "Skip"))
    done = await office.rep.press(data(long, "Skip"))
    assert done.text == "Recorded #3: call to Lan · today 2 calls"


async def test_every_step_may_be_typed(office: Office) -> None:
    await office.rep.say("/call")
    came = await office.rep.say("lan")
    assert came.text == "What came of the call?"
    long = await office.rep.say("quan tâm")
    assert long.text.startswith("How long")
    done = await office.rep.say("7p")
    assert done.text == "Recorded #2: call to Lan, 7 min, interested · today 1 call"


async def test_a_whole_line_may_follow_a_bare_command(office: Office) -> None:
    await office.rep.say("/sale")
    done = await office.rep.say("Lan 12tr #zalo, giao mai")
    assert done.text.startswith("Recorded #2: sale to Lan, <b>₫12,000,000</b>, #zalo, “giao mai”")


async def test_a_bare_sale_offers_usual_goods_at_their_last_price(office: Office) -> None:
    async with office.database.begin() as session:
        for name, price in (("Lọc nước", None), ("Lõi lọc", None)):
            await session.execute(
                text("INSERT INTO products (team_id, name, key, price_minor) VALUES (:team, :name, :key, :price)"),
                {"team": office.team_id, "name": name, "key": name.lower(), "price": price},
            )
    await office.rep.say("/sale Lan 24tr 2x lọc nước")
    who = await office.rep.say("/sale")
    much = await office.rep.press(data(who, "Lan"))
    assert "Lọc nước · ₫12,000,000" in labels(much)
    done = await office.rep.press(data(much, "Lọc nước"))
    assert "sale to Lan, <b>₫12,000,000</b>, Lọc nước" in done.text
    kept = await rows(office, "SELECT amount_minor, quantity FROM sales ORDER BY id")
    assert kept == [(24_000_000, 2), (12_000_000, 1)]


async def test_a_new_customer_of_a_bare_sale_takes_one_tap(office: Office) -> None:
    await office.rep.say("/sale")
    assert "How much" in (await office.rep.say("Bích Ngọc")).text
    asked = await office.rep.say("3tr")
    done = await office.rep.press(data(asked, "New customer"))
    assert done.text.startswith("Recorded #2: sale to Bích Ngọc, <b>₫3,000,000</b>")


async def test_a_bare_lead_takes_a_name_a_phone_and_a_channel(office: Office) -> None:
    await office.rep.say("/lead")
    await office.rep.say("Hoa")
    channel = await office.rep.say("0987654321")
    done = await office.rep.press(data(channel, "facebook"))
    assert done.text == "Recorded #2: new lead Hoa, +84987654321, #facebook"
    assert await rows(office, "SELECT phone FROM customers WHERE name = 'Hoa'") == [("+84987654321",)]


async def test_a_deal_is_won_from_a_button_and_its_amount_asked(office: Office) -> None:
    await office.rep.say("/deal Lan 50tr")
    await office.rep.say("/lead Hoa")
    async with office.database.begin() as session:
        await session.execute(text("UPDATE deals SET amount_minor = NULL, base_minor = NULL"))
    which = await office.rep.say("/won")
    assert labels(which)[0] == "#2 Lan · new"
    much = await office.rep.press(data(which, "#2 Lan"))
    assert much.text == "For how much was deal #2 won? For example: 12m"
    assert "sale <b>₫48,000,000</b>" in (await office.rep.say("48tr")).text
    assert await rows(office, "SELECT outcome FROM deals") == [("won",)]


async def test_a_reason_asked_by_reply_is_that_deals(office: Office) -> None:
    deal = await office.rep.say("/deal Lan 50tr")
    await office.rep.say("/deal Lan 20tr")
    why = await office.rep.say("/lost", replied_id=900, replied_data=payloads(deal))
    done = await office.rep.press(data(why, "price"))
    assert done.text == "Deal #2 with Lan is lost: price"


async def test_a_cost_is_asked_for_amount_kind_and_channel(office: Office) -> None:
    await office.manager.say("/cost")
    kind = await office.manager.say("5tr")
    channel = await office.manager.press(data(kind, "marketing"))
    done = await office.manager.press(data(channel, "facebook"))
    assert done.text == "Recorded #2: cost ₫5,000,000, marketing, #facebook"


async def test_a_question_never_swallows_a_command_or_another_log(office: Office) -> None:
    await office.rep.say("/call")
    assert (await office.rep.say("/sale Lan 2tr")).text.startswith("Recorded #2: sale")
    assert (await office.rep.say("gọi Lan 5p")).text.startswith("Recorded #3: call")
    assert "Net revenue" in (await office.rep.say("doanh số hôm nay")).text
    assert await waiting(office) == 1


async def test_a_typed_answer_goes_to_the_newest_question_and_says_so(office: Office) -> None:
    await office.rep.say("/sale Lan #zalo")
    await office.rep.say("/sale Lan #facebook")
    told = await office.rep.say("12m")
    assert "#facebook" in told.text
    assert "newest question" in told.text
    assert await waiting(office) == 1


async def test_a_typed_answer_goes_to_the_question_it_replies_to(office: Office) -> None:
    first = await office.rep.say("/sale Lan #zalo")
    await office.rep.say("/sale Lan #facebook")
    told = await office.rep.say("12m", replied_id=900, replied_data=payloads(first))
    assert "#zalo" in told.text
    assert await rows(office, "SELECT channel FROM sales") == [("zalo",)]


async def test_a_reply_that_answers_nothing_hears_the_question_again(office: Office) -> None:
    asked = await office.rep.say("/sale Lan")
    told = await office.rep.say("blue", replied_id=900, replied_data=payloads(asked))
    assert told.text.startswith("That does not answer this question.\nHow much?")
    assert "Back" not in labels(told)
    assert (await office.rep.say("3m", replied_id=901, replied_data=payloads(told))).text.startswith("Recorded #2")


async def test_a_name_answers_only_a_fresh_question_an_amount_all_day(office: Office) -> None:
    await office.rep.say("/call")
    office.rep.now = NOW + timedelta(minutes=11)
    assert "Owner: Rosa" in (await office.rep.say("Lan")).text
    await office.rep.say("/sale Lan")
    office.rep.now = NOW + timedelta(hours=5)
    assert (await office.rep.say("12m")).text.startswith("Recorded #2")
    await office.rep.say("/sale Lan #web")
    office.rep.now = NOW + timedelta(hours=30)
    assert "12" not in (await office.rep.say("13m")).text
    assert await rows(office, "SELECT count(*) FROM sales") == [(1,)]


async def test_a_button_of_an_earlier_question_answers_no_later_one(office: Office) -> None:
    await office.rep.say("/sale Lan 3tr")
    who = await office.rep.say("/sale")
    await office.rep.say("Lan")
    late = await office.rep.press(data(who, "Lan"))
    assert late.toast == "This was answered already."
    assert await rows(office, "SELECT count(*) FROM sales") == [(1,)]


async def test_two_people_in_a_group_never_mix_their_questions(office: Office) -> None:
    rosa = replace(office.rep, private=False)
    tuan = replace(office.other_rep, private=False)
    hers = await rosa.say("/sale Lan", chat_id=-5)
    his = await tuan.say("/sale 0912345678 #web", chat_id=-5)
    assert "replying to this message" in hers.text
    assert (await tuan.say("9m", chat_id=-5)) == Reply()
    refused = await tuan.say("9m", chat_id=-5, replied_id=900, replied_data=payloads(hers))
    assert refused.text == "Only the person who wrote the message can answer this."
    assert "sale to Lan" in (await tuan.say("4m", chat_id=-5, replied_id=901, replied_data=payloads(his))).text
    assert "sale to Lan" in (await rosa.say("7m", chat_id=-5, replied_id=900, replied_data=payloads(hers))).text
    kept = await rows(office, "SELECT m.name, s.amount_minor FROM sales s JOIN members m ON m.id = s.member_id")
    assert sorted(kept) == [("Rosa", 7_000_000), ("Tuan", 4_000_000)]


async def test_an_edit_of_a_typed_answer_corrects_what_it_answered(office: Office) -> None:
    await office.rep.say("/sale Lan #zalo")
    await office.rep.say("12m")
    answer = office.rep.ids[0]
    corrected = await office.rep.say("21m", edited=True, message_id=answer)
    assert corrected.text == "Corrected #2: sale to Lan, <b>₫21,000,000</b>, #zalo"
    again = await office.rep.say("22m", edited=True, message_id=answer)
    assert again.text.startswith("Corrected #2: sale to Lan, <b>₫22,000,000</b>")
    assert await rows(office, "SELECT amount_minor FROM sales WHERE counted") == [(22_000_000,)]


async def test_an_edit_of_an_answer_while_the_next_is_asked(office: Office) -> None:
    await office.rep.say("/call")
    await office.rep.say("Lan")
    answer = office.rep.ids[0]
    await office.rep.say("/lead Hoa")
    again = await office.rep.say("Hoa", edited=True, message_id=answer)
    assert again.text == "What came of the call?"
    assert "call to Hoa" in (await office.rep.press(data(again, "busy"))).text


async def test_a_vietnamese_reader_is_led_in_vietnamese(office: Office) -> None:
    speaker: Chat = replace(office.rep, language="vi")
    who = await speaker.say("/goi")
    assert who.text.startswith("Khách nào?")
    came = await speaker.press(data(who, "Lan"))
    assert came.text != "What came of the call?"
    assert (await speaker.say("quan tâm")).text != "How long was the call? Choose, or type it, for example: 5m"
    assert "Lan" in (await speaker.say("5p")).text
