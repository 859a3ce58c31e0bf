"""What is done by the clock, unasked: the work of each kind of schedule, and what is looked at at every tick.

To add something that comes by itself, copy one: write ``async def <work>(occasion) -> Outcome`` in the module of its
noun, list it in `WORK` under its kind, and, when every team has it, in `STANDING` with its rule.
"""

from collections.abc import Mapping

from handlers.alerts import kinds, mornings, waiting
from handlers.clockwork.occasions import Pulse, Standing, Work
from handlers.digests import sending
from handlers.milestones import ends, levels
from handlers.reminders import birthdays, parting, reminding

WORK: Mapping[str, Work] = {
    "birthdays": birthdays.greet,
    kinds.KIND: mornings.watch,
    ends.KIND: ends.tell_ends,
    parting.KIND: parting.part,
    sending.KIND: sending.digest,
}
"""Who does the work of each kind of schedule."""

STANDING: tuple[Standing, ...] = (birthdays.STANDING, kinds.STANDING, ends.STANDING, parting.STANDING)
"""What every team has by itself."""

PULSES: tuple[Pulse, ...] = (reminding.remind, levels.tell_milestones, waiting.watch_waiting)
"""What is looked at at every tick, such as follow-ups that have become due; each must be quick when nothing is."""
