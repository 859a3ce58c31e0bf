"""What a message means to the bot: commands by any name, roles, groups, buttons of any age, plain words."""

import importlib
from pkgutil import walk_packages

import pytest

import handlers
from tests.handlers.office import Chat, Office


@pytest.mark.parametrize(
    "text", ["/revenue", "/REVENUE", "/doanhso", "/revenue@chot_bot", " /Revenue@Chot_Bot ", "/doanhsố"]
)
async def test_a_command_works_by_every_name(office: Office, text: str) -> None:
    assert "Net revenue" in (await office.manager.say(text)).text


@pytest.mark.parametrize(
    "text", ["/roi@other_bot", "/ban Lan", "/frobnicate", "hello", "bán Lan 12tr", "roi", "", "gọi Lan 5p"]
)
async def test_in_a_group_what_is_not_for_the_bot_is_silence(office: Office, text: str) -> None:
    office.rep.private = False
    reply = await office.rep.say(text)
    assert (reply.text, reply.toast) == ("", "")


async def test_in_a_group_commands_work_and_unknown_ones_addressed_to_the_bot_are_answered(office: Office) -> None:
    office.manager.private = False
    assert "Net revenue" in (await office.manager.say("/revenue")).text
    assert "/retention" in (await office.manager.say("/retension@chot_bot")).text


@pytest.mark.parametrize(
    ("text", "offered"),
    [("/retension", "/retention"), ("/revenu last month", "/revenue"), ("/cals", "/calls"), ("/xyzzy", "/help")],
)
async def test_an_unknown_command_offers_the_nearest(office: Office, text: str, offered: str) -> None:
    reply = await office.manager.say(text)
    assert offered in reply.text
    assert "\n" not in reply.text


async def test_the_button_of_a_nearest_command_keeps_what_was_asked(office: Office) -> None:
    reply = await office.manager.say("/revenu last month")
    assert reply.buttons[0][0].data == "v1|run|revenue last month"
    assert "Net revenue" in (await office.manager.press(reply.buttons[0][0].data)).text


@pytest.mark.parametrize(
    ("who", "text", "named"),
    [
        ("rep", "/cost 5tr marketing", "managers, owners"),
        ("rep", "/roi", "viewers, managers, owners"),
        ("viewer", "/call Lan 5p", "reps, managers, owners"),
        ("viewer", "/invite rep", "managers, owners"),
        ("manager", "/remove Rosa", "owners"),
    ],
)
async def test_who_may_not_is_told_who_may_with_an_example(office: Office, who: str, text: str, named: str) -> None:
    chat: Chat = getattr(office, who)
    reply = await chat.say(text)
    assert f"is for {named}." in reply.text
    assert "/revenue" in reply.text
    assert chat.settled.replies == []


@pytest.mark.parametrize(
    "data",
    ["", "v1", "v0|undo|1", "v1|frobnicate|1", "v1|period|x:y:z", "v1|period|1", "v1|by|999:m2026-10:-", "v1|how|",
     "v1|rows|99999999999999999999:m2026-10:-", "v1|undo|x", "v1|undo|٣", "v1|pick|", "v1|card|-1", "x" * 64,
     "v1|period|1:m2026-13:-", "v2|lang|vi"],
)  # fmt: skip
async def test_a_button_from_another_time_is_answered_in_a_toast(office: Office, data: str) -> None:
    reply = await office.manager.press(data)
    assert reply.toast
    assert not reply.text
    assert len(reply.toast) <= 200
    assert office.manager.settled.replies == []


async def test_a_strangers_press_is_told_how_to_join(office: Office) -> None:
    assert "invite link" in (await office.stranger.press("v1|undo|1")).toast
    assert "invite link" in (await office.stranger.press("v1|run|roi")).toast


@pytest.mark.parametrize(
    "text",
    ["", "/", "//", "/ roi", "🎉", "\u202e\u2066", "<script>", "'; DROP TABLE sales; --", "x" * 4000, "/" + "x" * 4000],
)
@pytest.mark.parametrize("language", ["en", "vi"])
async def test_any_text_gets_one_clear_sentence(office: Office, text: str, language: str) -> None:
    office.rep.language = language
    reply = await office.rep.say(text)
    assert reply.text
    assert reply.text.count("\n") == 0
    assert len(reply.text) < 400
    assert "<script>" not in reply.text


@pytest.mark.parametrize("text", ["gọi Lan Anh 5p", "goi Lan Anh 5p", "bán Lan Anh 12tr", "call Lan Anh"])
async def test_plain_words_that_begin_with_a_verb_log(office: Office, text: str) -> None:
    reply = await office.rep.say(text)
    assert "Lan Anh" in reply.text


@pytest.mark.parametrize("text", ["revenue", "doanhso tháng trước", "Revenue tháng này?", "what is the revenue by rep"])
async def test_plain_words_that_name_a_metric_ask_it(office: Office, text: str) -> None:
    reply = await office.manager.say(text)
    assert "Net revenue" in reply.text


async def test_an_edited_question_is_asked_anew_an_edited_chat_is_silence(office: Office) -> None:
    assert "Net revenue" in (await office.manager.say("/revenue", edited=True)).text
    assert not (await office.manager.say("hello", edited=True)).text
    assert not (await office.stranger.say("hello", edited=True)).text


def test_every_kind_of_button_has_one_answerer() -> None:
    """The modules' ``BUTTONS`` are merged into one: a verb used twice would answer somebody else's button."""
    found: dict[str, list[str]] = {}
    for one in walk_packages(handlers.__path__, "handlers."):
        module = importlib.import_module(one.name)
        for verb, answerer in getattr(module, "BUTTONS", {}).items():
            if getattr(answerer, "__module__", "") == module.__name__:
                found.setdefault(verb, []).append(module.__name__)
    assert {verb: where for verb, where in found.items() if len(where) > 1} == {}
    assert len(found) > 30
