"""Edits correct the record that a message made; undo and restore are bound to it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.base import Reply
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


async def calls(office: Office) -> list[tuple[object, ...]]:
    """Number, customer, seconds of each standing call."""
    return await rows(
        office,
        "SELECT r.number, c.name, k.duration_s FROM records r JOIN contacts k ON k.id = r.id"
        " JOIN customers c ON c.id = k.customer_id WHERE r.removed_at IS NULL ORDER BY r.number",
    )


async def edit(chat: Chat, message_id: int, line: str) -> Reply:
    """Change the text of a message sent before."""
    return await chat.say(line, edited=True, message_id=message_id, sent_at=NOW)


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if button.text.startswith(label))


async def test_an_edit_corrects_the_record(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    reply = await edit(office.rep, office.rep.ids[0], "/call Hoa 7p quan tâm")
    assert reply.text == "Corrected #3: call to Hoa, 7 min, interested"
    assert await calls(office) == [(3, "Hoa", 420)]
    audit = await rows(office, "SELECT action FROM audit WHERE record_id = (SELECT max(id) FROM records) ORDER BY id")
    assert audit == [("log",), ("correct",)]


async def test_an_edit_that_changes_nothing_changes_nothing(office: Office) -> None:
    await office.rep.say("gọi Lan 5p")
    reply = await edit(office.rep, office.rep.ids[0], "gọi Lan 5p")
    assert reply.text.startswith("#3 stays as it is")


async def test_relative_words_count_from_the_first_sending(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    message = office.rep.ids[0]
    office.rep.now = NOW + timedelta(days=3)
    await edit(office.rep, message, "/call Lan 5p hôm qua 9h")
    found = await rows(office, "SELECT day FROM contacts")
    assert str(found[0][0]) == "2026-11-19"


async def test_an_edit_that_no_longer_reads_leaves_the_record(office: Office) -> None:
    await office.rep.say("/sale Lan 2tr")
    message = office.rep.ids[0]
    for line in ("/sale Lan", "/sale Lan 2tr 31/02", "hello there", "/sale"):
        reply = await edit(office.rep, message, line)
        assert "#3" in reply.text
        assert "stays" in reply.text
    assert await rows(office, "SELECT amount_minor FROM sales WHERE counted") == [(2_000_000,)]


async def test_an_edit_of_a_sale_is_not_its_own_duplicate(office: Office) -> None:
    await office.rep.say("/sale Lan 2tr")
    reply = await edit(office.rep, office.rep.ids[0], "/sale Lan 2tr #zalo")
    assert reply.text.startswith("Corrected #3")


async def test_an_edit_of_a_refused_message_records_it_now(office: Office) -> None:
    await office.rep.say("/sale Lan")
    reply = await edit(office.rep, office.rep.ids[0], "/sale Lan 2tr")
    assert reply.text.startswith("Recorded #3")
    again = await edit(office.rep, office.rep.ids[0] - 1, "/sale Lan 3tr")
    assert again.text.startswith("Corrected #3")


async def test_an_edit_of_a_question_reads_it_anew(office: Office) -> None:
    asked = await office.rep.say("/sale Lan 500")
    message = office.rep.ids[0]
    reply = await edit(office.rep, message, "/sale Lan 500k")
    assert reply.text.startswith("Recorded #3")
    assert (await office.rep.press(data(asked, "₫500,000"))).toast
    assert await rows(office, "SELECT amount_minor FROM sales") == [(500_000,)]


async def test_a_customer_chosen_by_a_tap_stays_chosen_in_an_edit(office: Office) -> None:
    asked = await office.rep.say("/call Lann 5p")
    message = office.rep.ids[0]
    await office.rep.press(data(asked, "Lan"))
    reply = await edit(office.rep, message, "/call Lann 7p")
    assert reply.text.startswith("Corrected #3: call to Lan, 7 min")


async def test_an_edit_in_doubt_asks_and_its_answer_corrects(office: Office) -> None:
    await office.rep.say("/sale Lan 2tr")
    asked = await edit(office.rep, office.rep.ids[0], "/sale Lan 700")
    assert "#3 stays as it was" in asked.text
    reply = await office.rep.press(data(asked, "₫700,000"))
    assert reply.text.startswith("Corrected #3")
    assert await rows(office, "SELECT amount_minor FROM sales") == [(700_000,)]


async def test_lines_taken_out_and_added_follow(office: Office) -> None:
    await office.rep.say("/call Lan 5p\nHoa 3p")
    message = office.rep.ids[0]
    reply = await edit(office.rep, message, "/call Lan 6p")
    assert "Corrected #3" in reply.text
    assert "Undone #4" in reply.text
    assert await calls(office) == [(3, "Lan", 360)]
    await edit(office.rep, message, "/call Lan 6p\n\n\nHoa 9p")
    assert await calls(office) == [(3, "Lan", 360), (5, "Hoa", 540)]


async def test_a_call_that_becomes_a_sale_is_replaced(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    reply = await edit(office.rep, office.rep.ids[0], "/sale Lan 2tr")
    assert "Recorded #4: sale to Lan" in reply.text
    assert "It replaces #3." in reply.text
    assert await calls(office) == []


async def test_a_change_of_kind_in_doubt_replaces_by_the_tap(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    asked = await edit(office.rep, office.rep.ids[0], "/sale Lan 700")
    assert len(await calls(office)) == 1
    assert "It replaces #3." in (await office.rep.press(data(asked, "₫700,000"))).text
    assert await calls(office) == []


async def test_a_call_that_becomes_a_meeting_is_the_same_record(office: Office) -> None:
    await office.rep.say("/call Lan")
    assert (await edit(office.rep, office.rep.ids[0], "/meet Lan")).text == "Corrected #3: meeting with Lan"


async def test_an_edit_never_brings_an_undone_record_back(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    message = office.rep.ids[0]
    await office.rep.say("/undo")
    reply = await edit(office.rep, message, "/call Lan 6p")
    assert reply.text == "#3 was undone, so nothing changed."
    assert await calls(office) == []
    await office.rep.press(data(reply, "Restore"))
    assert await calls(office) == [(3, "Lan", 300)]


async def test_talk_that_is_edited_is_silence(office: Office) -> None:
    await office.rep.say("hello there")
    assert await edit(office.rep, office.rep.ids[0], "hello you") == Reply()


async def test_undo_takes_the_last_own_record(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    await office.other_rep.say("/call 0912345678 1p")
    reply = await office.rep.say("/undo")
    assert reply.text == "Undone #3: call to Lan, 5 min"
    assert labels(reply) == ["Restore"]
    assert (await office.rep.press(data(reply, "Restore"))).text.startswith("Restored #3")
    assert "already recorded" in (await office.rep.press(data(reply, "Restore"))).toast


async def test_the_undo_button_is_bound_to_its_record(office: Office) -> None:
    first = await office.rep.say("/call Lan 5p")
    await office.rep.say("/call Hoa 3p")
    reply = await office.rep.press(data(first, "Undo"))
    assert reply.edits
    assert reply.text.startswith("Undone #3")
    assert reply.toast == "Undone"
    assert (await office.rep.press(data(first, "Undo"))).toast == "#3 was already undone."
    assert await calls(office) == [(4, "Hoa", 180)]


async def test_undo_by_number_and_by_reply(office: Office) -> None:
    await office.rep.say("/call Lan 5p")
    message = office.rep.ids[0]
    second = await office.rep.say("/call Hoa 3p")
    assert (await office.rep.say("/xoa #3")).text.startswith("Undone #3")
    assert "already" in (await office.rep.say("/undo 3")).text
    assert "no record #99" in (await office.rep.say("/undo 99")).text
    reply = await office.rep.say("/undo", replied_id=900, replied_data=(data(second, "Undo"),))
    assert reply.text.startswith("Undone #4")
    await office.rep.say("/undo", replied_id=message)
    assert await calls(office) == []


async def test_reps_undo_their_own_records_managers_anyones(office: Office) -> None:
    reply = await office.rep.say("/call Lan 5p")
    for other in (office.other_rep, office.viewer, office.stranger):
        assert (await other.press(data(reply, "Undo"))).toast
    assert "colleague" in (await office.other_rep.say("/undo 3")).text
    assert len(await calls(office)) == 1
    assert (await office.manager.press(data(reply, "Undo"))).text.startswith("Undone #3")


async def test_a_sale_logged_for_a_colleague_can_be_undone_by_who_logged_it(office: Office) -> None:
    reply = await office.rep.say("/sale Lan 2tr @Tuan")
    assert "sold by Tuan" in reply.text
    assert (await office.rep.press(data(reply, "Undo"))).text.startswith("Undone #3")


async def test_undoing_the_winning_sale_reopens_its_deal(office: Office) -> None:
    await office.rep.say("/deal Lan 50tr")
    await office.rep.say("/sale Lan 50tr")
    await office.rep.say("/undo")
    assert await rows(office, "SELECT outcome FROM deals") == [(None,)]


async def test_another_teams_records_do_not_exist(office: Office, newcomer: object) -> None:
    reply = await office.rep.say("/call Lan 5p")
    boss: Chat = newcomer(77, "Boss", owner=True)  # type: ignore[operator]
    await boss.say("/start")
    for label in ("Undo", "Edit"):
        answer = await boss.press(data(reply, label))
        assert answer.toast or "not in your team" in answer.text
    assert len(await calls(office)) == 1


@pytest.mark.parametrize(
    "payload", ["v1|undo|", "v1|undo|x", "v1|undo|99999999999999999999", "v1|pick|1", "v1|pick|1:2:3", "v1|deal|5"]
)
async def test_a_broken_button_says_so(office: Office, payload: str) -> None:
    reply = await office.rep.press(payload)
    assert reply.toast
    assert not reply.text


async def test_find_shows_the_customers_card(office: Office) -> None:
    await office.rep.say("/call Lan 5p quan tâm")
    await office.rep.say("/sale Lan 2tr #zalo")
    card = (await office.rep.say("/find Lan")).text
    for part in ("<b>Lan</b> · +84912345678", "Owner: Rosa", "1 sale, ₫2,000,000", "#3 today: call, interested"):
        assert part in card
    assert (await office.rep.say("0912345678")).text == card
    assert "<b>Lan</b>" in (await office.viewer.say("/tim lan")).text


async def test_find_offers_those_it_may_mean(office: Office) -> None:
    await office.rep.say("/lead Nguyễn Thị Hoa")
    reply = await office.rep.say("/find hoa t")
    assert reply.text
    many = await office.rep.say("/find 9999")
    assert "no customer" in many.text


async def test_a_sale_that_moves_up_a_line_is_not_asked_about_again(office: Office) -> None:
    await office.rep.say("/call Lan 5p\n/sale Lan 4tr")
    reply = await edit(office.rep, office.rep.ids[0], "/sale Lan 4tr")
    assert "Recorded #5: sale to Lan" in reply.text
    standing = "SELECT kind, line FROM records WHERE removed_at IS NULL AND kind <> 'lead'"
    assert await rows(office, standing) == [("sale", 0)]
