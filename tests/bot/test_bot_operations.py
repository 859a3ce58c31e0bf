import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "chot.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    assert chot("team", "create", "Shop").exit_code == 0
    (tmp_path / "sales.csv").write_text("ref,customer,amount,at\n1,Lan,500000,2026-10-01\n", encoding="utf-8")
    return path


def chot(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_a_copy_brings_back_what_was_there(shop: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert chot("import", "sales.csv", "--team", "Shop", "--as", "sales").exit_code == 0
    assert chot("backup", str(copy)).exit_code == 0
    chot("team", "create", "Other")
    assert "Other" in chot("team", "list").output
    done = chot("restore", str(copy), "--yes")
    assert done.exit_code == 0, done.output
    teams = chot("team", "list").output
    assert "Other" not in teams
    assert "1 records" in teams


def test_a_damaged_copy_replaces_nothing(shop: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.db"
    bad.write_text("not a database at all", encoding="utf-8")
    before = shop.read_bytes()
    refused = chot("restore", str(bad), "--yes")
    assert refused.exit_code == 1
    assert "nothing was replaced" in refused.output
    assert shop.read_bytes() == before
    assert chot("restore", "missing.db", "--yes").exit_code == 1


def test_the_database_is_not_copied_onto_itself(shop: Path) -> None:
    assert chot("backup", str(shop)).exit_code == 2


def test_the_doctor_finds_a_new_database_well_and_a_missing_schema_not(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = chot("doctor")
    assert well.exit_code == 0, well.output
    assert "0 messages wait" in well.output
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}")
    assert chot("doctor").exit_code == 1


def test_rebuild_names_each_team(shop: Path) -> None:
    chot("import", "sales.csv", "--team", "Shop", "--as", "sales")
    assert "Shop: 1 customers" in chot("rebuild").output


def test_postgresql_is_left_to_its_own_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    refused = chot("backup", "x.db")
    assert refused.exit_code == 2
    assert "pg_dump" in refused.output


def test_the_demo_tells_at_once_that_its_port_is_taken(shop: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = chot("demo", "--port", str(port), "--data", "demo")
    told = f"Error: --port: {port} cannot be used (Address already in use); try --port 0\n"
    assert (refused.exit_code, refused.output) == (1, told)
    assert not list((tmp_path / "demo").iterdir())  # before the sample team is made, which takes its time


def test_the_demo_keeps_out_of_another_teams_database(shop: Path) -> None:
    # what is due to that team would go to the simulated Telegram, and count as sent
    refused = chot("demo", "--port", "0", "--database", f"sqlite+aiosqlite:///{shop}")
    assert (refused.exit_code, "another team (Shop)" in refused.output) == (1, True), refused.output
    both = chot("demo", "--data", ".", "--database", "sqlite+aiosqlite:///demo.db")
    assert (both.exit_code, "choose one" in both.output) == (2, True), both.output
