"""``/feedback``: words go to the owners and to the operator, once, and to nobody else."""

from dataclasses import replace

from store.tables import outbox
from tests.handlers.clocked import rows
from tests.handlers.office import Office

OPERATOR = 99


async def test_feedback_goes_to_the_owner_and_to_the_operator(office: Office) -> None:
    rep = replace(office.rep, owner_ids=frozenset({OPERATOR}))
    assert (await rep.say("/feedback <b>earlier</b> digests")).text == "Passed on. Thank you!"
    told = {row.chat_id: row.payload["text"] for row in await rows(office.database, outbox)}
    assert set(told) == {OPERATOR, office.owner.telegram_id}
    assert all("&lt;b&gt;earlier&lt;/b&gt; digests" in text for text in told.values())


async def test_without_words_or_readers_it_says_so(office: Office) -> None:
    assert "For example: /feedback" in (await office.rep.say("/feedback")).text
    assert "nobody" in (await office.owner.say("/gopy hay")).text


async def test_a_backup_is_the_export(office: Office) -> None:
    assert (await office.owner.say("/backup")).document is not None
