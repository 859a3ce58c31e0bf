"""Draws the pictures of docs/metrics.md: each metric over the sample team's last month, small, in both languages.

python -m tests.docs.pictures
"""

import asyncio
import hashlib
import io
import json
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from bot.sample import sample_team
from metrics import METRICS, REPORTS, charts, periods
from metrics.answers.asking import ask
from metrics.base import Answer, Metric, Scope, TeamScope
from metrics.charts import draw
from metrics.pictures import picture_of
from metrics.refusals import Unanswerable
from metrics.wording import LANGUAGES, Say
from store import Database
from store.migrations import migrate
from store.people.team import team_of
from tests.docs.definitions import PICTURES, write

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
SIZE, COLOURS = (378, 472), 32
PRINTS = PICTURES / "drawn.json"
_NUMBER = re.compile(r"-?\d+\.\d+(e-?\d+)?")


async def pictured(metric: Metric, session: Any, team: TeamScope) -> Answer | None:
    """What is drawn of a metric: its last month or, what that cannot tell yet, this one; None without an answer."""
    found = None
    for span in (periods.month(2026, 10, team.zone, NOW), periods.current("month", team.zone, NOW)):
        found = await _asked(metric, session, Scope(team, span, NOW))
        if found is not None and found.value is not None:
            break
    return found


def fingerprint(chart: object) -> str:
    """Tell a picture from every other by what is drawn and by the code that draws: no pixel depends on the machine."""
    drawing = (path.read_text(encoding="utf-8") for path in sorted(Path(charts.__file__).parent.glob("*.py")))
    told = "\n".join([*drawing, _NUMBER.sub(lambda found: f"{float(found[0]):.6g}", repr(chart))])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


async def answers(url: str) -> list[Answer]:
    """Ask every metric and report of a fresh sample team."""
    database = Database(url)
    sample = await sample_team(database, NOW)
    found = []
    async with database.read() as session:
        row = await team_of(session, sample.team_id)
        clock = ZoneInfo(row.zone)
        team = TeamScope(row.id, clock, row.currency)
        for metric in (*METRICS, *REPORTS):
            answer = await pictured(metric, session, team)
            if answer is not None:
                found.append(answer)
    await database.close()
    return found


async def _asked(metric: Metric, session: object, scope: Scope) -> Answer | None:
    try:
        return await ask(metric, session, scope)  # type: ignore[arg-type]
    except Unanswerable:
        return None


def small(png: bytes) -> bytes:
    """The picture in a width for reading, with few colours."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    """Draw all, and write the documents that show them."""
    prints: dict[str, str] = {}
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'sample.db'}"
        migrate(url)
        keys = [metric.key for metric in (*METRICS, *REPORTS)]
        for answer in asyncio.run(answers(url)):
            key = answer.metric.key
            for language in LANGUAGES:
                chart = picture_of(answer, Say(language, markup=False))
                if chart is not None and key in keys:
                    (PICTURES / f"{key}.{language}.png").write_bytes(small(draw(chart)))
                    prints[f"{key}.{language}"] = fingerprint(chart)
    PRINTS.write_text(json.dumps(prints, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    write()


if __name__ == "__main__":
    main()
