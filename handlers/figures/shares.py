"""Shares without their sign that may be percent or times: `roi 1.5` is 1.5 % or 150 %."""

import re

from handlers.base import Request
from handlers.buttons import running
from handlers.suggestions import with_phrase
from metrics.base import Metric
from metrics.wording import Percent, phrase


def is_doubtful(number: float, metric: Metric) -> bool:
    """Whether a number without its sign may be either; of what is at most all, only 1 may: 3 is 3 %."""
    return metric.unit == "ratio" and (number == 1 or (1 < number < 10 and not metric.bounded))


def settle(request: Request, metric: Metric, bare: str, before: str, rest: str) -> None:
    """Raise `UserError` for a doubtful share in the ``rest`` of a line, with the line for either as buttons."""
    if not bare or not is_doubtful(number := float(bare.replace(",", ".")), metric):
        return
    rows = []
    for value in (number / 100, number):
        clear = re.sub(rf"(?<!\S){re.escape(bare)}(?!\S)", f"{value * 100:.10g}%", rest, count=1)
        rows.append(running(request.say.plain.value(Percent(value)), f"{before} {clear}"))
    said = phrase("“{typed}” of {metric}: {less} or {more}?", typed=bare, metric=metric.label,
                  less=Percent(number / 100), more=Percent(number))  # fmt: skip
    raise with_phrase(rows, said)
