"""Refunds: by number, by reply, in part or whole, never more than is left; edited, undone, asked about."""

import pytest

from handlers.base import Reply
from store import NotFound
from store.records.refunding import sale_left
from tests.handlers.office import Office
from tests.handlers.test_handlers_logging import data, rows

pytestmark = pytest.mark.usefixtures("sold")


@pytest.fixture
async def sold(office: Office) -> None:
    """Lan's sale #2 of 12 million."""
    await office.rep.say("/lead Lan 0912345678 #zalo")
    await office.rep.say("/sale Lan 12tr")


def under(reply: Reply) -> tuple[str, ...]:
    """The payloads of the buttons under a reply."""
    return tuple(str(button.data) for row in reply.buttons for button in row)


async def given(office: Office) -> list[tuple[object, ...]]:
    """Amounts given back that stand, with the number of their sale."""
    return await rows(
        office,
        "SELECT r.number, f.amount_minor FROM refunds f JOIN records r ON r.id = f.sale_id WHERE f.counted"
        " ORDER BY f.id",
    )


async def test_part_of_a_sale_is_refunded_by_its_number(office: Office) -> None:
    reply = await office.rep.say("/refund #2 2tr khách đổi ý")
    assert reply.text == (
        "Recorded #3: refund to Lan, <b>₫2,000,000</b>, “khách đổi ý”, of sale #2, ₫10,000,000 of it left"
    )
    assert await given(office) == [(2, 2_000_000)]
    assert [button.text for button in reply.buttons[0]] == ["Undo", "Edit"]


async def test_without_an_amount_all_that_is_left_is_refunded_and_said_in_full(office: Office) -> None:
    await office.rep.say("/refund 2 2tr")
    assert "<b>₫10,000,000</b>, the rest of sale #2" in (await office.rep.say("/hoantien 2")).text
    assert (await office.rep.say("/refund 2")).text.startswith("Sale #2 is refunded in full already.")
    assert await given(office) == [(2, 2_000_000), (2, 10_000_000)]


async def test_a_reply_to_the_answer_or_to_the_message_names_the_sale(office: Office) -> None:
    sale = await office.rep.say("/sale Lan 5tr")
    message = office.rep.ids[0]
    assert "all of sale #3" in (await office.rep.say("/refund", replied_id=900, replied_data=under(sale))).text
    await office.rep.say("/undo")
    assert "of sale #3, ₫4,000,000 of it left" in (await office.rep.say("/hoantien 1tr", replied_id=message)).text


