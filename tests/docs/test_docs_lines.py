"""The lines that both READMEs show are read as they say, without a question, against the sample team."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sample.names import FEATURED
from bot.sample.people import PRODUCTS
from handlers.parsing import Book, KnownCustomer, Reading, Setting, command_of, read

ROOT = Path(__file__).parents[2]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.vi.md")}
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
BOOK = Book(tuple(KnownCustomer(number, name, owner_id=1) for number, name in enumerate(FEATURED, start=1)), 1)
SETTING = Setting(NOW, book=BOOK, products=tuple(product.name for product in PRODUCTS))


def shown(text: str) -> list[str]:
    """The logging lines of the blocks that show what to type."""
    blocks = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if (said := command_of(line)) and said[0]]


def as_read(line: str) -> Reading:
    said = command_of(line)
    assert said is not None
    return read(said[1], SETTING, said[0])


@pytest.mark.parametrize("name", TEXTS)
def test_the_lines_to_try_are_read_as_the_readme_tells(name: str) -> None:
    call, sale, missed = map(as_read, shown(TEXTS[name]))
    assert [one.status for one in (call, sale, missed)] == ["read"] * 3
    assert [one.customer.name if one.customer else None for one in (call, sale, missed)] == [
        *FEATURED[:1] * 2, FEATURED[1],
    ]  # fmt: skip
    assert (call.duration_s, call.outcome) == (300, "interested")
    assert (sale.amount_minor, sale.product, sale.quantity, sale.channel) == (3_500_000, "Lõi RO", 2, "facebook")
    assert sale.at is not None
    assert (NOW - sale.at).days == 1
    assert (missed.outcome, missed.at) == ("no_answer", NOW)


@pytest.mark.parametrize("name", TEXTS)
def test_every_example_of_a_logging_command_is_read(name: str) -> None:
    examples = re.findall(r"^\|.*?\| `(/[a-z]+ [^`]+)` \|", TEXTS[name], re.MULTILINE)
    logging = [line for line in examples if (said := command_of(line)) and said[0]]
    assert len(logging) > 10
    for line in logging:
        reading = as_read(line)
        assert reading.status == "read" or (reading.verb, reading.why) == ("lead", "duplicate"), (line, reading.message)
