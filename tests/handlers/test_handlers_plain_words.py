"""Questions in plain words: every metric by the names that people use for it, in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.figures.asked import BY_KEY
from handlers.figures.naming import names, spoken
from handlers.figures.spoken import SPOKEN
from handlers.parsing import Question, read_question
from store.names import fold
from tests.handlers.office import Office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 15, tzinfo=ZONE)
ASKED: dict[str, list[str]] = {
    "revenue": [
        "doanh số tháng này",
        "doanh số hôm nay thế nào",
        "doanh thu tháng trước",
        "tháng này bán được bao nhiêu",
        "how much did we sell this month",
        "sales this month",
        "what were our sales last month",
        "revenue last week?",
        "tuần này bán được bao nhiêu tiền",
        "doanh thu hôm nay bao nhiêu",
        "hom nay ban duoc may don",
        "sản phẩm nào bán chạy nhất tháng này",
        "which channel brings most revenue",
    ],
    "roi": ["roi tháng này", "return on investment this quarter", "lợi tức đầu tư tháng này", "what is our roi"],
    "calls": [
        "hôm nay gọi bao nhiêu cuộc",
        "số cuộc gọi hôm nay",
        "cuộc gọi tuần này",
        "how many calls did we make today",
        "how many calls this week",
        "calls today",
        "talk time last week",
        "connect rate last month",
    ],
    "aov": [
        "giá trị đơn trung bình tháng này",
        "đơn trung bình tháng trước",
        "average order value last month",
        "aov",
        "average sale this month",
        "trung bình mỗi đơn bao nhiêu",
    ],
    "value": ["giá trị khách mới tháng này", "new customer value", "doanh số khách mới tháng này"],
    "retention": [
        "tỷ lệ giữ chân khách tháng trước",
        "giữ chân khách",
        "retention rate last month",
        "how many customers did we keep last month",
        "customer retention",
        "khách quay lại tháng này",
    ],
    "cycle": [
        "chu kỳ bán hàng",
        "mất bao lâu để chốt",
        "how long does it take to close",
        "sales cycle this year",
        "bao lâu thì chốt được đơn",
        "thời gian chốt đơn",
    ],
    "callspersale": [
        "số cuộc gọi mỗi đơn",
        "calls per sale this month",
        "mấy cuộc gọi thì được một đơn",
        "gọi bao nhiêu cuộc mới được một đơn",
    ],
    "conversion": [
        "tỷ lệ chuyển đổi tháng này",
        "conversion rate this month",
        "chuyển đổi khách tháng trước",
        "how many leads became customers",
    ],
    "cac": [
        "chi phí mỗi khách mới",
        "cac tháng này",
        "customer acquisition cost",
        "cost per new customer last month",
        "chi phí có một khách",
        "chi phí khách mới",
    ],
    "winrate": [
        "tỷ lệ chốt tháng này",
        "win rate last month",
        "tỉ lệ chốt đơn",
        "closing rate this month",
        "tỷ lệ thắng",
    ],
    "loyalty": ["khách trung thành", "loyalty", "loyal customers", "tỷ lệ khách trung thành tháng này"],
    "response": ["tỷ lệ phản hồi tuần này", "response rate", "tỉ lệ trả lời", "bao nhiêu khách trả lời"],
    "upsell": [
        "bán thêm tháng này",
        "bán chéo",
        "upsell last month",
        "cross-sell",
        "upselling this month",
        "cross sell this quarter",
    ],
    "engagement": ["tỷ lệ tương tác", "engagement this month", "mức độ tương tác"],
    "ror": ["hiệu quả quan hệ", "return on relationships", "ror"],
    "csat": [
        "mức hài lòng",
        "khách hài lòng không",
        "customer satisfaction",
        "csat tháng này",
        "satisfaction last month",
    ],
    "care": ["chăm sóc khách", "customer care"],
    "waiting": ["thời gian chờ", "waiting time this week", "khách chờ bao lâu", "response time"],
    "unsubscribe": ["tỷ lệ ngừng liên hệ", "unsubscribe rate", "bao nhiêu khách ngừng liên hệ", "opt-outs this month"],
    "adoption": ["ai đang ghi", "mức độ sử dụng", "adoption", "usage this week"],
    "clv": ["giá trị vòng đời khách", "customer lifetime value", "clv", "ltv", "lifetime value"],
    "channels": ["kênh nào hiệu quả", "các kênh tháng này", "channels last month", "báo cáo kênh"],
    "leaders": [
        "bảng xếp hạng",
        "leaderboard this month",
        "ai bán nhiều nhất",
        "xếp hạng nhân viên tháng này",
        "who sold the most this month",
        "top nhân viên",
        "best rep this month",
        "who sold most last month",
        "ai bán tốt nhất tháng trước",
        "ai ban tot nhat thang truoc",
        "nhân viên nào bán nhiều nhất quý 3",
        "top reps",
    ],
    "funnel": ["phễu bán hàng", "phễu tháng này", "funnel", "pipeline"],
    "why": ["vì sao doanh số giảm", "why did revenue drop", "tại sao doanh số tháng này thấp"],
    "forecast": [
        "dự báo doanh số",
        "forecast",
        "dự báo ba tháng tới",
        "how much will we sell next quarter",
        "doanh số dự kiến",
        "sales forecast",
    ],
    "kpi": ["kpi", "kpi tháng này", "tình hình tuần này", "how did we do last week"],
    "targets": ["will we hit the target", "how far are we from target"],
}

LISTENED_TO = {"why", "leaders", "forecast"}  # reports that may be asked about a metric named with them


@pytest.fixture
def backend() -> str:
    """How words are read is the same on both databases."""
    return "sqlite"


@pytest.mark.parametrize("key", ASKED)
def test_a_metric_goes_by_the_names_that_people_use(key: str) -> None:
    for text in ASKED[key]:
        for locale in ("en", "vi"):
            found = read_question(text, spoken(), ZONE, NOW, None, locale)
            assert isinstance(found, Question), (text, found.message)
            assert key in found.metrics, text
            assert found.metrics == (key,) or key in LISTENED_TO, (text, found.metrics)


def test_accents_may_be_left_out_but_not_contradict() -> None:
    plain = read_question("doanh thu thang truoc", spoken(), ZONE, NOW, None, "vi")
    assert isinstance(plain, Question)
    assert plain.metric == "revenue"
    assert not isinstance(read_question("doành thú tháng trước", spoken(), ZONE, NOW, None, "vi"), Question)


def test_what_people_say_is_of_one_metric_only() -> None:
    owner = dict(names())
    for key, said in SPOKEN.items():
        for name in said:
            assert name == name.casefold()
            assert owner.setdefault(name, key) == key, name
    folded: dict[str, set[str]] = {}
    for name, key in spoken().items():
        folded.setdefault(fold(name), set()).add(key)
    assert [name for name, keys in folded.items() if len(keys) > 1] == []
    assert {"revenue", "why", "forecast"} <= SPOKEN.keys() & BY_KEY.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("doanh thu tháng này bao nhiêu?", "Net revenue"),
        ("how much did we sell this month", "Net revenue"),
        ("ai bán nhiều nhất tháng này", "Leaderboard"),
        ("vì sao doanh số giảm", "What changed"),
        ("tỉ lệ chốt tuần này", "Win rate"),
        ("mất bao lâu để chốt", "Sales cycle"),
        ("khách quay lại tháng này", "Retention"),
        ("khách chờ bao lâu", "Waiting time"),
        ("sao doanh số tháng này tụt thế", "What changed"),
        ("so sánh doanh số tháng này với tháng trước", "Net revenue"),
        ("compare calls this month with last month", "Calls"),
        ("doanh số facebook tháng này", "#facebook"),
        ("which product sold most last month", "Net revenue"),
    ],
)
async def test_they_are_answered_in_a_private_chat(office: Office, text: str, said: str) -> None:
    reply = await office.manager.say(text)
    assert said in reply.text
    assert (await office.manager.say("/undo")).text.startswith("You have nothing recorded yet")


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("hai tháng qua bán được bao nhiêu", "hai tháng qua"),
        ("hai thang gan day ban duoc bao nhieu", "hai thang gan day"),
        ("mấy hôm nay bán được bao nhiêu", "mấy hôm nay"),
        ("từ thứ 2 đến thứ 6 bán được bao nhiêu", "từ thứ 2 đến thứ 6"),
        ("how much did we sell two weeks ago", "two weeks ago"),
        ("doanh số 3 ngày trước", "3 ngày trước"),
    ],
)
async def test_which_days_are_meant_is_asked_in_a_question_too(office: Office, text: str, which: str) -> None:
    office.manager.now = datetime(2026, 11, 19, 15, tzinfo=ZONE)
    reply = await office.manager.say(text)
    assert reply.text.startswith(f"Which days is “{which}”?")
    assert "Net revenue" in (await office.manager.press(reply.buttons[0][0].data)).text


@pytest.mark.parametrize("text", ["sáng nay bán được bao nhiêu", "toi qua ban duoc may don", "tuần sau gọi mấy cuộc"])
async def test_a_period_that_cannot_be_had_is_said_in_a_question_too(office: Office, text: str) -> None:
    said = (await office.manager.say(text)).text
    assert "A day is the shortest period" in said or "has not begun yet" in said


async def test_a_weekday_in_a_question_is_the_last_one_past(office: Office) -> None:
    for text in ("thứ hai bán được bao nhiêu", "thu 2 ban duoc bao nhieu", "how much did we sell on Monday"):
        assert "16 Nov 2026" in (await office.manager.say(text)).text


async def test_a_name_like_a_figures_is_a_name(office: Office) -> None:
    assert (await office.manager.say("khách Mua Thêm")).text.startswith("Recorded #1: new lead Mua Thêm")


OF_CUSTOMERS: dict[tuple[str, ...], list[str]] = {
    ("Retention",): [
        *("khách không quay lại", "khach khong quay lai", "khách bỏ đi tháng trước", "khách mất tháng 10"),
        *("khách mua lại", "khách ngừng mua", "khách im lặng tuần này", "mất khách tháng này", "which customers left"),
        *("customers lost last month", "lost customers", "inactive customers", "who stopped buying"),
    ],
    ("Loyalty",): ["khách hàng trung thành", "khách hàng thân thiết"],
    ("New customer value",): ["new customers this week", "new customers from facebook", "khách mua lần đầu"],
    ("New customer value", "Conversion"): [
        *("khách mới tháng này", "khach moi thang nay", "khách hàng mới tuần này", "bao nhiêu khách mới hôm nay"),
        *(
            "khách mới theo kênh",
            "khách hàng mới từ Zalo so với tháng trước",
            "new leads this week",
            "KHÁCH MỚI TUẦN NÀY",
        ),
    ],
    ("New customer value", "Conversion", "Retention"): [
        *("khách từ zalo tháng trước", "khach tu zalo thang truoc", "khách Facebook tháng 10", "khách từ facebook"),
        *(
            "khách của Rosa tháng này",
            "khách tháng 10 so với tháng 9",
            "khách tăng hay giảm tháng này",
            "khách nợ tiền",
        ),
        *("customers from zalo last month", "how many customers do we have", "customers by rep", "customers gone"),
    ],
    ("Retention", "Loyalty", "Up-sell and cross-sell"): ["khách cũ tháng 10", "khách cũ", "old customers October"],
    ("Customer segments", "Customer value", "Loyalty"): [
        "khách mua nhiều nhất",
        "khách vip",
        "best customers this year",
    ],
    ("Conversion", "Funnel, money a day", "Open leads"): [
        "khách tiềm năng",
        "leads this month",
        "lead this week",
    ],
    ("Calls",): ["gọi tháng này", "call this week", "gọi bao nhiêu cuộc hôm nay"],
    ("Net revenue",): ["bán tháng này", "sale this month", "bán được bao nhiêu tháng này"],
    ("ROI", "Cost per new customer"): ["chi phí tháng này", "cost this month"],
    ("Net revenue", "Win rate"): ["tháng này chốt được bao nhiêu đơn", "thang nay chot duoc may don"],
    ("Net revenue", "ROI"): ["lợi nhuận tháng trước", "profit last month"],
    ("Net revenue", "What changed, net revenue"): ["hoàn tiền tháng trước", "how much was refunded last month"],
    ("Win rate", "Funnel, money a day", "Forecast, net revenue"): ["how many deals did we win last month"],
    ("Cost per new customer", "Channels, net revenue"): ["cost per lead"],
}
"""What is said of customers and work without a figure's name, and which figures answer or are offered."""


