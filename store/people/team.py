"""Teams and their settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound
from store.names import clean, fold
from store.tables import members, records, teams

DEFAULTS: dict[str, Any] = {
    "kpis": ["revenue", "roi", "retention", "conversion", "cycle"],
    "stages": ["new", "contacted", "quoted", "negotiating"],
    "lost_reasons": ["price", "competitor", "no need", "no reply", "timing", "other"],
    "cost_kinds": ["marketing", "sales", "salary", "tools", "other"],
    "channels": {
        "facebook": ["fb"],
        "zalo": [],
        "tiktok": [],
        "shopee": [],
        "web": [],
        "referral": [],
        "store": [],
        "phone": [],
    },
    "working_days": [1, 2, 3, 4, 5, 6],  # Monday is 1
    "working_hours": ["08:00", "17:30"],
    "quiet_hours": ["21:00", "07:30"],  # None: at any hour
    "service_target_hours": 4,
    "discount": 0.1,  # a year
    "large_amount_factor": 10,
    "bare_factor": None,  # what small bare numbers are multiplied by; None: asked
    "leaving_reasons": ["price", "competitor", "no need", "service", "product", "no reply", "other"],
    "holidays": "VN",  # whose public holidays are days off: no working day, no daily digest; "off" for none
    "birthdays": "agreed",  # whose birthdays are told: "agreed", "all" (the team has their consent), "off"
    "sequence": [],  # follow-ups after a sale: [days, text]
}
"""What a new team starts with; a team's ``settings`` hold only what it changed."""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team; ``settings`` are `DEFAULTS` with the team's own changes over them."""

    id: int
    name: str
    zone: str
    currency: str
    locale: str
    window_days: int
    journey_gap_days: int
    return_basis: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """A line of ``chot team list``: how many members and standing records a team has."""

    id: int
    name: str
    zone: str
    currency: str
    locale: str
    members: int
    records: int


TEAM = (
    teams.c.id,
    teams.c.name,
    teams.c.zone,
    teams.c.currency,
    teams.c.locale,
    teams.c.window_days,
    teams.c.journey_gap_days,
    teams.c.return_basis,
    teams.c.settings,
)


async def create_team(
    session: AsyncConnection,
    *,
    name: str,
    zone: str,
    currency: str,
    locale: str,
    now: datetime,
    window_days: int = 90,
) -> int:
    """Make a team and return its id; its base currency is fixed from its first record on."""
    made = await session.execute(
        insert(teams).values(
            name=clean(name),
            key=fold(name),
            zone=zone,
            currency=currency,
            locale=locale,
            window_days=window_days,
            journey_gap_days=90,
            return_basis="revenue",
            next_number=1,
            settings={},
            made_at=now,
        )
    )
    return made_id(made)


async def find_team(session: AsyncConnection, name: str) -> TeamRow:
    """Return the team of that name (case and accents ignored), or raise `NotFound`."""
    found = await session.execute(select(*TEAM).where(teams.c.key == fold(name)).order_by(teams.c.id))
    row = found.first()
    if row is None:
        raise NotFound("team", name)
    return team_row(row)


async def team_of(session: AsyncConnection, team_id: int) -> TeamRow:
    """Return the team with that id, or raise `NotFound`."""
    row = (await session.execute(select(*TEAM).where(teams.c.id == team_id))).first()
    if row is None:
        raise NotFound("team", team_id)
    return team_row(row)


async def list_teams(session: AsyncConnection) -> list[TeamSummary]:
    """Return every team with its size, oldest first."""
    people = (
        select(func.count()).where(members.c.team_id == teams.c.id, members.c.removed_at.is_(None)).scalar_subquery()
    )
    logged = (
        select(func.count()).where(records.c.team_id == teams.c.id, records.c.removed_at.is_(None)).scalar_subquery()
    )
    chosen = (teams.c.id, teams.c.name, teams.c.zone, teams.c.currency, teams.c.locale)
    rows = await session.execute(select(*chosen, people, logged).order_by(teams.c.id))
    return [TeamSummary(*row) for row in rows]


async def change_team(session: AsyncConnection, team_id: int, **columns: object) -> None:
    """Set columns of a team; ``settings`` given here are merged over the ones it has."""
    if "settings" in columns:
        kept = (await session.execute(select(teams.c.settings).where(teams.c.id == team_id))).scalar_one()
        columns["settings"] = {**kept, **dict(columns["settings"])}  # type: ignore[call-overload]
    if "name" in columns:
        columns |= {"name": clean(str(columns["name"])), "key": fold(str(columns["name"]))}
    await session.execute(update(teams).where(teams.c.id == team_id).values(**columns))


def team_row(row: Any) -> TeamRow:
    """Return a team from the columns of `TEAM`."""
    team = TeamRow(*row)
    return replace(team, settings={**DEFAULTS, **team.settings})


def made_id(result: Any) -> int:
    """Return the key of the row that an insert made."""
    return int(result.inserted_primary_key[0])
