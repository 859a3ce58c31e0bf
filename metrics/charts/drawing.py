"""Draws any chart by its type."""

from collections.abc import Callable
from typing import Any

from metrics.charts.canvas import Canvas
from metrics.charts.cohorts import draw_cohorts
from metrics.charts.dashboard import draw_dashboard
from metrics.charts.fan import draw_fan
from metrics.charts.grid import draw_grid
from metrics.charts.histogram import draw_histogram
from metrics.charts.ranking import draw_bars, draw_waterfall
from metrics.charts.specs import Bars, Chart, Cohorts, Dashboard, Fan, Grid, Histogram, Table, Trend, Waterfall
from metrics.charts.table import draw_table
from metrics.charts.trend import draw_trend

_DRAWERS: dict[type, Callable[[Any], Canvas]] = {
    Trend: draw_trend,
    Bars: draw_bars,
    Waterfall: draw_waterfall,
    Cohorts: draw_cohorts,
    Histogram: draw_histogram,
    Table: draw_table,
    Fan: draw_fan,
    Dashboard: draw_dashboard,
    Grid: draw_grid,
}


def canvas_of(chart: Chart) -> Canvas:
    """Put a chart on a canvas of 1080 × 1350 pixels."""
    return _DRAWERS[type(chart)](chart)


def draw(chart: Chart) -> bytes:
    """Draw a chart as a PNG of 1080 × 1350 pixels."""
    return canvas_of(chart).png()
