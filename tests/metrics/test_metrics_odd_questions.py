"""Every metric and report over the sample team, asked plainly and oddly: nothing raises, nothing is NaN, ∞ or −0."""

import json
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from metrics import METRICS, REPORTS, periods
from metrics.answers.asking import ask, rows
from metrics.answers.explaining import explain
from metrics.answers.rendering import LETTERS, LINES, caption
from metrics.answers.written import to_json
from metrics.base import Metric, Scope, TeamScope
from metrics.charts import canvas_of
from metrics.pictures import picture_of
from metrics.refusals import Refused
from metrics.wording import LANGUAGES, Say
from store import Database
from store.facts import Filters
from store.tables import teams
from tests.conftest import SAMPLED
from tests.docs import pictures

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = SAMPLED
MIDNIGHT = datetime(2026, 10, 31, 17, tzinfo=UTC)  # the first instant of November in Hanoi
NOBODY = 999_999_999
LISTS_FIGURES = {"kpi"}  # its rows are the figures themselves, each with its dash


@pytest.fixture
async def sample(sample_template: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{sample_template}")
    yield opened
    await opened.close()


@pytest.fixture
async def team(sample: Database) -> TeamScope:
    async with sample.read() as session:
        return TeamScope((await session.execute(select(teams.c.id))).scalar_one(), HANOI, "VND")


def scopes(team: TeamScope, metric: Metric) -> Iterator[tuple[str, Scope]]:
    """Plain questions, and odd ones."""
    this, last = periods.current("month", HANOI, NOW), periods.month(2026, 10, HANOI, NOW)
    yield "last month", Scope(team, last, NOW)
    yield "this month", Scope(team, this, NOW)
    yield "before the first record", Scope(team, periods.month(2019, 2, HANOI, NOW), NOW)
    yield "half before it", Scope(team, periods.year(2025, HANOI, NOW), NOW)
    yield "against before it", Scope(team, last, NOW, versus=periods.year(2019, HANOI, NOW))
    yield "twenty years", Scope(team, periods.custom(date(2006, 11, 1), date(2026, 10, 31), HANOI, NOW), NOW)
    yield "the first instant of a month", Scope(team, periods.current("month", HANOI, MIDNIGHT), MIDNIGHT)
    moment = MIDNIGHT + timedelta(microseconds=1)
    yield "a moment of a day", Scope(team, periods.current("day", HANOI, moment), moment)
    yield "long ago", Scope(team, last, datetime(2001, 1, 1, tzinfo=UTC))
    odd = {"rep": NOBODY, "product": NOBODY, "channel": "kênh lạ <b>", "campaign": ""}
    for name in sorted(metric.filters):
        yield f"of an unknown {name}", Scope(team, last, NOW, filters=Filters(**{name: odd[name]}))  # type: ignore[arg-type]
    for by in sorted(metric.breakdowns | metric.views):
        yield f"by {by}", Scope(team, last, NOW, by=by)
        yield f"nothing by {by}", Scope(team, periods.month(2019, 2, HANOI, NOW), NOW, by=by)


def numbers(value: Any, where: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from numbers(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from numbers(inner, f"{where}[{place}]")
    elif isinstance(value, float):
        yield where, value


@pytest.mark.parametrize("metric", [*METRICS, *REPORTS], ids=lambda metric: metric.key)
async def test_nothing_raises_and_every_number_is_one(sample: Database, team: TeamScope, metric: Metric) -> None:
    answered = 0
    for name, scope in scopes(team, metric):
        async with sample.read() as session:
            try:
                answer = await ask(metric, session, scope)
            except Refused as refused:
                assert all(Say(language)(refused.said) for language in LANGUAGES), name
                continue
        written = to_json(answer)
        json.dumps(written, allow_nan=False)
        wrong = [(at, v) for at, v in numbers(written) if not math.isfinite(v) or math.copysign(1, v) < 0 == v]
        assert not wrong, (name, wrong)
        assert written["value"] is not None or written["reason"], name
        for language in LANGUAGES:
            said = caption(answer, Say(language))
            assert len(said.split("\n")) <= LINES, (name, said)
            assert len(said) <= LETTERS, name
            assert "nan" not in said.casefold().replace("tài nan", "")
            assert explain(answer, Say(language)), name
            chart = picture_of(answer, Say(language, markup=False))
            if chart is not None and answered < 3:
                canvas_of(chart)
        answered += 1
    assert answered, "every question was refused"


@pytest.mark.parametrize("metric", [*METRICS, *REPORTS], ids=lambda metric: metric.key)
async def test_the_documents_show_what_is_drawn(sample: Database, team: TeamScope, metric: Metric) -> None:
    kept = json.loads(pictures.PRINTS.read_text(encoding="utf-8"))
    async with sample.read() as session:
        answer = await pictures.pictured(metric, session, team)
    assert answer is not None
    for language in LANGUAGES:
        drawn = pictures.fingerprint(picture_of(answer, Say(language, markup=False)))
        assert kept.get(f"{metric.key}.{language}") == drawn, "run: python -m tests.docs.pictures"


@pytest.mark.parametrize("metric", [*METRICS, *REPORTS], ids=lambda metric: metric.key)
async def test_rows_of_nothing_are_none(sample: Database, team: TeamScope, metric: Metric) -> None:
    scope = Scope(team, periods.month(2019, 2, HANOI, NOW), NOW)
    async with sample.read() as session:
        try:
            found = (await rows(metric, session, scope)).records
            assert found == [] or metric.key in LISTS_FIGURES
        except Refused as refused:
            assert refused.said.source


@pytest.mark.parametrize(
    ("key", "quoted"), [("retention", "70–80 %"), ("conversion", "2–5 %"), ("csat", "over 70 %"), ("loyalty", None)]
)
async def test_what_guides_quote_is_said_as_theirs_where_figures_are_explained_and_drawn_nowhere(
    sample: Database, team: TeamScope, key: str, quoted: str | None
) -> None:
    metric, say = next(one for one in METRICS if one.key == key), Say("en")
    async with sample.read() as session:
        answer = await ask(metric, session, Scope(team, periods.month(2026, 10, HANOI, NOW), NOW))
    assert metric.benchmark is None or say(metric.benchmark) == quoted
    assert (f"Guides on CRM quote {quoted}: their figure" in explain(answer, say)) == (quoted is not None)
    unquoted = replace(answer, metric=replace(metric, benchmark=None))
    assert picture_of(answer, say) == picture_of(unquoted, say)
    assert caption(answer, say) == caption(unquoted, say)
