"""The facts of journeys won, shared by the metrics of time and effort."""

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.base import TeamScope
from store import Session
from store.facts import By, Cut, Key
from store.facts.attempts import Win, won_in


@dataclass(frozen=True, slots=True)
class Won:
    """Journeys won, in the order of their ends."""

    journeys: tuple[Win, ...] = ()

    def __add__(self, other: "Won") -> "Won":
        return Won(self.journeys + other.journeys)


async def gather_won(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, Won]:
    """Read the journeys won under the day, the member of the winning sale, or the customer's channel or campaign."""
    under: dict[Key, list[Win]] = {}
    for found in await won_in(session, cut, team.journey_gap_days):
        under.setdefault(_key(found, by), []).append(found)
    return {key: Won(tuple(found)) for key, found in under.items()}


def _key(found: Win, by: By) -> Key:
    if by == "day":
        return found.end_day
    if by == "rep":
        return found.member_id
    return found.channel if by == "channel" else found.campaign
