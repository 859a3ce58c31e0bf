"""What the operator may set: environment variables and ``.env``, read once when a verb starts."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PUBLIC_API = "https://api.telegram.org"
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,128}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LISTEN = re.compile(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})")


class WrongSetting(Exception):
    """One setting cannot be used; the text is one line that names the variable and never shows a secret."""


class Settings(BaseSettings):
    """Every setting by its variable's name in lower case; see ``.env.example`` for what each one does."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True
    )

    telegram_bot_token: str = Field("", repr=False)
    telegram_api_url: str = PUBLIC_API
    telegram_proxy_url: str = Field("", repr=False)
    database_url: str = Field("sqlite+aiosqlite:///chot.db", repr=False)
    webhook_url: str = ""
    webhook_secret: str = Field("", repr=False)
    webhook_listen: str = "127.0.0.1:8080"
    default_locale: Literal["vi", "en"] = "vi"
    default_timezone: str = "Asia/Ho_Chi_Minh"
    default_currency: str = "VND"
    owner_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    health_listen: str = ""

    @field_validator("log_level", "default_currency", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.strip().upper() if isinstance(value, str) else value

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: str) -> str:
        return _must(value, not value or _TOKEN.fullmatch(value) is not None, "does not look like a bot token")

    @field_validator("telegram_api_url", "webhook_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        return _must(
            value.rstrip("/"),
            not value or (parts.scheme in {"http", "https"} and bool(parts.hostname)),
            "must be an http:// or https:// address",
        )

    @field_validator("telegram_proxy_url")
    @classmethod
    def _proxy(cls, value: str) -> str:
        parts = urlsplit(value)
        known = parts.scheme in {"http", "https", "socks5", "socks5h"} and bool(parts.hostname)
        return _must(value, not value or known, "must be an http://, https:// or socks5:// address")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        known = value.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://"))
        return _must(value, known, "must start with sqlite+aiosqlite:/// or postgresql+psycopg://")

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: str) -> str:
        ok = not value or _SECRET.fullmatch(value) is not None
        return _must(value, ok, "may hold only A-Z, a-z, 0-9, _ and -, at most 256 of them")

    @field_validator("webhook_listen", "health_listen")
    @classmethod
    def _address(cls, value: str) -> str:
        return _must(value, not value or _listen(value) is not None, "must be HOST:PORT, such as 127.0.0.1:8080")

    @field_validator("default_timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        return _must(value, is_zone(value), "must be a time zone's name, such as Asia/Ho_Chi_Minh")

    @field_validator("default_currency")
    @classmethod
    def _currency(cls, value: str) -> str:
        return _must(value, re.fullmatch("[A-Z]{3}", value) is not None, "must be a three-letter code, such as VND")

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        words = value.replace(",", " ").split()
        _must("", all(re.fullmatch(r"\d{1,19}", word) for word in words), "must be Telegram ids with commas between")
        return frozenset(int(word) for word in words)

    @property
    def webhook_address(self) -> tuple[str, int]:
        """Host and port that the webhook listens at."""
        return _listen(self.webhook_listen) or ("127.0.0.1", 8080)

    @property
    def health_address(self) -> tuple[str, int] | None:
        """Host and port of the health page, or None when it is off."""
        return _listen(self.health_listen) if self.health_listen else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never reach a log: the token, the webhook's secret, the passwords inside addresses."""
        passwords = (urlsplit(url).password for url in (self.telegram_proxy_url, self.database_url))
        return tuple(filter(None, (self.telegram_bot_token, self.webhook_secret, *passwords)))


def load(env_file: str | Path | None = ".env") -> Settings:
    """Read the settings; raises WrongSetting with one line for the first variable that cannot be used."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # an argument of BaseSettings that mypy cannot see
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise WrongSetting(f"{name}: {_plain(first['type'], first['msg'])}") from None


def require_token(settings: Settings) -> Settings:
    """Return the settings when they hold what ``run`` needs; raises WrongSetting otherwise."""
    if not settings.telegram_bot_token:
        raise WrongSetting("TELEGRAM_BOT_TOKEN: is not set; get a token from @BotFather, or try: chot demo")
    if settings.webhook_url and not settings.webhook_secret:
        raise WrongSetting("WEBHOOK_SECRET: must be set when WEBHOOK_URL is")
    return settings


def is_zone(name: str) -> bool:
    """Whether the time zone database knows ``name``."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)


def _must(value: str, ok: bool, otherwise: str) -> str:
    if not ok:
        raise ValueError(otherwise)
    return value


def _listen(value: str) -> tuple[str, int] | None:
    found = _LISTEN.fullmatch(value)
    if found is None or int(found[2]) > 65535:
        return None
    return found[1].strip("[]"), int(found[2])


def _plain(kind: str, message: str) -> str:
    if kind == "literal_error":
        return message.replace("Input should", "must", 1)
    return message.removeprefix("Value error, ")