async def test_what_is_said_of_customers_is_a_question_and_records_nobody(office: Office) -> None:
    for figures, lines in OF_CUSTOMERS.items():
        for line in lines:
            reply = await office.manager.say(line)
            if len(figures) == 1:
                assert reply.text.startswith(f"<b>{figures[0]}"), (line, reply.text)
            else:
                assert reply.text == "Which figure do you mean?", (line, reply.text)
                assert tuple(button.text for row in reply.buttons for button in row) == figures, line
                assert (await office.manager.press(reply.buttons[0][0].data)).text.startswith(f"<b>{figures[0]}")
    assert (await office.manager.say("/undo")).text.startswith("You have nothing recorded yet")


async def test_a_button_keeps_what_the_question_said(office: Office) -> None:
    reply = await office.manager.say("khách từ zalo tháng 10")
    answer = await office.manager.press(reply.buttons[1][0].data)
    assert "October 2026" in answer.text
    assert "#zalo" in answer.text


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("khách mới Cô Bảy", "Cô Bảy"),
        ("khách Zalo Lan 0901234567", "Zalo Lan"),
        ("khách hàng Hùng", "Hùng"),
        ("khách Như", "Như"),
        ("khách My hôm nay", "My hôm nay"),
        ("khách minh zalo", "minh zalo"),
        ("khách lan", "lan"),
        ("khách sao", "sao"),
        ("khách Nguyễn Văn Cũ", "Nguyễn Văn Cũ"),
        ("khách cô bảy chợ lớn", "cô bảy chợ lớn"),
        ("lead jane", "jane"),
        ("new lead Rosa 0912345999", "Rosa"),
    ],
)
async def test_a_line_that_names_somebody_notes_them(office: Office, line: str, name: str) -> None:
    assert (await office.rep.say(line)).text.startswith(f"Recorded #1: new lead {name}")


