"""Customers: found, shown as a card, edited, joined, handed over, forgotten (``keeping``), lost (``leaving``).

Their own side is ``links``, which are given to them, and ``visiting``, what they do when they open one.
"""
