"""Reads words into a period of the team's calendar; what may be several is asked about, never guessed.

A newcomer's map: ``reader`` tries everything that a period may be, in order. ``units`` reads weeks, months, quarters
and years by number or name (``weeks`` the numbers of weeks), ``weekdays`` days of the week, ``ranges`` from one thing
to another, halves and what begins some time back; ``several`` finds what may be several periods, ``refused`` words
what cannot be had and what is near it.
"""