async def test_more_than_is_left_is_refused_with_what_is_left(office: Office) -> None:
    await office.rep.say("/refund 2 2tr")
    refused = await office.rep.say("/refund 2 11tr")
    assert refused.text == "Of sale #2 ₫10,000,000 is left to refund. For all of it: /refund 2"
    assert "₫10,000,000 is left" in (await office.rep.say("/refund 2 50 usd")).text
    assert await given(office) == [(2, 2_000_000)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/refund 99 1tr", "There is no record #99. Its number stands where it was confirmed, as in “Recorded #12”."),
        ("/refund 1 1tr", "#1 is not a sale. Send the sale's number: /refund 128"),
        ("/refund 2 500", "How much is “500”?"),
        ("/refund 2 0", "An amount of zero is not recorded."),
        ("/refund 2 hôm kia", "a refund comes after it"),
        ("/refund 2 ngày mai", "has not come yet"),
        ("/refund 2 1tr 2tr", "Which amount is it?"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_recorded(office: Office, line: str, said: str) -> None:
    assert said in (await office.rep.say(line)).text
    assert await given(office) == []


async def test_words_before_the_amount_never_lose_it(office: Office) -> None:
    await office.rep.say("/refund 2 bình bị vỡ 500k")
    assert await given(office) == [(2, 500_000)]


async def test_a_sale_that_was_not_named_is_chosen_among_the_customers_and_own_ones(office: Office) -> None:
    await office.rep.say("/lead Mai 0912345679")
    await office.rep.say("/sale Mai 3tr")
    asked = await office.rep.say("/refund Lan 500k")
    assert [row[0].text for row in asked.buttons] == ["#2 · Lan · ₫12,000,000 · today", "Cancel"]
    assert await given(office) == []
    assert "of sale #2" in (await office.rep.press(data(asked, "#2"))).text
    every = await office.rep.say("/refund")
    assert [row[0].text[:2] for row in every.buttons[:-1]] == ["#4", "#2"]
    none = await office.other_rep.say("/refund")
    assert (none.text, none.buttons) == (
        "Which sale? Reply to it, or send its number, for example: /refund 128 500k",
        (),
    )


async def test_a_reply_to_a_call_offers_that_customers_sales(office: Office) -> None:
    call = await office.rep.say("/call Lan 5m")
    asked = await office.rep.say("/refund 1tr", replied_id=900, replied_data=under(call))
    await office.rep.press(data(asked, "#2"))
    assert await given(office) == [(2, 1_000_000)]


async def test_an_edit_corrects_the_refund_and_its_sale(office: Office) -> None:
    await office.rep.say("/sale Lan 5tr")
    await office.rep.say("/refund 2 2tr")
    message = office.rep.ids[0]
    changed = await office.rep.say("/refund 2 3tr", edited=True, message_id=message)
    assert changed.text.startswith("Corrected #4: refund to Lan, <b>₫3,000,000</b>")
    assert "₫12,000,000" in (await office.rep.say("/refund 2", edited=True, message_id=message)).text
    assert await rows(office, "SELECT count(*) FROM sales WHERE refunded_at IS NOT NULL") == [(1,)]
    assert "₫5,000,000 is left" in (await office.rep.say("/refund 3 6tr", edited=True, message_id=message)).text
    assert "all of sale #3" in (await office.rep.say("/refund 3", edited=True, message_id=message)).text
    assert await given(office) == [(3, 5_000_000)]
    whole = "SELECT r.number FROM sales s JOIN records r ON r.id = s.id WHERE refunded_at IS NOT NULL"
    assert await rows(office, whole) == [(3,)]


async def test_an_edited_reply_that_names_no_sale_stays_with_its_own(office: Office) -> None:
    asked = await office.rep.say("/refund")
    message = office.rep.ids[0]
    await office.rep.press(data(asked, "#2"))
    changed = await office.rep.say("/refund 1tr", edited=True, message_id=message)
    assert "of sale #2, ₫11,000,000 of it left" in changed.text


async def test_undo_gives_the_sale_back_and_an_undone_sale_takes_its_refund_along(office: Office) -> None:
    refunded = await office.rep.say("/refund 2 2tr")
    await office.rep.press(data(refunded, "Undo"))
    assert await given(office) == []
    await office.rep.say("/refund 2 12tr")
    undone = await office.rep.say("/undo 2")
    assert "What was refunded of it, ₫12,000,000, no longer counts either." in undone.text
    assert await given(office) == []
    assert "was undone" in (await office.rep.say("/refund 2")).text
    await office.rep.press(data(undone, "Restore"))
    assert await given(office) == [(2, 12_000_000)]


async def test_a_refund_that_no_longer_fits_is_not_restored(office: Office) -> None:
    first = await office.rep.say("/refund 2 10tr")
    undone = await office.rep.press(data(first, "Undo"))
    await office.rep.say("/refund 2 5tr")
    refused = await office.rep.press(data(undone, "Restore"))
    assert refused.toast == "#3 stays undone: less than that is left of its sale."
    assert await given(office) == [(2, 5_000_000)]


async def test_single_parts_of_a_refund_are_corrected_and_the_others_stay(office: Office) -> None:
    await office.rep.say("/sale Lan 11tr hôm kia")
    refunded = await office.rep.say("/refund 3 2tr")
    what = await office.rep.press(data(refunded, "Edit"))
    await office.rep.press(data(what, "When"))
    await office.rep.say("hôm qua")
    assert await given(office) == [(3, 2_000_000)]
    assert await rows(office, "SELECT count(*) FROM refunds f JOIN sales s ON s.day < f.day") == [(1,)]
    receipt = under(refunded)
    await office.rep.say("không phải 2tr mà 3tr", replied_id=900, replied_data=receipt)
    assert await given(office) == [(3, 3_000_000)]
    await office.rep.say("không phải 3tr mà 13tr", replied_id=900, replied_data=receipt)
    assert await given(office) == [(3, 3_000_000)]
    await office.rep.say("không phải 3tr mà 5 usd", replied_id=900, replied_data=receipt)
    assert await given(office) == [(3, 3_000_000)]


async def test_an_edit_that_does_not_fit_writes_nothing(office: Office) -> None:
    await office.rep.say("/sale Lan 5tr")
    message = office.rep.ids[0]
    await office.rep.say("/refund 3 4tr")
    assert "#3 stays" in (await office.rep.say("/sale Lan 3tr", edited=True, message_id=message)).text
    assert await rows(office, "SELECT amount_minor FROM sales ORDER BY id") == [(12_000_000,), (5_000_000,)]
    assert await rows(office, "SELECT count(*) FROM audit WHERE action = 'correct'") == [(0,)]


async def test_only_the_seller_or_a_manager_refunds(office: Office) -> None:
    assert "colleague's record" in (await office.other_rep.say("/refund 2")).text
    assert "all of sale #2" in (await office.manager.say("/refund 2")).text
    assert "is for reps, managers, owners" in (await office.viewer.say("/refund 2")).text


async def test_a_sale_moved_to_another_customer_takes_its_refund_along(office: Office) -> None:
    await office.rep.say("/lead Mai 0912345679")
    await office.rep.say("/sale Mai 3tr")
    message = office.rep.ids[0]
    await office.rep.say("/refund 4 1tr")
    await office.rep.say("/sale Lan 3tr", edited=True, message_id=message)
    moved = "SELECT count(*) FROM refunds f JOIN sales s ON s.id = f.sale_id AND s.customer_id = f.customer_id"
    assert await rows(office, moved) == [(1,)]


async def test_what_is_left_of_a_missing_sale_is_not_found(office: Office) -> None:
    async with office.database.read() as session:
        with pytest.raises(NotFound):
            await sale_left(session, office.team_id, 999_999)


@pytest.mark.parametrize("line", ["/refund 500000", "/refund 500k", "/hoantien 500.000"])
async def test_an_amount_without_a_sale_asks_which_and_keeps_the_amount(office: Office, line: str) -> None:
    asked = await office.rep.say(line)
    assert asked.text.startswith("₫500,000 of which sale? Choose it, reply to it, or send its number first")
    assert await given(office) == []
    done = await office.rep.press(data(asked, "#2"))
    assert "<b>₫500,000</b>, of sale #2, ₫11,500,000 of it left" in done.text
    assert await given(office) == [(2, 500_000)]


async def test_a_round_number_is_a_sale_only_with_its_sign(office: Office) -> None:
    assert (await office.rep.say("/refund #500000")).text.startswith("There is no record #500000.")
    sale = await office.rep.say("/sale Lan 5tr")
    replied = await office.rep.say("/refund 500000", replied_id=900, replied_data=under(sale))
    assert "<b>₫500,000</b>, of sale #3" in replied.text
