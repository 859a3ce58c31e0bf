"""Numbers, money, dates and periods read as people write them in English and Vietnamese."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import periods
from metrics.wording import (
    DayMonth,
    Days,
    Html,
    Minutes,
    Money,
    MonthName,
    Percent,
    Phrase,
    Points,
    Relative,
    Say,
    ShortAmount,
    ShortMoney,
    ShortNumber,
    Signed,
    Span,
    Weekday,
    Zoned,
    phrase,
    plural_phrase,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=HANOI)
EN, VI = Say("en"), Say("vi")


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [
        (Money(12_500_000, "VND"), "₫12,500,000", "12.500.000 ₫"),
        (Money(120_050, "GBP"), "£1,200.50", "1.200,50 £"),
        (Money(-120_050, "GBP"), "−£1,200.50", "−1.200,50 £"),
        (Money(0, "VND"), "₫0", "0 ₫"),
        (Money(2_753_054, "KWD"), "KWD 2,753.054", "2.753,054 KWD"),
        (ShortMoney(-1_234_567, "KWD"), "−KWD 1.23k", "−1,23 nghìn KWD"),
        (ShortMoney(3_570, "USD"), "$35.70", "35,70 US$"),
        (ShortMoney(-5, "USD"), "−$0.05", "−0,05 US$"),
        (ShortMoney(3_000, "USD"), "$30", "30 US$"),
        (ShortMoney(99_999, "USD"), "$1k", "1 nghìn US$"),
        (ShortMoney(90_000, "USD", cents=True), "$900.00", "900,00 US$"),
        (ShortMoney(99_999, "USD", cents=True), "$999.99", "999,99 US$"),
        (ShortMoney(114_000, "USD", cents=True), "$1.14k", "1,14 nghìn US$"),
        (ShortMoney(900, "VND", cents=True), "900", "900"),
        (ShortAmount(0, "USD", cents=True), "0.00", "0,00"),
        (ShortNumber(0.005, 3), "0.005", "0,005"),
        (Days(0.05, 2), "0.05 days", "0,05 ngày"),
        (ShortMoney(12_500_000, "VND"), "12.5M", "12,5 tr"),
        (ShortMoney(1_200_000_000, "VND"), "1.2B", "1,2 tỷ"),
        (ShortMoney(750_000, "VND"), "750k", "750 nghìn"),
        (ShortMoney(999_999, "VND"), "1M", "1 tr"),
        (ShortMoney(999_950_000, "VND"), "1B", "1 tỷ"),
        (ShortMoney(2_500_000_000_000, "VND"), "2.5T", "2,5 nghìn tỷ"),
        (ShortMoney(7_500_000_000_000_000, "VND"), "7,500T", "7.500 nghìn tỷ"),
        (ShortMoney(0, "VND"), "0", "0"),
        (ShortMoney(-12_500_000, "VND"), "−12.5M", "−12,5 tr"),
        (ShortMoney(1_250_000, "GBP"), "£12.5k", "12,5 nghìn £"),
        (ShortMoney(-1_250_000, "GBP"), "−£12.5k", "−12,5 nghìn £"),
        (ShortNumber(45_211), "45.2k", "45,2 nghìn"),
        (ShortNumber(312), "312", "312"),
        (1234567, "1,234,567", "1.234.567"),
        (2.372, "2.37", "2,37"),
        (23.72, "23.7", "23,7"),
        (1234.5678, "1,235", "1.235"),
        (-0.0, "0", "0"),
        (-0.001, "0", "0"),
        (-3, "−3", "−3"),
        (Percent(0.12), "12 %", "12 %"),
        (Percent(0.8726), "87.3 %", "87,3 %"),
        (Percent(0.0045), "0.45 %", "0,45 %"),
        (Percent(0.00004), "0.004 %", "0,004 %"),
        (Percent(0.99996), "99.996 %", "99,996 %"),
        (Percent(0), "0 %", "0 %"),
        (Percent(1), "100 %", "100 %"),
        (Percent(12.345), "1,234 %", "1.234 %"),
        (Percent(-1), "−100 %", "−100 %"),
        (Relative(0.12), "+12 %", "+12 %"),
        (Relative(-0.034), "−3.4 %", "−3,4 %"),
        (Relative(0), "0 %", "0 %"),
        (Relative(-0.997), "−99.7 %", "−99,7 %"),
        (Relative(-0.99996), "−99.996 %", "−99,996 %"),
        (Relative(-1), "−100 %", "−100 %"),
        (Relative(-1.003), "−100.3 %", "−100,3 %"),
        (Relative(0.0003), "+0.03 %", "+0,03 %"),
        (Relative(-0.00004), "−0.004 %", "−0,004 %"),
        (Points(0.031), "+3.1 pp", "+3,1 điểm %"),
        (Points(-0.031), "−3.1 pp", "−3,1 điểm %"),
        (Points(-0.00061, 2), "−0.06 pp", "−0,06 điểm %"),
        (Points(-0.0001), "−0.01 pp", "−0,01 điểm %"),
        (Points(-0.00003), "−0.003 pp", "−0,003 điểm %"),
        (Signed(Days(1.5)), "+1.5 days", "+1,5 ngày"),
        (Signed(Money(-2000, "GBP")), "−£20.00", "−20,00 £"),
        (Signed(Money(500_000, "VND")), "+₫500,000", "+500.000 ₫"),
        (Signed(0), "0", "0"),
        (Signed(-0.33), "−0.33", "−0,33"),
        (Signed(0.0034), "+0.003", "+0,003"),
        (Days(1), "1 day", "1 ngày"),
        (Days(12.0), "12 days", "12 ngày"),
        (Days(12.54), "12.5 days", "12,5 ngày"),
        (Days(0.0104), "0.01 days", "0,01 ngày"),
        (Signed(Days(-0.004)), "−0.004 days", "−0,004 ngày"),
        (Days(0), "0 days", "0 ngày"),
        (Minutes(0.02), "0.02 min", "0,02 phút"),
        (Span(Days(0.0104), Days(2.5)), "0.01–2.5", "0,01–2,5"),
        (Span(ShortMoney(385_000_000, "VND"), ShortMoney(582_000_000, "VND")), "385M–582M", "385 tr–582 tr"),
        (
            Span(ShortMoney(-2_810_000, "JPY"), ShortMoney(-592_000, "JPY")),
            "−¥2.81M to −¥592k",
            "−2,81 tr ¥ đến −592 nghìn ¥",
        ),
        (Span(-3, 5), "−3 to 5", "−3 đến 5"),
        (ShortAmount(10, "USD"), "0.10", "0,10"),
        (ShortAmount(1_995, "USD"), "19.95", "19,95"),
        (ShortAmount(12_500_000, "VND"), "12.5M", "12,5 tr"),
        (Minutes(5), "5 min", "5 phút"),
        (Minutes(135), "2 h 15 min", "2 giờ 15 phút"),
        (Minutes(180), "3 h", "3 giờ"),
        (Minutes(4 * 1440), "4 days", "4 ngày"),
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (Percent(float("inf")), "—", "—"),
        (date(2026, 11, 2), "2 Nov 2026", "2/11/2026"),
        (DayMonth(date(2026, 11, 2)), "2 Nov", "2/11"),
        (MonthName(date(2026, 11, 2)), "Nov 2026", "11/2026"),
        (Weekday(date(2026, 11, 22)), "Sun", "CN"),
        (Weekday(date(2026, 11, 16)), "Mon", "T2"),
        (NOW, "22 Nov 2026, 10:30", "10:30 22/11/2026"),
        (Zoned(NOW), "22 Nov 2026, 10:30 (Vietnam time)", "10:30 22/11/2026 (giờ Việt Nam)"),
        (Zoned(NOW.astimezone(UTC)), "22 Nov 2026, 03:30 (UTC)", "03:30 22/11/2026 (UTC)"),
        (HANOI, "Vietnam time", "giờ Việt Nam"),
        (ZoneInfo("Europe/London"), "London time", "giờ London"),
        (ZoneInfo("UTC"), "UTC", "UTC"),
        (time(9, 5), "09:05", "09:05"),
        (["Lan", 3], "Lan, 3", "Lan, 3"),
    ],
)
def test_a_value_is_said_by_its_type(value: object, english: str, vietnamese: str) -> None:
    assert EN.value(value) == EN.plain.value(value) == english
    assert VI.value(value) == VI.plain.value(value) == vietnamese


@pytest.mark.parametrize(
    ("period", "english", "vietnamese"),
    [
        (periods.month(2026, 10, HANOI, NOW), "October 2026", "tháng 10/2026"),
        (periods.current("month", HANOI, NOW), "November 2026 (to 22 Nov)", "tháng 11/2026 (đến 22/11)"),
        (periods.quarter(2026, 3, HANOI, NOW), "Q3 2026", "quý 3/2026"),
        (periods.current("year", HANOI, NOW), "2026 (to 22 Nov)", "năm 2026 (đến 22/11)"),
        (periods.day(date(2026, 11, 1), HANOI, NOW), "1 Nov 2026", "1/11/2026"),
        (periods.current("day", HANOI, NOW), "22 Nov 2026 (to 10:30)", "22/11/2026 (đến 10:30)"),
        (periods.week(date(2026, 11, 4), HANOI, NOW), "week 2–8 Nov 2026", "tuần 2–8/11/2026"),
        (
            periods.week(date(2026, 10, 28), HANOI, NOW),
            "week 26 Oct – 1 Nov 2026",
            "tuần 26/10–1/11/2026",
        ),
        (
            periods.last_days(30, HANOI, NOW),
            "last 30 days (24 Oct – 22 Nov 2026)",
            "30 ngày qua (24/10–22/11/2026)",
        ),
        (
            periods.custom(date(2025, 12, 20), date(2026, 1, 3), HANOI, NOW),
            "20 Dec 2025 – 3 Jan 2026",
            "20/12/2025–3/1/2026",
        ),
        (
            periods.comparison(periods.current("month", HANOI, NOW), NOW),
            "1–22 Oct 2026",
            "1–22/10/2026",
        ),
        (
            periods.comparison(periods.current("day", HANOI, NOW), NOW),
            "21 Nov 2026 (to 10:30)",
            "21/11/2026 (đến 10:30)",
        ),
    ],
)
def test_a_period_has_a_label_that_says_how_far_it_goes(period: periods.Period, english: str, vietnamese: str) -> None:
    assert EN.value(period) == english
    assert VI.value(period) == vietnamese


def test_parameters_are_escaped_and_markup_of_the_text_is_kept() -> None:
    said = EN("<b>{name}</b> &lt;x&gt;", name='<i>"Lan" & Co</i>')
    assert said == "<b>&lt;i&gt;&quot;Lan&quot; &amp; Co&lt;/i&gt;</b> &lt;x&gt;"
    assert EN.plain("<b>{name}</b> &lt;x&gt;", name="<i>Lan & Co</i>") == "<i>Lan & Co</i> <x>"


def test_what_was_said_is_not_escaped_again() -> None:
    inner = EN("<b>{name}</b>", name="A & B")
    assert isinstance(inner, Html)
    assert EN("{inner}!", inner=inner) == "<b>A &amp; B</b>!"
    assert EN.plain("{inner}!", inner=inner) == "A & B!"
    assert EN.join([inner, "C & D"]) == "<b>A &amp; B</b>\nC &amp; D"


def test_braces_and_formats_in_parameters_stay_as_they_are() -> None:
    assert EN("{name}", name="{0} {name} %s") == "{0} {name} %s"


def test_a_phrase_is_said_where_it_is_read() -> None:
    kept = phrase("no text like this {what}", what=plural_phrase("{n} odd sale", "{n} odd sales", n=1))
    assert EN(kept) == EN.value(kept) == "no text like this 1 odd sale"
    assert EN("{kept}", kept=kept) == "no text like this 1 odd sale"
    assert kept == Phrase("no text like this {what}", kept.params)


@pytest.mark.parametrize(("n", "said"), [(0, "0 sales"), (1, "1 sale"), (1234, "1,234 sales"), (1.5, "1.5 sales")])
def test_english_plurals(n: float, said: str) -> None:
    assert EN.plural("{n} sale", "{n} sales", n=n) == said


@pytest.mark.parametrize(
    ("code", "language"), [("vi", "vi"), ("vi-VN", "vi"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
def test_an_unknown_language_is_english(code: str, language: str) -> None:
    assert Say(code).language == language


def test_a_text_without_translation_is_said_in_english() -> None:
    assert VI("a text nobody translated {n}", n=1000) == "a text nobody translated 1.000"
    assert VI("") == ""


@pytest.mark.parametrize("value", [True, object(), {1: 2}])
def test_a_type_without_wording_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no wording"):
        EN.value(value)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        EN.value(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive value is the case


@given(st.floats(-9e14, 9e14), st.sampled_from(["en", "vi"]))
def test_no_number_reads_as_minus_zero_or_a_thousand_thousands(value: float, language: str) -> None:
    plain = Say(language).plain
    for wrapped in (value, ShortNumber(value), Relative(value), Points(value), Percent(value), Signed(Days(value))):
        said = plain.value(wrapped)
        assert "\xa0" not in said
        assert not said.startswith(("1,000k", "1,000M", "1.000 nghìn", "1.000 tr", "−0 ", "+0 "))


@given(st.integers(-(10**14), 10**14))
def test_money_in_full_keeps_every_digit(minor: int) -> None:
    digits = "".join(c for c in VI.plain.value(Money(minor, "VND")) if c.isdigit())
    assert int(digits) == abs(minor)
