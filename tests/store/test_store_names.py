"""Names fold, agree and are looked up as Vietnamese and other people write them."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store.names import accents_agree, clean, fold, full_key, given_keys, honorific, is_vietnamese, whole_key


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("  Đặng  THỊ Lân ", "dang thi lan"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Thuỷ"), "nguyen thi thuy"),
        ("L\u200ban\u202e", "lan"),
        ("Lan\u00a0Anh", "lan anh"),
        ("O\u2019Neil", "o'neil"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_fold_drops_case_accents_and_what_cannot_be_seen(name: str, folded: str) -> None:
    assert fold(name) == folded


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
@example("İ")
@example("ͅ")
@example("ﬁ ß Ǆ")
def test_folding_again_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert fold(clean(name)) == fold(name)
    assert clean(clean(name)) == clean(name)


@pytest.mark.parametrize(
    ("typed", "stored", "agree"),
    [
        ("Lan", "Lân", True),
        ("Lân", "Lan", False),
        ("lân", "LÂN", True),
        ("Lân", "Lấn", False),
        ("hoà", "Hòa", True),
        ("Dung", "Đung", True),
        ("Đung", "Dung", False),
        ("Thị Lan", "Thi Lan", False),
        ("thi lan", "Thị Lan", True),
        ("Lan", "Lan Anh", False),
        ("Lan", "Hoa", False),
    ],
)
def test_typed_accents_must_not_contradict(typed: str, stored: str, agree: bool) -> None:
    assert accents_agree(typed, stored) is agree


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chị Lan", ("chị", "Lan")),
        ("chi lan", ("chị", "lan")),
        ("c. Lan", ("chị", "Lan")),
        ("Mr. Smith", ("mr", "Smith")),
        ("a Tuấn", ("anh", "Tuấn")),
        ("Chu Văn An", (None, "Chu Văn An")),
        ("Anh", (None, "Anh")),
        ("anh", (None, "anh")),
        ("Lan Anh", (None, "Lan Anh")),
        ("chỉ Lan", (None, "chỉ Lan")),
        ("", (None, "")),
    ],
)
def test_honorifics_are_known_in_all_their_forms(name: str, expected: tuple[str | None, str]) -> None:
    assert honorific(name) == expected


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("Chị Lan Anh", "lan anh", ("anh", "lan anh")),
        ("Nguyễn Thị Lan Anh", "nguyen thi lan anh", ("anh", "lan anh")),
        ("nguyen van binh", "nguyen van binh", ("binh", "van binh")),
        ("John Smith", "john smith", ("john",)),
        ("Lan", "lan", ("lan",)),
        ("Lan 🌸", "lan", ("lan",)),
        ("Lan (Q7)", "lan q7", ("lan",)),
        ("Cty A - B", "cty a b", ("cty",)),
        ("🌸", "🌸", ("🌸",)),
        ("", "", ()),
    ],
)
def test_keys_of_whole_and_given_names(name: str, full: str, short: tuple[str, ...]) -> None:
    assert full_key(name) == full
    assert given_keys(name) == short


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_a_visible_name_always_has_a_key(name: str) -> None:
    is_vietnamese(name)
    given_keys(name)
    if fold(name):
        assert full_key(name)
        assert whole_key(name)
