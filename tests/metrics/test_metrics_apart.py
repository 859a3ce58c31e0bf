"""The worker process that draws and fits: it ends with the process that it works for."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def killed_at_once() -> None:
    """Have something done apart, then die as by a power cut."""
    import asyncio

    from metrics.apart import apart

    assert asyncio.run(apart(abs, -1)) == 1
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_does_not_outlive_a_killed_parent() -> None:
    # the pipe to what it prints is closed when both have ended
    command = [sys.executable, str(Path(__file__))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL


if __name__ == "__main__":
    killed_at_once()
