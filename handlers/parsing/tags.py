"""`#channel`, `#campaign`, `@colleague`, products, and the team's own words: stages, reasons, kinds of cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from handlers.parsing.reading import Colleague
from handlers.parsing.text import Line, pattern
from store.names import accents_agree, clean, fold, given_names, is_vietnamese

_COUNT = pattern(r"(?P<n>[0-9]{1,6}) ?(?P<x>[x×*])?")
_COUNTER_WORDS = (
    "cái chiếc bộ hộp thùng chai gói cuốn cặp đôi túi lọ suất vé ly phần cây tấm kg lon bao tờ con máy pcs pc "
    "pieces piece units unit boxes box sp"
)
_COUNTERS = frozenset(_COUNTER_WORDS.split()) | frozenset(fold(_COUNTER_WORDS).split())
_KINDS = (
    ("upsell", pattern("up-?sell|bán thêm|ban them|up sell|nâng cấp|nang cap")),
    ("cross", pattern("cross-?sell|cross|cross sell|bán chéo|ban cheo|bán kèm|ban kem")),
)
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "new": ("mới",),
    "contacted": ("đã liên hệ", "liên hệ"),
    "quoted": ("báo giá", "đã báo giá", "quote"),
    "negotiating": ("đàm phán", "thương lượng", "đang đàm phán", "negotiation"),
    "price": ("giá", "giá cao", "đắt", "mắc", "too expensive", "expensive"),
    "competitor": ("đối thủ", "bên khác", "mua bên khác", "mua chỗ khác", "competition"),
    "no need": ("không cần", "không có nhu cầu", "hết nhu cầu", "không nhu cầu", "no needs"),
    "no reply": ("không trả lời", "im lặng", "không phản hồi", "no response", "no answer"),
    "timing": ("thời điểm", "chưa đúng lúc", "chưa phải lúc", "để sau", "bad timing"),
    "other": ("khác", "others"),
    "marketing": ("quảng cáo", "qc", "ads", "mkt", "tiếp thị", "ad", "advertising"),
    "sales": ("bán hàng", "kinh doanh"),
    "salary": ("lương", "salaries", "wages"),
    "tools": ("công cụ", "phần mềm", "tool", "software"),
}
"""Other words, in both languages, for a team's default stages, lost reasons and cost kinds."""


def read_tag(line: Line, at: int, channels: Mapping[str, tuple[str, ...]]) -> tuple[str, str, int] | None:
    """`("channel", its name, next)` for `#x` of a known channel or alias, else `("campaign", as typed, next)`."""
    if at >= len(line):
        return None
    token = line.tokens[at]
    word = clean(token.raw[1:])
    if not token.raw.startswith("#") or not any(char.isalnum() for char in word):
        return None
    for name, aliases in channels.items():
        if fold(word) in {fold(known).replace(" ", "") for known in (name, *aliases)}:
            return "channel", name, at + 1
    return "campaign", word, at + 1


def read_colleague(
    line: Line, at: int, colleagues: Iterable[Colleague]
) -> tuple[tuple[Colleague, ...], str, int] | None:
    """The colleagues whom `@x` may be (exactly one when it is plain), the word, and the next token."""
    if at >= len(line) or not line.tokens[at].raw.startswith("@"):
        return None
    word = line.tokens[at].raw[1:]
    if not any(char.isalnum() for char in word):
        return None
    colleagues = tuple(colleagues)
    by_username = tuple(one for one in colleagues if one.username and one.username.casefold() == word.casefold())
    by_name = tuple(one for one in colleagues if _is(word, one.name, one))
    by_given = tuple(one for one in colleagues if any(_is(word, given, one) for given in given_names(one.name)))
    return by_username or by_name or by_given, word, at + 1


def _is(word: str, name: str, of: Colleague) -> bool:
    """Whether a word without spaces is a colleague's name, accents that were typed not contradicting.

    They contradict no Vietnamese name that is written wholly without, as names on Telegram often are.
    """
    plain = of.name.casefold() == fold(of.name) and is_vietnamese(of.name)
    return accents_agree(fold(word) if plain else word, name.replace(" ", ""))


