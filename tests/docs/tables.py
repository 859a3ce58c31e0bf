"""The README's tables as the code would write them; run as a module, it writes them into the README.

python -m tests.docs.tables
"""

import re
from pathlib import Path

from bot.settings import Settings
from handlers import COMMANDS
from handlers.base import Command, Role
from metrics.wording import Say

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {"log": "Logging", "ask": "Asking", "team": "The team", "other": "Anyone"}
_EN = Say("en", markup=False)
LADDER = (Role.VIEWER, Role.REP, Role.MANAGER, Role.OWNER)


def commands_table() -> str:
    """Return the table of commands, group by group in the order of `COMMANDS`."""
    lines = ["| command | Vietnamese | for example | what it does | who |", "|---|---|---|---|---|"]
    for group, title in GROUPS.items():
        lines.append(f"| **{title}** | | | | |")
        lines += [_command(one) for one in COMMANDS if one.group == group]
    return "\n".join(lines)


def _command(one: Command) -> str:
    names = " ".join(f"`/{name}`" for name in (one.name, *one.more))
    aliases = " ".join(f"`/{name}`" for name in (one.alias, *one.private) if name)
    return f"| {names} | {aliases} | `{one.example}` | {_EN(one.about)} | {who(one)} |"


def who(one: Command) -> str:
    """Say in a word or two who may use a command."""
    if Role.STRANGER in one.roles:
        return "anyone"
    if one.roles >= set(LADDER):
        return "everyone in the team"
    return ", ".join(f"{role}s" for role in LADDER if role in one.roles)


def settings_table() -> str:
    """Return the table of settings: what ``.env.example`` says of each, and its default."""
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for name, said in described().items():
        default = Settings.model_fields[name.lower()].default
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{name}` | {shown} | {said} |")
    return "\n".join(lines)


def described() -> dict[str, str]:
    """Return each setting of ``.env.example`` with the comment above its block."""
    found: dict[str, str] = {}
    for block in (ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n"):
        said = " ".join(line.removeprefix("#").strip() for line in block.splitlines() if line.startswith("#"))
        found |= dict.fromkeys(re.findall(r"^([A-Z_]+)=", block, re.MULTILINE), said)
    return found


TABLES = {"commands": commands_table, "settings": settings_table}


def placed(text: str) -> str:
    """Return the README's text with every table as the code has it."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table()}\n{end}{after}"
    return text


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(placed(readme.read_text(encoding="utf-8")), encoding="utf-8")
