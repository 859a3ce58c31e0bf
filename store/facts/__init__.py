"""Reads for the metrics: one function per shape of question, each answered from an index in its order.

Every function takes a `Cut` and gives plain values or frozen facts that add up; what they mean is said in `metrics`.
Periods begin and end at the team's midnights (or now), so totals group by the stored local day.
"""

from store.facts.cut import By, Cut, Filters, Key

__all__ = ["By", "Cut", "Filters", "Key"]
