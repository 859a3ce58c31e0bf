"""Whose figures a question asks for: colleagues by their bare names, and words that are nobody's name."""

import pytest

from tests.handlers.office import Chat, Office


@pytest.fixture
def backend() -> str:
    """How words are read is the same on both databases."""
    return "sqlite"


@pytest.fixture
async def manager(office: Office) -> Chat:
    """The manager of a team with people whose names are also words of a question."""
    for number, name in enumerate(("Lê Thu Hà", "Trần Quốc Bảo", "Phạm Như", "Vũ Nam", "Bùi Hải"), 31):
        chat = Chat(office.database, number, name)
        link = (await office.owner.say("/invite rep")).text
        await chat.say(f"/start {link.split('start=')[1].split()[0]}")
    await office.rep.say("/sale Lan 2tr 20/10")
    return office.manager


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("doanh số Rosa tháng trước", "Rosa"),
        ("doanh số chị Rosa tháng trước", "Rosa"),
        ("how many calls did Rosa make last month?", "Rosa"),
        ("rosa gọi bao nhiêu cuộc tuần trước", "Rosa"),
        ("doanh số Hà tháng trước", "Lê Thu Hà"),
        ("doanh số hà tháng trước", "Lê Thu Hà"),
        ("doanh số Bảo tháng này bao nhiêu", "Trần Quốc Bảo"),
        ("doanh số Minh tháng trước", "Minh"),
        ("doanh số minh tháng trước", "Minh"),
        ("doanh số Như tháng trước", "Phạm Như"),
        ("doanh so Ha thang truoc", "Lê Thu Hà"),
        ("doanh số Nam tháng trước", "Vũ Nam"),
        ("doanh số nhân viên Nam tháng trước", "Vũ Nam"),
        ("revenue for rep Nam last month", "Vũ Nam"),
        ("doanh so nam thang qua", "Vũ Nam"),
        ("doanh số Hải tháng qua", "Bùi Hải"),
    ],
)
async def test_a_colleague_may_be_named_without_any_word_before(manager: Chat, text: str, name: str) -> None:
    assert f"@{name}" in (await manager.say(text)).text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("doanh so ha thang truoc", "Lê Thu Hà"),
        ("doanh so minh thang truoc", "Minh"),
        ("doanh so cua minh thang truoc", "Minh"),
    ],
)
async def test_what_may_be_a_name_or_say_nothing_is_asked(manager: Chat, text: str, name: str) -> None:
    reply = await manager.say(text)
    assert reply.text.startswith("Does “")
    assert f"mean {name}, or everybody?" in reply.text
    one, everybody = (row[0] for row in reply.buttons)
    assert f"@{name}" in (await manager.press(one.data)).text
    whole = await manager.press(everybody.data)
    assert "October 2026" in whole.text
    assert "@" not in whole.text


async def test_a_name_that_may_be_a_number_is_asked(manager: Chat) -> None:
    assert "last 5 days" in (await manager.say("doanh so nam ngay qua")).text
    assert "last 14 days" in (await manager.say("doanh số hai tuần qua")).text
    reply = await manager.say("doanh so hai tuan qua")
    one, weeks = (row[0] for row in reply.buttons)
    assert (one.text, weeks.text) == ('revenue rep:"Bùi Hải" tuan qua', "revenue 2 tuan qua")
    assert "@Bùi Hải" in (await manager.press(one.data)).text


@pytest.mark.parametrize(
    "text",
    [
        *("thang nay ban duoc bao nhieu", "doanh số của mình tháng này", "Cho mình xem doanh số tháng này nhé"),
        *("Thế doanh số tháng này thế nào", "revenue this month so far", "How Much Did We Sell This Month"),
    ],
)
async def test_words_that_say_nothing_are_nobodys_name(manager: Chat, text: str) -> None:
    said = (await manager.say(text)).text
    assert "November 2026" in said
    assert "@" not in said


@pytest.mark.parametrize("text", ["/revenue Tiến tháng này", "doanh số Tiến tháng này", "doanh số Mình tháng này"])
async def test_a_name_that_nobody_has_is_not_passed_over(manager: Chat, text: str) -> None:
    assert (await manager.say(text)).text.startswith("I don't understand “")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        *(("khách Rosa", "Recorded #"), ("khách Hà", "Recorded #"), ("khách rosa", "Recorded #")),
        *(("gọi Rosa hôm qua", "I don't know “Rosa”"), ("bán rosa 2tr", "I don't know “rosa”")),
    ],
)
async def test_a_colleagues_name_in_a_line_of_the_log_is_a_customers(manager: Chat, line: str, said: str) -> None:
    assert (await manager.say(line)).text.startswith(said)


async def test_i_am_whoever_asks_where_only_the_own_figures_are_seen(manager: Chat, office: Office) -> None:
    assert "@Rosa" in (await office.rep.say("how much did I sell last month")).text
    assert "Net revenue: " not in (await manager.say("how much did I sell last month")).text


async def test_a_rep_is_asked_about_nobody_else(manager: Chat, office: Office) -> None:
    assert "@Rosa" in (await office.rep.say("doanh so ha thang nay")).text
    assert "You see your own figures" in (await office.rep.say("doanh số Hà tháng này")).text


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("doanh số không tính zalo tháng trước", "không tính zalo"),
        ("doanh so khong co zalo thang truoc", "khong co zalo"),
        ("doanh số ngoài kênh zalo tháng trước", "ngoài kênh zalo"),
        ("revenue not from zalo last month", "not from zalo"),
        ("revenue without #zalo last month", "without #zalo"),
    ],
)
async def test_all_but_one_is_never_read_as_that_one(manager: Chat, text: str, typed: str) -> None:
    reply = await manager.say(text)
    assert reply.text == f"I cannot leave one channel out: “{typed}”."
    answer = await manager.press(reply.buttons[0][0].data)
    assert "October 2026" in answer.text
    assert "#zalo" not in answer.text
