"""The arguments of a Bot API call, which arrive as text, JSON or files."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.errors import Json, bad_request
from bot.simulator.files import Upload


@dataclass(frozen=True, slots=True)
class Arguments:
    """Values by name (strings from a form, anything from JSON) and uploaded files by name."""

    values: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the argument is there and not empty."""
        return self.values.get(name) not in (None, "") or name in self.files

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """An argument as a whole number; the default when it is none, as Telegram does."""
        try:
            return int(str(self.values.get(name, default)))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """An argument as yes or no."""
        return self.text(name).lower() in ("true", "1", "yes", "t", "y")

    def json(self, name: str) -> Any:
        """An argument that is JSON; None when absent, 400 when unreadable."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def chat_id(self) -> int:
        """The chat the call is about."""
        value = self.text("chat_id").strip()
        if not value:
            raise bad_request("chat_id is empty")
        try:
            return int(value)
        except ValueError:
            raise bad_request("chat not found") from None

    def chat_id_or_none(self) -> int | None:
        """The chat the call is about, if it names one."""
        value = self.text("chat_id").strip()
        return int(value) if value.lstrip("-").isdigit() else None

    def upload(self, name: str) -> Upload | str:
        """A file sent along, directly or as `attach://part`, or else the text (a file id)."""
        if name in self.files:
            return self.files[name]
        return self.attached(self.text(name))

    def attached(self, value: str) -> Upload | str:
        """The file that `attach://part` names, or else the text itself."""
        if not value.startswith("attach://"):
            return value
        part = value.removeprefix("attach://")
        if part not in self.files:
            raise bad_request(f"wrong file identifier/HTTP URL specified: attached file {part} not found")
        return self.files[part]
