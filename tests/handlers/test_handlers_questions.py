"""Asking metrics in the chat: periods, breakdowns, filters, buttons, rows, and who may see what."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from handlers.base import Reply
from handlers.buttons import MAX_DATA
from metrics import METRICS
from metrics.wording import Say
from store.catalogue.products import product_named
from store.customers import lookup
from store.people import membership, team
from store.records import writing
from store.records.entries import Clock, Origin, SaleEntry
from tests.handlers.office import NOW, Chat, Office

DAYS = {"Rosa": (0, 5, 45), "Tuan": (1,)}
"""How many days ago each rep sold for 1 tr (shirts, #zalo)."""


@pytest.fixture
def backend() -> str:
    """How a figure is asked and shown is the same on both databases: what it is, tests/metrics asks both."""
    return "sqlite"


@pytest.fixture
async def shop(office: Office) -> Office:
    """The office with four sales of 1,000,000 ₫."""
    async with office.database.begin() as session:
        row = await team.team_of(session, office.team_id)
        people = {one.name: one.id for one in await membership.members_of(session, office.team_id)}
        lan = await lookup.add_customer(session, office.team_id, "Lan <b>", owner_id=people["Rosa"])
        shirt = await product_named(session, office.team_id, "áo thun")
        for name, days in DAYS.items():
            for ago in days:
                at = NOW - timedelta(days=ago, hours=1)
                entry = SaleEntry(
                    customer_id=lan, member_id=people[name], at=at, amount_minor=1_000_000, currency="VND",
                    product_id=shirt, channel="zalo",
                )  # fmt: skip
                await writing.log_sale(session, Clock.of(row), entry, Origin(people[name], at))
    return office


def figure(reply: Reply) -> str:
    """The first line of a caption."""
    return reply.text.split("\n")[0]


def payloads(reply: Reply) -> dict[str, str]:
    return {button.text: button.data or "" for row in reply.buttons for button in row}


def labelled(reply: Reply, start: str) -> str:
    return next(data for text, data in payloads(reply).items() if text.startswith(start))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("/revenue", "3,000,000"),
        ("/revenue this month", "3,000,000"),
        ("/doanhso tháng này", "3,000,000"),
        ("/revenue today", "1,000,000"),
        ("/revenue hôm qua", "1,000,000"),
        ("/revenue last month", "1,000,000"),
        ("/revenue T10", "1,000,000"),
        ("/revenue 2026", "4,000,000"),
        ("/revenue last 60 days", "4,000,000"),
        ("/revenue rep:@Tuan", "1,000,000"),
        ("/revenue @rosa this month", "2,000,000"),
        ('/revenue product:"áo thun"', "3,000,000"),
        ("/revenue T9", "—"),
        ("/revenue channel:facebook", "0"),
        ("/revenue #zalo", "3,000,000"),
        ("/revenue by rep", "3,000,000"),
        ("/revenue vs last month", "3,000,000"),
        ("/revenue vs year", "3,000,000"),
        ("/revenue today by rep", "1,000,000"),
    ],
)
async def test_a_question_is_answered_for_what_it_names(shop: Office, text: str, amount: str) -> None:
    reply = await shop.manager.say(text)
    assert f" {amount}<" in figure(reply).replace("₫", "")
    assert reply.photo is None or reply.photo.png
    assert reply.text.count("\n") <= 4


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_two_metrics_go_by_the_same_words(language: str) -> None:
    say, owner = Say(language, markup=False), dict[str, str]()
    for metric in METRICS:
        for said in (metric.key, metric.alias or metric.key, *map(say, (metric.label, *metric.words))):
            assert owner.setdefault(said.casefold(), metric.key) == metric.key, said


@pytest.mark.parametrize(
    "text", ["/revenue", "/revenue 2026 by rep", "/revenue Q3 by product", "/calls 01/10-15/11 by rep"]
)
async def test_every_button_fits_and_answers(shop: Office, text: str) -> None:
    reply = await shop.manager.say(text)
    for label, data in payloads(reply).items():
        assert len(data.encode()) <= MAX_DATA
        answer = await shop.manager.press(data)
        assert answer.text or answer.document or answer.toast, label
        assert answer.edits == (data.split("|")[1] in {"period", "by"}), label


async def test_the_period_buttons_walk_and_stop_at_the_running_one(shop: Office) -> None:
    reply = await shop.manager.say("/revenue this month by rep")
    assert not any(text.endswith("›") for text in payloads(reply))
    before = await shop.manager.press(labelled(reply, "‹"))
    assert "October 2026" in figure(before)
    september = await shop.manager.press(labelled(before, "‹"))
    assert "September 2026" in figure(september)
    back = await shop.manager.press(labelled(before, "November"))
    assert figure(back) == figure(reply)
    assert payloads(back) == payloads(reply)


