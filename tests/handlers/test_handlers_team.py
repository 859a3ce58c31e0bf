"""Joining, inviting, roles, leaving, settings."""

import re
from collections.abc import Callable

import pytest

from handlers.base import Role
from store.people import membership
from store.people import team as teams
from tests.handlers.office import Chat, Office

Newcomer = Callable[..., Chat]


def _code(text: str) -> str:
    found = re.search(r"start=([\w-]+)", text)
    assert found, text
    return found[1]


async def test_a_stranger_is_told_how_to_get_in(newcomer: Newcomer) -> None:
    chat = newcomer(77, "Sam")
    for text in ("/start", "/roi", "/call Lan", "hello", "/team", "<b>x</b>", "bán Lan 12tr"):
        reply = await chat.say(text)
        assert "invite link" in reply.text, text
        assert "\n" not in reply.text
    assert chat.settled.replies == []


async def test_an_owner_by_the_settings_makes_a_team_named_after_them(newcomer: Newcomer) -> None:
    chat = newcomer(77, "Lan <i>", owner=True)
    reply = await chat.say("/start")
    assert "Welcome to <b>Lan &lt;i&gt;</b>" in reply.text
    request = await chat.request("")
    assert (request.member.role, request.team and request.team.name) == (Role.OWNER, "Lan <i>")
    await chat.say("/start")
    async with chat.database.read() as session:
        assert len(await teams.list_teams(session)) == 1


@pytest.mark.parametrize("spoken", ["/start {}", "{}", "/start@chot_bot {}", "/batdau {}"])
async def test_an_invite_lets_one_person_in(office: Office, newcomer: Newcomer, spoken: str) -> None:
    code = _code((await office.manager.say("/invite rep")).text)
    joiner, late = newcomer(77, "Nga"), newcomer(78, "Late")
    assert "Welcome to <b>Shop</b>" in (await joiner.say(spoken.format(code))).text
    assert (await joiner.request("")).member.role is Role.REP
    assert "used up" in (await late.say(spoken.format(code))).text
    assert (await late.request("")).team is None


@pytest.mark.parametrize("role", ["owner", "manager", "rep", "viewer"])
async def test_an_owner_invites_anyone_a_manager_only_reps(office: Office, newcomer: Newcomer, role: str) -> None:
    code = _code((await office.owner.say(f"/invite {role}")).text)
    joiner = newcomer(77, "Nga")
    await joiner.say(f"/start {code}")
    assert (await joiner.request("")).member.role == role
    refused = await office.manager.say(f"/invite {role}")
    assert ("t.me" in refused.text) == (role == "rep")


async def test_an_invite_never_takes_rights_away_and_is_not_used_up_by_trying(
    office: Office, newcomer: Newcomer
) -> None:
    code = _code((await office.owner.say("/invite rep")).text)
    assert "already" in (await office.owner.say(f"/start {code}")).text
    assert (await office.owner.request("")).member.role is Role.OWNER
    assert "Welcome" in (await newcomer(77, "Nga").say(f"/start {code}")).text


async def test_a_claim_code_makes_its_sender_the_owner(office: Office, newcomer: Newcomer) -> None:
    async with office.database.begin() as session:
        code = await membership.make_invite(session, office.team_id, "owner", None, office.owner.now)
    chat = newcomer(77, "Nga")
    await chat.say(code)
    assert (await chat.request("")).member.role is Role.OWNER


async def test_roles_change_and_members_leave(office: Office) -> None:
    assert "manager" in (await office.owner.say("/role rosa quản lý")).text
    assert (await office.rep.request("")).member.role is Role.MANAGER
    assert "left" in (await office.owner.say("/remove Tuan")).text
    assert (await office.other_rep.request("")).team is None
    assert "Tuan" not in (await office.manager.say("/team")).text


@pytest.mark.parametrize("text", ["/role Olga rep", "/remove Olga"])
async def test_the_last_owner_stays(office: Office, text: str) -> None:
    assert "only owner" in (await office.owner.say(text)).text
    assert (await office.owner.request("")).member.role is Role.OWNER


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/role", "/role Lan manager"),
        ("/role Rosa boss", "/role Lan manager"),
        ("/role Nobody rep", "/team"),
        ("/remove", "/remove Lan"),
        ("/remove Ros", "Rosa"),
        ("/invite", "/invite rep"),
        ("/settings window soon", "/settings window 60"),
        ("/settings window 99999999999999", "/settings window 60"),
        ("/settings name " + "x" * 4000, "/settings name Shop Lan"),
        ("/settings colour red", "/settings window 60"),
        ("/settings basis hope", "/settings basis profit"),
    ],
)
async def test_what_is_not_understood_is_said_with_an_example(office: Office, text: str, said: str) -> None:
    reply = await office.owner.say(text)
    assert said in reply.text
    assert office.owner.settled.replies == []


async def test_settings_are_shown_and_changed(office: Office) -> None:
    await office.manager.say("/settings window 60")
    await office.manager.say("/settings name Shop & Co")
    await office.manager.say("/caidat cơ sở lợi nhuận")
    shown = (await office.owner.say("/settings")).text
    assert "Shop &amp; Co" in shown
    assert "60 days" in shown
    assert "gross profit" in shown
