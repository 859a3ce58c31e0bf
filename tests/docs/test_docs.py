"""The documents say what the code does: tables, examples, recipes, decisions, settings."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.__main__ import VERBS
from bot.settings import Settings
from handlers import COMMANDS
from handlers.dispatch import names_of
from metrics.wording import LANGUAGES
from tests.docs.definitions import FILES, document
from tests.docs.tables import EDITIONS, ROOT, SETTINGS_IN_VIETNAMESE, Edition, described, placed

README = (ROOT / "README.md").read_text(encoding="utf-8")
VIETNAMESE = (ROOT / "README.vi.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ENDLESS = {"run", "demo"}
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def shell_lines(text: str) -> list[str]:
    joined = "\n".join(blocks(text, "sh")).replace("\\\n", " ")
    return [line.split("  #")[0].strip() for line in joined.splitlines() if line.strip() and line[0] != "#"]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.language)
def test_the_tables_are_those_of_the_code(edition: Edition) -> None:
    text = edition.path.read_text(encoding="utf-8")
    assert placed(text, edition) == text, "run: python -m tests.docs.tables"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_metrics_document_is_that_of_the_code(language: str) -> None:
    assert FILES[language].read_text(encoding="utf-8") == document(language), "run: python -m tests.docs.tables"


def test_the_example_settings_name_every_setting_and_no_other() -> None:
    assert set(described()) == {name.upper() for name in Settings.model_fields}
    assert all(described().values()), "every setting is explained"
    assert list(SETTINGS_IN_VIETNAMESE) == list(described()), "in Vietnamese too"


def test_the_two_commands_come_first() -> None:
    for readme in (README, VIETNAMESE):
        first = [line for line in shell_lines(readme) if line.startswith("make")][:2]
        assert first == ["make demo", "make test"]


@pytest.mark.parametrize("document", [README, VIETNAMESE, CONTRIBUTING], ids=["README", "README.vi", "CONTRIBUTING"])
def test_every_make_target_named_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", document, re.MULTILINE)) <= targets


def test_every_verb_is_shown_and_every_verb_shown_exists() -> None:
    shown = set(re.findall(r"\bchot ([a-z]+)", "\n".join(shell_lines(README)) + README))
    assert shown == set(VERBS)


def test_every_chat_example_names_a_command_and_each_command_is_documented() -> None:
    known = {name for command in COMMANDS for name in names_of(command, private=True)}
    for readme in (README, VIETNAMESE):
        typed = set(re.findall(r"^/(\w+)", "\n".join(blocks(readme, "text")), re.MULTILINE))
        assert typed <= known
        assert all(f"`/{command.name}`" in readme for command in COMMANDS)


def test_every_command_line_example_runs(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text(
        "InvoiceNo,CustomerID,value,InvoiceDate\n"
        + "".join(f"{n},{n % 7},{n}.50,2011-{1 + n % 11:02}-0{1 + n % 9} 10:30\n" for n in range(60))
    )
    (tmp_path / "calls.csv").write_text("customer,date,seconds\n1,2011-10-03,60\n2,2011-10-04,0\n")
    env = {**os.environ, "DATABASE_URL": "sqlite+aiosqlite:///chot.db", "PYTHONPATH": str(ROOT)}
    ran = 0
    for line in shell_lines(README):
        program, *words = shlex.split(line)
        if program == "chot" and words[0] not in ENDLESS:
            command = [sys.executable, "-m", "bot", *words]
            done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
            ran += 1
    assert ran >= 5


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    linked = re.findall(r'<img src="([^"]+)"', text)
    linked += [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    named = re.findall(r"`((?:bot|handlers|metrics|store|tests|locales|docs)/[\w/.*-]*)`", text)
    missing = [target for target in linked if not (document.parent / target).exists()]
    missing += [name for name in named if not any(ROOT.glob(name.rstrip("/") + ("" if "." in name else "*")))]
    assert not missing


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(path.name for path in folder.glob("0*.md"))
    assert re.findall(r"\((0[\w-]+\.md)\)", index) == pages
    for page in pages:
        text = (folder / page).read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), page


def test_the_changelog_begins_with_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] in {version, "Unreleased"}
