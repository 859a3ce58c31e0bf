"""The values of a question's filters: `rep:@minh`, `product:"áo thun"`, `kênh:fb`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers.parsing.asked import Asking, Known, Question, Refusal, nearest
from handlers.parsing.customers import is_given
from handlers.parsing.reading import Colleague
from handlers.parsing.tags import read_colleague
from handlers.parsing.text import tokenise
from metrics.wording import phrase
from store.names import accents_agree, clean, fold, given_names


def filtered_by(question: Question, kind: str, value: str, asking: Asking) -> Question | Refusal:
    """The question with one more filter, or why there is no such value."""
    value = clean(value)
    if getattr(question, kind) is not None:
        return Refusal(phrase("One {kind} at a time, please: “{typed}” is the second.", kind=phrase(kind), typed=value))
    if kind == "rep":
        return _rep(question, value, asking)
    options = _options(kind, asking.known)
    if options is None:
        return replace(question, campaign=value.lstrip("#")) if value else _no_such(kind, value, (), asking)
    found = _pick(value.lstrip("#"), options)
    if found is None:
        return _no_such(kind, value, tuple(dict.fromkeys(name for _, name in options)), asking)
    return replace(question, **{kind: found})  # type: ignore[arg-type]


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


def _rep(question: Question, value: str, asking: Asking) -> Question | Refusal:
    word = value.lstrip("@")
    colleagues, me = asking.known.colleagues, asking.known.me
    if fold(word) in ("me", "toi", "minh toi") and me is not None:
        rows = tuple(one for one in colleagues if one.id == me)
    else:
        rows = named(word, colleagues) or (read_colleague(tokenise(f"@{word}"), 0, colleagues) or ((), "", 0))[0]
    if len(rows) == 1:
        return replace(question, rep=rows[0])
    may = tuple(
        one.name for one in rows or colleagues if me in (None, one.id)
    )  # who sees only their own is told no other
    called = {given: one.name for one in colleagues if one.name in may for given in given_names(one.name)}
    near = tuple(dict.fromkeys(called[given] for given in nearest(word, called)))
    return _no_such("rep", value, near if near and not rows else may, asking)


def named(word: str, colleagues: Iterable[Colleague]) -> tuple[Colleague, ...]:
    """The colleagues of that name, else of that given name; accents that were typed must not contradict."""
    people = tuple(colleagues)
    whole = tuple(one for one in people if fold(one.name) == fold(word) and accents_agree(word, one.name))
    return whole or tuple(one for one in people if is_given(word, one.name))


_VIETNAMESE = {"rep": "nhân viên", "product": "sản phẩm", "channel": "kênh", "campaign": "chiến dịch"}


def _no_such(kind: str, value: str, names: tuple[str, ...], asking: Asking) -> Refusal:
    near = nearest(value, names) or names[:3]
    word = _VIETNAMESE[kind] if asking.locale == "vi" else kind
    shown = tuple(f'{word}:"{name}"' if " " in name else f"{word}:{name}" for name in near)
    if not shown:
        return Refusal(phrase("There is no {kind} “{typed}” yet.", kind=phrase(kind), typed=value[:40]), filtered=kind)
    said = phrase(
        "I don't know the {kind} “{typed}”. Perhaps: {names}",
        kind=phrase(kind),
        typed=value[:40],
        names=", ".join(shown),
    )
    return Refusal(said, shown, filtered=kind)
