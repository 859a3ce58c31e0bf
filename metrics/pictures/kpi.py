"""The picture of the KPIs: a tile each, with its figure, its change, its course and its target."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from metrics.answers.comparing import beside, moved, short, unequal
from metrics.answers.targets import is_reached
from metrics.base import Answer
from metrics.charts.specs import Dashboard, Heading, Tile
from metrics.wording import Percent, Phrase, Say, phrase

if TYPE_CHECKING:
    from metrics.kpi import Kpi


def dashboard(answer: Answer, kpis: "Sequence[Kpi]", heading: Heading, say: Say) -> Dashboard:
    """Lay the figures out in the order chosen; nothing where none is known."""
    if answer.value is None:
        return Dashboard(heading, ())
    better = phrase("{better} of {n} better", better=answer.value, n=len(kpis))
    against = unequal(answer, phrase("against {period}", period=beside(answer)))
    of = phrase("{period} · {zone}", period=answer.scope.period, zone=answer.scope.team.zone)
    if all(kpi.answer.previous.value is None for kpi in kpis):
        better, against = phrase("{period}", period=answer.scope.period), phrase("nothing before it to compare with")
        of = phrase("{zone}", zone=answer.scope.team.zone)
    tiles = tuple(_tile(kpi, say) for kpi in kpis)
    lines = say(phrase("small lines: by day or by period, each on its own scale"))
    head = replace(
        heading,
        title=" · ".join([say(answer.metric.label), *answer.filter_names]),
        figure=say(better),
        subtitle=say(of),
        change=say(against),
        note=lines if any(tile.course for tile in tiles) else "",
    )
    return Dashboard(head, tiles)


def _tile(kpi: "Kpi", say: Say) -> Tile:
    answer = kpi.answer
    return Tile(
        label=say(phrase("{label} · n = {n}", label=kpi.metric.label, n=answer.figure.n)),
        figure="" if answer.reason is not None else say.value(_short(answer)),
        change=say(_change(answer)),
        better=kpi.better,
        clear=bool(answer.change.clear) and answer.previous_from is None,
        course=kpi.course if sum(value is not None for value in kpi.course) > 1 else (),  # a lone point is none
        target=say(target) if (target := _target(kpi)) is not None else "",
        reached=_reached(kpi),
    )


def _short(answer: Answer) -> object:
    """Money in short, so that a tile holds it."""
    return short(answer, answer.value)


def _change(answer: Answer) -> Phrase:
    """How it moved, or why there is no figure."""
    if answer.reason is not None:
        return answer.reason
    if answer.value == answer.previous.value:
        return phrase("unchanged")
    if answer.change.kind in {"none", "new"}:
        return phrase("nothing to compare with")
    if answer.change.clear is None or answer.previous_from is not None:
        return phrase("{change}", change=moved(answer))
    if answer.change.clear:
        return phrase("{change}, clear", change=moved(answer))
    return phrase("{change}, may be chance", change=moved(answer))


def _target(kpi: "Kpi") -> Phrase | None:
    """The target, and how far it is reached, or whether it is met where less is better."""
    answer = kpi.answer
    if answer.target is None:
        return None
    target = short(answer, answer.target)
    if answer.value is None:
        return phrase("target {target}", target=target)
    if (share := _reached(kpi)) is not None:
        return phrase("{share} of {target}", share=Percent(share), target=target)
    if is_reached(kpi.metric, answer.value, answer.target):
        return phrase("target {target}: met", target=target)
    return phrase("target {target}: not met", target=target)


def _reached(kpi: "Kpi") -> float | None:
    """What part of a target is reached; None without one, and where less is better."""
    answer = kpi.answer
    if answer.value is None or not answer.target or answer.target < 0 or kpi.metric.better == "down":
        return None
    return answer.value / answer.target + 0.0
