"""Settings: every wrong value is one line that names its variable, and no secret is shown."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, WrongSetting, load, require_token

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"

WRONG = [
    ("TELEGRAM_BOT_TOKEN", "12345678"),
    ("TELEGRAM_API_URL", "api.telegram.org"),
    ("TELEGRAM_PROXY_URL", "ftp://user:hunter22@host"),
    ("DATABASE_URL", "mysql://user:hunter22@host/db"),
    ("WEBHOOK_URL", "not a url"),
    ("WEBHOOK_SECRET", "hunter 22"),
    ("WEBHOOK_LISTEN", "8080"),
    ("WEBHOOK_LISTEN", "127.0.0.1:99999"),
    ("DEFAULT_LOCALE", "fr"),
    ("DEFAULT_TIMEZONE", "Saigon"),
    ("DEFAULT_TIMEZONE", "../etc/passwd"),
    ("DEFAULT_CURRENCY", "dong"),
    ("OWNER_IDS", "12, bob"),
    ("LOG_LEVEL", "LOUD"),
    ("HEALTH_LISTEN", "here"),
]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting) as wrong:
        load(None)
    line = str(wrong.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert "hunter" not in line


def test_owner_ids_are_read_with_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER_IDS", "12, 34 56")
    assert load(None).owner_ids == {12, 34, 56}


def test_the_example_file_is_read_and_names_every_setting(tmp_path: Path) -> None:
    assert load(EXAMPLE) == load(None)
    named = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name.lower() for name in named] == list(Settings.model_fields)


def test_an_empty_value_is_as_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert load(None).database_url == "sqlite+aiosqlite:///chot.db"


def test_run_needs_a_token_and_a_webhook_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongSetting, match=r"^TELEGRAM_BOT_TOKEN: "):
        require_token(load(None))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:abcdef")
    monkeypatch.setenv("WEBHOOK_URL", "https://example.org/hook")
    with pytest.raises(WrongSetting, match=r"^WEBHOOK_SECRET: "):
        require_token(load(None))


def test_no_secret_is_shown_by_the_settings_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:hunter22")
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://user:hunter22@host/db")
    monkeypatch.setenv("WEBHOOK_SECRET", "hunter22")
    monkeypatch.setenv("TELEGRAM_PROXY_URL", "socks5://user:hunter22@host:1080")
    settings = load(None)
    assert "hunter22" not in repr(settings)
    assert set(settings.secrets) == {"1:hunter22", "hunter22"}
