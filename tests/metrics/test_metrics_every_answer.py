"""Every figure over the sample team and over real data: each part by its name, and words of one language only."""

import dataclasses
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from handlers.clockwork.teams import team_from
from handlers.figures.asked import rules_of
from handlers.imports import ImportRequest, import_file
from metrics import METRICS, REPORTS, periods
from metrics.answers.asking import ask
from metrics.answers.explaining import explain
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import Answer, Metric, Scope
from metrics.pictures import picture_of
from metrics.refusals import Unanswerable
from metrics.wording import Say
from store import Database, Session
from store.people.team import create_team, team_of
from store.tables import customers, members, products, teams
from tests.conftest import SAMPLED

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
EVERY = pytest.mark.parametrize("metric", [*METRICS, *REPORTS], ids=lambda metric: metric.key)
RATIO, MONEY, COUNT, DAYS, MINUTES, NUMBER = "ratio", "money", "count", "days", "minutes", "number"
PARTS: dict[str, dict[str, str | None]] = {
    "calls": {"inbound": COUNT, "outbound": COUNT, "connected": COUNT, "connect_rate": RATIO,
              "per_working_day": NUMBER, "talk_minutes": MINUTES},
    "callspersale": {"calls": COUNT, "sales": COUNT, "effort": NUMBER, "walk_ins": COUNT},
    "cycle": {"mean": DAYS, "p90": DAYS, "repeat": DAYS, "walk_ins": COUNT, "refunded": COUNT, "open_older": COUNT,
              "km_median": DAYS, "won_30": RATIO, "won_60": RATIO, "won_90": RATIO},
    "value": {"new_customers": COUNT, "average": MONEY},
    "upsell": {"upsell": RATIO, "cross": RATIO, "of_buyers": RATIO, "revenue": MONEY, "revenue_share": RATIO,
               "unclassified": COUNT},
    "retention": {"start": COUNT, "end": COUNT, "new": COUNT, "reactivated": COUNT, "lost": COUNT,
                  "window_days": None, "bought_again": RATIO, "reasons": None, "cohorts": None},
    "roi": {"return": MONEY, "cost": MONEY, "net_gain": MONEY, "roas": RATIO, "basis": None,
            "new_customers_roi": RATIO, "existing_customers_roi": RATIO},
    "conversion": {"leads": COUNT, "new_customers": COUNT, "walk_ins": COUNT, "cohort": RATIO, "cohort_open": COUNT,
                   "cohort_lost": COUNT},
    "cac": {"cost": MONEY, "new_customers": COUNT, "clv_to_cac": NUMBER},
    "csat": {"mean": "score", "distribution": None, "response_rate": RATIO},
    "adoption": {"days_per_member": NUMBER, "median_lag_hours": NUMBER},
    "waiting": {"p90": MINUTES, "in_working_hours": MINUTES, "within_target": RATIO, "waiting": COUNT},
    "clv": {"average_order": MONEY, "orders_per_year": NUMBER, "lifetime_years": NUMBER, "expected_12m": MONEY,
            "alive": RATIO, "referred_revenue": MONEY, "fit": None},
    "response": {"calls": RATIO, "messages": RATIO, "emails": RATIO},
    "winrate": {"deals": RATIO, "deals_by_value": RATIO, "open": COUNT, "stale": COUNT},
    "engagement": {"by_kind": None},
    "unsubscribe": {"count": COUNT},
    "care": {"resolved": COUNT, "unrated": COUNT, "median_hours": NUMBER},
    "ror": {"helped": COUNT, "referred": COUNT, "repeat": COUNT},
    "aov": {"median": MONEY, "net_revenue": MONEY, "refund_timing": MONEY},
    "revenue": {"gross": MONEY, "refunds": MONEY, "sales": COUNT, "customers": COUNT},
    "loyalty": {"distribution": None},
}  # fmt: skip
"""What each figure is made of, and in which unit; None where the part stands as it is."""

UNITS = {
    **dict.fromkeys(["upsell", "retention", "csat", "adoption", "response", "engagement", "unsubscribe", "care", "ror",
                     "loyalty", "roi", "conversion", "winrate"], RATIO),
    "callspersale": NUMBER, "cycle": DAYS, "waiting": MINUTES, "calls": COUNT,
    **dict.fromkeys(["value", "cac", "clv", "aov", "revenue"], MONEY),
}  # fmt: skip
ANSWER = {"metric", "period", "value", "unit", "currency", "numerator", "denominator", "n", "interval", "parts",
          "breakdown", "previous", "change", "target", "warnings", "reason"}  # fmt: skip