@pytest.mark.parametrize("name", ["của Lan", "lan tháng trước", "bên Facebook tháng này", "ở Hà Nội"])
async def test_who_may_be_somebody_after_all_is_noted_by_a_button(office: Office, name: str) -> None:
    reply = await office.rep.say(f"khách {name}")
    assert reply.text == "Which figure do you mean?"
    assert "You have nothing recorded yet" in (await office.rep.say("/undo")).text
    new = reply.buttons[-1][0]
    assert new.text == f"New customer: {name}"
    assert f"new lead {name}" in (await office.rep.press(new.data)).text
    shown = [button.text for row in (await office.viewer.say(f"khách {name}")).buttons for button in row]
    assert shown == ["New customer value", "Conversion", "Retention"]


async def test_a_question_of_customers_says_what_is_wrong_with_its_period(office: Office) -> None:
    reply = await office.manager.say("khách mới tháng 13")
    assert "There is no such period: “tháng 13”" in reply.text
    assert "has not begun" in (await office.manager.say("khách zalo năm sau")).text
    reply = await office.manager.say("khách mới tuần 2")
    assert [button.text for row in reply.buttons for button in row] == [
        *("value tuần 2/2026", "value 09/11/2026-15/11/2026"),
        *("conversion tuần 2/2026", "conversion 09/11/2026-15/11/2026"),
    ]
    assert "managers see" in (await office.rep.say("cost this month")).text


