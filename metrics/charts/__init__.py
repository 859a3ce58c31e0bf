"""Pictures for phones: chart specifications, and `draw`, which turns one into PNG bytes."""

from metrics.charts import style
from metrics.charts.drawing import canvas_of, draw
from metrics.charts.specs import (
    MOST_BARS,
    Bar,
    Bars,
    Bin,
    Chart,
    CohortCell,
    CohortRow,
    Cohorts,
    Fan,
    Heading,
    Histogram,
    Line,
    Reach,
    Step,
    Table,
    TableRow,
    Tick,
    Trend,
    Waterfall,
)
from metrics.charts.ticks import nice_ticks, whole_ticks

__all__ = [
    "MOST_BARS",
    "Bar",
    "Bars",
    "Bin",
    "Chart",
    "CohortCell",
    "CohortRow",
    "Cohorts",
    "Fan",
    "Heading",
    "Histogram",
    "Line",
    "Reach",
    "Step",
    "Table",
    "TableRow",
    "Tick",
    "Trend",
    "Waterfall",
    "canvas_of",
    "draw",
    "nice_ticks",
    "style",
    "whole_ticks",
]
