"""What is asked about a line, and the examples shown: of its kind, in the reader's language, in the team's money."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers import COMMANDS
from handlers.base import Command
from handlers.parsing import Answers, Book, Colleague, KnownCustomer, Setting, read
from handlers.parsing.examples import example, large, small
from handlers.parsing.tags import read_colleague
from handlers.parsing.text import tokenise
from metrics.wording import Say

ME = 1
BOOK = Book(
    (
        KnownCustomer(1, "Lan", owner_id=ME),
        KnownCustomer(2, "Vũ Bảo Anh", owner_id=ME),
        KnownCustomer(3, "Lý Thị Anh", owner_id=ME),
        KnownCustomer(4, "Trần Hoa", owner_id=ME),
        KnownCustomer(5, "Phạm Hoa", owner_id=ME),
    ),
    ME,
)
SETTING = Setting(datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")), book=BOOK)
LOGGED = ("call", "sale", "cost", "lead", "deal", "won", "lost", "stage", "meet", "msg", "visit", "mail", "event")


@pytest.mark.parametrize(
    ("text", "name", "offered"),
    [
        ("Anh Bảy 500k", "Anh Bảy", ()),
        ("Lan Anh 500k", "Lan Anh", (1,)),
        ("Hoa Mai 500k", "Hoa Mai", (4, 5)),
        ("anh bảy 500k", "anh bảy", (2, 3)),
    ],
)
def test_a_name_that_goes_on_is_asked_whole_and_once(text: str, name: str, offered: tuple[int, ...]) -> None:
    asked = read(text, SETTING, "sale")
    assert (asked.ask, asked.customer_name, tuple(one.id for one in asked.candidates)) == ("customer", name, offered)
    made = read(text, SETTING, "sale", Answers(new_customer=True))
    assert (made.status, made.customer_name, made.amount_minor, made.note) == ("read", name, 500_000, None)


def test_a_given_name_that_several_bear_is_asked() -> None:
    asked = read("Hoa 500k", SETTING, "sale")
    assert (asked.why, {one.id for one in asked.candidates}) == ("several", {4, 5})


def names(command: Command) -> set[str]:
    return {command.name, command.alias, *command.more, *command.private}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("currency", ["VND", "GBP", "JPY"])
@pytest.mark.parametrize("verb", LOGGED)
def test_every_example_is_read_without_a_question(verb: str, currency: str, language: str) -> None:
    command, _, rest = Say(language).plain(example(verb, currency)).partition(" ")
    known = next(one for one in COMMANDS if one.name == verb)
    assert command[1:] == (known.alias if language == "vi" else known.name)
    setting = replace(SETTING, currency=currency, locale=language)
    reading = read(rest, setting, verb)
    if verb == "lead":
        assert (reading.why, reading.phone) == ("duplicate", "+84912345678")
    else:
        assert reading.status == "read", reading.message


@pytest.mark.parametrize(
    ("currency", "language", "shown"),
    [("VND", "en", "500k, 12m"), ("VND", "vi", "500k, 12tr"), ("GBP", "en", "80, 1200"), ("GBP", "vi", "80, 1200")],
)
def test_amounts_are_shown_as_the_team_writes_them(currency: str, language: str, shown: str) -> None:
    say = Say(language).plain
    assert f"{say.value(small(currency))}, {say.value(large(currency))}" == shown


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("@Hùng", ("Lê Hùng", "Tran Hung")),
        ("@hung", ("Lê Hùng", "Vũ Hưng", "Tran Hung")),
        ("@Hưng", ("Vũ Hưng", "Tran Hung")),
        ("@Tuấn", ("Nguyen Anh Tuan",)),
        ("@AnhTuấn", ("Nguyen Anh Tuan",)),
        ("@Đạt", ("Dat",)),
        ("@Róse", ()),
        ("@Đức", ()),
    ],
)
def test_accents_typed_of_a_colleague_contradict_only_a_name_that_has_some(typed: str, called: tuple[str, ...]) -> None:
    names = ("Lê Hùng", "Vũ Hưng", "Tran Hung", "Nguyen Anh Tuan", "Dat", "Rose Smith", "Đỗ Dực")
    people = [Colleague(number, name) for number, name in enumerate(names)]
    found = read_colleague(tokenise(typed), 0, people)
    assert found is not None
    assert tuple(one.name for one in found[0]) == called
