"""The figures: periods, formulas, statistics, wording and charts, knowing nothing of SQL or Telegram.

`METRICS` is every metric that can be asked, one module each; to add one, copy a similar module and list it here.
"""

import os

# OpenBLAS reads this as numpy is imported. Its threads wait by spinning: on a busy machine a matrix of a few thousand
# numbers then takes ten times the processor time that one thread takes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from metrics import (
    adoption,
    aov,
    cac,
    calls,
    callspersale,
    care,
    channels,
    clv,
    compare,
    conversion,
    csat,
    cycle,
    engagement,
    forecast,
    funnel,
    kpi,
    leaders,
    loyalty,
    quality,
    response,
    retention,
    revenue,
    roi,
    ror,
    scores,
    segments,
    targets,
    unsubscribe,
    upsell,
    value,
    waiting,
    why,
    winrate,
)
from metrics.base import Metric

METRICS: tuple[Metric, ...] = (
    revenue.METRIC,
    roi.METRIC,
    calls.METRIC,
    aov.METRIC,
    value.METRIC,
    retention.METRIC,
    cycle.METRIC,
    callspersale.METRIC,
    conversion.METRIC,
    cac.METRIC,
    winrate.METRIC,
    loyalty.METRIC,
    response.METRIC,
    upsell.METRIC,
    engagement.METRIC,
    ror.METRIC,
    csat.METRIC,
    care.METRIC,
    waiting.METRIC,
    unsubscribe.METRIC,
    adoption.METRIC,
    clv.METRIC,
)

REPORTS: tuple[Metric, ...] = (
    kpi.REPORT,
    channels.REPORT,
    leaders.REPORT,
    funnel.REPORT,
    compare.REPORT,
    segments.REPORT,
    scores.REPORT,
    quality.REPORT,
    why.REPORT,
    forecast.REPORT,
    targets.REPORT,
)
"""What is composed of metrics; asked, drawn and written as they are."""

__all__ = ["METRICS", "REPORTS"]
