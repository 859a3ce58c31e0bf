"""What holds for every line: it reads, it never sells for nothing, and a note or another spelling changes no figure."""

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import list_currencies
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.parsing import Answers, Book, KnownCustomer, Refusal, Setting, lookup_keys, read, read_period, verb_of
from handlers.parsing.reading import VERBS
from handlers.parsing.text import tokenise
from handlers.records.echo import Frame, duration, moment
from metrics.wording import Say
from metrics.wording.quantities import Money, ShortMoney

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
BOOK = Book((KnownCustomer(1, "Lan", owner_id=1), KnownCustomer(2, "Đặng Thị Thuỷ", owner_id=1)), 1)
SETTING = Setting(NOW, ZONE, book=BOOK, products=("áo thun",), smallest_sale_minor=20_000)
_WORDS = """Lan bán gọi 12tr 500k 2x350k hôm qua t6 20/11 31/02 9h 5p , - . #fb @minh áo thun không nghe máy chị
0912345678 0 -5tr 1.2.3 1,5 tỷ rưỡi trước nữa tuần tháng 10 $1,200.50 mai sáng nay 💐 <b>
half hour ago May 5 two days nửa tiếng nữa gt do c.Lan ５００ｋ £ x +"""
WORDS = st.sampled_from([*_WORDS.split(), "\u202e\u200b", "\n"])
LINES = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join))
AMOUNTS = st.integers(min_value=20_000, max_value=10**12)


@settings(max_examples=150, deadline=None)
@given(LINES, st.sampled_from([None, *VERBS]), st.sampled_from(["vi", "en"]), st.sampled_from(["VND", "GBP"]))
@example("Lan " + "9" * 4000, "sale", "vi", "VND")
@example("²tr ٣٤tr ½", "sale", "vi", "VND")
@example("\x00\ud800", None, "vi", "VND")
@example("Lan 99999999999999999999/2/3 2 99999999999", "call", "en", "GBP")
@example("ß" * 300 + " İ 5p", "call", "vi", "VND")
def test_any_text_reads(text: str, verb: str | None, locale: str, currency: str) -> None:
    setting = replace(SETTING, locale=locale, currency=currency)
    reading = read(text, setting, verb)
    lookup_keys(text, verb, setting)
    verb_of(text)
    assert reading.status in ("read", "ask", "refuse")
    if reading.status == "read":
        assert reading.message is None
        assert reading.verb not in ("sale", "deal", "cost") or (reading.amount_minor or 0) > 0
        assert reading.verb not in ("call", "sale", "meet") or reading.customer is not None
        assert reading.verb in ("remind", "find") or (reading.at is not None and reading.at <= NOW)
    else:
        assert reading.message is not None
        assert reading.message.source


@settings(max_examples=150, deadline=None)
@given(LINES, st.sampled_from(["vi", "en"]))
def test_any_text_is_a_period_or_a_refusal_with_suggestions(text: str, locale: str) -> None:
    found = read_period(text, ZONE, NOW, locale)
    if isinstance(found, Refusal):
        assert found.suggestions
        assert all(not isinstance(read_period(name, ZONE, NOW), Refusal) for name in found.suggestions)
    else:
        assert found.start <= NOW


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, st.sampled_from(["vi", "en"]))
def test_an_amount_as_the_bot_writes_it_reads_back(minor: int, language: str) -> None:
    written = Say(language, markup=False).value(Money(minor, "VND"))
    assert read(f"Lan {written}", SETTING, "sale").amount_minor == minor


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=1, max_value=10**9), st.sampled_from(["vi", "en"]), st.sampled_from(["GBP", "USD", "EUR"]))
def test_an_amount_with_cents_reads_back(minor: int, language: str, currency: str) -> None:
    setting = replace(SETTING, currency=currency)
    written = Say(language, markup=False).value(Money(minor, currency))
    reading = read(f"Lan {written}", setting, "sale")
    assert (reading.amount_minor, reading.currency) == (minor, currency)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=1, max_value=999).map(lambda n: n * 100_000))
