"""The operator's verbs as they are typed: what they print, where, and how they end."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import VERBS, main
from bot.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def chot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a verb in an empty directory with a fresh SQLite file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.logs.configure", lambda *_given, **_more: None)  # the test's own logging stays

    def run(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, list(words), input=typed)

    return run


def test_a_team_is_made_with_its_claim_code_and_listed(chot: Run) -> None:
    made = chot("team", "create", "Shop", "--timezone", "Europe/London", "--currency", "gbp")
    assert made.exit_code == 0
    assert re.search(r"/start [\w-]{16,}", made.output)
    [team] = json.loads(chot("team", "list", "--json").output)
    assert (team["name"], team["zone"], team["currency"]) == ("Shop", "Europe/London", "GBP")
    assert "Shop" in chot("team", "list").output


MISTAKES = [
    (("team", "create", "Shop", "--timezone", "Mars/Base"), "--timezone"),
    (("team", "create", "Shop", "--currency", "XXY"), "--currency"),
    (("team", "create", "  "), "NAME"),
    (("run",), "TELEGRAM_BOT_TOKEN: "),
]


@pytest.mark.parametrize(("words", "named"), MISTAKES)
def test_a_wrong_word_is_one_line_that_names_it(words: tuple[str, ...], named: str, chot: Run) -> None:
    done = chot(*words)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"Error: {named}")
    assert done.stderr.count("\n") == 1


def test_a_wrong_setting_stops_any_verb(chot: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_IDS", "bob")
    done = chot("team", "list")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("Error: OWNER_IDS: ")


def test_a_file_is_imported_once_and_asked_about(chot: Run, tmp_path: Path) -> None:
    chot("team", "create", "Shop", "--locale", "en", "--timezone", "Europe/London", "--currency", "GBP")
    rows = "who,sum,day\nLan,100.00,2026-01-05\nMai,50.50,2026-01-06\nBad,x,2026-01-06\n"
    (tmp_path / "sales.csv").write_text(rows, encoding="utf-8")
    words = (
        "import",
        "sales.csv",
        "--team",
        "shop",
        "--as",
        "sales",
        "--map",
        "customer=who,amount=sum",
        "--map",
        "at=day",
    )
    first, again = chot(*words), chot(*words)
    assert (first.exit_code, again.exit_code) == (1, 1)
    assert "2 added" in first.output
    assert "0 added, 2 there already" in again.output
    assert "Bad" in (tmp_path / "sales.csv.rejected.csv").read_text(encoding="utf-8")
    asked = chot("ask", "revenue 2026-01", "--team", "Shop", "--json", "--at", "2026-02-01T00:00:00+00:00")
    answer = json.loads(asked.output)
    assert (answer["metric"], answer["value"], answer["currency"]) == ("revenue", 150.5, "GBP")
    drawn = chot("ask", "revenue 2026-01", "--team", "Shop", "--chart", "out.png", "--at", "2026-02-01T00:00:00+00:00")
    assert "150.50" in drawn.output
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


def test_lines_are_read_and_nothing_is_recorded(chot: Run) -> None:
    chot("team", "create", "Shop")
    done = chot("read", "-", "--team", "Shop", "--json", typed="/lead Lan 0901234567\ngọi Lan 5p\n\n/call\n")
    lead, call, empty = map(json.loads, done.output.splitlines())
    assert (lead["verb"], lead["status"], lead["phone"]) == ("lead", "read", "+84901234567")
    assert (call["verb"], call["status"], call["ask"], call["duration_s"]) == ("call", "ask", "customer", 300)
    assert empty["status"] == "refuse"
    assert empty["message"]
    [team] = json.loads(chot("team", "list", "--json").output)
    assert team["records"] == 0


def test_every_kind_of_line_is_read_by_its_command(chot: Run) -> None:
    chot("team", "create", "Shop")
    lines = "/nhac Lan mai 9h\n/yeucau Lan hỏi hoá đơn\n/danhgia Lan 5\n/hoantien #12 500k\n/resolved 12\n/bay Lan\n"
    at = "2026-11-25T10:00:00+07:00"
    done = chot("read", "-", "--team", "Shop", "--json", "--at", at, typed=lines)
    remind, ticket, rating, refund, resolved, unknown = map(json.loads, done.output.splitlines())
    assert (remind["verb"], remind["at"], remind["ask"]) == ("remind", "2026-11-26T09:00:00+07:00", "customer")
    assert (ticket["verb"], rating["verb"], rating["score"]) == ("ticket", "rating", 5)
    assert (refund["verb"], refund["number"], refund["amount"]) == ("refund", 12, 500_000)
    assert (resolved["verb"], resolved["number"], unknown["status"]) == ("resolved", 12, "refuse")


def test_an_unknown_team_and_a_time_without_offset_are_said(chot: Run) -> None:
    chot("team", "create", "Shop")
    assert "Shop" in chot("ask", "roi", "--team", "Ship").stderr
    done = chot("ask", "roi", "--team", "Shop", "--at", "2026-01-01T00:00:00")
    assert (done.exit_code, done.stderr.startswith("Error: --at")) == (2, True)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, chot: Run) -> None:
    done = chot(verb, "--help")
    assert done.exit_code == 0
    assert "Usage: " in done.output
