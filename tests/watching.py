"""Watches what transactions write: whatever may move a figure must raise the team's version in the same transaction."""

from typing import Any

from sqlalchemy import event

from store import Database

FIGURES = frozenset({
    "contacts", "costs", "deals", "departures", "leads", "optouts", "products", "ratings", "refunds", "sales",
    "tickets",
})  # fmt: skip
"""Tables that figures are made of. What only follows from them is not among them."""


def watch_writes(database: Database) -> list[str]:
    """Return the list that the names of tables go to whose rows were changed in silence."""
    forgotten: list[str] = []
    written: set[str] = set()
    engine = database._writer.sync_engine  # every write goes through it

    @event.listens_for(engine, "after_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if context.compiled is not None and (context.isinsert or context.isupdate or context.isdelete):
            name = context.compiled.statement.table.name
            if name == "products" and context.isinsert:
                return  # nothing was sold of it yet
            written.add("version" if name == "teams" and "version=" in statement.replace(" ", "") else name)

    @event.listens_for(engine, "commit")
    def commit(_c: Any) -> None:
        if "version" not in written:
            forgotten.extend(sorted(written & FIGURES))
        written.clear()

    @event.listens_for(engine, "rollback")
    def rollback(_c: Any) -> None:
        written.clear()

    return forgotten
