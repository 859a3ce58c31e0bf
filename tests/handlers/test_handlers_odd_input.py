"""Odd and hostile lines: each is asked about in one sentence, or kept as what it says, and nothing is guessed."""

import pytest

from handlers.base import Reply
from tests.handlers.office import Chat, Office

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

LONG = "Nguyễn Ễễ " * 7 + "Ễễ"
"""72 letters, 140 bytes: more than a button's payload holds."""


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def payloads(reply: Reply) -> list[str]:
    return [str(button.data) for one in (reply, *reply.then) for row in one.buttons for button in row]


@pytest.mark.parametrize(
    ("line", "said", "choices"),
    [
        ("/sale Lan 0912345678", "How much?", []),
        ("/sale Lan 0909123456", "How much?", []),
        ("/sale 0912345678 0912345678", "How much?", []),
        ("/sale Lan 2tr 31/02", "There is no date “31/02”.", []),
        ("/call Lan 30/2", "There is no date “30/2”.", []),
        ("/sale Lan 1001 tỷ", "“1001 tỷ” is a very large amount.", ["₫1,001,000,000,000"]),
        ("/sale Lan 1000000000001", "“1000000000001” is a very large amount.", ["₫1,000,000,000,001"]),
        ("/deal Lan 2000000tr", "“2000000tr” is a very large amount.", ["₫2,000,000,000,000"]),
        ("/sale Lan -5tr", "An amount cannot be below zero.", ["₫5,000,000"]),
        ("/deal Lan -5tr", "An amount cannot be below zero.", ["₫5,000,000"]),
        ("/cost -5tr marketing", "An amount cannot be below zero.", ["₫5,000,000"]),
        ("/refund #1 -5tr", "An amount cannot be below zero.", ["₫5,000,000"]),
        ("/sale Lan 0", "An amount of zero is not recorded.", []),
        ("/sale Lan 0đ", "An amount of zero is not recorded.", []),
        ("/cost 0 marketing", "An amount of zero is not recorded.", []),
        ("/call 100k 5p", "I don't know “100k”.", ["New customer: 100k"]),
        ("/sale /sale 5tr", "I don't know “/sale”.", ["New customer: /sale"]),
    ],
)
async def test_what_cannot_be_is_asked_in_a_sentence(office: Office, line: str, said: str, choices: list[str]) -> None:
    await office.manager.say("/lead Lan 0912345678")
    asked = await office.manager.say(line)
    assert asked.text.startswith(said)
    assert labels(asked) == [*choices, "Cancel"]
    assert (await office.manager.say("/undo")).text.startswith("Undone #1")  # nothing else is recorded


async def test_a_paragraph_is_no_campaign(office: Office) -> None:
    await office.rep.say("/lead Lan 0912345678")
    for line in ("/sale Lan 2tr #" + "q" * 3000, "/lead Hoa 0912345679 #" + "é" * 101):
        assert "is too long for a channel or a campaign. For example: #facebook" in (await office.rep.say(line)).text
    assert (await office.rep.say("/sale Lan 2tr #" + "q" * 100)).text.startswith("Recorded #2: sale to Lan")


async def test_a_date_that_is_none_is_answered_by_typing_another(office: Office) -> None:
    await office.rep.say("/lead Lan 0912345678")
    await office.rep.say("/sale Lan 2tr 31/02, giao mai")
    assert (await office.rep.say("15/11")).text.startswith("Recorded #2: sale to Lan, <b>₫2,000,000</b>, 15 Nov")


@pytest.mark.parametrize(
    ("name", "shown"), [("100k", "100k"), ("/sale", "/sale"), ("Na\u202eHoa\u200b Mai", "NaHoa Mai")]
)
async def test_a_customer_of_an_odd_name_is_logged_like_any_other(office: Office, name: str, shown: str) -> None:
    assert (await office.rep.say(f"/lead {name} 0912345679")).text.startswith(f"Recorded #1: new lead {shown},")
    assert f"call to {shown}, 5 min" in (await office.rep.say(f"/call {name} 5p")).text
    assert f"sale to {shown}, <b>₫2,000,000</b>" in (await office.rep.say(f"/sale {name} 2tr")).text
    assert f"sale to {shown}, <b>₫3,000,000</b>" in (await office.rep.say(f"/sale {shown} 3tr")).text
    assert f"<b>{shown}</b>" in (await office.rep.say(f"/find {shown}")).text


async def test_long_names_fit_every_button(office: Office) -> None:
    boss: Chat = office.owner
    await boss.say(f"/settings name {'Ễ' * 60}")
    await boss.say(f"/settings stages {', '.join(f'{n} {LONG[:26]}' for n in range(9))}")
    await boss.say(f"/products {LONG} price 350k")
    for phone in ("0912345671", "0912345672"):
        await boss.say(f"/lead {LONG} {phone}")
        await boss.press(
            next((one for one in payloads(await boss.say(f"/lead {LONG} {phone}")) if "pick" in one), None)
        )
    lines = ["/call", "/sale", "/deal", "/today", "/settings", "/products", "/target", "/team", "/ticket 0912345671 a",
             f"/call {LONG} 5p", f"/call {LONG}x 5p", f"/find {LONG[:30]}", f"/merge {LONG}, 0912345671", "/revenue",
             f"/ratelink {LONG[:30]}", f"/remind {LONG} mai", f"/sale 0912345671 2tr 1x {LONG}", f"/optin {LONG[:30]}",
             f"/products {LONG[:40]}", f"/settings {LONG}", f"/sale {LONG} 2tr @{LONG.replace(' ', '')}", f"/{LONG}",
             f"/digest {LONG}", f"/kpi {LONG}", f"/alert {LONG}", f"/help {LONG}"]  # fmt: skip
    for line in lines:
        reply = await boss.say(line)
        assert reply.text or reply.photo, line
        assert not [one for one in payloads(reply) if len(one.encode()) > 64], line
