"""Periods and questions in both languages: what they mean, and that nothing is passed over in silence."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.parsing import Colleague, Known, Question, Refusal, read_period, read_question
from metrics.periods import Period, key

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
NAMES = {
    "roi": "roi",
    "revenue": "revenue",
    "doanhso": "revenue",
    "doanh số": "revenue",
    "calls": "calls",
    "cuộc gọi": "calls",
    "calls per sale": "callspersale",
    "retention": "retention",
    "giữ chân": "retention",
}
KNOWN = Known(
    products=("Áo thun", "áo khoác"),
    campaigns=("tet26",),
    colleagues=(Colleague(1, "Trần Minh", "minhtran"), Colleague(2, "Lê Lan")),
    me=2,
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("today", "d2026-11-25"),
        ("hôm nay", "d2026-11-25"),
        ("yesterday", "d2026-11-24"),
        ("hom qua", "d2026-11-24"),
        ("this week", "w2026-11-23"),
        ("tuần này", "w2026-11-23"),
        ("last week", "w2026-11-16"),
        ("tuần trước", "w2026-11-16"),
        ("this month", "m2026-11"),
        ("tháng này", "m2026-11"),
        ("last month", "m2026-10"),
        ("THÁNG TRƯỚC", "m2026-10"),
        ("thang truoc", "m2026-10"),
        ("this quarter", "q2026-4"),
        ("quý này", "q2026-4"),
        ("quý trước", "q2026-3"),
        ("Q3", "q2026-3"),
        ("quý 3", "q2026-3"),
        ("qúy 3", "q2026-3"),
        ("quý III", "q2026-3"),
        ("Q3 2025", "q2025-3"),
        ("quý 3 năm 2025", "q2025-3"),
        ("Q3/2025", "q2025-3"),
        ("Q4", "q2026-4"),
        ("2026-10", "m2026-10"),
        ("10/2026", "m2026-10"),
        ("T10", "m2026-10"),
        ("week 40", "w2026-09-28"),
        ("tuần 50", "w2025-12-08"),
        ("W48", "w2026-11-23"),
        ("tuần 2 năm 2026", "w2026-01-05"),
        ("2025-W01", "w2024-12-30"),
        ("week 53", "w2020-12-28"),
        ("t3", "m2026-03"),
        ("T12", "m2025-12"),
        ("tháng 10", "m2026-10"),
        ("tháng 10 năm 2025", "m2025-10"),
        ("tháng 10/2025", "m2025-10"),
        ("October", "m2026-10"),
        ("Dec", "m2025-12"),
        ("2026", "y2026"),
        ("năm 2026", "y2026"),
        ("năm nay", "y2026"),
        ("năm ngoái", "y2025"),
        ("last year", "y2025"),
        ("last 30 days", "l30-20261125"),
        ("30 ngày", "l30-20261125"),
        ("7 ngày qua", "l7-20261125"),
        ("01/10-15/11", "c20261001-20261115"),
        ("01/10 - 15/11", "c20261001-20261115"),
        ("từ 1/10 đến 15/11", "c20261001-20261115"),
        ("from 01/10 to 15/11", "c20261001-20261115"),
        ("01/10/2025-15/11/2025", "c20251001-20251115"),
        ("01/10-15/11/2025", "c20251001-20251115"),
        ("20/12-05/01", "c20251220-20260105"),
        ("from 01/10", "c20261001-20261125"),
        ("since 2026-10-01", "c20261001-20261125"),
        ("từ 20/12 đến nay", "c20251220-20261125"),
        ("2026-10-01 - 2026-10-15", "c20261001-20261015"),
        ("20/11", "d2026-11-20"),
        ("25/12", "d2025-12-25"),
        ("20/11/2025", "d2025-11-20"),
        ("ngày 20 tháng 11", "d2026-11-20"),
    ],
)
def test_periods_in_both_languages(words: str, expected: str) -> None:
    found = read_period(words, ZONE, NOW)
    assert isinstance(found, Period)
    assert key(found) == expected


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("last mouth", "last month"),
        ("thág trước", "tháng trước"),
        ("yesterdy", "yesterday"),
        ("15/11-01/10", "01/10-15/11"),
        ("15/11/2026-01/10/2026", "01/10/2026-15/11/2026"),
        ("01/01/1800-01/01/2026", None),
        ("1800", None),
        ("2031", "this year"),
        ("2027-01", "last month"),
        ("tuần sau", "last week"),
        ("Q5", None),
        ("tháng 13", None),
        ("31/02", "28/02"),
        ("31/02/2028", "29/02/2028"),
        ("32/13", None),
        ("0 days", None),
        ("999999 days", None),
        ("200 năm", None),
        ("foo", None),
        ("", None),
        ("last month foo", None),
    ],
)
def test_what_is_no_period_is_refused_with_one_that_is(words: str, near: str | None) -> None:
    found = read_period(words, ZONE, NOW)
    assert isinstance(found, Refusal)
    assert found.suggestions
    assert near is None or near in found.suggestions


def ask(text: str, locale: str = "en") -> Question | Refusal:
    return read_question(text, NAMES, ZONE, NOW, KNOWN, locale)


@pytest.mark.parametrize(
    ("words", "may_be"),
    [
        ("tuần 3", {"tuần 3/2026": "w2026-01-12", "16/11/2026-22/11/2026": None}),
        ("week 1", {"week 1/2026": "w2025-12-29", "02/11/2026-08/11/2026": None}),
        ("tuan 4", {"tuan 4/2026": "w2026-01-19", "23/11/2026-29/11/2026": None}),
        ("W5", {"W5/2026": "w2026-01-26"}),  # no fifth Monday in November has come, nor was one in October
        ("tuần 3 tháng 11", {"16/11/2026-22/11/2026": None, "15/11/2026-21/11/2026": None}),
        ("tuần 1 tháng trước", {"05/10/2026-11/10/2026": None, "01/10/2026-07/10/2026": None}),
        ("tuần 5 tháng 8", {"31/08/2026-06/09/2026": None, "29/08/2026-31/08/2026": None}),
        ("week 1 of month 12", {"01/12/2025-07/12/2025": None}),
    ],
)
def test_a_week_that_may_be_of_the_month_is_asked_about(words: str, may_be: dict[str, str | None]) -> None:
    found = read_period(words, ZONE, NOW, "vi")
    assert isinstance(found, Refusal)
    assert found.suggestions == tuple(may_be)
    assert all(one in str(found.message.params["examples"]) for one in may_be)
    for one, kept in may_be.items():
        period = read_period(one, ZONE, NOW)
        assert isinstance(period, Period)
        assert kept in (None, key(period))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("từ tháng 9 đến tháng 11", "2026-09-01", "2026-11-30"),
        ("tháng 1 đến tháng 3 năm 2025", "2025-01-01", "2025-03-31"),
        ("from September to October", "2026-09-01", "2026-10-31"),
        ("T9-T11", "2026-09-01", "2026-11-30"),
        ("T10-T12", "2026-10-01", "2026-12-31"),
        ("Q1-Q3 2025", "2025-01-01", "2025-09-30"),
        ("T9-T11/2025", "2025-09-01", "2025-11-30"),
        ("Sep-Nov", "2026-09-01", "2026-11-30"),
        ("2024-2026", "2024-01-01", "2026-12-31"),
        ("tuần 40 đến tuần 45", "2026-09-28", "2026-11-08"),
        ("từ tháng 9", "2026-09-01", "2026-11-25"),
        ("năm ngoái đến nay", "2025-01-01", "2026-11-25"),
        ("from yesterday to today", "2026-11-24", "2026-11-25"),
        ("1 Nov - 15 Nov", "2026-11-01", "2026-11-15"),
        ("Nov 3rd 2025", "2025-11-03", "2025-11-03"),
        ("20 tháng 11", "2026-11-20", "2026-11-20"),
        ("H1", "2026-01-01", "2026-06-30"),
        ("6 tháng cuối năm 2025", "2025-07-01", "2025-12-31"),
        ("nửa cuối năm", "2026-07-01", "2026-12-31"),
        ("từ đầu năm đến nay", "2026-01-01", "2026-12-31"),
        ("month to date", "2026-11-01", "2026-11-30"),
        ("từ đầu tuần", "2026-11-23", "2026-11-29"),
    ],
)
def test_from_one_to_another_and_halves_and_to_date(words: str, first: str, last: str) -> None:
    found = read_period(words, ZONE, NOW)
    assert isinstance(found, Period)
    assert (found.first_day.isoformat(), found.full_last_day.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("words", "may_be"),
    [
        ("last 3 months", ["01/08/2026-31/10/2026", "01/09/2026-25/11/2026"]),
        ("3 tháng qua", ["01/08/2026-31/10/2026", "01/09/2026-25/11/2026"]),
        ("3 tháng trước", ["01/08/2026-31/08/2026", "01/08/2026-31/10/2026", "01/09/2026-25/11/2026"]),
        ("last 2 quarters", ["01/04/2026-30/09/2026", "01/07/2026-25/11/2026"]),
        ("2 năm qua", ["01/01/2024-31/12/2025", "01/01/2025-25/11/2026"]),
    ],
)
def test_so_many_months_back_are_asked_about(words: str, may_be: list[str]) -> None:
    found = read_period(words, ZONE, NOW)
    assert isinstance(found, Refusal)
    assert list(found.suggestions) == may_be
    assert all(isinstance(read_period(one, ZONE, NOW), Period) for one in may_be)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("200 years", "is longer than 20 years"),
        ("200 năm", "is longer than 20 years"),
        ("1000 tháng", "is longer than 20 years"),
        ("1990-2026", "is longer than 20 years"),
        ("0 months", "There is no such period"),
        ("hôm nay - hôm qua", "ends before it begins"),
        ("từ tháng sau", "has not begun yet"),
        ("Feb 30", "There is no such date"),
    ],
)
def test_a_range_that_cannot_be_had_says_why(words: str, why: str) -> None:
    found = read_period(words, ZONE, NOW)
    assert isinstance(found, Refusal)
    assert why in found.message.source
    assert found.suggestions


def test_two_that_are_compared_are_no_range() -> None:
    names = {**NAMES, "compare": "compare"}
    found = read_question("compare revenue September to November", names, ZONE, NOW, KNOWN, "en")
    assert isinstance(found, Question)
    assert found.period is not None
    assert isinstance(found.versus, Period)
    assert (key(found.period), key(found.versus)) == ("m2026-09", "m2026-11")


@pytest.mark.parametrize("words", ["tuần 0", "week 0", "tuần 5 tháng 2", "tuần 2 tháng 13", "tuần 54"])
def test_a_week_that_there_is_not_is_said_so(words: str) -> None:
    found = read_period(words, ZONE, NOW, "vi")
    assert isinstance(found, Refusal)
    assert found.message.source.startswith("There is no such period")


def test_the_answer_to_which_week_keeps_the_comparison() -> None:
    refused = read_question("doanh số tuần 48 so với tuần 3", NAMES, ZONE, NOW, KNOWN, "vi")
    assert isinstance(refused, Refusal)
    assert refused.suggestions == ("so với tuần 3/2026", "so với 16/11/2026-22/11/2026")


def said(question: Question | Refusal) -> dict[str, object]:
    assert isinstance(question, Question), question
    shown: dict[str, object] = {}
    for name in ("metric", "period", "by", "rep", "product", "channel", "campaign", "versus"):
        value = getattr(question, name)
        if value is not None:
            shown[name] = (
                key(value) if isinstance(value, Period) else value.id if isinstance(value, Colleague) else value
            )
    return shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("roi", {"metric": "roi"}),
        ("/roi last month", {"metric": "roi", "period": "m2026-10"}),
        ("doanh số tháng này theo nhân viên", {"metric": "revenue", "period": "m2026-11", "by": "rep"}),
        ("doanh so theo kenh thang 10", {"metric": "revenue", "period": "m2026-10", "by": "channel"}),
        ("roi fb tháng 10", {"metric": "roi", "period": "m2026-10", "channel": "facebook"}),
        ("roi kênh facebook T10", {"metric": "roi", "period": "m2026-10", "channel": "facebook"}),
        ("revenue from zalo by rep", {"metric": "revenue", "by": "rep", "channel": "zalo"}),
        ("revenue by day this week", {"metric": "revenue", "period": "w2026-11-23", "by": "day"}),
        ("doanh số theo tuần", {"metric": "revenue", "by": "week"}),
        ("doanh số theo tháng năm 2026", {"metric": "revenue", "by": "month", "period": "y2026"}),
        ("revenue by product vs last month", {"metric": "revenue", "by": "product", "versus": "m2026-10"}),
        ("doanh số so với tháng trước", {"metric": "revenue", "versus": "m2026-10"}),
        ("revenue Q3 vs Q3 2025", {"metric": "revenue", "period": "q2026-3", "versus": "q2025-3"}),
        ("revenue vs year", {"metric": "revenue", "versus": "year"}),
        ("doanh số so với cùng kỳ", {"metric": "revenue", "versus": "year"}),
        ("doanh số tháng này cùng kỳ năm ngoái", {"metric": "revenue", "period": "m2026-11", "versus": "year"}),
        ("calls rep:@minhtran", {"metric": "calls", "rep": 1}),
        ("calls rep:@Minh", {"metric": "calls", "rep": 1}),
        ("calls rep:Lan", {"metric": "calls", "rep": 2}),
        ('calls rep:"Lê Lan"', {"metric": "calls", "rep": 2}),
        ("calls rep:me", {"metric": "calls", "rep": 2}),
        ("calls @minhtran T10", {"metric": "calls", "rep": 1, "period": "m2026-10"}),
        ('revenue product:"áo thun" Q3', {"metric": "revenue", "product": "Áo thun", "period": "q2026-3"}),
        ("revenue sản phẩm:“ao khoac”", {"metric": "revenue", "product": "áo khoác"}),
        ("revenue channel:fb campaign:tet26", {"metric": "revenue", "channel": "facebook", "campaign": "tet26"}),
        ("doanh số kênh:zalo", {"metric": "revenue", "channel": "zalo"}),
        ("revenue #zalo", {"metric": "revenue", "channel": "zalo"}),
        ("calls per sale this week", {"metric": "callspersale", "period": "w2026-11-23"}),
        ("how much is our revenue this month?", {"metric": "revenue", "period": "m2026-11"}),
        ("doanh số tháng này bao nhiêu?", {"metric": "revenue", "period": "m2026-11"}),
        ("retention 2011-10", {"metric": "retention", "period": "m2011-10"}),
        ("calls 2008", {"metric": "calls", "period": "y2008"}),
        ("last month", {"period": "m2026-10"}),
        ("", {}),
    ],
)
def test_questions_in_both_languages(text: str, expected: dict[str, object]) -> None:
    assert said(ask(text)) == expected


def test_two_metrics_are_kept_for_a_choice() -> None:
    question = ask("roi revenue")
    assert isinstance(question, Question)
    assert (question.metric, question.metrics) == (None, ("roi", "revenue"))


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("retension", "retention"),
        ("revenue last mouth", "last month"),
        ("revenue by citys", None),
        ("revenue by chanel", "by channel"),
        ("revenue chanel:fb", "channel:facebook"),
        ("revenue channel:facebok", "channel:facebook"),
        ("revenue product:áo", None),
        ('revenue product:"áo thum"', 'product:"Áo thun"'),
        ("revenue rep:@nobody", None),
        ("revenue rep:Trân", None),
        ("revenue rep:@minhtran rep:Lan", "rep:Lan"),
        ("revenue by rep by product", "by product"),
        ("revenue tháng 10 tháng 9", "tháng 10 vs tháng 9"),
        ("revenue from 01/10 - 15/11 T9", "T9"),
        ("revenue vs", "vs last month"),
        ("revenue vs foo", None),
        ("revenue vs last month vs year", None),
        ("revenue 2031", None),
        ("revenue campaign:", None),
        ("revenue please drop table", None),
    ],
)
def test_nothing_is_ignored(text: str, near: str | None) -> None:
    refused = ask(text)
    assert isinstance(refused, Refusal)
    assert near is None or near in refused.suggestions


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_question_is_read_or_refused(text: str) -> None:
    for locale in ("en", "vi"):
        found = ask(text, locale)
        assert isinstance(found, Question | Refusal)
