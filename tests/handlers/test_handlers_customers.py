"""Customers: the card and its buttons, history, edits, hand-over, merging, internal ones."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.base import Reply
from store.queues.outbox import mute
from tests.handlers.office import NOW, Chat, Office


async def rows(office: Office, sql: str) -> list[tuple[object, ...]]:
    async with office.database.read() as session:
        return [tuple(row) for row in await session.execute(text(sql))]


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if button.text.startswith(label))


def payloads(reply: Reply) -> tuple[str, ...]:
    return tuple(str(button.data) for row in reply.buttons for button in row)


async def told(office: Office, name: str) -> list[dict[str, object]]:
    """What waits to be said to a member, oldest first."""
    import json

    found = await rows(
        office,
        "SELECT o.payload FROM outbox o JOIN accounts a ON a.telegram_id = o.chat_id"
        f" WHERE a.name = '{name}' ORDER BY o.id",
    )
    return [json.loads(payload) if isinstance(payload, str) else payload for (payload,) in found]  # type: ignore[misc]


@pytest.fixture
async def lan(office: Office) -> None:
    """A customer whom the rep knows."""
    await office.rep.say("/lead Lan 0912345678")


@pytest.mark.usefixtures("lan")
async def test_the_card_starts_a_call_and_a_sale(office: Office) -> None:
    card = await office.rep.say("/find Lan")
    assert labels(card)[:2] == ["Call", "Sale"]
    came = await office.rep.press(data(card, "Call"))
    assert came.text == "What came of the call?"
    assert not came.edits
    assert "call to Lan" in (await office.rep.press(data(came, "busy"))).text
    await office.rep.press(data(card, "Sale"))
    assert "sale to Lan, <b>₫3,000,000</b>" in (await office.rep.say("3tr")).text


@pytest.mark.usefixtures("lan")
async def test_the_card_asks_when_to_remind_and_offers_no_past_day(office: Office) -> None:
    card = await office.rep.say("/find Lan")
    asked = await office.rep.press(data(card, "Remind"))
    assert asked.text.startswith("When?")
    assert "yesterday" not in labels(asked)
    assert "Lan" in (await office.rep.say("tomorrow 9am")).text
    assert len(await rows(office, "SELECT id FROM followups WHERE done_at IS NULL")) == 1


@pytest.mark.usefixtures("lan")
async def test_a_log_may_reply_to_the_card(office: Office) -> None:
    card = await office.rep.say("/find Lan")
    sold = await office.rep.say("/sale 12tr #zalo", replied_id=900, replied_data=payloads(card))
    assert "sale to Lan, <b>₫12,000,000</b>, #zalo" in sold.text
    called = await office.rep.say("/call 5p quan tâm", replied_id=900, replied_data=payloads(card))
    assert "call to Lan, 5 min, interested" in called.text
    await office.rep.say("/lead Hoa")
    other = await office.rep.say("/call Hoa 5p", replied_id=900, replied_data=payloads(card))
    assert "call to Hoa" in other.text


@pytest.mark.usefixtures("lan")
async def test_history_is_paged(office: Office) -> None:
    for minutes in range(1, 12):
        await office.rep.say(f"/call Lan {minutes}p")
    card = await office.viewer.say("/find Lan")
    assert labels(card) == ["History"]
    first = await office.viewer.press(data(card, "History"))
    assert first.edits
    assert first.text.count("#") == 8
    assert labels(first) == ["Older", "Card"]
    second = await office.viewer.press(data(first, "Older"))
    assert second.text.count("#") == 4
    assert labels(second) == ["Newer", "Card"]
    assert "Owner: Rosa" in (await office.viewer.press(data(second, "Card"))).text


@pytest.mark.usefixtures("lan")
async def test_a_customer_is_renamed_and_gets_another_phone(office: Office) -> None:
    card = await office.rep.say("/find Lan")
    opened = await office.rep.press(data(card, "Edit"))
    await office.rep.press(data(opened, "Name"))
    renamed = await office.rep.say("Trần Thị Lan")
    assert renamed.text.startswith("<b>Trần Thị Lan</b>")
    await office.rep.press(data(opened, "Phone"))
    assert "is no phone number" in (await office.rep.say("12345")).text
    assert "+84987654321" in (await office.rep.say("0987 654 321")).text
    assert "call to Trần Thị Lan" in (await office.rep.say("/call 0987654321")).text
    actions = await rows(office, "SELECT action FROM audit WHERE customer_id IS NOT NULL ORDER BY id")
    assert actions == [("log",), ("customer",), ("customer",), ("log",)]


@pytest.mark.usefixtures("lan")
async def test_a_phone_that_another_has_is_refused(office: Office) -> None:
    await office.rep.say("/lead Hoa 0987654321")
    opened = await office.rep.press(data(await office.rep.say("/find Lan"), "Edit"))
    await office.rep.press(data(opened, "Phone"))
    assert (await office.rep.say("0987654321")).text == "+84987654321 is Hoa's number already."
    assert await rows(office, "SELECT phone FROM customers WHERE name = 'Lan'") == [("+84912345678",)]


@pytest.mark.usefixtures("lan")
async def test_a_birthday_is_kept_only_when_the_customer_agreed(office: Office) -> None:
    opened = await office.rep.press(data(await office.rep.say("/find Lan"), "Edit"))
    await office.rep.press(data(opened, "Birthday"))
    assert "no date" in (await office.rep.say("31/02")).text
    asked = await office.rep.say("20/11/1990")
    assert "agreed" in asked.text
    assert await rows(office, "SELECT birthday FROM customers") == [(None,)]
    card = await office.rep.press(data(asked, "Yes, agreed"))
    assert "Birthday: 20/11/1990" in card.text
    assert (await rows(office, "SELECT birthday, birthday_agreed_at IS NOT NULL FROM customers"))[0][0] == "1990-11-20"


@pytest.mark.usefixtures("lan")
async def test_who_referred_and_who_owns_a_customer(office: Office) -> None:
    await office.rep.say("/lead Hoa")
    opened = await office.rep.press(data(await office.rep.say("/find Lan"), "Edit"))
    await office.rep.press(data(opened, "Referred by"))
    assert "Referred by: Hoa" in (await office.rep.say("Hoa")).text
    asked = await office.rep.press(data(opened, "Owner"))
    given = await office.rep.press(data(asked, "Tuan"))
    assert "Owner: Tuan" in given.text
    assert "Lan is your customer now, handed over by Rosa." in str(await told(office, "Tuan"))
    refused = await office.rep.press(data(opened, "Name"))
    assert "only they or a manager" in refused.text


@pytest.mark.usefixtures("lan")
async def test_a_customer_is_asked_for_and_handed_over(office: Office) -> None:
    called = await office.other_rep.say("/call 0912345678 5p")
    assert "Lan is Rosa's customer" in called.text
    asked = await office.other_rep.press(data(called, "Ask Rosa"))
    assert asked.toast == "Asked. You are told as soon as Rosa has decided."
    assert "already" in (await office.other_rep.press(data(called, "Ask Rosa"))).toast
    waiting = (await told(office, "Rosa"))[0]
    give, keep = (str(button[1]) for button in waiting["buttons"][0])  # type: ignore[index]
    assert (await office.other_rep.press(give)).toast == "Lan is no longer yours to hand over."
    kept = await office.rep.press(keep)
    assert "stays yours" in kept.text
    given = await office.rep.press(give)
    assert given.text == "<b>Lan</b> is Tuan's customer now."
    assert await rows(office, "SELECT m.name FROM customers c JOIN members m ON m.id = c.owner_id") == [("Tuan",)]
    said = str(await told(office, "Tuan"))
    assert "Rosa keeps Lan." in said
    assert "handed over by Rosa" in said
    assert (await office.rep.press(give)).toast


@pytest.mark.usefixtures("lan")
async def test_an_owner_whom_the_bot_cannot_reach_is_not_said_to_be_asked(office: Office) -> None:
    called = await office.other_rep.say("/call 0912345678 5p")
    async with office.database.begin() as session:
        await mute(session, office.rep.telegram_id, 0, office.rep.now, "blocked")
    asked = await office.other_rep.press(data(called, "Ask Rosa"))
    assert asked.toast.startswith("The bot cannot reach Rosa: the managers are asked instead.")
    assert "Tuan asks you to hand" in str(await told(office, "Minh"))
    assert "asked today already" in (await office.other_rep.press(data(called, "Ask Rosa"))).toast
    given = await office.manager.press("v1|give|1:3")
    assert given.text.endswith("The bot cannot reach Rosa: tell them yourself.")
    async with office.database.begin() as session:
        for chat in (office.manager, office.owner):
            await mute(session, chat.telegram_id, 0, office.rep.now, "blocked")
    office.other_rep.now += timedelta(days=1)
    alone = await office.other_rep.press(data(called, "Ask Rosa"))
    assert alone.toast == "The bot cannot reach Rosa or a manager. Ask Rosa yourself to write /start to the bot."


@pytest.mark.usefixtures("lan")
async def test_a_duplicate_at_entry_says_whose_since_when_and_last_contact(office: Office) -> None:
    await office.rep.say("/call Lan 5p hôm qua")
    for line in ("/lead Lan", "/lead Hoa 0912345678"):
        asked = await office.other_rep.say(line)
        assert "Lan is Rosa's customer, since 19 Nov 2026, last contact 19 Nov 2026" in asked.text
    assert await rows(office, "SELECT count(*) FROM customers") == [(1,)]


async def two(office: Office) -> Reply:
    await office.rep.say("/sale Lan 2tr")
    await office.other_rep.say("/lead Lan Nguyễn 0987654321")
    await office.other_rep.say("/sale 0987654321 3tr")
    return await office.manager.say("/merge Lan Nguyễn, 0912345678")


@pytest.mark.usefixtures("lan")
async def test_two_customers_are_merged_and_taken_apart(office: Office) -> None:
    asked = await two(office)
    assert "<b>Lan Nguyễn</b> · +84987654321 · Tuan · 1 sale, ₫3,000,000" in asked.text
    done = await office.manager.press(data(asked, "Keep Lan …5678"))
    assert done.text == "Merged: Lan Nguyễn counts under <b>Lan</b> now. It can be undone for 30 days."
    assert "2 sales, ₫5,000,000" in (await office.rep.say("/find Lan")).text
    assert "call to Lan" in (await office.rep.say("/call 0987654321 2p")).text
    assert "call to Lan," in (await office.rep.say("/call Lan Nguyễn 3p")).text
    assert "gone or merged" in (await office.manager.press(data(asked, "Keep Lan …5678"))).toast
    apart = await office.manager.press(data(done, "Undo"))
    assert apart.text == "Undone: Lan Nguyễn and Lan are two customers again."
    assert "1 sale, ₫2,000,000" in (await office.rep.say("0912345678")).text
    assert "undone already" in (await office.manager.press(data(done, "Undo"))).toast


@pytest.mark.usefixtures("lan")
async def test_a_merge_is_for_managers_and_for_thirty_days(office: Office) -> None:
    asked = await two(office)
    for payload in payloads(asked)[:2]:
        assert (await office.rep.press(payload)).toast == "Managers and owners merge customers."
    assert (await replace(office.rep, language="vi").say("/gop Lan, Hoa")).text.startswith("Lệnh /gop chỉ dành cho")
    done = await office.manager.press(data(asked, "Keep Lan …5678"))
    office.manager.now = NOW + timedelta(days=31)
    assert "30 days" in (await office.manager.press(data(done, "Undo"))).toast


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/merge", "Which two customers are one?"),
        ("/merge Lan", "Which two customers are one?"),
        ("/merge Lan, Zyx Wvu", "I know no customer like “Zyx Wvu”"),
        ("/merge Lan, 0912345678", "Both are the same customer: Lan."),
    ],
)
@pytest.mark.usefixtures("lan")
async def test_a_merge_of_nobody_is_one_clear_sentence(office: Office, line: str, said: str) -> None:
    assert (await office.manager.say(line)).text.startswith(said)


@pytest.mark.usefixtures("lan")
async def test_an_internal_customer_leaves_the_figures_and_returns(office: Office) -> None:
    await office.rep.say("/sale Lan 2tr")
    opened = await office.manager.press(data(await office.manager.say("/find Lan"), "Edit"))
    card = await office.manager.press(data(opened, "Internal"))
    assert "Internal: no figure counts this customer." in card.text
    assert "0 sales" in card.text
    await office.rep.say("/sale Lan 5tr")
    assert "0 sales" in (await office.manager.say("/find Lan")).text
    opened = await office.manager.press(data(card, "Edit"))
    assert "2 sales, ₫7,000,000" in (await office.manager.press(data(opened, "Count again"))).text
    plain = await office.rep.press(data(await office.rep.say("/find Lan"), "Edit"))
    assert "Internal: leave out of figures" not in labels(plain)
    assert "Managers decide" in (await office.rep.press("v1|inside|1:1")).toast


@pytest.mark.usefixtures("lan")
async def test_the_same_person_twice_is_hinted_at(office: Office) -> None:
    asked = await office.other_rep.say("/lead Lan")
    await office.other_rep.press(data(asked, "New customer"))
    card = await office.manager.say("0912345678")
    assert "Perhaps the same person: Lan" in card.text
    choice = await office.manager.press(data(card, "Merge with Lan"))
    assert labels(choice) == ["Keep Lan …5678", "Keep Lan", "Cancel"]
    assert (await office.manager.press(data(choice, "Cancel"))).text == "Cancelled: nothing was changed."


@pytest.mark.parametrize(
    "name", ["100k", "5p", "Lan\u202egnuH", "Hoa\u200b Mai", "x" * 78, "Ф" * 60, "🦰 Mai", "<b>Mai</b>"]
)
async def test_odd_names_are_kept_found_and_pressed(office: Office, name: str) -> None:
    await office.rep.say("/lead")
    channel = await office.rep.say(name)
    while "Skip" in labels(channel):
        channel = await office.rep.press(data(channel, "Skip"))
    if channel.text.startswith("Recorded"):
        kept = str((await rows(office, "SELECT name FROM customers"))[0][0])
        assert "\u202e" not in kept
        assert "\u200b" not in kept
        card = await office.rep.press("v1|card|1")
        for reply in (card, await office.rep.say("/call"), await office.rep.press(data(card, "Edit"))):
            for payload in payloads(reply):
                assert len(payload.encode()) <= 64
    else:
        assert channel.text


async def test_another_teams_customer_does_not_exist(office: Office, newcomer: object) -> None:
    await office.rep.say("/lead Lan 0912345678")
    boss: Chat = newcomer(77, "Boss", owner=True)  # type: ignore[operator]
    await boss.say("/start")
    for payload in ("v1|card|1", "v1|hist|1:0", "v1|log|1:call", "v1|cust|1", "v1|inside|1:1", "v1|handover|1",
                    "v1|give|1:1", "v1|merge|1:1", "v1|unmerge|1", "v1|same|1:1", "v1|cfix|1:name"):  # fmt: skip
        reply = await boss.press(payload)
        assert reply.toast
        assert "Lan" not in reply.toast + reply.text


@pytest.mark.usefixtures("lan")
async def test_a_group_learns_neither_phone_nor_purchases(office: Office) -> None:
    await office.rep.say("/sale Lan 12m")
    card = await office.rep.say("/find Lan")
    history = next(one for one in payloads(card) if one.startswith("v1|hist|"))
    assert "0912345678" in card.text.replace(" ", "") or "+84912345678" in card.text.replace(" ", "")
    in_group = replace(office.rep, private=False)
    said = await in_group.say("/find Lan")
    assert said.text.splitlines()[0] == "<b>Lan</b>"
    assert not said.buttons
    assert not any(private in said.text for private in ("912345678", "12,000,000", "1 sale"))
    assert (await in_group.press(history)).toast == "Phone, purchases and history: ask me in our private chat."


async def test_a_group_learns_no_end_of_a_phone_either(office: Office) -> None:
    """Those whom a name may mean are told apart by their end of a phone in private, by their colleague in a group."""
    await office.rep.say("/lead Hoa Tran 0912345678")
    await office.rep.say("/lead Hoa Pham 0912345679")
    private, in_group = office.manager, replace(office.manager, private=False)
    asked = await private.say("/call Hoa")
    assert asked.text == "Which “Hoa”, or is it a new customer?"
    assert "…5678" in str(asked.buttons)
    assert "…56" not in str((await in_group.say("/call Hoa")).buttons)
    assert "private chat" in (await in_group.say("/merge Hoa Tran, Hoa Pham")).text
