"""Alerts: figures that cross a limit or are unusual, leads and tickets that wait, deals in which nothing happens.

``kinds`` says what an alert is, ``reading`` reads one from a line, ``managing`` is /alert with its buttons;
``mornings`` holds figures and deals against their limits each morning, ``waiting`` looks at leads and tickets all day,
``things`` words and buttons what waits.
"""
