"""Everything that touches the outside: settings, the command line, intake, sending, the simulator."""

import os

# The chat library gives waiting times as timedelta only when asked so; its numbers of old come with a warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")
