"""Reads a question into its parts: which figures, which period, broken down or filtered by what, compared with what.

A newcomer's map: ``reader`` goes through the line; ``parts`` says what a question holds and may name. ``filters`` reads
the values of filters, ``whose`` colleagues by their names, ``fillers`` knows what says nothing; ``offered`` says what
may be asked instead of what was not understood, ``misspelt`` finds a figure's name that is a letter off.
"""