def test_a_short_amount_reads_back(minor: int) -> None:
    written = Say("vi", markup=False).value(ShortMoney(minor, "VND"))
    assert read(f"Lan {written}", SETTING, "sale").amount_minor == minor


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, st.text(max_size=60), st.sampled_from([", ", " - ", ". ", "\n"]))
@example(12_000_000, "5tr hôm qua #fb", ", ")
@example(12_000_000, ", -5tr", " - ")
def test_a_note_never_changes_the_amount_or_the_day(minor: int, note: str, joint: str) -> None:
    alone = read(f"Lan {minor}đ", SETTING, "sale")
    noted = read(f"Lan {minor}đ{joint}{note}", SETTING, "sale")
    assert (noted.amount_minor, noted.at, noted.customer) == (alone.amount_minor, alone.at, alone.customer)


@settings(max_examples=150, deadline=None)
@given(AMOUNTS, WORDS, st.lists(WORDS, max_size=8).map(" ".join))
@example(12_000_000, "5tr", "20/11")
def test_words_after_the_first_unread_one_change_nothing(minor: int, first: str, rest: str) -> None:
    alone = read(f"Lan {minor}đ dặn", SETTING, "sale")
    noted = read(f"Lan {minor}đ dặn {first} {rest}", SETTING, "sale")
    assert (noted.amount_minor, noted.at, noted.customer) == (alone.amount_minor, alone.at, alone.customer)


FRAME = Frame(ZONE, NOW, NOW)


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=2, max_value=89 * 24 * 60), st.sampled_from(["vi", "en"]), st.booleans())
@example(7 * 60, "vi", False)
def test_a_time_as_the_bot_writes_it_reads_back(minutes: int, language: str, english: bool) -> None:
    at = NOW - timedelta(minutes=minutes)
    say = Say(language, markup=False)
    setting = replace(SETTING, locale="en" if english else "vi")
    assert read(f"Lan 500k {moment(say, at, FRAME)}", setting, "sale").at == at
    day = read(f"Lan 500k {moment(say, at, FRAME, date_only=True)}", setting, "sale")
    assert day.at is not None
    assert day.at.astimezone(ZONE).date() == at.date()
    assert day.date_only or at.date() == NOW.date()


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=1, max_value=60), st.sampled_from(["vi", "en"]))
def test_a_length_as_the_bot_writes_it_reads_back(minutes: int, language: str) -> None:
    for seconds in (minutes, 60 * minutes):
        written = duration(Say(language, markup=False), seconds)
        assert read(f"Lan {written}", SETTING, "call").duration_s == seconds


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10**9), st.sampled_from(["vi", "en"]), st.sampled_from(["GBP", "USD", "EUR"]))
def test_another_currency_than_the_team_s_is_never_taken_for_it(minor: int, language: str, currency: str) -> None:
    written = Say(language, markup=False).value(Money(minor, currency))
    reading = read(f"Lan {written}", SETTING, "sale")
    assert (reading.amount_minor, reading.currency) == (minor, currency)


SPELLED = (
    "gọi Thuỷ 5p không quan tâm hôm qua",
    "bán Đặng Thị Thuỷ 12,5 triệu áo thun #fb",
    "bán Lan 2 tỷ 300 triệu thứ sáu tuần trước",
    "nhắc Lan 3h chiều mai gọi lại",
)


@pytest.mark.parametrize("line", SPELLED)
def test_decomposed_and_capital_letters_read_the_same(line: str) -> None:
    plain = read(line, SETTING)
    assert plain.status == "read"
    assert read(unicodedata.normalize("NFD", line), SETTING) == plain
    shouted = read(line.upper(), SETTING)
    assert replace(shouted, note=None) == replace(plain, note=None)


@pytest.mark.parametrize("line", SPELLED)
def test_invisible_characters_and_hard_spaces_change_nothing(line: str) -> None:
    odd = line.replace(" ", "\u00a0").replace("t", "t\u200b").replace("g", "\u202eg")
    assert read(odd, SETTING) == read(line, SETTING)


@settings(max_examples=80, deadline=None)
@given(st.integers(min_value=0, max_value=90))
def test_a_written_date_reads_back(days: int) -> None:
    on = (NOW - timedelta(days=days)).date()
    for written in (f"{on:%d/%m}", f"{on:%d/%m/%Y}", f"{on.isoformat()}", f"ngày {on.day} tháng {on.month}"):
        reading = read(f"Lan 5p {written}", SETTING, "call")
        assert reading.at is not None
        assert reading.at.astimezone(ZONE).date() == on


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100))
def test_tokens_cover_their_own_text(text: str) -> None:
    line = tokenise(text)
    assert all(line.text[token.start : token.end] == token.raw for token in line.tokens)
    assert len(line.ends) == len(line.tokens)