async def test_an_unclear_question_gets_buttons(office: Office) -> None:
    reply = await office.manager.say("compare revenue and calls")
    assert reply.text == "One figure at a time, please."
    reply = await office.manager.say("doanh số với cuộc gọi tháng này")
    assert [button.text for row in reply.buttons for button in row] == ["Net revenue", "Calls"]
    reply = await office.manager.say("doanh thu tháng 13")
    assert reply.buttons


MISSPELT = {
    "revnue last month": "revenue last month",
    "how much was our revnue last week?": "revenue last week",
    "retension this year": "retention this year",
    "conversoin rate by month": "conversion by month",
    "clls by rep": "calls by rep",
    "win rte this month vs last month": "winrate this month vs last month",
    "doanh thi thang truoc": "revenue thang truoc",
    "doành thu tháng trước": "revenue tháng trước",
    "doanhthu thang truoc": "revenue thang truoc",
    "danh thu tháng này theo kênh": "revenue tháng này theo kênh",
    "tỷ lệ chôt tháng này theo nguồn": "winrate tháng này theo nguồn",
    "ty le giu cham thang truoc": "retention thang truoc",
    "rio last month": "roi last month",
}
"""Questions with a figure's name a letter or two off, and the one that is meant."""


@pytest.mark.parametrize("text", MISSPELT)
async def test_a_misspelt_figure_is_asked_back_and_never_answered(office: Office, text: str) -> None:
    reply = await office.manager.say(text)
    assert reply.text == f"Did you mean /{MISSPELT[text]}?"
    assert [button.data for row in reply.buttons for button in row] == [f"v1|run|{MISSPELT[text]}"]
    assert reply.photo is None
    await office.manager.say("/lang vi")
    asked = MISSPELT[text].split(" ", 1)
    named = BY_KEY[asked[0]].alias or asked[0]
    reply = await office.manager.say(text)
    assert reply.text == f"Ý bạn là /{named} {asked[1]}?"
    assert (await office.manager.press(reply.buttons[0][0].data)).text


