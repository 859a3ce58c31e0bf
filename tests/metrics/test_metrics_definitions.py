"""The published definitions: every metric's are translated, its parts named, its picture there and small."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, REPORTS, periods
from metrics.answers.parts import part_name
from metrics.base import Metric
from metrics.wording import LANGUAGES, catalogue
from store import Database
from tests.docs.definitions import PICTURES, REPORT_PARTS, definition, document, parts_of
from tests.oracles.ledger import write
from tests.oracles.plain import Call, Deal, History, Sale

ALL = (*METRICS, *REPORTS)
MOST_BYTES = 700_000
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.key)
def test_a_definition_is_a_summary_a_reading_and_an_example_in_both_languages(metric: Metric) -> None:
    told = definition(metric)
    assert len(told) >= 3
    assert told[-1].startswith("Example:")
    assert "seed-" not in " ".join(told)
    vietnamese = [catalogue("vi").gettext(paragraph) for paragraph in told]
    assert [a for a, b in zip(told, vietnamese, strict=True) if a == b] == []
    assert vietnamese[-1].startswith("Ví dụ:")


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.key)
def test_every_part_has_a_name(metric: Metric) -> None:
    assert [key for key in parts_of(metric) if part_name(metric.key, key) is None] == []


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.key)
def test_every_metric_has_its_picture(metric: Metric) -> None:
    for language in LANGUAGES:
        assert (PICTURES / f"{metric.key}.{language}.png").is_file(), "run: python -m tests.docs.pictures"
        assert f"metrics/{metric.key}.{language}.png" in document(language)


def test_pictures_are_few_and_small() -> None:
    found = list(PICTURES.glob("*.png"))
    assert len(found) == len(ALL) * len(LANGUAGES)
    assert sum(path.stat().st_size for path in found) <= MOST_BYTES


async def test_the_parts_of_a_report_are_those_that_it_answers(database: Database) -> None:
    sales = tuple(
        Sale(n, 1, datetime(2026, month, 5, 9, tzinfo=HANOI), 100 * n) for month in range(1, 11) for n in (1, 2)
    )
    deal = Deal(9, 1, datetime(2026, 10, 20, 9, tzinfo=HANOI), 500, won=datetime(2026, 10, 25, 9, tzinfo=HANOI))
    calls = (Call(1, 1, datetime(2026, 10, 2, 9, tzinfo=HANOI)),)
    ledger = await write(database, History(calls=calls, sales=sales, deals=(deal,)), HANOI)
    for report in REPORTS:
        if report.key in REPORT_PARTS:
            answer = await ledger.ask(report, periods.month(2026, 10, HANOI, NOW), NOW)
            assert answer.value is not None, report.key
            assert tuple(answer.figure.parts) == REPORT_PARTS[report.key]