def test_answers_settle_what_was_asked() -> None:
    asked = read("Lan Anh 500", SETTING, "sale")
    assert [doubt.part for doubt in asked.doubts] == ["amount", "customer"]
    amount = read("Lan Anh 500", SETTING, "sale", Answers(amount_minor=500_000))
    assert (amount.status, amount.ask, amount.amount_minor) == ("ask", "customer", 500_000)
    new = read("Lan Anh 500", SETTING, "sale", Answers(amount_minor=500_000, new_customer=True))
    assert (new.status, new.customer_name, new.new) == ("read", "Lan Anh", True)
    known = read("Lan Anh 500", SETTING, "sale", Answers(amount_minor=500_000, customer=BOOK.customers[0]))
    assert (known.status, known.customer, known.note) == ("read", BOOK.customers[0], "Anh")


@pytest.mark.parametrize(
    ("change", "line", "why"),
    [
        ({"sales_count": 10, "median_minor": 1_000_000}, "Lan 10tr1", "large"),
        ({"sales_count": 10, "median_minor": 1_000_000}, "Lan 10tr", None),
        ({"sales_count": 9, "median_minor": 1_000_000}, "Lan 100tr", None),
        ({"recent": frozenset({(1, 500_000)})}, "Lan 500k", "duplicate"),
        ({"recent": frozenset({(2, 500_000)})}, "Lan 500k", None),
        ({"smallest_sale_minor": None}, "Lan 50000", "bare"),
        ({"smallest_sale_minor": 90_000}, "Lan 50000", None),
        ({"smallest_sale_minor": 100_000}, "Lan 50000", "bare"),
        ({"bare_factor": 1000}, "Lan 500", None),
        ({"currency": "GBP"}, "Lan 50", None),
        ({"currency": "GBP"}, "Lan 50.25", None),
        ({"currency": "GBP"}, "Lan 50.255,5.5", "missing"),
    ],
)
def test_the_team_decides_what_is_unlikely(change: dict[str, object], line: str, why: str | None) -> None:
    reading = read(line, replace(SETTING, **change), "sale")  # type: ignore[arg-type]
    assert (reading.why or None) == why
    if why in ("large", "duplicate"):
        accepted = read(line, replace(SETTING, **change), "sale", Answers(confirmed=frozenset({why})))  # type: ignore[arg-type]
        assert accepted.status == "read"


def test_a_remembered_answer_reads_small_numbers_as_thousands() -> None:
    assert read("Lan 500", replace(SETTING, bare_factor=1000), "sale").amount_minor == 500_000


@pytest.mark.parametrize(
    ("zone", "now", "line", "expected"),
    [
        ("Europe/London", "2026-03-29T12:00+01:00", "Lan 8h hôm nay", "2026-03-29T07:00:00+00:00"),
        ("Europe/London", "2026-03-29T12:00+01:00", "Lan 23h hôm qua", "2026-03-28T23:00:00+00:00"),
        ("Europe/London", "2026-10-25T12:00+00:00", "Lan 23h hôm qua", "2026-10-24T22:00:00+00:00"),
        ("America/Sao_Paulo", "2018-11-04T12:00-02:00", "Lan 0:30 hôm nay", "2018-11-04T03:30:00+00:00"),
    ],
)
def test_times_follow_the_clock_changes_of_the_zone(zone: str, now: str, line: str, expected: str) -> None:
    setting = replace(SETTING, zone=ZoneInfo(zone), now=datetime.fromisoformat(now))
    at = read(line, setting, "call").at
    assert at is not None
    assert at.isoformat() == expected


def test_part_of_today_not_yet_reached_keeps_the_sending_time() -> None:
    early = replace(SETTING, now=NOW.replace(hour=8, minute=10))
    reading = read("Lan sáng nay", early, "call")
    assert reading.at == early.now
    assert reading.date_only


def test_an_amount_is_said_as_it_was_written_in_every_currency() -> None:
    said = {}
    for currency in list_currencies("en"):
        reading = read("Lan 512000", replace(SETTING, currency=currency), "sale")
        said[currency] = Say("en").value(Money(reading.amount_minor or 0, currency))
    assert [text for text in said.values() if "512,000" not in text] == []
