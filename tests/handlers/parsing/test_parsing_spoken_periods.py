"""Periods as they are said: weekdays, numbers in words, parts of months and years, and what may be several."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.parsing import Known, Question, Refusal, read_period, read_question
from metrics.periods import Period

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 26, 15, 0, tzinfo=ZONE)
"""A Thursday."""


def days(words: str, now: datetime = NOW) -> tuple[str, str]:
    """The first and the last day of a period that is understood."""
    found = read_period(words, ZONE, now)
    assert isinstance(found, Period), (words, found)
    return found.first_day.isoformat(), found.full_last_day.isoformat()


@pytest.mark.parametrize(
    ("words", "on"),
    [
        *(("monday", "2026-11-23"), ("on Monday", "2026-11-23"), ("last monday", "2026-11-23")),
        *(("thứ hai", "2026-11-23"), ("thứ 2", "2026-11-23"), ("thu 2", "2026-11-23"), ("hôm thứ hai", "2026-11-23")),
        *(("thứ 2 tuần trước", "2026-11-16"), ("thu hai tuan truoc", "2026-11-16"), ("thứ hai vừa rồi", "2026-11-23")),
        *(("thứ tư tuần này", "2026-11-25"), ("last friday", "2026-11-20"), ("friday last week", "2026-11-20")),
        *(("last thursday", "2026-11-19"), ("thứ 7", "2026-11-21"), ("chủ nhật", "2026-11-22"), ("cn", "2026-11-22")),
        *(("t6 tuần trước", "2026-11-20"), ("ngày hôm qua", "2026-11-25"), ("20/11 năm ngoái", "2025-11-20")),
    ],
)
def test_a_day_by_its_weekday_or_year(words: str, on: str) -> None:
    assert days(words) == (on, on)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("từ thứ hai đến thứ sáu tuần trước", "2026-11-16", "2026-11-20"),
        ("from Monday to Friday last week", "2026-11-16", "2026-11-20"),
        ("from Saturday to Sunday", "2026-11-21", "2026-11-22"),
        ("thứ 2 - thứ 4", "2026-11-23", "2026-11-25"),
        ("since Monday", "2026-11-23", "2026-11-26"),
        ("từ thứ hai đến nay", "2026-11-23", "2026-11-26"),
        ("từ thứ 2 đến hôm qua", "2026-11-23", "2026-11-25"),
        ("bảy ngày qua", "2026-11-20", "2026-11-26"),
        ("hai tuần qua", "2026-11-13", "2026-11-26"),
        ("năm ngày qua", "2026-11-22", "2026-11-26"),
        ("nam ngay qua", "2026-11-22", "2026-11-26"),
        ("past two weeks", "2026-11-13", "2026-11-26"),
        ("tháng mười", "2026-10-01", "2026-10-31"),
        ("thang muoi mot", "2026-11-01", "2026-11-30"),
        ("tháng năm", "2026-05-01", "2026-05-31"),
        ("quý ba", "2026-07-01", "2026-09-30"),
        ("third quarter", "2026-07-01", "2026-09-30"),
        ("quý 3 năm ngoái", "2025-07-01", "2025-09-30"),
        ("Q3 last year", "2025-07-01", "2025-09-30"),
        ("November of last year", "2025-11-01", "2025-11-30"),
        ("tháng mười năm ngoái", "2025-10-01", "2025-10-31"),
        ("this month last year", "2025-11-01", "2025-11-30"),
        ("3 tháng đầu năm", "2026-01-01", "2026-03-31"),
        ("9 thang dau nam", "2026-01-01", "2026-09-30"),
        ("6 tháng đầu năm ngoái", "2025-01-01", "2025-06-30"),
        ("3 tháng cuối năm 2025", "2025-10-01", "2025-12-31"),
        ("first half of the year", "2026-01-01", "2026-06-30"),
        ("tuần trước nữa", "2026-11-09", "2026-11-15"),
        ("month before last", "2026-09-01", "2026-09-30"),
        ("năm kia", "2024-01-01", "2024-12-31"),
        ("1-15/11", "2026-11-01", "2026-11-15"),
        ("từ ngày 1 đến ngày 15 tháng 10", "2026-10-01", "2026-10-15"),
        ("between 1/11 and 15/11", "2026-11-01", "2026-11-15"),
        ("between October and November", "2026-10-01", "2026-11-30"),
        ("since Sept 1", "2026-09-01", "2026-11-26"),
        ("since yesterday", "2026-11-25", "2026-11-26"),
        ("this October", "2026-10-01", "2026-10-31"),
    ],
)
def test_periods_as_they_are_said(words: str, first: str, last: str) -> None:
    assert days(words) == (first, last)


@pytest.mark.parametrize(
    ("words", "may_be"),
    [
        ("thứ năm", ["26/11/2026", "19/11/2026"]),
        ("thursday", ["26/11/2026", "19/11/2026"]),
        ("since thursday", ["26/11/2026", "19/11/2026-26/11/2026"]),
        ("từ thứ 2 đến thứ 6", ["16/11/2026-20/11/2026", "23/11/2026-27/11/2026"]),
        ("from Monday to Friday", ["16/11/2026-20/11/2026", "23/11/2026-27/11/2026"]),
        ("Monday-Friday", ["16/11/2026-20/11/2026", "23/11/2026-27/11/2026"]),
        ("2 tuần trước", ["09/11/2026-15/11/2026", "09/11/2026-22/11/2026", "13/11/2026-26/11/2026"]),
        ("a week ago", ["16/11/2026-22/11/2026", "20/11/2026-26/11/2026"]),
        ("3 ngày trước", ["23/11/2026", "24/11/2026-26/11/2026"]),
        ("three days ago", ["23/11/2026", "24/11/2026-26/11/2026"]),
        ("cách đây 3 ngày", ["23/11/2026", "24/11/2026-26/11/2026"]),
        ("hai tháng gần đây", ["01/09/2026-31/10/2026", "01/10/2026-26/11/2026"]),
        ("last two months", ["01/09/2026-31/10/2026", "01/10/2026-26/11/2026"]),
        ("mấy hôm nay", ["3 ngày", "7 ngày"]),
        ("may thang nay", ["60 ngày", "90 ngày"]),
        ("the last few weeks", ["last 14 days", "last 28 days"]),
        ("gần đây", ["3 ngày", "7 ngày"]),
        ("ngày 20", ["20/11/2026", "20/10/2026"]),
        ("ngày 30", ["30/10/2026"]),
        ("since the 15th", ["15/11/2026-26/11/2026", "15/10/2026-26/11/2026"]),
        ("từ ngày 1 đến ngày 15", ["01/11/2026-15/11/2026", "01/10/2026-15/10/2026"]),
        ("until 15/11", ["01/11/2026-15/11/2026", "01/01/2026-15/11/2026"]),
        ("đến nay", ["01/11/2026-26/11/2026", "01/01/2026-26/11/2026"]),
        ("from October", ["October", "since October"]),
        ("last October", ["October 2026", "October 2025"]),
        ("last November", ["November 2025"]),
    ],
)
def test_what_may_be_several_is_asked(words: str, may_be: list[str]) -> None:
    found = read_period(words.removeprefix("the "), ZONE, NOW)
    assert isinstance(found, Refusal)
    assert (found.doubtful, list(found.suggestions)) == (True, may_be)
    assert all(isinstance(read_period(one, ZONE, NOW), Period) for one in may_be)


def test_from_monday_to_friday_is_this_week_once_it_is_over() -> None:
    assert days("from Monday to Friday", datetime(2026, 11, 28, 9, tzinfo=ZONE)) == ("2026-11-23", "2026-11-27")
    assert days("từ thứ 2 đến thứ 6", datetime(2026, 11, 27, 9, tzinfo=ZONE)) == ("2026-11-23", "2026-11-27")
    found = read_period("từ thứ 2 đến thứ 6", ZONE, datetime(2026, 11, 23, 9, tzinfo=ZONE))
    assert isinstance(found, Refusal)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("next friday", "has not begun yet"),
        ("thứ sáu tuần này", "has not begun yet"),
        ("chủ nhật tuần sau", "has not begun yet"),
        ("sáng nay", "A day is the shortest period"),
        ("last night", "A day is the shortest period"),
        ("0 ngày trước", "There is no such period"),
        ("999999 weeks ago", "is longer than 20 years"),
        ("ngày 45", "There is no such period"),
    ],
)
def test_what_cannot_be_had_says_why(words: str, why: str) -> None:
    found = read_period(words, ZONE, NOW)
    assert isinstance(found, Refusal)
    assert why in found.message.source
    assert found.suggestions


@pytest.mark.parametrize("words", ["t2", "t6", "năm nay", "nam nay", "năm ngoái", "thang sau", "tháng 2", "5 tháng 11"])
def test_what_looks_like_a_weekday_or_a_number_keeps_its_sense(words: str) -> None:
    found = read_period(words, ZONE, NOW)
    expected = {"t2": "2026-02-01", "t6": "2026-06-01", "năm nay": "2026-01-01", "nam nay": "2026-01-01"}
    expected |= {"năm ngoái": "2025-01-01", "tháng 2": "2026-02-01", "5 tháng 11": "2026-11-05"}
    assert (found.first_day.isoformat() if isinstance(found, Period) else None) == expected.get(words)


def test_two_periods_with_to_between_are_asked_about() -> None:
    found = read_question("revenue October to November by rep", {"revenue": "revenue"}, ZONE, NOW, Known(), "en")
    assert isinstance(found, Refusal)
    assert found.suggestions == ("from October to November", "October vs November")
    assert found.typed == "October to November"


@pytest.mark.parametrize("words", ["same month last year", "the same week of last year", "cùng kỳ năm ngoái"])
def test_the_same_of_last_year_is_a_comparison(words: str) -> None:
    found = read_question(f"revenue vs {words}", {"revenue": "revenue"}, ZONE, NOW, Known(), "en")
    assert isinstance(found, Question)
    assert found.versus == "year"
