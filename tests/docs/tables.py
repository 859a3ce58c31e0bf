"""The tables of both READMEs as the code would write them; run as a module, it writes them in.

python -m tests.docs.tables
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from handlers import COMMANDS
from handlers.base import Command, Role
from handlers.dispatch import ROLES
from metrics.wording import Say
from tests.docs import definitions

ROOT = Path(__file__).resolve().parents[2]
LADDER = (Role.VIEWER, Role.REP, Role.MANAGER, Role.OWNER)


@dataclass(frozen=True, slots=True)
class Edition:
    """A README in one language: its file, its tables' headings, and the words in them."""

    path: Path
    language: str
    commands: str
    settings: str
    groups: Mapping[str, str]
    anyone: str
    everyone: str

    def say(self) -> Say:
        """Return the words of its language, without markup."""
        return Say(self.language, markup=False)


ENGLISH = Edition(
    path=ROOT / "README.md",
    language="en",
    commands="| command | Vietnamese | for example | what it does | who |",
    settings="| setting | default | what it is |",
    groups={"log": "Logging", "ask": "Asking", "team": "The team", "other": "Anyone"},
    anyone="anyone",
    everyone="everyone in the team",
)
VIETNAMESE = Edition(
    path=ROOT / "README.vi.md",
    language="vi",
    commands="| lệnh | tên tiếng Anh | ví dụ | để làm gì | ai dùng |",
    settings="| biến | mặc định | ý nghĩa |",
    groups={"log": "Ghi", "ask": "Xem số liệu", "team": "Đội", "other": "Ai cũng dùng được"},
    anyone="ai cũng dùng được",
    everyone="cả đội",
)
EDITIONS = (ENGLISH, VIETNAMESE)

SETTINGS_IN_VIETNAMESE = {
    "TELEGRAM_BOT_TOKEN": "Token của bot, lấy từ @BotFather.",
    "TELEGRAM_API_URL": "Máy chủ Bot API: của Telegram, của riêng bạn, hoặc bản giả lập.",
    "TELEGRAM_PROXY_URL": "Proxy để vào Telegram ở nơi bị chặn: http://…, https://… hoặc socks5://người:mật-khẩu@máy:cổng.",
    "DATABASE_URL": "Nơi giữ dữ liệu: một tệp SQLite cạnh chương trình, hoặc postgresql+psycopg://người:mật-khẩu@máy/tên.",
    "WEBHOOK_URL": "Đặt khi muốn Telegram tự gọi đến thay vì bot đi hỏi: địa chỉ https công khai.",
    "WEBHOOK_SECRET": "Mã Telegram phải gửi kèm mỗi lần gọi (A-Z, a-z, 0-9, _ và -); bắt buộc khi có WEBHOOK_URL.",
    "WEBHOOK_LISTEN": "Webhook lắng nghe ở đâu, phía sau máy chủ https của bạn.",
    "DEFAULT_LOCALE": "Đội mới bắt đầu với ngôn ngữ nào: vi hoặc en.",
    "DEFAULT_TIMEZONE": "Múi giờ của đội mới.",
    "DEFAULT_CURRENCY": "Tiền tệ của đội mới.",
    "OWNER_IDS": "Id Telegram của những người mà /start lần đầu sẽ tạo một đội, cách nhau bằng dấu phẩy.",
    "LOG_LEVEL": "DEBUG, INFO, WARNING hoặc ERROR. Không mức nào ghi token, số điện thoại hay nội dung tin nhắn.",
    "HEALTH_LISTEN": "Nơi trả lời kiểm tra sức khỏe (GET /health), ví dụ 127.0.0.1:8081; để trống thì tắt.",
}


def commands_table(edition: Edition) -> str:
    """Return the table of commands, group by group in the order of `COMMANDS`."""
    lines = [edition.commands, "|---|---|---|---|---|"]
    for group, title in edition.groups.items():
        lines.append(f"| **{title}** | | | | |")
        lines += [_command(one, edition) for one in COMMANDS if one.group == group]
    return "\n".join(lines)


def _command(one: Command, edition: Edition) -> str:
    english = " ".join(f"`/{name}`" for name in (one.name, *one.more))
    vietnamese = " ".join(f"`/{name}`" for name in (one.alias, *one.private) if name)
    names, example = (english, vietnamese), one.example
    if edition.language == "vi":
        names, example = (vietnamese or english, english), one.example_vi or one.example
    return f"| {names[0]} | {names[1]} | `{example}` | {edition.say()(one.about)} | {who(one, edition)} |"


def who(one: Command, edition: Edition) -> str:
    """Say in a word or two who may use a command."""
    if Role.STRANGER in one.roles:
        return edition.anyone
    if one.roles >= set(LADDER):
        return edition.everyone
    return ", ".join(edition.say()(ROLES[role]) for role in LADDER if role in one.roles)


def settings_table(edition: Edition) -> str:
    """Return the table of settings: what each is, and its default."""
    lines = [edition.settings, "|---|---|---|"]
    for name, said in (described() if edition.language == "en" else SETTINGS_IN_VIETNAMESE).items():
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


TABLES: Mapping[str, Callable[[Edition], str]] = {"commands": commands_table, "settings": settings_table}


def placed(text: str, edition: Edition) -> str:
    """Return a README's text with every table as the code has it."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table(edition)}\n{end}{after}"
    return text


if __name__ == "__main__":
    definitions.write()
    for one in EDITIONS:
        one.path.write_text(placed(one.path.read_text(encoding="utf-8"), one), encoding="utf-8")
