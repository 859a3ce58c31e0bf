"""Telegram's HTML and the entities it finds by itself."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.entities import formatted
from bot.simulator.errors import ApiError
from bot.simulator.formatting import parse_html, utf16_length


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("xin chào", "xin chào", []),
        ("<b>đậm</b>", "đậm", [("bold", 0, 3)]),
        ("😀<i>a</i>", "😀a", [("italic", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("&lt;b&gt; &amp; &quot; &#272;", '<b> & " Đ', []),
        ("&nbsp;", "&nbsp;", []),
        ("<a href='https://x.vn/?a=1&amp;b=2'>x</a>", "x", [("text_link", 0, 1)]),
        ('<a href="not a link">x</a>', "x", []),
        ("<pre><code class='language-sql'>x</code></pre>", "x", [("pre", 0, 1)]),
        ("<span class='tg-spoiler'>x</span>", "x", [("spoiler", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<B>x</B>", "x", [("bold", 0, 1)]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    read, found = parse_html(source)
    assert (read, [(e["type"], e["offset"], e["length"]) for e in found]) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("đ<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<", "Unclosed start tag at byte offset 0"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =x>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_ill_formed_html_is_refused_in_telegrams_words(source: str, error: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {error}"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(html.escape(text, quote=False)) == (text, [])


@given(st.text("<>/ab&;=\"' đ😀"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read, entities = parse_html(text)
    except ApiError as refused:
        assert refused.code == 400
    else:
        assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= utf16_length(read) for e in entities)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("/goi Lan", "bot_command", ["/goi"]),
        ("😀 /call@chot_bot x", "bot_command", ["/call@chot_bot"]),
        ("/gọi Lan", "bot_command", []),
        ("1/2 và a/b", "bot_command", []),
        ("hỏi @minh nhé", "mention", ["@minh"]),
        ("#zalo #123 #tết", "hashtag", ["#zalo", "#tết"]),
        ("xem https://t.me/chot_bot?start=a.", "url", ["https://t.me/chot_bot?start=a"]),
    ],
)
def test_telegram_marks_what_it_knows(text: str, kind: str, found: list[str]) -> None:
    read, entities = formatted(text)
    units = read.encode("utf-16-le")
    ends = [(2 * e["offset"], 2 * (e["offset"] + e["length"])) for e in entities if e["type"] == kind]
    marked = [units[start:end].decode("utf-16-le") for start, end in ends]
    assert marked == found


def test_space_around_is_cut_and_entities_move() -> None:
    text, entities = formatted("  <b> x </b> ", "HTML")
    assert (text, entities) == ("x", [{"type": "bold", "offset": 0, "length": 1}])
