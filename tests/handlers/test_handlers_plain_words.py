"""Questions in plain words: every metric by the names that people use for it, in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.figures.answers import BY_KEY
from handlers.figures.reading import names, spoken
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
    ],
    "roi": ["roi tháng này", "return on investment this quarter", "lợi tức đầu tư tháng này", "what is our roi"],
    "calls": [
        "hôm nay gọi bao nhiêu cuộc",
        "số cuộc gọi hôm nay",
        "cuộc gọi tuần này",
        "how many calls did we make today",
        "how many calls this week",
        "calls today",
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
    "kpi": ["kpi", "kpi tháng này"],
}

LISTENED_TO = {"why", "leaders", "forecast"}  # reports that may be asked about a metric named with them


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
    ],
)
async def test_they_are_answered_in_a_private_chat(office: Office, text: str, said: str) -> None:
    reply = await office.manager.say(text)
    assert said in reply.text


async def test_an_unclear_question_gets_buttons(office: Office) -> None:
    reply = await office.manager.say("doanh số với cuộc gọi tháng này")
    assert [button.text for row in reply.buttons for button in row] == ["Net revenue", "Calls"]
    reply = await office.manager.say("doanh thu tháng 13")
    assert reply.buttons