@pytest.mark.parametrize(
    "text", ["revnue", "rồi tháng này", "mai tuần này", "revnue last month and so forth", "lan hôm qua"]
)
async def test_what_may_be_anybodys_name_is_looked_up(office: Office, text: str) -> None:
    reply = await office.manager.say(text)
    assert "I know no customer" in reply.text


async def test_a_customer_called_like_a_figure_is_found(office: Office) -> None:
    for name in ("Revnue", "Doanh Thi", "Revnue Last Month"):
        await office.manager.say(f"/lead {name}")
    assert "<b>Doanh Thi</b>" in (await office.manager.say("doanh thi")).text
    assert "<b>Revnue Last Month</b>" in (await office.manager.say("revnue last month")).text
    reply = await office.manager.say("doanh thi tháng trước")
    shown = [button.text for row in reply.buttons for button in row]
    assert shown[0] == "/revenue tháng trước"
    assert shown[1].startswith("Doanh Thi")


@pytest.mark.parametrize("line", ["gọi Revnue 5p hôm nay", "call Revnue yesterday 5m", "/call Doanh Thi hôm qua"])
async def test_a_misspelt_figure_takes_no_line_of_the_log(office: Office, line: str) -> None:
    name = "Doanh Thi" if "Doanh" in line else "Revnue"
    assert f"I don't know “{name}”" in (await office.rep.say(line)).text
    await office.rep.say(f"/lead {name}")
    assert f"call to {name}" in (await office.rep.say(line)).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("doanh thu tháng trước của Rosa", "@Rosa"),
        ("revenue of Rosa last month", "@Rosa"),
        ("what was Rosa's revenue last month?", "@Rosa"),
        ("doanh thu của Rósa tháng trước", "I don't know the rep “Rósa”. Perhaps: rep:Rosa"),
        ("doanh thu của Rossa tháng trước", "I don't know the rep “Rossa”. Perhaps: rep:Rosa"),
        ("roi last month of Rosa", "<b>ROI</b> is not known for one rep"),
        ("tỷ lệ chốt tháng này theo nguồn", "<b>Win rate</b> is not known by channel"),
        ("doanh số tháng này theo nguồn khách", "Net revenue"),
        ("revenue this month by source", "Net revenue"),
    ],
)
async def test_a_question_may_name_a_colleague_or_the_source(office: Office, text: str, said: str) -> None:
    await office.rep.say("/sale Lan 2tr 20/10")
    assert said in (await office.manager.say(text)).text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("doanh thu của Rossa tháng trước", "revenue rep:Rosa tháng trước"),
        ("revenue foo last month", "revenue by rep last month"),
        ("how much did we sell of foo last week by rep", "revenue rep:Rosa last week by rep"),
        ("revenue foo last month by rep", "revenue last month by rep"),
        ("revenue %s %d last month by rep", "revenue last month by rep"),
        ("revenue foo bar", "revenue last month"),
        ("forecast 2025-10 vs 2031", "forecast 2025-10"),
        ("forecast 2025-10 vs foo", "forecast 2025-10"),
        ("revenue lsat month vs year", "revenue last month vs year"),
        ("doanh số tháng trước với tháng này", "revenue tháng trước vs tháng này"),
        ("how many calls did foo make last week?", "calls by rep last week?"),
    ],
)
async def test_what_is_not_understood_keeps_the_rest_of_the_question(office: Office, text: str, line: str) -> None:
    reply = await office.manager.say(text)
    assert f"v1|run|{line}" in [button.data for row in reply.buttons for button in row]
    for row in reply.buttons:
        assert "understand" not in (await office.manager.press(row[0].data)).text


async def test_a_rep_is_asked_back_only_about_what_reps_may_ask(office: Office) -> None:
    assert "/revenue last month" in (await office.rep.say("revnue last month")).text
    assert "I know no customer" in (await office.rep.say("rio last month")).text


@pytest.mark.parametrize("text", ["/revenue -1", "/revenue {x}", "revenue foo bar", "/calls by foo"])
async def test_a_rep_is_offered_no_breakdown_by_rep(office: Office, text: str) -> None:
    reply = await office.rep.say(text)
    shown = [button for row in reply.buttons for button in row]
    assert shown
    for button in shown:
        assert "by rep" not in button.text
        assert "understand" not in (await office.rep.press(button.data)).text
