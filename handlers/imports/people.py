"""Customers of an import: matched exactly, by phone or by the name as written; the others are made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.imports.fields import Cells, Entry, Style
from handlers.imports.formats import birthday
from store import Session
from store.names import clean
from store.people.team import TeamRow
from store.records.bulk import NewCustomer, add_customers, customer_ids
from store.records.entries import CostEntry
from store.records.referring import Sent, refer

_SUPPOSED = 1
"""Stands for the id of a customer who is not made in a dry run."""


@dataclass(slots=True)
class Customers:
    """Every customer of the team by name and phone, and those that this batch is to make.

    While a batch is read an unknown customer has a negative place instead of an id, so that rejected rows make none.
    ``dialled`` are the phones of those that were made.
    """

    team: TeamRow
    style: Style
    names: dict[str, int]
    phones: dict[str, int]
    places: dict[int, str] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    dialled: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def of(cls, session: Session, team: TeamRow, style: Style) -> "Customers":
        """Read the team's customers once, before the file."""
        names, phones = await customer_ids(session, team.id)
        return cls(team, style, names, phones)

    def place(self, name: str) -> int:
        """Return the customer's id, or a negative place for one to be made."""
        key = clean(name).casefold()
        known = self.names.get(key) or self.made.get(key)
        if known:
            return known
        place = -len(self.places) - 1
        self.places[place] = clean(name)
        return place

    async def make(self, session: Session, read: Sequence[tuple[Entry, Cells]]) -> list[Entry]:
        """Make the unknown customers of these rows; returns the entries with ids in the places."""
        fresh = self._unknown(read)
        ids = await add_customers(session, self.team.id, list(fresh.values()))
        self.made |= dict(zip(fresh, ids, strict=True))
        self.dialled |= {one.phone: id_ for one, id_ in zip(fresh.values(), ids, strict=True) if one.phone}
        return [self._placed(entry) for entry, _cells in read]

    def suppose(self, read: Sequence[tuple[Entry, Cells]]) -> int:
        """Return how many customers `make` would make of these rows, and know them from then on."""
        fresh = self._unknown(read)
        self.made |= dict.fromkeys(fresh, _SUPPOSED)
        self.dialled |= {one.phone: _SUPPOSED for one in fresh.values() if one.phone}
        return len(fresh)

    def _unknown(self, read: Sequence[tuple[Entry, Cells]]) -> dict[str, NewCustomer]:
        """The customers to be made of these rows, by name; those who are known by phone are known from then on."""
        unknown = []
        for entry, cells in read:
            if isinstance(entry, CostEntry) or entry.customer_id > 0:
                continue
            name, phone = self.places[entry.customer_id], self._phone(cells)
            unknown.append((name, phone, entry, cells))
            if phone in self.phones:
                self.made[name.casefold()] = self.phones[phone]
        fresh: dict[str, NewCustomer] = {}
        for name, phone, entry, cells in unknown:
            if name.casefold() not in self.made and name.casefold() not in fresh:
                fresh[name.casefold()] = self._new(name, phone, entry, cells)
        phones = {one.phone for one in fresh.values()}
        for _entry, cells in read:
            name = _referrer(cells)
            phone = self._e164(name)
            new = bool(name) and self._known(name) is None and name.casefold() not in fresh
            if new and (phone is None or phone not in phones):
                fresh[name.casefold()] = NewCustomer(name, phone=phone)
                phones.add(phone)
        return fresh

    async def refer(
        self, session: Session, landed: Iterable[tuple[int, Entry, Cells]], member_id: int | None, now: datetime
    ) -> None:
        """Keep whom the rows that have become records (their ids) name as having sent their customers."""
        sent = [
            Sent(record_id, entry.customer_id, by_id)
            for record_id, entry, cells in landed
            if not isinstance(entry, CostEntry) and (by_id := self._known(_referrer(cells))) is not None
        ]
        await refer(session, self.team.id, sent, member_id, now)

    def _known(self, name: str) -> int | None:
        """The customer of that name or phone, among those of the team and those that are made."""
        key = name.casefold()
        phone = self._e164(name) or ""
        return self.names.get(key) or self.made.get(key) or self.phones.get(phone) or self.dialled.get(phone)

    def settle(self) -> None:
        """Keep what a batch made, once it is committed or supposed."""
        self.names |= self.made
        self.made.clear()
        self.places.clear()

    def _placed(self, entry: Entry) -> Entry:
        if isinstance(entry, CostEntry) or entry.customer_id > 0:
            return entry
        return replace(entry, customer_id=self.made[self.places[entry.customer_id].casefold()])

    def _new(self, name: str, phone: str | None, entry: Entry, cells: Cells) -> NewCustomer:
        born = cells.get("birthday")
        return NewCustomer(
            name,
            phone=phone,
            owner_id=entry.member_id,
            birthday=birthday(born, self.style.dates, self.style.now) if born else None,
        )

    def _phone(self, cells: Cells) -> str | None:
        return self._e164(cells["phone"]) if cells.get("phone") else None

    def _e164(self, phone: str) -> str | None:
        from handlers.parsing.phones import e164

        zone = ZoneInfo(self.team.zone)
        # a spreadsheet that takes 0901234567 for a number drops its zero
        return e164(phone, zone) or e164(f"0{phone}", zone)


def _referrer(cells: Cells) -> str:
    return clean(cells.get("referred_by", ""))
