"""Corrections without retyping the line: Edit part by part, replies that say what is wrong, and Repeat."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.base import Reply
from handlers.parsing.amended import amended
from tests.handlers.office import NOW, Chat, Office

pytestmark = pytest.mark.usefixtures("lan")


@pytest.fixture
async def lan(office: Office) -> None:
    """Two customers whom the rep knows."""
    await office.rep.say("/lead Lan 0912345678")
    await office.rep.say("/lead Hoa")


async def rows(office: Office, sql: str) -> list[tuple[object, ...]]:
    async with office.database.read() as session:
        return [tuple(row) for row in await session.execute(text(sql))]


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if button.text.startswith(label))


def payloads(reply: Reply) -> tuple[str, ...]:
    return tuple(str(button.data) for row in reply.buttons for button in row)


SALE = "SELECT c.name, s.amount_minor FROM sales s JOIN customers c ON c.id = s.customer_id WHERE s.counted"


async def test_edit_opens_the_parts_and_changes_one(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr #zalo, giao mai")
    opened = await office.rep.press(data(sold, "Edit"))
    assert opened.edits
    assert labels(opened) == [
        *("Amount", "Customer", "Product", "Quantity", "When", "Channel", "Campaign", "Upsell or cross-sell"),
        *("Note", "Done"),
    ]
    asked = await office.rep.press(data(opened, "Amount"))
    assert "What is the right amount?" in asked.text
    done = await office.rep.say("21tr")
    assert done.text == "Corrected #3: sale to Lan, <b>₫21,000,000</b>, #zalo, “giao mai”"
    assert await rows(office, SALE) == [("Lan", 21_000_000)]
    audit = await rows(office, "SELECT before, after FROM audit_values")
    assert "12000000" in str(audit[-1][0])
    assert "21000000" in str(audit[-1][1])


async def test_edit_changes_the_customer_by_a_tap(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    opened = await office.rep.press(data(sold, "Edit"))
    asked = await office.rep.press(data(opened, "Customer"))
    done = await office.rep.press(data(asked, "Hoa"))
    assert done.text == "Corrected #3: sale to Hoa, <b>₫12,000,000</b>"
    assert await rows(office, SALE) == [("Hoa", 12_000_000)]


async def test_edit_changes_outcome_length_direction_day_and_note_of_a_call(office: Office) -> None:
    called = await office.rep.say("/call Lan 5p quan tâm")
    for part, answer in (("Outcome", "busy"), ("Duration", "10 min"), ("Direction", "incoming"), ("When", "yesterday")):
        opened = await office.rep.press(data(called, "Edit"))
        asked = await office.rep.press(data(opened, part))
        assert (await office.rep.press(data(asked, answer))).text.startswith("Corrected #3: call")
    assert "yesterday" not in await fixed(office.rep, called, "When", "today", tap=True)
    assert "yesterday" in await fixed(office.rep, called, "When", "yesterday", tap=True)
    opened = await office.rep.press(data(called, "Edit"))
    asked = await office.rep.press(data(opened, "Note"))
    noted = await office.rep.say("gọi lại lúc 9h, mang mẫu", replied_id=900, replied_data=payloads(asked))
    assert "“gọi lại lúc 9h, mang mẫu”" in noted.text
    kept = await rows(office, "SELECT outcome, duration_s, direction, day, note FROM contacts")
    assert [str(value) for value in kept[0]] == ["busy", "600", "in", "2026-11-19", "gọi lại lúc 9h, mang mẫu"]


async def fixed(chat: Chat, logged: Reply, part: str, answer: str, *, tap: bool = False) -> str:
    """Change one part by *Edit*: by a tap on the answer, or by typing it."""
    asked = await chat.press(data(await chat.press(data(logged, "Edit")), part))
    return (await (chat.press(data(asked, answer)) if tap else chat.say(answer))).text


async def test_edit_changes_quantity_campaign_and_channel_and_takes_them_out(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr #zalo #tet")
    assert await fixed(office.rep, sold, "Quantity", "3", tap=True)
    assert await fixed(office.rep, sold, "Quantity", "12")
    assert await fixed(office.rep, sold, "Campaign", "#he2027")
    assert await fixed(office.rep, sold, "Channel", "None", tap=True) == (
        "Corrected #3: sale to Lan, <b>₫12,000,000</b>, quantity 12, #he2027"
    )
    assert await rows(office, "SELECT quantity, campaign, channel, amount_minor FROM sales") == [
        (12, "he2027", None, 12_000_000)
    ]
    trail = (await office.owner.say("/audit 3")).text
    assert "Quantity: 3 → 12" in trail
    assert "Campaign: tet → he2027" in trail
    assert "Channel: zalo → —" in trail
    spent = await office.manager.say("/cost 2tr marketing #zalo #tet")
    assert "#facebook" in await fixed(office.manager, spent, "Channel", "facebook", tap=True)
    assert await fixed(office.manager, spent, "Campaign", "None", tap=True)
    assert await rows(office, "SELECT channel, campaign FROM costs") == [("facebook", None)]


@pytest.mark.parametrize("answer", ["zalo", "hai từ", "0", "1tr", "-3"])
async def test_no_campaign_or_quantity_is_guessed_from_something_else(office: Office, answer: str) -> None:
    sold = await office.rep.say("/sale Lan 12tr #tet")
    part = "Campaign" if answer[0].isalpha() else "Quantity"
    asked = await office.rep.press(data(await office.rep.press(data(sold, "Edit")), part))
    again = await office.rep.say(answer, replied_id=900, replied_data=payloads(asked))
    assert again.text.startswith("That does not answer this question.")
    assert await rows(office, "SELECT campaign, quantity FROM sales") == [("tet", 1)]


async def test_edit_opens_tickets_ratings_and_opt_outs(office: Office) -> None:
    asked = await office.rep.say("/ticket Lan xin hoá đơn")
    assert await fixed(office.rep, asked, "Note", "xin giao lại") == "Corrected #3: ticket of Lan, “xin giao lại”"
    assert "Hoa" in await fixed(office.rep, asked, "Customer", "Hoa", tap=True)
    rated = await office.rep.say("/rating Hoa 5 nhanh")
    assert await fixed(office.rep, rated, "Score", "2", tap=True)
    assert await fixed(office.rep, rated, "Score", "4") == "Corrected #4: rating by Hoa, <b>4/5</b>, “nhanh”"
    assert await fixed(office.rep, rated, "Note", "None", tap=True) == "Corrected #4: rating by Hoa, <b>4/5</b>"
    left = await office.rep.say("/optout Lan")
    assert "yesterday" in await fixed(office.rep, left, "When", "yesterday", tap=True)
    assert "Hoa wants no contact" in await fixed(office.rep, left, "Customer", "Hoa", tap=True)
    assert "Score: 2 → 4" in (await office.owner.say("/audit 4")).text


async def test_what_hangs_on_a_ticket_or_an_opt_out_keeps_it(office: Office) -> None:
    asked = await office.rep.say("/ticket Lan hôm qua 9h, xin hoá đơn")
    await office.rep.press(data(asked, "Answered"))
    office.rep.now = NOW + timedelta(hours=3)
    assert "before that time" in await fixed(office.rep, asked, "When", "today", tap=True)
    await office.rep.say("/rating 4", replied_id=900, replied_data=payloads(asked))
    assert "rating #4 is about it" in await fixed(office.rep, asked, "Customer", "Hoa", tap=True)
    await office.rep.say("/optout Hoa")
    left = await office.rep.say("/optout Lan")
    assert "wants no contact already" in await fixed(office.rep, left, "Customer", "Hoa", tap=True)


async def test_edit_is_refused_to_a_colleague_and_closed_by_done(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    assert "colleague" in (await office.other_rep.press(data(sold, "Edit"))).toast
    opened = await office.rep.press(data(sold, "Edit"))
    assert "colleague" in (await office.other_rep.press(data(opened, "Amount"))).toast
    closed = await office.rep.press(data(opened, "Done"))
    assert closed.text == "#3: sale to Lan, <b>₫12,000,000</b>"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("không phải 12tr mà 21tr", "sale to Lan, <b>₫21,000,000</b>"),
        ("khong phai 12tr ma la 21tr", "sale to Lan, <b>₫21,000,000</b>"),
        ("not 12 but 21m", "sale to Lan, <b>₫21,000,000</b>"),
        ("not 12 but 21", "sale to Lan, <b>₫21,000,000</b>"),
        ("21tr", "sale to Lan, <b>₫21,000,000</b>"),
        ("hôm qua", "sale to Lan, <b>₫12,000,000</b>, yesterday"),
        ("sai tên, Hoa", "sale to Hoa, <b>₫12,000,000</b>"),
        ("nhầm, Hoa", "sale to Hoa, <b>₫12,000,000</b>"),
        ("wrong customer: Hoa", "sale to Hoa, <b>₫12,000,000</b>"),
        ("#facebook", "sale to Lan, <b>₫12,000,000</b>, #facebook"),
    ],
)
async def test_a_reply_corrects(office: Office, reply: str, said: str) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    told = await office.rep.say(reply, replied_id=900, replied_data=payloads(sold))
    assert told.text == f"Corrected #3: {said}"
    assert len(await rows(office, SALE)) == 1


async def test_a_reply_to_the_message_itself_corrects_too(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    told = await office.rep.say("7p quan tâm", replied_id=office.rep.ids[0])
    assert told.text == "Corrected #3: call to Lan, 7 min, interested"


async def test_a_correction_of_what_was_not_said_changes_nothing(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 15tr")
    told = await office.rep.say("không phải 12tr mà 21tr", replied_id=900, replied_data=payloads(sold))
    assert told.text.startswith("“12tr” is not what #3 says: sale to Lan, <b>₫15,000,000</b>")
    assert await rows(office, SALE) == [("Lan", 15_000_000)]


async def test_a_doubtful_correction_is_asked(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    asked = await office.rep.say("500", replied_id=900, replied_data=payloads(sold))
    assert await rows(office, SALE) == [("Lan", 12_000_000)]
    done = await office.rep.press(data(asked, "₫500,000"))
    assert done.text == "Corrected #3: sale to Lan, <b>₫500,000</b>"
    asked = await office.rep.say("sai tên, Bích", replied_id=900, replied_data=payloads(sold))
    assert "I don't know “Bích”" in asked.text
    done = await office.rep.press(data(asked, "New customer"))
    assert done.text == "Corrected #3: sale to Bích, <b>₫500,000</b>"


@pytest.mark.parametrize("chat", ["ok em", "giỏi quá", "Lan", "thanks!", "👍"])
async def test_talk_under_a_receipt_in_a_group_is_silence(office: Office, chat: str) -> None:
    group = replace(office.rep, private=False)
    sold = await group.say("/sale Lan 12tr", chat_id=-5)
    assert await group.say(chat, chat_id=-5, replied_id=900, replied_data=payloads(sold)) == Reply()
    assert await rows(office, SALE) == [("Lan", 12_000_000)]


async def test_a_colleagues_record_is_not_corrected_by_reply(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    told = await office.other_rep.say("21tr", replied_id=900, replied_data=payloads(sold))
    assert "colleague" in told.text
    told = await office.manager.say("21tr", replied_id=900, replied_data=payloads(sold))
    assert told.text.startswith("Corrected #3")


async def test_an_undone_record_is_not_corrected(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    await office.rep.press(data(sold, "Undo"))
    assert "Corrected" not in (await office.rep.say("21tr", replied_id=900, replied_data=payloads(sold))).text
    assert await rows(office, "SELECT amount_minor FROM sales") == [(12_000_000,)]


async def test_repeat_logs_the_same_again_now(office: Office) -> None:
    called = await office.rep.say("/call Lan 5p quan tâm hôm qua 9h, mang mẫu")
    office.rep.now = NOW + timedelta(hours=2)
    again = await office.rep.press(data(called, "Repeat"))
    assert again.text == "Recorded #4: call to Lan, 5 min, interested · today 1 call"
    assert not again.edits
    assert (await office.rep.press(data(again, "Undo"))).text.startswith("Undone #4")


async def test_repeating_a_sale_at_once_is_asked_first(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    asked = await office.rep.press(data(sold, "Repeat"))
    assert "once more" in asked.text
    assert len(await rows(office, SALE)) == 1
    done = await office.rep.press(data(asked, "Yes"))
    assert done.text.startswith("Recorded #4: sale to Lan, <b>₫12,000,000</b>")
    office.rep.now = NOW + timedelta(hours=1)
    assert (await office.rep.press(data(sold, "Repeat"))).text.startswith("Recorded #5")
    assert (await office.viewer.press(data(sold, "Repeat"))).toast == "You may not log this; ask your manager."
    assert len(await rows(office, SALE)) == 3


async def test_repeat_pressed_twice_asks_and_one_on_the_new_record_does_not(office: Office) -> None:
    called = await office.rep.say("/call Lan 5p quan tâm")
    again = await office.rep.press(data(called, "Repeat"))
    asked = await office.rep.press(data(called, "Repeat"))
    assert asked.text == "The same is recorded as #4 already. Record it once more?"
    assert labels(asked) == ["Yes, record it", "Undo #4"]
    assert len(await rows(office, "SELECT id FROM contacts")) == 2
    done = await office.rep.press(data(asked, "Yes"))
    assert done.text.startswith("Recorded #5: call to Lan")
    twice = await office.rep.press(data(asked, "Yes"))
    assert twice.text == "The same is recorded as #5 already; nothing changed."
    assert len(await rows(office, "SELECT id FROM contacts")) == 3
    assert (await office.rep.press(data(done, "Repeat"))).text.startswith("Recorded #6")
    assert (await office.rep.press(data(again, "Repeat"))).text.startswith("The same is recorded as #6 already.")
    office.rep.now = NOW + timedelta(hours=1)
    assert (await office.rep.press(data(called, "Repeat"))).text.startswith("Recorded #7")


async def test_a_colleagues_repeat_is_their_own(office: Office) -> None:
    called = await office.rep.say("/call Lan 5p")
    await office.rep.press(data(called, "Repeat"))
    assert (await office.other_rep.press(data(called, "Repeat"))).text.startswith("Recorded #5")


async def test_an_edit_of_a_message_of_three_days_ago_corrects_with_its_own_day(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    message = office.rep.ids[0]
    office.rep.now = NOW + timedelta(days=3)
    told = await office.rep.say("/call Lan 6p hôm qua", edited=True, message_id=message, sent_at=NOW)
    assert told.text.startswith("Corrected #3: call to Lan, 6 min")
    assert [str(day) for (day,) in await rows(office, "SELECT day FROM contacts")] == ["2026-11-19"]


@pytest.mark.parametrize(
    ("reply", "right", "former", "name"),
    [
        ("không phải 12tr mà 21tr", "21tr", "12tr", False),
        ("Không phải Lan mà là Hoa", "Hoa", "Lan", False),
        ("not 12 but 21m.", "21m", "12", False),
        ("sai tên, chị Lan", "chị Lan", "", True),
        ("nhầm số tiền: 3tr", "3tr", "", False),
        ("sửa thành 3tr5", "3tr5", "", False),
        ("should be yesterday", "yesterday", "", False),
        ("hôm qua", "hôm qua", "", False),
    ],
)
def test_what_a_reply_calls_wrong(reply: str, right: str, former: str, name: bool) -> None:
    found = amended(reply)
    assert (found.right, found.former, found.name) == (right, former, name)


async def test_a_sale_is_marked_as_an_upsell_and_unmarked(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    assert "upsell" in await fixed(office.rep, sold, "Upsell", "upsell", tap=True)
    assert await rows(office, "SELECT tag FROM sales") == [("upsell",)]
    assert "cross-sell" in await fixed(office.rep, sold, "Upsell", "cross", tap=False)
    assert "sell" not in await fixed(office.rep, sold, "Upsell", "None", tap=True)
    assert await rows(office, "SELECT tag, amount_minor FROM sales") == [(None, 12_000_000)]


async def test_a_deal_is_expected_on_another_day_or_on_none(office: Office) -> None:
    deal = await office.rep.say("/deal Lan 50tr")
    asked = await office.rep.press(data(await office.rep.press(data(deal, "Edit")), "Expected"))
    assert labels(asked) == ["27 Nov", "30 Nov", "4 Dec", "20 Dec", "Cancel"]
    assert "expected 30 Nov 2026" in (await office.rep.press(data(asked, "30 Nov"))).text
    assert "expected 20 Dec 2026" in await fixed(office.rep, deal, "Expected", "20/12", tap=False)
    assert await rows(office, "SELECT CAST(expected_day AS TEXT), amount_minor, stage FROM deals") == [
        ("2026-12-20", 50_000_000, "new")
    ]
    assert "expected" not in await fixed(office.rep, deal, "Expected", "None", tap=True)
    assert await rows(office, "SELECT expected_day FROM deals") == [(None,)]


@pytest.mark.parametrize(
    ("line", "table"),
    [("/sale Lan 12tr", "sales"), ("/deal Lan 50tr", "deals"), ("/call Lan 5p", "contacts"), ("/lead Nga", "leads")],
)
async def test_only_a_manager_says_whose_a_record_is(office: Office, line: str, table: str) -> None:
    told = await office.rep.say(line)
    opened = await office.rep.press(data(told, "Edit"))
    assert "Whose" not in labels(opened)
    theirs = await office.manager.press(data(told, "Edit"))
    asked = await office.manager.press(data(theirs, "Whose"))
    assert labels(asked) == ["Olga", "Minh", "Rosa", "Tuan", "Cancel"]
    done = await office.manager.press(data(asked, "Tuan"))
    assert done.text.startswith("Corrected #3: ")
    assert done.text.endswith(", by Tuan")
    whose = (
        f"SELECT m.name, r.member_id = t.member_id FROM {table} t JOIN members m ON m.id = t.member_id JOIN records r"
    )
    assert [(name, bool(same)) for name, same in await rows(office, f"{whose} ON r.id = t.id WHERE r.number = 3")] == [
        ("Tuan", True)
    ]
    assert (
        await office.rep.press(data(theirs, "Whose"))
    ).toast == "This button no longer works; type the command again."


async def test_what_answers_no_question_of_time_is_asked_again(office: Office) -> None:
    sold = await office.rep.say("/sale Lan 12tr")
    asked = await office.rep.press(data(await office.rep.press(data(sold, "Edit")), "When"))
    for typed in ("blah", "50k", "upsell"):
        again = await office.rep.say(typed, replied_id=900, replied_data=payloads(asked))
        assert again.text.startswith("That does not answer this question.\nWhen was it?"), typed
        asked = again
    assert await rows(office, SALE) == [("Lan", 12_000_000)]


async def test_the_days_of_a_cost_are_typed(office: Office) -> None:
    cost = await office.manager.say("/cost 12tr marketing")
    assert "1 Oct 2026 to 31 Oct 2026" in await fixed(office.manager, cost, "When", "01/10-31/10", tap=False)
    assert await rows(office, "SELECT CAST(from_day AS TEXT), CAST(to_day AS TEXT), amount_minor FROM costs") == [
        ("2026-10-01", "2026-10-31", 12_000_000)
    ]
