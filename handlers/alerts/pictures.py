"""The picture of an alert: the figure that is watched, beside the limit that it crossed or the range that is usual."""

from handlers.alerts.holding import Finding, Held
from handlers.base import Painter, Photo
from metrics.answers.rendering import lines
from metrics.charts.specs import Chart
from metrics.pictures.watched import Watched, against_limit, against_usual, each_against_limit, each_against_usual
from metrics.wording import Say


async def pictured(one: Finding, say: Say, painter: Painter) -> Photo | None:
    """Draw what a finding is about; None where there is nothing in it."""
    chart = chart_of(one, say.plain)
    if chart is None:
        return None
    return Photo(await painter.draw(chart), "\n".join(lines(one.answer, say.plain)))


def chart_of(one: Finding, say: Say) -> Chart | None:
    """Choose and fill the chart: of reps a row each, of the team the period beside those that it is held against."""
    alert, answer = one.alert, one.answer
    if not one.held or (alert.by_rep and not answer.breakdown):
        return None
    told = {held.key for held in (*one.crossed, *one.back)}
    if alert.by_rep:
        known = sorted((held for held in one.held if held.value is not None), key=lambda held: _farthest(held, told))
        made_of = {str(row.id): row.n for row in answer.breakdown}
        rows = [
            Watched(each.name, each.value, each.usual, each.key in told, made_of.get(each.key, 0)) for each in known
        ]
        if alert.kind == "unusual":
            return each_against_usual(answer, rows, say)
        return each_against_limit(answer, rows, alert.limit, say)
    [held] = one.held
    if held.usual is None:
        return against_limit(answer, alert.limit, held.earlier, say)
    return against_usual(answer, held.usual, held.earlier, say)


def _farthest(one: Held, told: set[str]) -> tuple[bool, bool, float, str]:
    """Who is spoken of first, the farthest out before all, then who is nearest to it; last of whom nothing is usual."""
    return one.key not in told, one.side is None, -one.beyond, one.name
