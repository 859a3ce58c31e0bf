"""Every text of the code has its Vietnamese, with the same parameters and markup, and none is left over."""

import ast
import re
import string
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.simulator.formatting import parse_html
from metrics import METRICS, REPORTS
from metrics.wording import Say
from tests.docs.definitions import definition

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locales" / "vi" / "LC_MESSAGES" / "chot.po"
SAYERS = {"say", "plain", "phrase", "Phrase"}
PLURALS = {"plural", "plural_phrase"}
TAG = re.compile(r"</?[a-z]+")
VIETNAMESE_NEEDS_NO_LETTERS = re.compile(r"[^\W\d_]")


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for package in ("bot", "handlers", "metrics"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


@lru_cache
def error_classes() -> frozenset[str]:
    """UserError and all its children: the errors whose texts people read."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"UserError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return frozenset(found)


def constants(node: ast.expr, where: str) -> list[str]:
    """The texts an argument may be; a text put together at run time cannot be translated."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.IfExp):
        return constants(node.body, where) + constants(node.orelse, where)
    assert not isinstance(node, ast.JoinedStr | ast.BinOp), f"{where}: a text must be one literal"
    return []


def texts_of(path: Path, tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        where = f"{path.relative_to(ROOT)}:{node.lineno}"
        if name in PLURALS and len(node.args) > 1:
            yield from zip(constants(node.args[0], where), constants(node.args[1], where), strict=True)
        elif name in SAYERS | error_classes():
            for text in constants(node.args[0], where):
                yield text, None


@lru_cache
def used() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for path, tree in modules():
        for one, many in texts_of(path, tree):
            found[one] = many or found.get(one)
    return found


@lru_cache
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def forms(text: str | Sequence[str] | None) -> list[str]:
    """The singular and plural of a message, which Babel gives as one text or several."""
    return [text] if isinstance(text, str) else list(text or [""])


def entries() -> dict[str, Message]:
    return {forms(message.id)[0]: message for message in catalogue() if message.id}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def shown(texts: list[str]) -> str:
    return "\n" + "\n".join(f"  {text!r}" for text in sorted(texts))


def test_every_text_has_a_translation() -> None:
    known = entries()
    missing = [
        text
        for text in used()
        if text not in known and VIETNAMESE_NEEDS_NO_LETTERS.search(re.sub(r"\{\w*\}|<[^>]*>", "", text))
    ]
    assert not missing, f"{len(missing)} texts without Vietnamese:{shown(missing)}"


def test_no_translation_is_left_over() -> None:
    published = {paragraph for metric in (*METRICS, *REPORTS) for paragraph in definition(metric)}
    stale = [text for text in entries() if text not in used() and text not in published]
    assert not stale, f"{len(stale)} translations of no text:{shown(stale)}"


@pytest.mark.parametrize("source", sorted(entries()))
def test_a_translation_keeps_parameters_and_markup(source: str) -> None:
    message = entries()[source]
    said = forms(message.string)[0]
    assert said, "an empty translation"
    assert not message.fuzzy
    assert isinstance(message.id, str) == (used().get(source) is None), "plural in one place, not in the other"
    many = forms(message.id)[-1]
    assert fields(said) == fields(many)
    assert sorted(TAG.findall(said)) == sorted(TAG.findall(many))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_telegram_takes_every_text_as_it_is_said(language: str) -> None:
    say = Say(language)
    for one, many in used().items():
        names = {name: "<" for _, name, _, _ in string.Formatter().parse(one + (many or "")) if name}
        for text in filter(None, (one, many)):
            plain, _ = parse_html(say(text, **names))
            assert plain, text
