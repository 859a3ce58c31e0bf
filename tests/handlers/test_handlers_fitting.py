"""Texts cut to Telegram's limits, never inside a tag, an entity or a character."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.base import Button, Document, Photo, Reply
from handlers.fitting import length, messages, split

CASES = [
    ("plain", 5),
    ("<b>bold</b>", 4),
    ("a &amp; b", 5),
    ("&lt;b&gt;", 3),
    ('<a href="https://example.org">x</a>', 1),
    ("chốt", 4),
    ("👍", 2),
]


@pytest.mark.parametrize(("text", "units"), CASES)
def test_telegram_counts_what_is_shown_in_utf16(text: str, units: int) -> None:
    assert length(text) == units


def test_a_long_text_is_cut_at_line_ends_and_open_tags_go_on() -> None:
    text = "<b>" + "\n".join(f"line {number}" for number in range(10)) + "</b>"
    parts = split(text, 30)
    assert all(length(part) <= 30 for part in parts)
    assert all(part.startswith("<b>") and part.endswith("</b>") for part in parts)
    assert re.findall(r"line \d", "\n".join(parts)) == [f"line {number}" for number in range(10)]


def test_one_long_line_is_cut_between_characters_and_entities() -> None:
    parts = split("&amp;" * 25, 10)
    assert [length(part) for part in parts] == [10, 10, 5]
    assert "".join(parts) == "&amp;" * 25


@given(st.lists(st.sampled_from(["word ", "<b>", "</b>", "&lt;", "\n", "👍", "ố"]), max_size=120))
def test_nothing_that_is_shown_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    parts = split(text, 20)
    assert all(length(part) <= 20 for part in parts)

    def shown(html: str) -> str:
        return re.sub(r"</?b>|\s", "", html)

    assert "".join(map(shown, parts)) == shown(text)


def test_a_reply_said_unasked_is_cut_into_messages_with_room_for_a_mark() -> None:
    keys, photo = ((Button("More", "v1|more|1"),),), Photo(b"png", "alt")
    short = Reply("short", keys, photo)
    assert list(messages(Reply("first", then=(short, Reply())))) == [Reply("first"), short]
    picture, *texts = messages(Reply("x" * 5000, keys, photo))
    assert (picture.text, picture.photo, picture.buttons) == ("", photo, ())
    assert [(length(one.text), one.buttons) for one in texts] == [(4000, ()), (1000, keys)]


def test_a_file_said_unasked_is_followed_by_the_text_that_its_caption_cannot_hold() -> None:
    file = Document("rows.csv", b"1")
    assert list(messages(Reply("rows", document=file))) == [Reply("rows", document=file)]
    assert [one.document for one in messages(Reply("x" * 2000, document=file))] == [file, None]
