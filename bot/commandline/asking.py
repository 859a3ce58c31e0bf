"""``chot ask``: the same answer as in the chat, on the command line."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from bot.commandline.ground import Refusal, asynchronous, instant, opened, settings_of, team_named
from handlers.base import UserError
from handlers.clockwork.teams import team_from
from metrics.wording import Say


class InProcess:
    """Draws in this process: a verb that ends at once needs no worker."""

    async def draw(self, chart: Any) -> bytes:
        """Return the chart as PNG."""
        from metrics.charts.drawing import draw

        return await asyncio.to_thread(draw, chart)


@click.command()
@click.argument("question")
@click.option("--team", "team_name", required=True, help="the team that is asked about")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), help="write the picture here, as PNG")
@click.option("--at", metavar="ISO-TIME", help="what is now, with its offset: 2026-10-31T18:00:00+07:00")
@asynchronous
async def ask(question: str, team_name: str, as_json: bool, chart: Path | None, at: str | None) -> None:
    """Answer QUESTION, such as "retention last month" or "roi Q3 by channel"."""
    from handlers.figures.questions import figure
    from metrics.answers.rendering import lines, render
    from metrics.answers.written import to_json

    settings, now = settings_of(), instant(at)
    async with opened(settings) as database:
        row = await team_named(database, team_name)
        say = Say(row.locale, markup=False)
        try:
            answer = await figure(database, team_from(row), question, now)
        except UserError as wrong:
            raise Refusal(say(wrong.said)) from None
    if as_json:
        click.echo(json.dumps(to_json(answer, say), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo("\n".join(lines(answer, say)))
    if chart is not None:
        picture = await render(answer, say, InProcess())
        if picture.png is None:
            raise Refusal("--chart: this answer has no picture")
        await asyncio.to_thread(chart.write_bytes, picture.png)
