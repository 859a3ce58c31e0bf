"""``/products rename A to B`` and ``/products merge A into B``: which two are meant, done by a tap, and taken back."""

import re
from collections.abc import Sequence

from handlers.base import LEADERS, Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import STALE, data, id_of, parts_of
from metrics.wording import phrase, plural_phrase
from store import AlreadyDone, NotFound, Session
from store.catalogue.product_merging import RENAMED, REVERSIBLE, merge, rename, undo
from store.catalogue.products import ProductRow, catalogue_of
from store.errors import Duplicate
from store.names import clean, fold

LONGEST = 80
_RENAME = re.compile(r"(?:rename|đổi tên|doi ten)\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_MERGE = re.compile(r"(?:merge|gộp|gop)\s+(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_TO = re.compile(r"\s*(?:->|=>|→)\s*|\s+(?:to|thành|thanh)\s+", re.IGNORECASE)
_INTO = re.compile(r"\s*(?:,|;|->|=>|→)\s*|\s+(?:into|and|with|vào|vao|và|va|với|voi)\s+", re.IGNORECASE)
_RENAME_LIKE = phrase("Which product, and what shall it be called? For example: /products rename RO filter to RO core")
_MERGE_LIKE = phrase("Which two products are one? For example: /products merge RO filter into RO core")


async def changed(request: Request, known: Sequence[ProductRow]) -> Reply | None:
    """Rename a product, or ask which of two stays; None for a line that does neither."""
    text = clean(request.argument)
    if any(f"{fold(text)} ".startswith(f"{fold(row.name)} ") for row in known):
        return None
    if found := _RENAME.fullmatch(text):
        return await _renamed(request, known, found["rest"])
    if found := _MERGE.fullmatch(text):
        one, other = _two(found["rest"], known)
        return _choice(request, one, other)
    return None


async def _renamed(request: Request, known: Sequence[ProductRow], text: str) -> Reply:
    row, name = _named(text, known)
    team_id = team_of(request).id
    same = next((one for one in known if fold(one.name) == fold(name) and one.id != row.id), None)
    if same is not None:
        return _choice(request, row, same)
    async with request.begin() as session:
        try:
            done = await rename(session, clock_of(request), row.id, name, request.member.id, request.now,
                                request.inbox_id)  # fmt: skip
        except (NotFound, Duplicate):
            raise UserError(phrase("“{name}” is a product already. All of them: /products", name=name)) from None
        after = next(one for one in await catalogue_of(session, team_id) if one.id == row.id)
        text = request.say("Renamed: {before} is <b>{name}</b> now.", before=row.name, name=after.name)
        return await request.settle(session, Reply(text, (_undo(request, done.id),)))


def _named(text: str, known: Sequence[ProductRow]) -> tuple[ProductRow, str]:
    """Split ``A to B`` where A is a product of the team."""
    for cut in _TO.finditer(text):
        row = _known(text[: cut.start()], known)
        name = clean(text[cut.end() :])
        if row is not None and fold(name) and len(name) <= LONGEST:
            return row, name
    raise UserError(_RENAME_LIKE)


def _two(text: str, known: Sequence[ProductRow]) -> tuple[ProductRow, ProductRow]:
    """Split ``A into B`` where both are products of the team."""
    for cut in _INTO.finditer(text):
        one, other = _known(text[: cut.start()], known), _known(text[cut.end() :], known)
        if one is not None and other is not None and one.id != other.id:
            return one, other
    raise UserError(_MERGE_LIKE)


def _known(name: str, known: Sequence[ProductRow]) -> ProductRow | None:
    return next((row for row in known if fold(row.name) == fold(name)), None)


def _choice(request: Request, one: ProductRow, other: ProductRow) -> Reply:
    """Ask which of two stays; the one named last is offered first."""
    say = request.say
    text = say(
        "Are <b>{one}</b> and <b>{other}</b> one product? The sales of both will count under the one that stays.",
        one=one.name,
        other=other.name,
    )
    keep = [
        (Button(say.plain("Keep {name}", name=kept.name)[:60], data("pmerge", gone.id, kept.id)),)
        for gone, kept in ((one, other), (other, one))
    ]
    return Reply(text, (*keep, (Button(say.plain("Cancel"), data("nothing", "0")),)))


def _undo(request: Request, change_id: int) -> tuple[Button, ...]:
    return (Button(request.say.plain("Undo it"), data("pundo", change_id)),)


async def _press_merge(request: Request) -> Reply:
    gone_id, kept_id = (id_of(part) for part in parts_of(request.argument, 2))
    _may(request)
    async with request.begin() as session:
        names = await _names(session, request)
        try:
            done = await merge(session, clock_of(request), gone_id, kept_id, request.member.id, request.now,
                               request.inbox_id)  # fmt: skip
        except NotFound:
            raise UserError(phrase("One of them is gone or merged already.")) from None
        text = request.say(
            plural_phrase(
                "Merged: {gone} counts under <b>{kept}</b> now, {n} record. It can be undone for {days} days.",
                "Merged: {gone} counts under <b>{kept}</b> now, {n} records. It can be undone for {days} days.",
                n=done.moved, gone=names[gone_id], kept=names[kept_id], days=REVERSIBLE.days,
            )
        )  # fmt: skip
        return await request.settle(session, Reply(text, (_undo(request, done.id),), edits=True))


async def _names(session: Session, request: Request) -> dict[int, str]:
    return {row.id: row.name for row in await catalogue_of(session, team_of(request).id)}


async def _press_undo(request: Request) -> Reply:
    _may(request)
    async with request.begin() as session:
        try:
            done = await undo(
                session, clock_of(request), id_of(request.argument), request.member.id, request.now, request.inbox_id
            )
        except NotFound:
            raise UserError(STALE) from None
        except Duplicate:
            raise UserError(phrase("Another product has that name now. All of them: /products")) from None
        except AlreadyDone:
            raise UserError(phrase("This was undone or changed since, or is over 30 days old.")) from None
        first, second = done.names
        said = phrase("Undone: {gone} and {kept} are two products again.", gone=first, kept=second)
        if done.action == RENAMED:
            said = phrase("Undone: {name} is called {before} again.", name=second, before=first)
        return await request.settle(session, Reply(request.say(said), edits=True))


def _may(request: Request) -> None:
    """Refuse whoever may not change products, now that they tap."""
    if request.member.role not in LEADERS:
        raise UserError(phrase("Only managers and owners change products."))


BUTTONS: dict[str, Handler] = {"pmerge": _press_merge, "pundo": _press_undo}
