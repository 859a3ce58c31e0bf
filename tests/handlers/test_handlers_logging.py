"""A line logged, asked about, refused; with its number, its buttons and the day's total."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.base import Reply
from store.facts.contacts import CONTACT_KINDS
from tests.handlers.office import NOW, Chat, Office

pytestmark = pytest.mark.usefixtures("lan")


@pytest.fixture
async def lan(office: Office) -> None:
    """A customer whom the rep knows."""
    await office.rep.say("/lead Lan 0912345678 #zalo")


async def rows(office: Office, sql: str) -> list[tuple[object, ...]]:
    async with office.database.read() as session:
        return [tuple(row) for row in await session.execute(text(sql))]


async def counts(office: Office) -> tuple[int, int, int]:
    """Records, customers and open drafts."""
    found = await rows(
        office,
        "SELECT (SELECT count(*) FROM records), (SELECT count(*) FROM customers),"
        " (SELECT count(*) FROM drafts WHERE settled_at IS NULL)",
    )
    return found[0]  # type: ignore[return-value]


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if button.text.startswith(label))


async def test_a_call_is_recorded_at_once_and_said_back(office: Office) -> None:
    reply = await office.rep.say("/call Lan 5p quan tâm")
    assert reply.text == "Recorded #2: call to Lan, 5 min, interested · today 1 call"
    assert labels(reply) == ["Undo", "Edit", "Repeat", "Remind"]
    kept = await rows(office, "SELECT kind, direction, outcome, duration_s FROM contacts")
    assert kept == [("call", "out", "interested", 300)]


async def test_contacts_are_kept_under_the_kinds_that_imports_know(office: Office) -> None:
    verbs = ("call", "msg", "mail", "meet", "visit", "event")
    said = [(await office.rep.say(f"/{verb} Lan")).text for verb in verbs]
    kept = [str(kind) for (kind,) in await rows(office, "SELECT kind FROM contacts ORDER BY id")]
    assert kept == ["call", "message", "email", "meeting", "visit", "event"]
    assert set(kept) < set(CONTACT_KINDS)
    assert [text.split(": ")[1].split(" · ")[0] for text in said] == [
        "call to Lan", "message to Lan", "e-mail to Lan", "meeting with Lan", "visit to Lan", "event with Lan",
    ]  # fmt: skip
    card = (await office.rep.say("/find Lan")).text
    assert all(word in card for word in ("message", "e-mail", "meeting", "visit", "event"))


async def test_a_sale_is_recorded_with_its_amount_in_full(office: Office) -> None:
    reply = await office.rep.say("/sale Lan 12tr5 #facebook, giao thứ 6")
    assert "sale to Lan" in reply.text
    assert "₫12,500,000" in reply.text
    assert "#facebook" in reply.text
    assert "today 1 sale, 12.5M" in reply.text
    assert await rows(office, "SELECT amount_minor, currency, channel, note FROM sales") == [
        (12_500_000, "VND", "facebook", "giao thứ 6")
    ]


async def test_when_it_was_not_now_the_day_is_said(office: Office) -> None:
    reply = await office.rep.say("/call Lan 5p hôm qua 9h")
    assert "09:00 yesterday" in reply.text


@pytest.mark.parametrize(
    ("past", "now", "total"),
    [
        ("/call Lan hôm qua", "/call Lan", "today 1 call"),
        ("/sale Lan 12tr hôm qua", "/sale Lan 13tr", "today 1 sale, 13M"),
        ("/visit Lan hôm qua", "/visit Lan", "today 1 contact"),
    ],
)
async def test_the_days_total_is_told_once_the_day_has_one(office: Office, past: str, now: str, total: str) -> None:
    # "today 0 sales, 0" after a sale of yesterday read as if it had not been counted
    assert "today" not in (await office.rep.say(past)).text
    assert total in (await office.rep.say(now)).text


async def test_plain_text_with_a_verb_logs_in_a_private_chat(office: Office) -> None:
    assert (await office.rep.say("gọi Lan 5p")).text.startswith("Recorded #2: call to Lan")
    assert (await office.rep.say("ban Lan 2tr")).text.startswith("Recorded #3: sale to Lan")
    assert "Recorded" not in (await office.rep.say("ban oi cho hoi")).text


async def test_in_a_group_the_receipt_is_short(office: Office) -> None:
    office.rep.private = False
    assert (await office.rep.say("/call Lan 5p")).text.startswith("#2: call to Lan")


async def test_an_unknown_customer_is_asked_and_made_only_by_the_tap(office: Office) -> None:
    before = await counts(office)
    asked = await office.rep.say("/call Lann 5p")
    assert labels(asked)[-2:] == ["New customer: Lann", "Cancel"]
    assert any(label.startswith("Lan ") or label == "Lan" for label in labels(asked))
    assert await counts(office) == (before[0], before[1], 1)
    made = await office.rep.press(data(asked, "New customer"))
    assert made.edits
    assert "call to Lann, 5 min" in made.text
    assert await counts(office) == (before[0] + 1, before[1] + 1, 0)


async def test_the_offered_customer_may_be_meant(office: Office) -> None:
    before = await counts(office)
    asked = await office.rep.say("/sale Lann 2tr")
    made = await office.rep.press(data(asked, "Lan"))
    assert "sale to Lan, " in made.text
    assert await counts(office) == (before[0] + 1, before[1], 0)


async def test_a_lead_who_is_known_already_is_asked(office: Office) -> None:
    before = await counts(office)
    asked = await office.rep.say("/lead Lan #facebook")
    assert [label for label in labels(asked) if label.startswith("Lan")]
    same = await office.rep.press(data(asked, "Lan"))
    assert "new lead Lan, #facebook" in same.text
    assert await counts(office) == (before[0] + 1, before[1], 0)
    other = await office.rep.press(data(await office.rep.say("/lead Lan #web"), "New customer"))
    assert "new lead Lan, #web" in other.text
    assert await counts(office) == (before[0] + 2, before[1] + 1, 0)


async def test_a_name_unlike_any_is_offered_nobody(office: Office) -> None:
    asked = await office.rep.say("/call Hoàng Minh Đức 5p")
    assert labels(asked) == ["New customer: Hoàng Minh Đức", "Cancel"]


async def test_a_second_tap_records_nothing(office: Office) -> None:
    asked = await office.rep.say("/sale Lan 500")
    await office.rep.press(data(asked, "₫500,000"))
    before = await counts(office)
    again = await office.rep.press(data(asked, "₫500,000"))
    assert again.toast
    assert not again.text
    assert await counts(office) == before


async def test_a_tap_by_somebody_else_is_refused(office: Office) -> None:
    asked = await office.rep.say("/sale Lan 500")
    before = await counts(office)
    for other in (office.other_rep, office.manager, office.viewer, office.stranger):
        answer = await other.press(data(asked, "₫500,000"))
        assert answer.toast
        assert not answer.text
    assert await counts(office) == before


async def test_one_answer_may_lead_to_the_next_question(office: Office) -> None:
    asked = await office.rep.say("/sale Mai Anh 500")
    then = asked
    for _ in range(3):
        if not any(label.startswith("Cancel") for label in labels(then)):
            break
        choice = "New customer" if any(label.startswith("New customer") for label in labels(then)) else "₫500,000"
        then = await office.rep.press(data(then, choice))
    assert "sale to Mai Anh" in then.text
    assert "₫500,000" in then.text


async def test_cancel_gives_the_question_up(office: Office) -> None:
    asked = await office.rep.say("/sale Lan 500")
    assert (await office.rep.press(data(asked, "Cancel"))).text.startswith("Cancelled")
    assert (await office.rep.press(data(asked, "₫500,000"))).toast
    await office.rep.say("/sale Lan 700")
    assert (await office.rep.say("/cancel")).text.startswith("Cancelled")
    assert (await counts(office))[2] == 0
    assert "nothing to cancel" in (await office.rep.say("/huy")).text


async def test_a_question_expires_after_a_day(office: Office) -> None:
    asked = await office.rep.say("/sale Lan 500")
    office.rep.now = NOW + timedelta(days=1, minutes=1)
    assert (await office.rep.press(data(asked, "₫500,000"))).toast
    assert (await rows(office, "SELECT count(*) FROM sales")) == [(0,)]


async def test_an_equal_sale_within_ten_minutes_is_asked(office: Office) -> None:
    await office.rep.say("/sale Lan 2tr")
    asked = await office.rep.say("/sale Lan 2tr")
    assert "Yes, record it" in labels(asked)
    assert (await office.rep.press(data(asked, "Yes"))).text.startswith("Recorded")
    office.rep.now = NOW + timedelta(minutes=11)
    assert (await office.rep.say("/sale Lan 2tr")).text.startswith("Recorded")


async def test_several_lines_are_several_records(office: Office) -> None:
    reply = await office.rep.say("/call Lan 5p\nLan 3p kng\n/sale Lan 2tr\nLan 5 gà 99zz")
    assert await rows(office, "SELECT kind, line FROM records WHERE kind <> 'lead' ORDER BY line") == [
        ("contact", 0),
        ("contact", 1),
        ("sale", 2),
        ("contact", 3),
    ]
    assert len(reply.text.splitlines()) == 4
    assert labels(reply)[:2] == ["Undo #2", "Undo #3"]


async def test_a_colleagues_customer_is_said_to_be_theirs(office: Office) -> None:
    reply = await office.other_rep.say("/call 0912345678 5p")
    assert "Recorded" in reply.text
    assert "Lan is Rosa's customer, since 20 Nov 2026" in reply.text


async def test_a_cost_is_logged_by_managers_only(office: Office) -> None:
    reply = await office.manager.say("/cost 5tr marketing #facebook")
    assert "cost ₫5,000,000, marketing, #facebook" in reply.text
    before = await counts(office)
    await office.rep.say("/cost 5tr marketing")
    await office.rep.say("/call Lan 5p\n/cost 5tr marketing")
    assert await rows(office, "SELECT count(*) FROM costs") == [(1,)]
    assert (await counts(office))[0] == before[0] + 1


async def test_a_colleague_is_named_by_their_telegram_name(office: Office) -> None:
    async with office.database.begin() as session:
        await session.execute(text("UPDATE accounts SET username = 'tuan_sells' WHERE name = 'Tuan'"))
    assert "sold by Tuan" in (await office.rep.say("/sale Lan 2tr @tuan_sells")).text
    assert "sold by" not in (await office.rep.say("/sale Lan 2100k @nobody")).text


BAD = [
    "/call",
    "/sale Lan",
    "/sale Lan abc",
    "/sale Lan 0",
    "/sale Lan -5tr",
    "/sale Lan 2tr 3tr",
    "/sale Lan 1t",
    "/sale Lan 99999999999999999999tr",
    "/sale Lan 2tr 31/02",
    "/sale Lan 2tr 3 ngày nữa",
    "/call Chưa Ai Biết 5p",
    "/call \u202eLan\u202c\x00 \u200b",
    "/sale <b>Lan</b> 2tr",
    "/call Robert'); DROP TABLE customers;-- 5p",
    "/call 🎉🎉🎉",
    "/sale " + "x" * 3990,
    "/deal Lan",
    "/won Lan",
    "/stage Lan nowhere",
    "/lost #999 price",
]


@pytest.mark.parametrize("line", BAD)
async def test_bad_input_is_one_clear_sentence_and_records_nothing(office: Office, line: str) -> None:
    before = await counts(office)
    reply = await office.rep.say(line)
    assert reply.text
    assert len(reply.text) < 400
    assert "{" not in reply.text
    assert "<b>Lan</b>" not in reply.text
    after = await counts(office)
    if line.startswith("/call \u202eLan"):  # nothing but a name is left: a call
        assert after[0] == before[0] + 1
    else:
        assert after[:2] == before[:2]


async def test_a_viewer_and_a_stranger_log_nothing(office: Office) -> None:
    before = await counts(office)
    for nobody in (office.viewer, office.stranger):
        for line in ("/call Lan 5p", "gọi Lan 5p", "/undo", "/cancel"):
            assert (await nobody.say(line)).text
    assert await counts(office) == before


async def test_a_name_with_markup_is_shown_as_it_is(office: Office) -> None:
    asked = await office.rep.say("/call <i>Ann</i> 5p")
    made = await office.rep.press(data(asked, "New customer"))
    assert "&lt;i&gt;Ann&lt;/i&gt;" in made.text


async def test_vietnamese_readers_are_answered_in_vietnamese(office: Office) -> None:
    speaker: Chat = replace(office.rep, language="vi")
    assert (await speaker.say("/goi Lan 5p")).text


@pytest.mark.parametrize(
    ("line", "answer", "amount", "note"),
    [
        ("/sale Lan", "12m", 12_000_000, None),
        ("sold Lan #zalo, giao mai", "3tr5", 3_500_000, "giao mai"),
        ("/sale Lan 500, deposit", "500k", 500_000, "deposit"),
        ("/sale 2tr", "Lan", 2_000_000, None),
        ("/sale Lann 2tr", "lan", 2_000_000, None),
        ("/sale Lan 2tr tomorrow", "today", 2_000_000, None),
    ],
)
async def test_a_question_is_answered_by_typing(
    office: Office, line: str, answer: str, amount: int, note: str | None
) -> None:
    await office.rep.say(line)
    assert await rows(office, "SELECT count(*) FROM sales") == [(0,)]
    told = await office.rep.say(answer)
    assert "sale to Lan" in told.text
    kept = "SELECT s.amount_minor, s.note, c.name FROM sales s JOIN customers c ON c.id = s.customer_id"
    assert await rows(office, kept) == [(amount, note, "Lan")]
    assert (await counts(office))[2] == 0


@pytest.mark.parametrize("answer", ["0912345678", "12tr nhé", "hello", "revenue", "Lan", "12tr\n5tr", "ban oi", "-5tr"])
async def test_other_talk_is_no_answer(office: Office, answer: str) -> None:
    await office.rep.say("/sale Lan")
    await office.rep.say(answer)
    assert await rows(office, "SELECT count(*) FROM sales") == [(0,)]
    assert (await counts(office))[2] == 1


async def test_a_typed_answer_may_lead_to_a_question(office: Office) -> None:
    await office.rep.say("/sale Lan")
    asked = await office.rep.say("500")
    assert "₫500,000" in labels(asked)
    assert "₫500,000" in (await office.rep.press(data(asked, "₫500,000"))).text


async def test_all_reasons_are_offered(office: Office) -> None:
    await office.rep.say("/deal Lan 50tr")
    assert labels(await office.rep.say("/lost Lan"))[-2:] == ["other", "Cancel"]


async def test_a_line_of_plain_text_may_follow_a_command(office: Office) -> None:
    await office.rep.say("/call Lan 5p\nbán Lan 9tr\nLan 3p")
    kept = await rows(office, "SELECT kind FROM records WHERE kind <> 'lead' ORDER BY line")
    assert kept == [("contact",), ("sale",), ("contact",)]


async def test_a_name_as_long_as_a_letter_is_refused(office: Office) -> None:
    before = await counts(office)
    for line in ("/call " + "x" * 4000, "/lead " + "dài " * 900, "/sale " + "Dài" * 1300 + " 5tr"):
        reply = await office.rep.say(line)
        assert "too long" in reply.text
        assert not reply.buttons
    assert await counts(office) == before


async def test_a_lead_is_said_back_with_phone_and_referrer(office: Office) -> None:
    assert "+84901234568, referred by Lan" in (await office.rep.say("/lead Na 0901234568 referred by Lan")).text
    reply = await office.rep.say("/lead Bo referred by Zyx")
    assert "“ref: Zyx”" in reply.text


async def test_a_reminder_may_be_written_without_a_command(office: Office) -> None:
    assert (await office.rep.say("nhắc Lan mai 9h")).text == "I will remind you 09:00 tomorrow: Lan"


async def test_half_a_phone_number_is_no_part_of_a_name(office: Office) -> None:
    before = await counts(office)
    reply = await office.rep.say("/lead Na 0912345 #zalo")
    assert reply.text.startswith("“0912345” is not a whole phone number")
    assert await counts(office) == before
    assert "new lead Hoa 2" in (await office.rep.say("/lead Hoa 2")).text
