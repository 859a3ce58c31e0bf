"""Who plays in these tests, and what they send."""

import struct
import zlib

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.simulator import Group, Person

TOKEN = "123456:test-token"
LAN, MINH, EMMA, STRANGER = 1001, 1002, 1003, 1009
GROUP = -2001
PEOPLE = (
    Person(LAN, "Nguyễn", "Lan", "lan", "vi", "owner", started=True),
    Person(MINH, "Trần", "Minh", "", "vi", "rep", started=True),
    Person(EMMA, "Emma", "", "emma", "en", "rep", started=True),
    Person(STRANGER, "Lạ", title="stranger"),
)
GROUPS = (Group(GROUP, "Đội bán hàng", (LAN, MINH, EMMA), (LAN,)),)


def png(width: int = 40, height: int = 60) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def keys(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=text) for text in data]])