FIT = {"r", "alpha", "a", "b", "p", "q", "gamma", "log_likelihood"}
ODD = re.compile(r"\b(?:None|nan|NaN|inf|Infinity)\b|[-−]0(?![\d.,]*[1-9])(?![\d/-])|[{}]")
SAME = {"email", "zalo", "facebook", "tiktok", "referral", "store", "client", "london", "lisbon"}
SAME |= {"wilson", "newcombe", "hybrid", "score", "bootstrap", "kaplan", "meier", "aalen", "johansen", "split"}
SAME |= {"conformal"}
"""Words of four letters and more that both languages have: channels, places, and methods under *How?*."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """A team to ask about, at a moment, in a month that has everything."""

    name: str
    zone: str
    currency: str
    now: datetime
    month: tuple[int, int]
    file: str = ""
    kind: str = ""
    columns: str = ""


SAMPLE = Asked("sample", "Asia/Ho_Chi_Minh", "VND", SAMPLED, (2026, 10))
SHOP = Asked(
    "Shop",
    "Europe/London",
    "GBP",
    datetime(2011, 12, 10, tzinfo=UTC),
    (2011, 10),
    "online_retail_invoices.csv",
    "sales",
    "ref=InvoiceNo customer=CustomerID amount=value at=InvoiceDate",
)
BANK = Asked("Bank", "Europe/Lisbon", "EUR", datetime(2010, 12, 1, tzinfo=UTC), (2010, 9), "bank_calls.csv", "calls",
             "customer=customer at=date duration_s=duration_s direction=:out outcome=:connected")  # fmt: skip
TEAMS = [
    pytest.param(one, id=one.name, marks=pytest.mark.skipif(bool(one.file) and not DATA.exists(), reason="no data"))
    for one in (SAMPLE, SHOP, BANK)
]


@pytest.fixture(scope="module")
def filled_url(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("filled") / "filled.db"
    path.write_bytes(sample_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def filled(filled_url: str, about: Asked) -> AsyncIterator[Database]:
    """The database that holds the team, made when it is first wanted."""
    database = Database(filled_url)
    async with database.read() as session:
        made = await _id(session, about)
    if made is None:
        await _fill(database, about)
    yield database
    await database.close()


async def _id(session: Session, about: Asked) -> int | None:
    found = await session.execute(select(teams.c.id).where(teams.c.currency == about.currency))
    return found.scalar()


async def _fill(database: Database, about: Asked) -> None:
    async with database.begin() as session:
        made = await create_team(session, name=about.name, zone=about.zone, currency=about.currency, locale="en",
                                 now=about.now)  # fmt: skip
        team = await team_of(session, made)
    columns = dict(pair.split("=") for pair in about.columns.split())
    request = ImportRequest(DATA / about.file, about.kind, team, about.now, columns=columns)
    assert not (await import_file(database, request)).rejected


def spans(about: Asked, zone: ZoneInfo) -> list[periods.Period]:
    """The month, its quarter and its year."""
    year, month = about.month
    return [
        periods.month(year, month, zone, about.now),
        periods.quarter(year, (month + 2) // 3, zone, about.now),
        periods.year(year, zone, about.now),
    ]


async def answers(database: Database, about: Asked, metric: Metric) -> list[Answer]:
    """A figure's answers: of each span, and of the sample team's month in every breakdown."""
    found = []
    async with database.read() as session:
        made = await _id(session, about)
        assert made is not None
        team = rules_of(team_from(await team_of(session, made)))
        month, *longer = spans(about, team.zone)
        for by in (None, *(sorted(metric.breakdowns | metric.views) if about is SAMPLE else ())):
            for span in (month, *longer) if by is None else (month,):
                try:
                    found.append(await ask(metric, session, Scope(team, span, about.now, by=by)))
                except Unanswerable as refused:  # a date too early for whole weeks on both sides
                    assert metric.key == "compare", refused.said
    return found


@pytest.mark.parametrize("about", TEAMS)
async def test_the_parts_that_are_lists_and_texts(filled: Database, about: Asked) -> None:
    keyed = {metric.key: metric for metric in METRICS}
    found = {
        key: to_json((await answers(filled, about, keyed[key]))[0])["parts"] for key in ("retention", "clv", "roi")
    }
    assert isinstance(found["retention"]["window_days"], int)
    assert isinstance(found["retention"]["reasons"], list)
    for row in found["retention"]["cohorts"]:
        assert {"month", "customers", "later"} <= set(row)
        assert all(set(cell) == {"month", "count", "partial"} for cell in row["later"])
    assert found["clv"]["fit"] is None or set(found["clv"]["fit"]) >= FIT
    assert found["roi"]["basis"] == "revenue"


@EVERY
@pytest.mark.parametrize("backend", ["sqlite"])  # nothing is there to be read
async def test_every_part_is_named_before_the_first_record_too(database: Database, metric: Metric) -> None:
    now = SAMPLED
    async with database.begin() as session:
        made = await create_team(session, name="New", zone="Asia/Ho_Chi_Minh", currency="VND", locale="en", now=now)
        team = rules_of(team_from(await team_of(session, made)))
        answer = await ask(metric, session, Scope(team, periods.current("month", team.zone, now), now))
    written = to_json(answer)
    assert written["value"] is None
    assert written["reason"]
    assert set(PARTS.get(metric.key, ())) <= set(written["parts"])
    assert written["parts"].get("basis", "revenue") in {"revenue", None if metric.key == "scores" else "revenue"}


def told(thing: object) -> Iterator[str]:
    """Every text in a picture."""
    if isinstance(thing, str):
        yield thing
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for field in dataclasses.fields(thing):
            if "Literal" not in str(field.type):
                yield from told(getattr(thing, field.name))
    elif isinstance(thing, list | tuple):
        for one in thing:
            yield from told(one)


def said(answer: Answer, language: str) -> list[str]:
    """All that is said of an answer in a language: caption, how, picture, and the words of the JSON."""
    say = Say(language)
    written = to_json(answer, say)
    return [caption(answer, say), explain(answer, say), *told(picture_of(answer, Say(language, markup=False))),
            *written["warnings"], written["reason"] or "", written["period"]["label"]]  # fmt: skip


def words(texts: list[str]) -> set[str]:
    """The words of four ASCII letters and more; commands and what stands as an example are left out."""
    plain = re.sub(r"<[^>]+>|/\w+|https?:\S+|[@#]\w+", " ", " ".join(texts).lower())
    return {word for word in re.findall(r"[^\W\d_]+", plain) if word.isascii() and len(word) > 3}


async def names(session: Session) -> set[str]:
    """The words of the teams' own names: customers, members, products."""
    found: list[Any] = []
    for table in (customers, members, products):
        found += (await session.execute(select(table.c.name))).scalars()
    return {word for name in found for word in name.lower().split()}


