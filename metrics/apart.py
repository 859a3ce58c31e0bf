"""One warm worker process for what would hold the event loop: drawing, and fitting models (SciPy keeps the lock)."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

T = TypeVar("T")
_pools: list[ProcessPoolExecutor] = []


async def apart(work: Callable[..., T], *given: Any) -> T:
    """Run a function of a module in the worker process; a worker that died is replaced once."""
    pool = _running()
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work, *given)
    except BrokenProcessPool:
        _drop(pool)
        return await asyncio.get_running_loop().run_in_executor(_running(), work, *given)


def adopt(worker: ProcessPoolExecutor) -> None:
    """Work in this process, which has been started already."""
    _pools.append(worker)


async def end() -> None:
    """Stop the worker; the next work starts a new one."""
    while _pools:
        await asyncio.to_thread(_pools.pop().shutdown, cancel_futures=True)


def _running() -> ProcessPoolExecutor:
    if not _pools:
        # spawned, not forked: the parent holds threads and open databases
        _pools.append(ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=_end_with_parent))
    return _pools[0]


def _drop(broken: ProcessPoolExecutor) -> None:
    broken.shutdown(wait=False, cancel_futures=True)
    if broken in _pools:
        _pools.remove(broken)


def _end_with_parent() -> None:
    """In the worker: end when the parent is killed, which closes nothing that the worker reads from."""
    threading.Thread(target=_outlive_nobody, daemon=True).start()


def _outlive_nobody() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
