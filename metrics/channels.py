"""Channels: what each channel costs and brings, side by side.

For every channel with a cost, a lead, a new customer or a sale in the period: its *cost* (all kinds), *leads* created,
*new customers*, *net revenue*, *cohort conversion* (of its leads those that bought by now), *CAC* (marketing and sales
cost / new customers) and *ROI* ((return − cost) / cost); each is the metric of that name broken down by channel, so
costs, leads, new customers and revenue add up to the team's, with a ``(none)`` row. The figure is the net revenue of
all.

Example: 600 spent on facebook in October, 3 leads of whom 1 bought for 900: CAC 600, cohort conversion 1/3, ROI 50 %.
"""

from collections.abc import Mapping
from dataclasses import replace

from metrics import cac, conversion, revenue, roi
from metrics.answers.asking import ask, composed
from metrics.base import NONE, Answer, Metric, Part, Row, Scope, Unit
from metrics.pictures.channels import table
from metrics.wording import Money, Percent, Phrase, phrase
from store import Session
from store.remembering import remembering

COLUMNS: Mapping[str, tuple[Metric, str, Unit]] = {
    "cost": (roi.METRIC, "cost", "money"),
    "leads": (conversion.METRIC, "leads", "count"),
    "new_customers": (conversion.METRIC, "new_customers", "count"),
    "net_revenue": (revenue.METRIC, "", "money"),
    "cohort_conversion": (conversion.METRIC, "cohort", "ratio"),
    "cac": (cac.METRIC, "", "money"),
    "roi": (roi.METRIC, "", "ratio"),
}
"""Each column: the metric it is taken from, the part of it ("" is the figure itself), and its unit."""


async def asked(session: Session, scope: Scope) -> Answer:
    """Ask the metrics by channel and put their rows together."""
    session, by_channel = remembering(session), replace(scope, by="channel")
    answers = {one.key: await ask(one, session, by_channel) for one in _METRICS}
    sold = answers[revenue.METRIC.key]
    found = {key: {row.key: row for row in answer.breakdown} for key, answer in answers.items()}
    names = {name for rows in found.values() for name in rows}
    lines = tuple(sorted((_line(name, found) for name in names), key=_rank))
    totals = {name: _total(answers[metric.key], part, unit) for name, (metric, part, unit) in COLUMNS.items()}
    figure = replace(
        sold.figure,
        parts={**totals, "channels": lines},
        told=_told(lines, totals, scope.team.currency),
        drawn=lambda answer, heading, say: table(answer, lines, heading, say),
        interval=None,
        excluded=answers[roi.METRIC.key].figure.excluded,  # costs too
    )
    return composed(sold, REPORT, scope=scope, figure=figure)


_METRICS = (revenue.METRIC, roi.METRIC, conversion.METRIC, cac.METRIC)


def _line(name: str, found: Mapping[str, Mapping[str, Row]]) -> dict[str, object]:
    """One channel's columns; counts and sums of nothing are 0, ratios of nothing undefined."""
    line: dict[str, object] = {"key": name}
    for column, (metric, part, unit) in COLUMNS.items():
        row = found[metric.key].get(name)
        nothing = None if unit == "ratio" or column == "cac" else 0
        held = row.parts.get(part) if row is not None and part else None
        if row is not None and not part:
            held = Part(row.value, unit, row.n)
        line[column] = held if isinstance(held, Part) else Part(nothing, unit, 0)
    return line


def _total(answer: Answer, part: str, unit: Unit) -> Part:
    held = answer.figure.parts.get(part) if part else Part(answer.value, unit, answer.figure.n)
    return held if isinstance(held, Part) else Part(None, unit, 0)


def _rank(line: Mapping[str, object]) -> tuple[bool, float, str]:
    """By net revenue, ``(none)`` last."""
    return line["key"] == NONE, -number(line, "net_revenue"), str(line["key"])


def number(line: Mapping[str, object], column: str) -> float:
    """A column's number, 0 where it is undefined."""
    part = line[column]
    return part.value or 0 if isinstance(part, Part) else 0


def _told(lines: tuple[Mapping[str, object], ...], totals: Mapping[str, Part], currency: str) -> tuple[Phrase, ...]:
    """What all cost and returned, and which channel returned the most on its cost."""
    spent, back, each = totals["cost"].value, totals["roi"].value, totals["cac"].value
    said = []
    if spent:
        said.append(phrase("cost {cost}, ROI {roi}, {cac} for a new customer",
                           cost=Money(round(spent), currency), roi=Percent(back) if back is not None else "—",
                           cac=Money(round(each), currency) if each is not None else "—"))  # fmt: skip
    ranked = [line for line in lines if line["key"] != NONE and number(line, "cost")]
    if len(ranked) > 1:
        best = max(ranked, key=lambda line: number(line, "roi"))
        said.append(phrase("best return: {channel}, ROI {roi}",
                           channel=str(best["key"]), roi=Percent(number(best, "roi"))))  # fmt: skip
    return tuple(said)


REPORT = replace(
    revenue.METRIC,
    key="channels",
    alias="kenh",
    label=phrase("Channels, net revenue"),
    words=(phrase("channels"), phrase("channel report")),
    about=phrase("what each channel costs and brings"),
    breakdowns=frozenset(),
    filters=frozenset({"channel", "campaign"}),
    additive=False,
    work="several",
    asked=asked,
)