def check_parts(answer: Answer, metric: Metric) -> None:
    """Every key that an answer's JSON must have is there, and each part in its unit."""
    written = to_json(answer)
    assert set(written) == ANSWER
    assert set(written["period"]) == {"start", "end", "label"}
    assert set(written["previous"]) == {"period", "value"}
    assert set(written["change"]) == {"kind", "value", "clear"}
    assert (written["value"] is not None) or written["reason"]
    if metric in METRICS:
        assert (written["metric"], written["unit"]) == (metric.key, UNITS[metric.key])
    for name, unit in PARTS.get(metric.key, {}).items():
        part = written["parts"][name]
        if unit is not None:
            assert set(part) == {"value", "unit", "n"}, name
            assert part["unit"] == unit, name


@EVERY
@pytest.mark.parametrize("about", TEAMS)
async def test_an_answer_has_every_part_and_is_said_in_one_language_without_odd_words(
    filled: Database, about: Asked, metric: Metric
) -> None:
    async with filled.read() as session:
        own = await names(session) if about is SAMPLE else set()
    for answer in await answers(filled, about, metric):
        check_parts(answer, metric)
        english, vietnamese = said(answer, "en"), said(answer, "vi")
        for text in english + vietnamese:
            assert not ODD.search(text), text
        shared = words(english) & words(vietnamese) - own - SAME
        assert not shared, sorted(shared)
