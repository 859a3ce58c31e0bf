"""Reports in the chat: asked, walked through with their buttons, explained, listed, and refused where they must be."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from handlers.base import Reply
from handlers.buttons import MAX_DATA
from store.customers import lookup
from store.people import membership, team
from store.records import writing
from store.records.entries import Clock, Origin, SaleEntry
from tests.handlers.office import NOW, Office


@pytest.fixture
async def shop(office: Office) -> Office:
    """The office where Rosa sold 3,000,000 and Tuan 1,000,000."""
    async with office.database.begin() as session:
        row = await team.team_of(session, office.team_id)
        people = {one.name: one.id for one in await membership.members_of(session, office.team_id)}
        lan = await lookup.add_customer(session, office.team_id, "Lan", owner_id=people["Rosa"])
        for name, amount in (("Rosa", 3_000_000), ("Tuan", 1_000_000)):
            entry = SaleEntry(customer_id=lan, member_id=people[name], at=NOW - timedelta(hours=1),
                              amount_minor=amount, currency="VND", channel="zalo")  # fmt: skip
            await writing.log_sale(session, Clock.of(row), entry, Origin(people[name], NOW))
    return office


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/channels", "Channels, net revenue: ₫4,000,000"),
        ("/kenh tháng này", "₫4,000,000"),
        ("channels this month", "₫4,000,000"),
        ("/leaders", "Leaderboard · Net revenue: ₫4,000,000"),
        ("/bangxephang", "1. Rosa: ₫3,000,000"),
        ("/leaders average order this month", "Average order"),
        ("leaders aov", "Average order"),
    ],
)
async def test_reports_answer_in_the_chat(shop: Office, text: str, said: str) -> None:
    reply = await shop.manager.say(text)
    assert said in reply.text.replace("<b>", "")
    assert reply.photo is not None
    for label, data in ((button.text, button.data or "") for row in reply.buttons for button in row):
        assert len(data.encode()) <= MAX_DATA
        answer = await shop.manager.press(data)
        assert answer.text or answer.document, label


async def test_before_and_after_a_date_is_asked_in_the_chat(shop: Office) -> None:
    async with shop.database.begin() as session:
        row = await team.team_of(session, shop.team_id)
        person = await lookup.add_customer(session, shop.team_id, "Hoa")
        for days, amount in ((10, 2_000_000), (24, 1_000_000), (40, 5_000_000)):
            entry = SaleEntry(customer_id=person, member_id=None, at=NOW - timedelta(days=days), amount_minor=amount,
                              currency="VND")  # fmt: skip
            await writing.log_sale(session, Clock.of(row), entry, Origin(None, NOW))
    for text in ("/compare 03/11", "compare revenue 03/11", "/sosanh doanh số 3/11", "so sánh doanh số 3/11"):
        reply = await shop.manager.say(text)
        assert "before and after: ₫2,000,000" in reply.text.replace("<b>", ""), text
        assert reply.photo is not None
    reply = await shop.manager.say("/compare revenue 18/11")
    assert (reply.photo, [row[0].text for row in reply.buttons]) == (None, ["compare revenue 13/11/2026"])
    assert "25 Nov 2026" in reply.text
    reply = await shop.manager.say("/compare revenue calls 03/11")
    assert "One figure at a time" in reply.text


async def test_the_leaderboards_buttons_keep_its_metric(shop: Office) -> None:
    reply = await shop.manager.say("/leaders aov")
    before = next(button.data or "" for row in reply.buttons for button in row if button.text.startswith("‹"))
    assert "Average order" in (await shop.manager.press(before)).text


async def test_rows_of_a_report_are_its_records(shop: Office) -> None:
    for text in ("/channels", "/leaders"):
        reply = await shop.manager.say(text)
        data = next(button.data or "" for row in reply.buttons for button in row if button.text == "Rows")
        sent = (await shop.manager.press(data)).document
        assert sent is not None
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(sent.content)).get_sheet_by_index(0).to_python()
        assert len(sheet) == 3


async def test_what_a_report_does_not_carry_is_refused(shop: Office) -> None:
    for text, said in (("/channels by rep", "as a whole"), ("/leaders cac", "only"), ("/channels rep:@Tuan", "only")):
        reply = await shop.manager.say(text)
        assert said in reply.text
        assert reply.photo is None
    reply = await shop.rep.say("/leaders")
    assert reply.photo is None


def button(reply: Reply, label: str) -> str:
    return next(one.data or "" for row in reply.buttons for one in row if one.text == label)


async def test_the_kpis_are_chosen_by_a_line_and_by_buttons(shop: Office) -> None:
    reply = await shop.manager.say("/kpi revenue calls")
    assert "Net revenue: 4M" in reply.text
    assert "From now on" in reply.text
    assert reply.photo is not None
    reply = await shop.owner.say("/kpi this month")
    assert "Calls: 0" in reply.text
    assert "Retention" not in reply.text
    assert "From now on" not in reply.text
    listed = await shop.owner.press(button(reply, "Choose the figures"))
    assert all(len((one.data or "").encode()) <= MAX_DATA for row in listed.buttons for one in row)
    chosen = await shop.owner.press(button(listed, "ROI"))
    assert chosen.edits
    fewer = await shop.owner.press(button(chosen, "✓ Calls"))
    reply = await shop.owner.press(button(fewer, "Show them"))
    assert "ROI: —" in reply.text
    assert "Calls" not in reply.text


async def test_no_more_kpis_than_a_picture_holds_and_never_none(shop: Office) -> None:
    reply = await shop.manager.say("/kpi revenue calls roi aov cycle winrate")
    assert "At most 5 figures" in reply.text
    await shop.manager.say("/kpi revenue calls roi aov cycle")
    reply = await shop.manager.press(button(await shop.manager.say("/kpi"), "Choose the figures"))
    assert "5 already" in (await shop.manager.press(button(reply, "Win rate"))).toast
    await shop.manager.say("/kpi revenue")
    assert "must stay" in (await shop.manager.press(button(reply, "✓ Net revenue"))).toast


async def test_reps_see_their_own_kpis_and_choose_none(shop: Office) -> None:
    reply = await shop.rep.say("/kpi")
    assert reply.photo is not None
    assert "Net revenue: 3M" in reply.text
    assert "ROI" not in reply.text
    assert not [one for row in reply.buttons for one in row if one.text == "Choose the figures"]
    once = await shop.rep.say("/kpi calls")
    assert "From now on" not in once.text
    assert "Net revenue" in (await shop.rep.say("/kpi")).text
    assert "Managers" in (await shop.rep.press("v1|kpis|calls")).toast


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/segments", "a grid needs 30 customers"),
        ("/phannhom", "1"),
        ("/scores", "no lead is open"),
        ("/chamdiem tháng này", "Open leads: 0"),
        ("/quality", "Data quality"),
        ("chất lượng dữ liệu", "Data quality"),
    ],
)
async def test_segments_scores_and_quality_answer_with_buttons_that_work(shop: Office, text: str, said: str) -> None:
    for chat in (shop.manager, shop.owner):
        reply = await chat.say(text)
        assert said in reply.text
        assert reply.photo is not None
        assert "<b>" in (await chat.press(button(reply, "How?"))).text
        rows = await chat.press(button(reply, "Rows"))
        assert rows.document or rows.toast or rows.text


async def test_reps_see_their_own_leads_and_faults(shop: Office) -> None:
    for text in ("/scores", "/quality", "/segments"):
        assert (await shop.rep.say(text)).photo is not None
        assert (await shop.rep.say(f"{text} rep:@Tuan")).photo is None
