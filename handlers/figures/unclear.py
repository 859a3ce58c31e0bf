"""What people say about customers and their work that names no one figure: those that it may mean.

A phrase of `UNCLEAR` asks by itself. A word of `BARE` asks only where something else of a question is said with it, a
period or a channel (`khách zalo tháng trước`); of `WORKED` only a period or a comparison counts, for `gọi zalo` may be
a call to somebody of that name.
"""

from collections.abc import Mapping
from functools import lru_cache

from handlers.parsing.questions.parts import Question

NEW, KEPT, LEADS = ("value", "conversion"), ("retention", "loyalty", "upsell"), ("conversion", "funnel", "scores")
CUSTOMERS = ("value", "conversion", "retention")
UNCLEAR: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("retention",): ("mất khách", "khách mất", "khách bị mất", "khách đã mất", "khách bỏ", "khách nghỉ"),
    ("retention", "loyalty"): ("khách mua lần 2", "khách mua lần hai", "khách mua lần thứ hai"),
    CUSTOMERS: (
        *("tổng khách", "tổng số khách", "danh sách khách", "how many customers", "number of customers"),
        *("customer count", "customer growth", "customer list"),
    ),
    ("aov", "funnel"): ("average deal", "average deal size", "deal size"),
    ("cac", "channels"): ("cost per lead", "chi phí mỗi lead", "chi phí một lead"),
    ("cycle", "waiting"): ("lead time",),
    ("conversion", "channels"): ("lead quality", "lead source", "lead sources", "chất lượng khách", "nguồn khách"),
    NEW: (
        *("khách mới", "khách hàng mới", "số khách mới", "lượng khách mới"),
        *("new leads", "new lead", "new clients", "new buyers"),
    ),
    KEPT: (
        *("khách cũ", "khách hàng cũ", "khách đang mua", "khách hiện tại"),
        *("old customers", "existing customers", "active customers", "repeat customers", "regular customers"),
    ),
    LEADS: (
        *("khách tiềm năng", "khách hàng tiềm năng", "khách chưa mua", "khách chưa chốt", "khách đang tư vấn"),
        *("potential customers", "prospects", "open leads", "lost leads"),
    ),
    ("segments", "clv", "loyalty"): (
        *("khách vip", "khách lớn", "khách lớn nhất", "khách sộp", "khách tốt nhất", "khách mua nhiều"),
        *("khách mua nhiều nhất", "khách mua nhiều tiền nhất", "khách hay mua", "khách mua thường xuyên"),
        *("best customers", "top customers", "biggest customers", "vip customers", "who buys the most"),
    ),
    ("csat", "care", "waiting"): (
        *("khách phàn nàn", "khách than phiền", "khách khiếu nại", "khách chê"),
        *("complaints", "unhappy customers", "customers complained"),
    ),
    ("revenue", "retention"): ("khách hủy", "khách huỷ", "khách trả hàng", "khách hủy đơn", "khách hoàn tiền"),
    ("scores", "calls", "response"): (
        *("khách chưa gọi", "khách chưa liên hệ", "khách cần gọi", "khách nên gọi", "khách không nghe máy"),
        *("khách hẹn gọi lại", "khách chưa trả lời", "leads not called", "customers to call"),
    ),
}
"""Figures, and the phrases that may mean any of them."""

BARE: Mapping[tuple[str, ...], tuple[str, ...]] = {
    CUSTOMERS: ("khách", "khách hàng", "số khách", "lượng khách", "customers", "customer", "clients"),
    LEADS: ("lead", "leads"),
}
WORKED: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("revenue", "aov"): ("đơn", "đơn hàng", "số đơn", "orders", "order"),
    ("revenue",): ("bán", "bán hàng", "sale", "sold"),
    ("revenue", "winrate"): ("chốt được", "chốt đơn", "chốt"),
    ("revenue", "roi"): ("lợi nhuận", "tiền lãi", "lãi lỗ", "profit", "gross profit"),
    ("revenue", "why"): (*("hoàn tiền", "tiền hoàn", "đơn hoàn", "đơn bị hoàn", "refunds", "refunded", "refund"),),
    ("calls",): ("gọi", "gọi điện", "call", "called"),
    ("engagement", "response"): ("gặp", "gặp khách", "nhắn", "nhắn tin", "met", "meetings", "messages", "msg"),
    ("winrate", "funnel", "forecast"): ("deal", "deals", "cơ hội"),
    ("roi", "cac"): (
        *("chi", "chi phí", "chi phí quảng cáo", "chi phí marketing", "tiền quảng cáo"),
        *("cost", "costs", "spending", "marketing cost", "ad spend"),
    ),
}
_TALK = (
    "mua bán hàng tiền nợ gọi liên hệ nghe máy hẹn ghé hủy huỷ trả phàn nàn quen vip lẻ sỉ tốt lớn nhỏ lâu nữa rồi "
    "cần nên phải không chưa ai tư vấn chăm sóc phản hồi đặt chốt mất bỏ đi rời ngừng nghỉ cũ mới tiềm năng ít nhất "
    "hơn kém còn tăng giảm im lặng từng lượng thường xuyên quay đến "
    "lost left stopped buying bought buy again old existing inactive active lapsed churned best top biggest called "
    "contacted waiting paid owing who that not never yet new coming came back are being win won open"
)
TALK = frozenset(_TALK.split())
"""What is said of customers besides, always in small letters: none of it is anybody's name."""


_ASKS, _BESIDE, _TIMED = "?", "~", "!"
"""The mark of each table's keys: the phrases that ask by themselves, and the words that do so beside something."""


@lru_cache(maxsize=1)
def loose() -> Mapping[str, str]:
    """Every such phrase and word, and its figures' keys in one, marked."""
    tables = ((_ASKS, UNCLEAR), (_BESIDE, BARE), (_TIMED, WORKED))
    return {name: f"{mark}{' '.join(keys)}" for mark, table in tables for keys, said in table.items() for name in said}


def meant(question: Question, text: str) -> tuple[str, ...]:
    """The keys of the figures that a question's loose words may mean; none where they ask nothing."""
    timed = question.period is not None or question.versus is not None
    beside = bool(question.words) or not TALK.isdisjoint(text.casefold().split())
    marks = [_ASKS, *([_TIMED] if timed else ()), *([_BESIDE] if beside else ())]
    found = (key for mark in marks for key in question.metrics if key[0] == mark)
    return tuple(next(found, "?")[1:].split())