@lru_cache(maxsize=256)
def _terms(names: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], str, str], ...]:
    """Every written form of some names as folded words, with the form and the name, longest first."""
    forms = [
        (tuple(fold(form).split()), form, name)
        for name in names
        for form in (name, name.replace("_", " "), *SYNONYMS.get(name, ()))
        if fold(form)
    ]
    return tuple(sorted(forms, key=lambda form: -len(form[0])))


@lru_cache(maxsize=256)
def _by_first(names: tuple[str, ...]) -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    table: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for form in _terms(names):
        table.setdefault(form[0][0], []).append(form)
    return table


def read_term(line: Line, at: int, names: tuple[str, ...]) -> tuple[str, int] | None:
    """The one of some names (or a synonym of it) that stands at a token, the longest first, and the next token."""
    if at >= len(line):
        return None
    for words, form, name in _by_first(names).get(fold(line.tokens[at].lower), ()):
        end = at + len(words)
        if end > len(line) or any(line.tokens[index].opens for index in range(at + 1, end)):
            continue
        said = " ".join(token.lower for token in line.tokens[at:end])
        if fold(said) == " ".join(words) and accents_agree(said, form):
            # in a text with accents a lone word without them is another word: gia (house) is not giá (price)
            if len(words) == 1 and said != form.casefold() and line.accented:
                continue
            return name, end
    return None


def read_product(line: Line, at: int, products: tuple[str, ...]) -> tuple[str, int | None, int] | None:
    """A known product, how many (`2x áo`, `2 cái áo`, `áo x2`), and the next token."""
    count, start = None, at
    counted = line.match(_COUNT, at)
    if counted:
        count, start = int(counted[0]["n"]), counted[1]
        if start < len(line) and line.tokens[start].lower in _COUNTERS and not line.opens(start):
            start += 1
    if start != at and line.opens(start):
        return None
    found = read_term(line, start, products)
    if found is None:
        return None
    name, end = found
    after = _count_after(line, end) if count is None and not line.opens(end) else None
    if after:
        count, end = after
    return (name, count, end) if count != 0 else None


_TIMES = pattern(r"(?:[x×*] ?|(?:sl|số lượng|so luong|qty) )[0-9]{1,6}")


def _count_after(line: Line, at: int) -> tuple[int, int] | None:
    """How many, said after a product (`áo x2`, `áo 2 cái`); `2 x 350k` is an amount."""
    found = read_count(line, at)
    return None if found is None or line.tokens[found[1] - 1].lower[-1] in "x×*" else found


def read_count(line: Line, at: int) -> tuple[int, int] | None:
    """Pieces without a known product (`2x`, `3 cái`, `sl 2`), and the next token."""
    marked = line.match(_TIMES, at)
    if marked:
        return int(re.sub("[^0-9]", "", marked[0].group())), marked[1]
    counted = line.match(_COUNT, at)
    if counted is None:
        return None
    found, end = counted
    if found["x"]:
        return int(found["n"]), end
    if end < len(line) and line.tokens[end].lower in _COUNTERS and not line.opens(end):
        return int(found["n"]), end + 1
    return None


def is_counter(line: Line, at: int) -> bool:
    """Whether a word counts things or time, so that the number before it is no money (`3 tháng bảo hành`)."""
    return not line.opens(at) and line.tokens[at].lower in _COUNTED


_COUNTED_WORDS = (
    "tháng thang lần lan năm nam tuần tuan ngày ngay kỳ ky đợt dot người nguoi khách khach buổi buoi khóa món "
    "mon phòng phong đêm dem đơn don mét met m2 lít lit cai chiec bo hop thung goi months month days weeks "
    "years people times nights sản san"
)
_COUNTED = _COUNTERS | frozenset(_COUNTED_WORDS.split())


def read_kind(line: Line, at: int) -> tuple[str, int] | None:
    """`upsell` or `cross` where a sale is called one, and the next token."""
    for name, source in _KINDS:
        found = line.match(source, at)
        if found:
            return name, found[1]
    return None
