"""What a reply to a log says is wrong and what is right instead: `không phải 12tr mà 21tr`, `sai tên, chị Lan`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.names import clean

_NOT = r"(?:không phải|khong phai|ko phải|ko phai|k phải|hông phải|chẳng phải|not|isn't|wasn't|it's not|it was not)"
_BUT = r"(?:mà là|ma la|mà|ma|but rather|but)"
_NOT_BUT = re.compile(rf"{_NOT}(?: là| la)? (?P<former>.+?),? {_BUT} (?P<right>.+)", re.IGNORECASE)
_WRONG = re.compile(
    r"(?:(?:à|ủa|ơ|oops|sorry|xin lỗi),? )?"
    r"(?:sai|nhầm|nham|lộn|lon|sửa|sua|đổi|doi|wrong|fix|correct(?:ion)?|change|mistake)"
    r"(?: (?P<part>tên|ten|khách|khach|người|nguoi|name|customer|person|số tiền|so tien|tiền|tien|giá|gia|số|so|amount"
    r"|price|ngày|ngay|giờ|gio|date|time|day|rồi|roi))?"
    r"(?: (?:thành|thanh|lại|lai|sang|là|la|phải là|phai la|to|should be|it's))*"
    r"[ ,:.;-]+(?P<right>.+)",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?:phải là|phai la|đúng là|dung la|chính xác là|should be|it should be|it's|it was|actually),? (?P<right>.+)",
    re.IGNORECASE,
)
_NAMES = frozenset(("tên", "ten", "khách", "khach", "người", "nguoi", "name", "customer", "person"))


@dataclass(frozen=True, slots=True)
class Amended:
    """What is right, what was said instead where the reply says so, and whether it is about the name.

    ``explicit`` says that the reply speaks of a mistake; a bare `hôm qua` does not.
    """

    right: str
    former: str = ""
    name: bool = False
    explicit: bool = False


def amended(text: str) -> Amended:
    """Read a reply to a log; any text gives something right, which may mean nothing."""
    text = clean(text).strip()
    found = _NOT_BUT.fullmatch(text)
    if found is not None:
        return Amended(found["right"].strip(" .!"), found["former"].strip(" ,"), explicit=True)
    found = _WRONG.fullmatch(text)
    if found is not None:
        part = (found["part"] or "").casefold()
        return Amended(found["right"].strip(" .!"), name=part in _NAMES, explicit=True)
    found = _IS.fullmatch(text)
    if found is not None:
        return Amended(found["right"].strip(" .!"), explicit=True)
    return Amended(text)
