"""``chot run``: starts the worker that draws, then imports the bot while the worker imports its libraries."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import click

from bot.commandline.loading import loaded


@click.command()
def run() -> None:
    """Start the bot: polling, or a webhook when WEBHOOK_URL is set. Ctrl-C or SIGTERM ends it."""
    worker = _begun()
    serving = loaded("bot.commandline.serving", "serving")
    serving(worker)


def _begun() -> ProcessPoolExecutor | None:
    """Start the worker where it has a core of its own: the first picture comes as soon as the first answer."""
    if (os.cpu_count() or 1) < 2:
        return None
    worker = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
    worker.submit(_warm)
    return worker


def _warm() -> None:
    """Load the drawing libraries and their fonts, in the worker."""
    from metrics.charts.worker import draw_first

    draw_first()
