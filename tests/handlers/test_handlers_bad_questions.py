"""Every figure asked wrongly: one sentence with what would be understood, as buttons that answer; nothing ignored."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sample import PEOPLE
from handlers.base import Reply, UserError
from handlers.clockwork.teams import team_from
from handlers.figures.questions import figure
from metrics import METRICS, REPORTS
from metrics.base import Metric
from metrics.wording import Say
from store import Database
from store.people.team import team_of
from tests.conftest import SAMPLED
from tests.handlers.office import Chat

NOW = SAMPLED
TONGUES = ("en", "vi")
EVERY = pytest.mark.parametrize("metric", [*METRICS, *REPORTS], ids=lambda metric: metric.key)
WRONG = {
    "foo": ("“foo”", "“foo”"),
    "lsat month": ("“lsat month”. Perhaps: last month", "“lsat month”. Có thể là: last month"),
    "by foo": ("the breakdown “by foo”", "Không chia được “by foo”"),
    "vs foo": ("compare with: “foo”. For example: ", "so với khoảng nào: “foo”. Ví dụ: "),
    "vs 2031": ("“2031” has not begun yet", "“2031” chưa bắt đầu"),
    "next month": ("“next month” has not begun yet", "“next month” chưa bắt đầu"),
    "năm sau": ("“năm sau” has not begun yet", "“năm sau” chưa bắt đầu"),
    "2031": ("“2031” has not begun yet", "“2031” chưa bắt đầu"),
    "15/11/2026-01/10/2026": ("ends before it begins", "kết thúc trước khi bắt đầu"),
    "01/01/1826-01/01/2026": ("is longer than 20 years", "dài hơn 20 năm"),
    "1826": ("“1826” is too long ago", "“1826” quá xa"),
    "32/13": ("no such date: “32/13”", "Không có ngày “32/13”"),
    "31/02/2026": ("no such date: “31/02/2026”", "Không có ngày “31/02/2026”"),
    "Q5": ("no such period: “Q5”", "Không có khoảng thời gian “Q5”"),
    "last 0 days": ("no such period: “last 0 days”", "Không có khoảng thời gian “last 0 days”"),
}
"""What is typed after a command, and what must be said of it in English and in Vietnamese."""

FILTERS = {
    "rep:@Nobody": ("rep", "the rep “@Nobody”", "nhân viên “@Nobody”"),
    "@nobody": ("rep", "the rep “@nobody”", "nhân viên “@nobody”"),
    "product:foo": ("product", "the product “foo”", "sản phẩm “foo”"),
    "channel:foo": ("channel", "the channel “foo”", "kênh “foo”"),
    "campaign:foo": ("campaign", "no campaign “foo” yet", "Chưa có chiến dịch “foo”"),
    "#facebok": ("campaign", "“facebok”", "“facebok”"),
    "chanel:foo": ("channel", "the channel “foo”", "kênh “foo”"),
}


@pytest.fixture(scope="module")
def sample_url(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("bad") / "sample.db"
    path.write_bytes(sample_template.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def sample(sample_url: str) -> AsyncIterator[Database]:
    database = Database(sample_url)
    yield database
    await database.close()


async def chat(sample: Database, language: str, role: str = "manager") -> Chat:
    person = next(one for one in PEOPLE if one.role == role)
    asker = Chat(sample, person.telegram_id, person.name, now=NOW)
    await asker.say(f"/lang {language}")
    return asker


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


@pytest.fixture(scope="module")
def pressed() -> set[str]:
    """The buttons that have been pressed by the manager: each once, in English."""
    return set()


async def check(asker: Chat, reply: Reply, pressed: set[str] | None) -> None:
    """The reply is a sentence, and each of its buttons leads to an answer; None: they are those of another language."""
    assert reply.photo is None
    assert "\n" not in reply.text
    assert not reply.text.endswith((": ", ":"))
    assert not [word for word in ("None", "nan", "{", "}") if word in reply.text]
    for row in reply.buttons:
        for button in row:
            assert len((button.data or "").encode()) <= 64
            assert len(button.text) <= 61
            if pressed is not None and button.text not in pressed:
                pressed.add(button.text)
                answer = await asker.press(button.data)
                assert answer.photo, (button.text, answer.text or answer.toast)


@EVERY
@pytest.mark.parametrize("language", TONGUES)
async def test_what_is_not_understood_is_said_with_what_would_be(
    sample: Database, metric: Metric, language: str, pressed: set[str]
) -> None:
    asker, place = await chat(sample, language), TONGUES.index(language)
    name = metric.alias if language == "vi" and metric.alias else metric.key
    for typed, said in WRONG.items():
        reply = await asker.say(f"/{name} {typed}")
        assert said[place] in reply.text, (typed, reply.text)
        assert reply.buttons, typed
        assert all(label.startswith(f"{name} ") for label in labels(reply)), labels(reply)
        await check(asker, reply, pressed if language == "en" else None)


@EVERY
@pytest.mark.parametrize("language", TONGUES)
async def test_an_unknown_filter_is_said_or_refused_as_one_that_the_figure_does_not_carry(
    sample: Database, metric: Metric, language: str, pressed: set[str]
) -> None:
    asker = await chat(sample, language)
    for typed, (name, *said) in FILTERS.items():
        reply = await asker.say(f"/{metric.key} {typed}")
        carried = name in metric.filters
        refusals = ("is not known for one", "is only known for"), ("không lọc theo", "chỉ tính cho cả đội")
        held = [said[TONGUES.index(language)]] if carried else refusals[TONGUES.index(language)]
        assert any(words in reply.text for words in held), (typed, reply.text)
        assert reply.buttons or "campaign:" in typed
        await check(asker, reply, pressed if language == "en" else None)


TWICE = (
    "Q2 Q3", "by rep by product", "vs last month vs year", "#zalo #facebook", "@Hùng @Hà", "rep:", "vs", "by", "theo",
    "2/2019 by rep", "vs 2/2019 by rep", "by product category", "by rep rep:@nobody", "product:x product:y",
    "Q2 Q3 by colour", "daily", "campaign:", "lsat month by week by day", "last -99999999999999999999 days",
    "last month " * 120,
)  # fmt: skip
"""What says a part twice, or half, or has more than one thing wrong with it."""


@pytest.mark.parametrize("metric", [*METRICS, *REPORTS][::3], ids=lambda metric: metric.key)
async def test_every_button_of_every_refusal_leads_to_an_answer(
    sample: Database, metric: Metric, pressed: set[str]
) -> None:
    asker = await chat(sample, "en")
    for typed in TWICE:
        reply = await asker.say(f"/{metric.key} {typed}")
        if not reply.photo:
            assert reply.buttons, typed
            await check(asker, reply, pressed)


@EVERY
async def test_a_reps_buttons_lead_to_the_own_figures(sample: Database, metric: Metric) -> None:
    asker, pressed = await chat(sample, "vi", "rep"), set[str]()
    for typed in ("theo nhân viên foo", "rep:@nobody", "by rep 2031"):
        reply = await asker.say(f"/{metric.key} {typed}")
        if "rep" in metric.filters and not reply.photo:
            assert reply.buttons, typed
            await check(asker, reply, pressed)


@EVERY
async def test_the_command_line_says_the_same(sample: Database, metric: Metric) -> None:
    async with sample.read() as session:
        rows = [dataclasses.replace(await team_of(session, 1), locale=language) for language in TONGUES]
    for place, row in enumerate(rows):
        for typed, said in WRONG.items():
            with pytest.raises(UserError) as wrong:
                await figure(sample, team_from(row), f"{metric.key} {typed}", NOW)
            assert said[place] in Say(row.locale, markup=False)(wrong.value.said)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("foo", "There is no figure “foo”. Perhaps: revenue, calls, aov. For example: revenue last month"),
        ("revnue last month", "There is no figure “revnue last month”. Perhaps: revenue. For example: "),
        ("retension", "There is no figure “retension”. Perhaps: retention. For example: revenue last month"),
        ("doanh sô tháng 10", "There is no figure “doanh sô tháng 10”. Perhaps: doanh số. For example: "),
        ("revenue calls", "Which figure do you mean: revenue, calls?"),
        ("last month", "Which figure? For example: revenue last month. I know: revenue, roi, calls, "),
    ],
)  # fmt: skip
async def test_an_unknown_figure_is_answered_with_the_nearest(sample: Database, question: str, said: str) -> None:
    async with sample.read() as session:
        row = dataclasses.replace(await team_of(session, 1), locale="en")
    with pytest.raises(UserError) as wrong:
        await figure(sample, team_from(row), question, NOW)
    assert Say("en", markup=False)(wrong.value.said).startswith(said)


@pytest.mark.parametrize(
    ("line", "buttons"),
    [
        ("/kpi foo", ["kpi revenue", "kpi calls", "kpi aov"]),
        ("/kpi revenue foo", ["kpi revenue calls", "kpi revenue aov", "kpi revenue value"]),
        ("/kpi revenue calls roi aov csat care cycle", ["kpi revenue calls roi aov csat"]),
        ("/compare retension 01/10", ["compare retention 01/10"]),
        ("/compare retention 2027", ["compare retention this year"]),
        ("/compare retention 01/01/2020", ["compare retention 08/11/2025"]),
        ("/revenue #zalo by foo", ["revenue #zalo by rep", "revenue #zalo by product", "revenue #zalo by channel"]),
        ("/revenue channel:zalo 2031", ["revenue channel:zalo this year", "revenue channel:zalo last year"]),
        ("/revenue #facebok T10", ["revenue #facebook T10"]),
        ("/revenue T10 vs 2031", ["revenue T10 vs last month", "revenue T10 vs year"]),
        ("/forecast foo", ["forecast this month", "forecast last month"]),
        ("/revenue Q2 by rep Q3", ["revenue Q2 vs Q3 by rep", "revenue Q2 by rep", "revenue by rep Q3"]),
        ("/compare by rep by product", ["Total"]),
        ("/scores T9 T10", ["scores T9", "scores T10"]),
        ("/revenue by rep last month by product", ["revenue by rep last month", "revenue last month by product"]),
        ("/revenue vs last month by rep vs year", ["revenue vs last month by rep", "revenue by rep vs year"]),
        ("/revenue #zalo Q3 channel:facebook", ["revenue Q3 channel:facebook", "revenue #zalo Q3"]),
        ("/compare revenue calls 01/10", ["compare revenue 01/10", "compare calls 01/10"]),
        ("/compare revenu last 7 days", ["compare revenue"]),
        ("/revenue 15/11-01/10", ["revenue 01/10-15/11", "revenue this month", "revenue last month"]),
        ("/revenue 30/02 by rep", ["revenue 28/02 by rep", "revenue this month by rep", "revenue last month by rep"]),
        ("/revenue next week", ["revenue this week", "revenue last week"]),
        ("/why retention", ["retention November 2026 (to 26 Nov)", "why November 2026 (to 26 Nov)"]),
        ("/leaders cac", ["cac November 2026 (to 26 Nov)", "leaders November 2026 (to 26 Nov)"]),
    ],
)
async def test_a_button_asks_all_the_rest_of_the_question(sample: Database, line: str, buttons: list[str]) -> None:
    asker = await chat(sample, "en")
    reply = await asker.say(line)
    assert labels(reply) == buttons
    assert (await asker.press(reply.buttons[0][0].data)).photo


async def test_a_rep_is_told_no_colleague(sample: Database) -> None:
    asker = await chat(sample, "en", "rep")
    assert labels(await asker.say("/revenue rep:@Nobody")) == ['revenue rep:"Nguyễn Văn Hùng"']


@EVERY
async def test_a_comparison_is_made_or_refused_never_ignored(sample: Database, metric: Metric) -> None:
    asker = await chat(sample, "en")
    plain, other = [await asker.say(f"/{metric.key}{versus}") for versus in ("", " vs 2/2026")]
    assert plain.photo
    assert other.text != plain.text


@EVERY
async def test_a_period_before_the_first_record_is_a_dash_with_its_reason(sample: Database, metric: Metric) -> None:
    asker = await chat(sample, "en")
    reply = await asker.say(f"/{metric.key} 2/2019")
    assert "1 Nov 2025" in reply.text or metric.key == "targets"  # which has none of that month, and says so
    assert "—" in reply.text or metric.key == "compare"
