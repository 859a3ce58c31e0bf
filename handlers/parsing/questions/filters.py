"""The values of a question's filters: `rep:@minh`, `product:"áo thun"`, `kênh:fb`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from handlers.parsing.customers import is_given
from handlers.parsing.questions.offered import like
from handlers.parsing.questions.parts import Asking, Known, nearest
from handlers.parsing.reading import Colleague
from handlers.parsing.refusal import Refusal
from handlers.parsing.tags import read_colleague
from handlers.parsing.text import tokenise
from metrics.wording import phrase
from store.names import accents_agree, clean, fold, given_names


def filtered_by(kind: str, value: str, asking: Asking) -> Mapping[str, object] | Refusal:
    """The filter as a part of a question, or why there is no such value."""
    value = clean(value)
    if not any(char.isalnum() for char in value):
        return _which(kind, value, asking)
    if kind == "rep":
        return _rep(value, asking)
    options = _options(kind, asking.known)
    if options is None:
        return {"campaign": value.lstrip("#")}
    found = _pick(value.lstrip("#"), options)
    if found is None:
        return _no_such(kind, value, _names(options), asking)
    return {kind: found}


_MISTYPED = re.compile(r"([^\W\d_]{2,12})[:=](\S+)")
_WORDS = {"rep": "rep", "product": "product", "channel": "channel", "kenh": "channel", "campaign": "campaign"}


def nearly_filtered(typed: str, asking: Asking) -> Refusal | None:
    """What a filter may be whose name is mistyped: of `chanel:fb` it is `channel:facebook`."""
    found = _MISTYPED.fullmatch(typed)
    near = nearest(found[1], _WORDS) if found else ()
    if found is None or not near:
        return None
    kind = _WORDS[near[0]]
    filtered = filtered_by(kind, found[2], asking)
    if isinstance(filtered, Refusal):
        return replace(filtered, typed=typed)
    value = filtered[kind]
    return like(typed, written(kind, (value.name if isinstance(value, Colleague) else str(value),), asking))


def _names(options: Iterable[tuple[str, str]] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, name in options or ()))


def _options(kind: str, known: Known) -> list[tuple[str, str]] | None:
    """What a filter may be: each written form with its name."""
    if kind == "channel":
        return [(form, name) for name, aliases in known.channels.items() for form in (name, *aliases)]
    if kind == "campaign":
        return None if known.campaigns is None else [(name, name) for name in known.campaigns]
    return [(name, name) for name in known.products]


def _pick(value: str, options: Iterable[tuple[str, str]]) -> str | None:
    """The one name whose written form is the value, accents not contradicting."""
    key = fold(value)
    found = {name for form, name in options if fold(form) == key and accents_agree(value, form)}
    return found.pop() if len(found) == 1 else None


def _rep(value: str, asking: Asking) -> Mapping[str, object] | Refusal:
    word = value.lstrip("@")
    colleagues, me = asking.known.colleagues, asking.known.me
    if fold(word) in ("me", "toi", "minh toi") and me is not None:
        rows = tuple(one for one in colleagues if one.id == me)
    else:
        rows = named(word, colleagues) or (read_colleague(tokenise(f"@{word}"), 0, colleagues) or ((), "", 0))[0]
    if len(rows) == 1:
        return {"rep": rows[0]}
    may = _seen(rows or colleagues, asking)
    called = {given: one.name for one in colleagues if one.name in may for given in given_names(one.name)}
    near = tuple(dict.fromkeys(called[given] for given in nearest(word, called)))
    return _no_such("rep", value, near if near and not rows else may, asking)


def named(word: str, colleagues: Iterable[Colleague]) -> tuple[Colleague, ...]:
    """The colleagues of that name, else of that given name; accents that were typed must not contradict."""
    people = tuple(colleagues)
    whole = tuple(one for one in people if fold(one.name) == fold(word) and accents_agree(word, one.name))
    return whole or tuple(one for one in people if is_given(word, one.name))


def _seen(colleagues: Iterable[Colleague], asking: Asking) -> tuple[str, ...]:
    """The names that may be offered: who sees only their own figures is told of no other."""
    return tuple(one.name for one in colleagues if asking.known.me in (None, one.id))


_VIETNAMESE = {"rep": "nhân viên", "product": "sản phẩm", "channel": "kênh", "campaign": "chiến dịch"}


def _which(kind: str, value: str, asking: Asking) -> Refusal:
    """After a filter's word nothing, or no more than signs."""
    known = _seen(asking.known.colleagues, asking) if kind == "rep" else _names(_options(kind, asking.known))
    shown = written(kind, known[:3], asking)
    if not shown:
        return Refusal(phrase("There is no {kind} yet.", kind=phrase(kind)), ("",), filtered=kind)
    said = phrase("Which {kind}? For example: {names}", kind=phrase(kind), names=", ".join(shown))
    return Refusal(said, shown, filtered=kind)


def _no_such(kind: str, value: str, names: tuple[str, ...], asking: Asking) -> Refusal:
    shown = written(kind, nearest(value, names) or names[:3], asking)
    if not shown:
        said = phrase("There is no {kind} “{typed}” yet.", kind=phrase(kind), typed=value[:40])
        return Refusal(said, ("",), filtered=kind)
    said = phrase(
        "I don't know the {kind} “{typed}”. Perhaps: {names}",
        kind=phrase(kind),
        typed=value[:40],
        names=", ".join(shown),
    )
    return Refusal(said, shown, filtered=kind)


def written(kind: str, names: Iterable[str], asking: Asking) -> tuple[str, ...]:
    """The filters as they can be typed."""
    word = _VIETNAMESE[kind] if asking.locale == "vi" else kind
    return tuple(f"{word}:{_quoted(name)}" for name in names)


def _quoted(name: str) -> str:
    mark = "'" if '"' in name else '"'
    return f"{mark}{name}{mark}" if " " in name or '"' in name else name
