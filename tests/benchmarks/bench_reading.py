"""Lines read against a team of 50,000 customers: the look-up and the parsing of a line, and suggestions for a typo.

In processor time of the whole process, so that what else the machine does tells nothing.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.base import Member, Message, Request, Role, Team
from handlers.parsing import Answers
from handlers.records.understanding import look_alikes, understand
from metrics.wording import Say
from store import Database, Session
from store.migrations import migrate
from store.people import membership
from store.people.team import create_team, team_of
from store.records.bulk import NewCustomer, add_customers
from tests.benchmarks.ratios import Line

CUSTOMERS, LINES, TYPOS = 50_000, 1_000, 40
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
_HEADS, _TAILS = ("Th", "Ng", "L", "M", "Tr", "Ph", "V", "D", "H", "K", "S", "B", "Qu"), ("i", "u", "anh", "oan", "ec")
SYLLABLES = tuple(head + tail for head in _HEADS for tail in _TAILS)
GIVEN = ("Lan", "Hùng", "Mai", "Tuấn", "Hoa", "Dũng", "Nga", "Sơn", "Hồng", "Bình", "Ánh", "Thuỷ", "Hạnh", "Phúc")
ENDS = (
    ("call", "{who} 5p quan tâm"),
    ("call", "{who} 12 phút chiều qua, hẹn gửi báo giá 20/12 cho 3 chi nhánh"),
    ("sale", "{who} 3tr5 2x350k #facebook #tet27 hôm qua"),
    ("sale", "{who} 12,5 triệu hẹn giao 20/11, còn nợ 5tr"),
    ("remind", "{who} thứ 6 9h gửi hợp đồng"),
    ("deal", "{who} 50tr báo giá 30/12"),
)


async def readings() -> Iterator[Line]:
    """Measure both against their limits: 5 ms for the 99th percentile of lines, 50 ms for suggestions."""
    with tempfile.TemporaryDirectory(prefix="chot-bench-") as folder:
        database, request, names = await _team(Path(folder))
        lines = await _lines(database, request, names)
        given = await _given(database, request)
        typos = await _typos(database, request, names)
        await database.close()
    p99, median = sorted(lines)[int(len(lines) * 0.99)], sorted(lines)[len(lines) // 2]
    told = f"median {median:.2f} ms"
    return iter(
        [
            Line("a line read, p99 ÷ 5 ms, 50,000 customers", p99 / 5, 1, "×", note=f"{p99:.2f} ms; {told}"),
            Line("the commonest given name ÷ 5 ms", given / 5, 1, "×", note=f"{given:.2f} ms, 3,572 so called"),
            Line("suggestions for a typo, p99 ÷ 50 ms", max(typos) / 50, 1, "×", note=f"{max(typos):.1f} ms at most"),
        ]
    )


async def _team(folder: Path) -> tuple[Database, Request, list[str]]:
    url = f"sqlite+aiosqlite:///{folder / 'team.db'}"
    migrate(url)
    database, chance = Database(url), random.Random(7)
    names = [f"{chance.choice(FAMILY)} {_middle(number)} {GIVEN[number % len(GIVEN)]}" for number in range(CUSTOMERS)]
    async with database.begin() as session:
        team_id = await create_team(session, name="T", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=NOW)
        member_id = await _rep(session, team_id)
        await add_customers(
            session, team_id, [NewCustomer(name, f"+849{number:08d}", member_id) for number, name in enumerate(names)]
        )
    async with database.read() as session:
        row = await team_of(session, team_id)
    team = Team(team_id, "T", ZoneInfo(row.zone), "VND", "vi", 90, 90, "revenue", row.settings)
    nobody: Any = None  # reading a line neither draws nor settles
    member = Member(member_id, 0, 0, "An", None, Role.REP)
    message = Message(chat_id=0, message_id=0, text="", sent_at=NOW)
    return database, Request(message, member, team, Say("vi"), NOW, database, nobody, nobody, 0, ""), names


async def _rep(session: Session, team_id: int) -> int:
    """Make the rep who owns every customer; returns the member's id."""
    account = await membership.greet(session, 1, "An", None)
    return (await membership.join(session, team_id, account.id, "An", "rep", NOW)).id


def _middle(number: int) -> str:
    """Two syllables that tell a customer from the others of the same given name."""
    first, second = divmod(number // len(GIVEN) % len(SYLLABLES) ** 2, len(SYLLABLES))
    return f"{SYLLABLES[first]} {SYLLABLES[second]}"


async def _lines(database: Database, request: Request, names: list[str]) -> list[float]:
    """Milliseconds for each line, the best of two: the second reading meets the same caches as a busy bot."""
    chance, taken = random.Random(8), []
    async with database.read() as session:
        for number in range(LINES):
            verb, end = ENDS[number % len(ENDS)]
            text = end.format(who=chance.choice(names))
            spent = []
            for _ in range(2):
                begun = time.process_time()
                reading = await understand(session, request, verb, text, NOW, Answers())
                spent.append((time.process_time() - begun) * 1000)
            assert reading.customer is not None, (text, reading.doubts)
            taken.append(min(spent))
    return taken


async def _given(database: Database, request: Request) -> float:
    """Milliseconds for `Lan 5p` where thousands are called Lan: they are asked about."""
    taken = []
    async with database.read() as session:
        for _ in range(30):
            begun = time.process_time()
            reading = await understand(session, request, "call", "Lan 5p", NOW, Answers())
            taken.append((time.process_time() - begun) * 1000)
            assert reading.ask == "customer"
    return min(taken)


async def _typos(database: Database, request: Request, names: list[str]) -> list[float]:
    chance, taken = random.Random(9), []
    async with database.read() as session:
        for _ in range(TYPOS):
            name = chance.choice(names)
            typed = name[:4] + name[5:]
            begun = time.process_time()
            near = await look_alikes(session, request, typed)
            taken.append((time.process_time() - begun) * 1000)
            assert near, typed
    return taken[5:]