async def test_a_forecast_walks_by_the_periods_at_whose_end_it_is_made(shop: Office) -> None:
    reply = await shop.manager.say("/dubao")
    assert "needs 6 months of sales" in reply.text
    assert "20 Nov 2026 – 19 Feb 2027" in figure(reply)
    before = await shop.manager.press(labelled(reply, "‹"))
    assert "1 Nov 2026 – 31 Jan 2027" in figure(before)
    back = await shop.manager.press(labelled(before, "November"))
    assert figure(back) == figure(reply)
    assert (await shop.manager.press(labelled(reply, "How?"))).text


async def test_the_breakdown_buttons_change_the_same_question(shop: Office) -> None:
    reply = await shop.manager.say("/revenue 2026")
    by_rep = await shop.manager.press(labelled(reply, "By rep"))
    assert figure(by_rep) == figure(reply)
    assert "By rep" not in payloads(by_rep)
    total = await shop.manager.press(labelled(by_rep, "Total"))
    assert payloads(total) == payloads(reply)


async def test_an_empty_month_in_its_first_days_offers_the_last(shop: Office) -> None:
    shop.manager.now = NOW + timedelta(days=13)
    reply = await shop.manager.say("/revenue")
    assert "3,000,000" in figure(await shop.manager.press(payloads(reply)["Last month"]))


async def test_how_explains_and_so_does_why(shop: Office) -> None:
    reply = await shop.manager.say("/revenue")
    how = await shop.manager.press(payloads(reply)["How?"])
    assert "Vietnam time" in how.text
    why = await shop.manager.say("/why", replied_id=1, replied_data=tuple(payloads(reply).values()))
    assert why.text == how.text
    assert "What changed, net revenue" in why.then[0].text
    calls = await shop.manager.say("/calls")
    only = await shop.manager.say("/why", replied_id=1, replied_data=tuple(payloads(calls).values()))
    assert only.text
    assert only.then == ()


@pytest.mark.parametrize(
    "text",
    [
        "/why",
        "/visao tháng này",
        "why did revenue drop",
        "vì sao doanh số giảm",
        "tại sao doanh số tháng này lại tăng?",
        "what changed this month",
        "why is revenue higher than last month",
    ],
)
async def test_why_is_a_question_of_its_own(shop: Office, text: str) -> None:
    reply = await shop.manager.say(text)
    assert "What changed, net revenue: ₫3,000,000" in reply.text.replace("<b>", "")
    if "last month" not in text:
        assert "customers 0, orders per customer +2M, average order 0" in reply.text  # three sales to Lan, one before
    by_rep = await shop.manager.press(labelled(reply, "By rep"))
    assert figure(by_rep) == figure(reply)
    own = await shop.rep.say(text)
    assert "₫2,000,000" in own.text
    refused = await shop.manager.say("why did calls drop")
    assert "not Calls" in refused.text.replace("<b>", "").replace("</b>", "")


async def test_rows_are_the_records_behind_the_figure(shop: Office) -> None:
    reply = await shop.manager.say("/revenue rep:Rosa 2026")
    sent = await shop.manager.press(payloads(reply)["Rows"])
    assert sent.document is not None
    assert sent.document.name == "revenue-y2026.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(sent.document.content)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 1 + 3
    assert all("Lan <b>" in row for row in sheet[1:])


@pytest.mark.parametrize("metric", ["callspersale", "winrate"])
async def test_rows_of_contacts_and_sales_say_what_was_sold(shop: Office, metric: str) -> None:
    await shop.rep.say("/lead Mai 0901234567")
    await shop.rep.say("/call Mai 5p yesterday")
    sent = await shop.manager.press(payloads(await shop.manager.say(f"/{metric} 2026"))["Rows"])
    assert sent.document is not None
    titles, *rows = CalamineWorkbook.from_filelike(io.BytesIO(sent.document.content)).get_sheet_by_index(0).to_python()
    assert [row[titles.index("Product")] for row in rows] == ["", *["áo thun"] * 4]
    assert [row[titles.index("Amount")] for row in rows] == ["", *[1_000_000] * 4]


async def test_a_figure_without_records_says_so_in_a_message_and_offers_other_periods(shop: Office) -> None:
    reply = await shop.manager.say("/revenue 14/11/2026")
    found = await shop.manager.press(next(one.data for row in reply.buttons for one in row if one.text == "Rows"))
    assert (found.toast, found.document, found.edits) == ("", None, False)
    assert "no record behind Net revenue for 14 Nov 2026, so there is no file" in found.text
    assert [one.text for row in found.buttons for one in row] == ["revenue 13/11/2026", "revenue 2026 (to 20 Nov)"]
    for row in found.buttons:
        assert (await shop.manager.press(row[0].data)).photo
    await shop.manager.say("/lang vi")
    found = await shop.manager.press(next(one.data for row in reply.buttons for one in row if one.text == "Rows"))
    assert found.text.startswith("Chưa có mục nào để tính Doanh số thuần trong 14/11/2026 nên không có tệp.")


