"""Checks calls against the published Bot API schema, where a copy of it is at hand."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.simulator.arguments import Arguments
from bot.simulator.errors import Json
from bot.simulator.files import Upload

VARIABLE = "CHOT_BOT_API_SCHEMA"


class Schema:
    """The methods and types of the Bot API."""

    def __init__(self, content: Json) -> None:
        self._methods: dict[str, Json] = {name.lower(): method for name, method in content["methods"].items()}
        self._types: dict[str, Json] = content["types"]

    @classmethod
    def from_environment(cls) -> "Schema | None":
        """The schema that the environment names; None when it names none."""
        name = os.environ.get(VARIABLE)
        return cls.load(Path(name)) if name else None

    @classmethod
    def load(cls, path: Path) -> "Schema":
        """The schema in a file, as PaulSonOfLars/telegram-bot-api-spec publishes it."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def violations(self, name: str, arguments: Arguments) -> list[str]:
        """What is wrong with a call, in plain words; nothing when it is right."""
        method = self._methods.get(name.lower())
        if method is None:
            return [f"{name}: unknown method"]
        fields = {field["name"]: field for field in method.get("fields", [])}
        values: Json = {**arguments.values, **{k: v for k, v in arguments.files.items() if k in fields}}
        return self._fields(name, fields, values, raw=True)

    def _fields(self, where: str, fields: dict[str, Json], values: Json, raw: bool) -> list[str]:
        found = [f"{where}: unknown field {name}" for name in values if name not in fields]
        for name, field in fields.items():
            if values.get(name) is None:
                if field["required"]:
                    found.append(f"{where}: missing {name}")
                continue
            found += self._any(f"{where}.{name}", field["types"], values[name], raw)
        return found

    def _any(self, where: str, types: list[str], value: Any, raw: bool) -> list[str]:
        """Nothing when the value fits one of the types, else what the nearest one misses."""
        nearest: list[str] | None = None
        for kind in types:
            found = self._one(where, kind, value, raw)
            if not found:
                return []
            if nearest is None or len(found) < len(nearest):
                nearest = found
        return nearest or []

    def _one(self, where: str, kind: str, value: Any, raw: bool) -> list[str]:
        if kind == "InputFile":
            return [] if isinstance(value, Upload) or _is_attached(value) else [f"{where}: not a file"]
        if kind in _PLAIN:
            fits = _PLAIN[kind](value, raw)
            return [] if fits else [f"{where}: not {kind}"]
        if raw and isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return [f"{where}: not JSON"]
        if kind.startswith("Array of "):
            return self._array(where, kind.removeprefix("Array of "), value)
        return self._object(where, kind, value)

    def _array(self, where: str, kind: str, value: Any) -> list[str]:
        if not isinstance(value, list):
            return [f"{where}: not an array"]
        found: list[str] = []
        for place, item in enumerate(value):
            found += self._one(f"{where}[{place}]", kind, item, raw=False)
        return found

    def _object(self, where: str, kind: str, value: Any) -> list[str]:
        declared = self._types.get(kind)
        if declared is None:
            return [f"{where}: unknown type {kind}"]
        if subtypes := declared.get("subtypes"):
            return self._any(where, subtypes, value, raw=False)
        if not isinstance(value, dict):
            return [f"{where}: not an object"]
        fields = {field["name"]: field for field in declared.get("fields", [])}
        return self._fields(f"{where}<{kind}>", fields, value, raw=False)


def _is_attached(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("attach://")


def _is_string(value: Any, raw: bool) -> bool:
    del raw
    return isinstance(value, str)


def _is_integer(value: Any, raw: bool) -> bool:
    if raw and isinstance(value, str):
        return value.lstrip("-").isdigit()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any, raw: bool) -> bool:
    if raw and isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_boolean(value: Any, raw: bool) -> bool:
    return isinstance(value, bool) or (raw and str(value).lower() in ("true", "false"))


_PLAIN: dict[str, Callable[[Any, bool], bool]] = {
    "String": _is_string,
    "Integer": _is_integer,
    "Float": _is_number,
    "Boolean": _is_boolean,
    "True": _is_boolean,
}
