"""Records as they are written: logged one by one or in bulk, corrected, refunded, taken back, exported.

``writing`` logs one, ``bulk`` many, ``entries`` are the values that both take; ``corrections`` change and remove,
``audit`` keeps the trail that ``trail`` reads; ``deals`` and ``care`` (tickets, ratings, opt-outs) move on,
``referring`` keeps who sent a customer as a file says it.
"""