async def test_a_rep_sees_own_figures_only(shop: Office) -> None:
    own = await shop.rep.say("/revenue")
    assert "2,000,000" in figure(own)
    assert "By rep" not in payloads(own)
    for text in ("/revenue rep:@Tuan", "/revenue by rep", "revenue @Tuan"):
        refused = await shop.rep.say(text)
        assert "your own figures" in refused.text
        assert not refused.photo
    assert "2,000,000" in figure(await shop.rep.say("/revenue rep:me"))


async def test_a_button_is_authorised_for_whoever_presses_it(shop: Office, database_url: str) -> None:
    asked = await shop.manager.say("/revenue")
    for data in payloads(asked).values():
        pressed = await shop.rep.press(data)
        assert "your own figures" in pressed.toast
        assert not (pressed.photo or pressed.document or pressed.text)
    assert figure(await shop.viewer.press(labelled(asked, "‹")))
    foreigner = Chat(shop.database, 900, "Fay", owner_ids=frozenset({900}))
    await foreigner.say("/start")
    for data in payloads(asked).values():
        assert "no longer works" in (await foreigner.press(data)).toast
    roi = await shop.manager.say("/roi")
    assert "whole team" in (await shop.rep.press(labelled(roi, "‹"))).toast


async def test_who_left_can_still_be_asked_about(shop: Office) -> None:
    async with shop.database.begin() as session:
        people = {one.name: one.id for one in await membership.members_of(session, shop.team_id)}
        await membership.remove_member(session, shop.team_id, people["Tuan"], NOW)
    assert "1,000,000" in figure(await shop.manager.say("/revenue rep:@Tuan"))
    assert "Tuan" in (await shop.manager.say("/leaders")).text


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("/revenue lst month", "last month"),
        ("/revenue by colour", "by "),
        ("/revenue product:áo thn", "product"),
        ("/revenue rep:@nobody", "rep:"),
        ("/revenue channel:zal", "channel:zalo"),
        ("/revenue 2027", "this year"),
        ("/revenue 31/02", "this month"),
        ("/revenue vs someday", "vs "),
        ("/revenue '; DROP TABLE sales; --", "month"),
        ("/revenue " + "x" * 3900, "month"),
        ("/roi by rep", "Total"),
        ("/calls channel:zalo", "Total"),
    ],
)
async def test_what_is_not_known_is_said_with_the_nearest_as_buttons(shop: Office, text: str, way: str) -> None:
    reply = await shop.manager.say(text)
    assert reply.text.count("\n") == 0
    assert len(reply.text) < 400
    assert not reply.photo
    offered = payloads(reply)
    assert any(way in label for label in offered), offered
    again = await shop.manager.press(next(iter(offered.values())))
    assert again.text


async def test_a_campaign_that_nobody_named_is_no_zero(shop: Office) -> None:
    assert "There is no campaign “tet2025” yet." in (await shop.manager.say("/revenue campaign:tet2025")).text
    await shop.manager.say("/cost 1m marketing #tet2026")
    reply = await shop.manager.say("/revenue #tet2025 last month")
    assert any("#tet2026" in label for label in payloads(reply)), reply.text
    assert "#tet2026" in figure(await shop.manager.say("/revenue campaign:tet2026"))


async def test_a_question_reads_the_same_in_vietnamese(shop: Office) -> None:
    english = await shop.manager.say("/revenue last month by rep vs year")
    shop.manager.language = "vi"
    vietnamese = await shop.manager.say("/doanhso tháng trước theo nhân viên so với cùng kỳ")
    assert "10/2026" in figure(vietnamese)
    assert [len(row) for row in vietnamese.buttons] == [len(row) for row in english.buttons]


async def test_markup_in_names_is_shown_as_typed(shop: Office) -> None:
    async with shop.database.begin() as session:
        await team.change_team(session, shop.team_id, name="<script>")
    reply = await shop.manager.say("/revenue by rep")
    assert "<script>" not in reply.text


async def test_retention_offers_its_cohorts_by_month(shop: Office) -> None:
    reply = await shop.manager.say("/retention last month")
    cohorts = await shop.manager.press(labelled(reply, "By month"))
    assert figure(cohorts) == figure(reply)
    assert {"Total", "By rep"} <= set(payloads(cohorts))
    assert figure(await shop.manager.say("/giuchan tháng trước theo tháng")) == figure(reply)
