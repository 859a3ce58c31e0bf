"""Saying things: English source texts, their translations, and parameters written by their type."""

import gettext
import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from metrics.wording.labels import LABELS
from metrics.wording.quantities import (
    Beside,
    DayMonth,
    Days,
    Minutes,
    Money,
    MonthName,
    Percent,
    Points,
    Relative,
    ShortAmount,
    ShortMoney,
    ShortNumber,
    Signed,
    Span,
    Weekday,
    Zoned,
)
from metrics.wording.spelling import NOTHING, has_cents, minor_digits, spell

__all__ = [
    "LANGUAGES",
    "NOTHING",
    "Beside",
    "DayMonth",
    "Days",
    "Html",
    "Minutes",
    "Money",
    "MonthName",
    "Percent",
    "Phrase",
    "Points",
    "Relative",
    "Say",
    "ShortAmount",
    "ShortMoney",
    "ShortNumber",
    "Signed",
    "Span",
    "Weekday",
    "Zoned",
    "catalogue",
    "has_cents",
    "minor_digits",
    "phrase",
    "plural_phrase",
]

LANGUAGES = ("en", "vi")
_LOCALES = Path(__file__).resolve().parents[2] / "locales"
_TAG = re.compile(r"</?[a-z][^<>]*>")
_STRAY = re.compile(r"<(?!/?(?:b|i|u|s|code|pre|a)\b[^<>]*>)")


class Html(str):
    """A text that is already HTML: said again, it is not escaped twice."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text to be said later, in the language of whoever reads it; `plural` goes by the parameter n."""

    source: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None


def phrase(source: str, /, **params: object) -> Phrase:
    """Keep a text for later: ``phrase("no cost logged for {period}", period=period)``."""
    return Phrase(source, params)


def plural_phrase(one: str, many: str, /, **params: object) -> Phrase:
    """Keep a text that goes by the number n for later."""
    return Phrase(one, params, many)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> gettext.NullTranslations:
    """Read a language's translations from its .po file; English, the source, has none."""
    path = _LOCALES / language / "LC_MESSAGES" / "chot.po"
    if not path.exists():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def _marked(source: str) -> str:
    """A source text as HTML: a ``<`` that opens no tag is itself, as in ``revenue < 10m``."""
    return _STRAY.sub("&lt;", source)


def _bare(text: str) -> str:
    """A source text without its markup."""
    return html.unescape(_TAG.sub("", text))


class Say:
    """Says texts and values in one language: as HTML, or plain through `plain`.

    Example: ``Say("vi").value(ShortMoney(12_500_000, "VND"))`` is ``12,5 tr``.
    """

    __slots__ = ("_translations", "language", "markup")

    def __init__(self, language: str, *, markup: bool = True) -> None:
        primary = language.partition("-")[0].lower()
        self.language = primary if primary in LANGUAGES else "en"
        self.markup = markup
        self._translations = catalogue(self.language)

    def __repr__(self) -> str:
        return f"Say({self.language!r}, markup={self.markup})"

    @property
    def plain(self) -> "Say":
        """The same words without HTML, for charts, alt texts and the command line."""
        return Say(self.language, markup=False) if self.markup else self

    def __call__(self, source: str | Phrase, /, **params: object) -> str:
        """Translate a source text and fill it; a `Phrase` brings its own parameters."""
        if isinstance(source, Phrase):
            return self._said(source)
        return self._filled(self._translations.gettext(source) if source else "", params)

    def plural(self, one: str, many: str, /, *, n: float, **params: object) -> str:
        """Say the form that goes with the number n: ``say.plural("{n} sale", "{n} sales", n=3)``."""
        count = int(n) if n == int(n) else 2
        return self._filled(self._translations.ngettext(one, many, count), {"n": n, **params})

    def value(self, value: object, /) -> str:
        """Say one value by its type, as a parameter would be."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Phrase):
            return self._said(value)
        if isinstance(value, list | tuple):
            return self.join(value, ", ")
        for kind in type(value).__mro__:
            if kind in LABELS:
                return self._text(LABELS[kind](value, self.language))
        return self._text(spell(value, self.language))

    def join(self, items: Iterable[object], separator: str = "\n") -> str:
        """Say several values, one after another."""
        return self._made(separator.join(self.value(item) for item in items))

    def _said(self, kept: Phrase) -> str:
        if kept.plural is None:
            return self(kept.source, **kept.params)
        return self.plural(kept.source, kept.plural, **kept.params)  # type: ignore[arg-type]

    def _filled(self, template: str, params: Mapping[str, object]) -> str:
        words = _marked(template) if self.markup else _bare(template)
        return self._made(words.format_map({name: self.value(value) for name, value in params.items()}))

    def _text(self, text: str) -> str:
        if isinstance(text, Html):
            return text if self.markup else _bare(text)
        return Html(html.escape(text, quote=False).replace('"', "&quot;")) if self.markup else text

    def _made(self, text: str) -> str:
        return Html(text) if self.markup else text
