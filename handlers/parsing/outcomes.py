"""What came of a call, which way it went, and whether a message was answered."""

from __future__ import annotations

import re

from handlers.parsing.text import Line, any_of, either, pattern

_NOT = f"(?:{either('không')}|{either('hông')}|k|ko|kg|kh|hok|hk|hem|chẳng|chả)"
_BEFORE = ("rất", "khá", "có", "đã", "đang", "cũng", "khách", "kh", "very")
_LEAD = f"(?:(?:{any_of(_BEFORE)} )*)"
_PICKED_UP = ("nghe máy", "nghe", "bắt máy", "trả lời", "nhấc máy", "liên lạc được", "bốc máy")
_FORMS: tuple[tuple[str, str], ...] = (
    (
        "no_answer",
        rf"{_NOT} {any_of(_PICKED_UP)}"
        rf"|kng|knm|kbm|{any_of(('thuê bao', 'tắt máy', 'gọi nhỡ', 'không liên lạc được'))}"
        r"|no answer|not answered|did ?n'?t answer|did not answer|no pick ?up|not picking up"
        r"|unanswered|missed|voicemail",
    ),
    ("busy", f"{any_of(('máy bận', 'đang bận', 'bận máy'))}|bận|line busy|busy|engaged"),
    ("wrong_number", f"{any_of(('sai số', 'nhầm số', 'số sai', 'nhầm máy', 'sai sđt'))}|wrong number|wrong no"),
    (
        "not_interested",
        rf"{_NOT} {any_of(('quan tâm', 'có nhu cầu', 'nhu cầu', 'thích', 'qt', 'qtam', 'mua'))}|kqt"
        rf"|{either('từ chối')}|not interested|no interest|uninterested",
    ),
    ("interested", f"{any_of(('quan tâm', 'có nhu cầu', 'qtam', 'qt', 'có hứng thú'))}|interested"),
    (
        "callback",
        any_of(("hẹn gọi lại", "gọi lại sau", "bảo gọi lại", "hẹn lại", "gọi lại", "hgl"))
        + "|call ?back(?: later)?|call again|call later",
    ),
    ("quoted", f"{any_of(('báo giá', 'gửi báo giá', 'bg'))}|sent (?:a )?quote|quoted"),
    ("connected", f"{any_of(('nghe máy', 'bắt máy', 'nhấc máy', 'liên lạc được'))}|connected|answered|picked up"),
)
OUTCOMES = tuple(sorted({name for name, _ in _FORMS}))
_OUTCOMES = tuple((name, pattern(f"{_LEAD}(?:{source})")) for name, source in _FORMS)
_BEGINS = re.compile(
    rf"^(?:{_NOT}|{any_of(_BEFORE)}|bg|qt|qtam|no|not|did|did ?n'?t|call)$|^kng|^knm|^kbm|^kqt|^hgl"
    r"|nghe|b[aắ]t|tr[aả]|nh[aấ]c"
    r"|li[eê]n|b[oố]c|thu[eê]|t[aắ]t|gọi|goi|answer|pick|missed|voice|bận|máy|may|đang|busy|line|engaged|sai|^số$|^so$|^ban$|nh[aầ]m"
    r"|wrong|quan|nhu|th[ií]ch|mua|t[uừ]|interest|h[ưu]ng|h[eẹ]n|b[aả]o|b[aá]o|g[uử]i|quote|sent|connect|call"
)
_TURNED = pattern(
    rf"{_NOT}|chưa|chua|not|never|no|isn't|hỏi|hoi|xin|chờ|cho|cần|can|muốn|muon|đợi|doi|yêu cầu|yeu cau|sẽ|se|will"
    r"|should|to|nếu|neu|if|hết|het|less|ít|it|lát|lat|mai|để|de"
)
_QUESTION = pattern(rf"{_NOT}|chưa|chua|hay|or")

_DIRECTIONS = (
    ("out", pattern(f"{any_of(('ra', 'đi', 'gọi đi', 'gọi ra'))}|out|outbound|outgoing")),
    ("in", pattern(f"{any_of(('vào', 'đến', 'gọi đến', 'gọi vào', 'tới'))}|in|inbound|incoming")),
)
_ANSWERS = (
    (False, pattern(rf"{_NOT} {any_of(('trả lời', 'phản hồi', 'rep'))}|chưa trả lời|chua tra loi|no reply|no answer")),
    (True, pattern(f"(?:{any_of(('đã', 'có'))} )?{any_of(('trả lời', 'phản hồi', 'rep'))}|answered|replied")),
)


def read_outcome(line: Line, at: int) -> tuple[str, int] | None:
    """The outcome that begins at a token, and the index of the token after it."""
    if at >= len(line) or _BEGINS.search(line.tokens[at].lower) is None:
        return None
    best: tuple[str, int] | None = None
    for name, source in _OUTCOMES:
        found = line.match(source, at)
        if found and (best is None or found[1] > best[1]):
            best = name, found[1]
    return best


def outcome_in_note(line: Line, start: int) -> str | None:
    """The outcome said in a note, unless it is denied, asked or wished for (`chưa quan tâm`, `hỏi báo giá`)."""
    for at in range(start, len(line)):
        found = read_outcome(line, at)
        if found is None:
            continue
        turned = at > start and not line.opens(at) and _turned(line, at - 1, start)
        asked = not line.opens(found[1]) and line.match(_QUESTION, found[1]) is not None
        return None if turned or asked else found[0]
    return None


def _turned(line: Line, at: int, start: int) -> bool:
    """Whether the word before turns the meaning, also across one word between (`chưa thấy quan tâm`)."""
    if line.match(_TURNED, at):
        return True
    return at > start and line.match(_TURNED, at - 1) is not None and not line.opens(at)


def read_direction(line: Line, at: int) -> tuple[str, int] | None:
    """`out` or `in` where a direction begins at a token, and the index of the token after it."""
    for name, source in _DIRECTIONS:
        found = line.match(source, at)
        if found:
            return name, found[1]
    return None


def read_answered(line: Line, at: int) -> tuple[bool, int] | None:
    """Whether a message was answered, where that is said at a token."""
    for answered, source in _ANSWERS:
        found = line.match(source, at)
        if found:
            return answered, found[1]
    return None
