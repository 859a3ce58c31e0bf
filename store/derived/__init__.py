"""Rows that follow from records, written in the same transaction: `refreshing` is what every write ends with.

``journeys`` are folded from ``histories`` and packed by ``ended``; ``daily`` are the totals of days; ``judging`` says
which purchases are up-sells, ``answering`` which messages were answered; ``redating`` writes local days anew.
"""
