"""Records: what a line logs, and all that happens to it afterwards.

``logbook`` is the commands; ``lines`` cuts a message, ``understanding`` reads a line against the team, ``entries`` says
what is written, ``receipts`` and ``echo`` say it back; ``corrections``, ``fixing``, ``repeating``, ``undoing`` and
``refunds`` change it; ``closings`` are deals, ``care`` tickets.
"""
