"""The commands and the words that begin a line: `/call Lan 5p`, `gọi Lan 5p`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from handlers.parsing.amounts import read_amount
from handlers.parsing.parts import part_at
from handlers.parsing.periods.reader import period_at
from handlers.parsing.reading import Setting
from handlers.parsing.text import Line, tokenise
from store.names import fold

COMMANDS = {
    "call": ("call", "goi"),
    "sale": ("sale", "banhang", "ban"),
    "lead": ("lead", "khachmoi", "khach"),
    "deal": ("deal", "cohoi"),
    "won": ("won", "chot"),
    "lost": ("lost", "mat"),
    "stage": ("stage", "buoc"),
    "meet": ("meet", "gap"),
    "msg": ("msg", "nhantin"),
    "visit": ("visit", "tham"),
    "mail": ("mail", "email"),
    "event": ("event", "sukien"),
    "cost": ("cost", "chi"),
    "refund": ("refund", "hoantien"),
    "ticket": ("ticket", "yeucau"),
    "answered": ("answered", "datraloi"),
    "resolved": ("resolved", "daxuly"),
    "rating": ("rating", "danhgia"),
    "optout": ("optout", "ngunglienhe"),
    "remind": ("remind", "nhac"),
    "find": ("find", "tim"),
}
"""Each kind of line, and the commands that say it."""

_SAID = {name: verb for verb, names in COMMANDS.items() for name in names}
_COMMAND = re.compile(r"/(\w{1,40})(?:@\w+)?(?:\s+|$)(.*)", re.DOTALL)
_CERTAIN = {
    "call": ("gọi", "gọi điện", "gọi lại cho", "call", "called"),
    "sale": ("bán", "sold", "sale"),
    "meet": ("gặp", "met"),
    "msg": ("nhắn", "nhắn tin", "msg"),
    "lead": ("khách", "khách mới", "khách hàng", "khách hàng mới", "lead", "new lead"),
    "remind": ("nhắc", "remind"),
    "deal": ("deal",),
    "cost": ("cost",),
}
_IF_IT_READS = {
    "call": ("goi", "goi dien", "goi lai cho"),
    "sale": ("ban",),
    "meet": ("gap",),
    "msg": ("nhan", "nhan tin cho"),
    "remind": ("nhac",),
    "lead": ("khach", "khach moi"),
}
_FORMS = tuple(
    sorted(
        (
            (tuple(form.split()), verb, certain)
            for table, certain in ((_CERTAIN, True), (_IF_IT_READS, False))
            for verb, forms in table.items()
            for form in forms
        ),
        key=lambda form: -len(form[0]),
    )
)


_ENDS_A_QUESTION = re.compile(r"(?:^|\s)(?:không|ko|chưa|mấy|nào|bao nhiêu|bao lâu|ra sao)$")
"""In small letters only: *khách Lê Văn Không* has a name."""
_NO_NAME = frozenset(
    "nào của từ bên trong theo không chưa đã đang sẽ được bị có ở tại so by from of who whose that in not vs".split()  # noqa: SIM905
)
"""In small letters no name begins like this: `khách từ zalo`, `lead from zalo`."""
_LONGER_THAN_A_DAY = re.compile(r"(?:tuần|tuan|tháng|thang|quý|quy|năm|nam|this|last|previous)\s")
_ANY = Setting(datetime(2026, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb found at the head of a text, the rest of the text, and whether it counts only when the rest reads."""

    verb: str
    rest: str
    certain: bool = True


def command_of(text: str) -> tuple[str | None, str] | None:
    """The kind of line that a command says, and the text after it; ``(None, text)`` for a command of another kind.

    None for a text that is no command.
    """
    found = _COMMAND.fullmatch(text.strip())
    return None if found is None else (_SAID.get(fold(found[1])), found[2].strip())


def verb_of(text: str) -> Verb | None:
    """The verb a plain text begins with: `gọi Lan 5p` is a call, `bạn ơi` is nothing.

    `goi ban gap nhan nhac khach` count only when the rest reads: `ban oi cho hoi` is none, and with neither a part nor
    a known customer to tell (`goi lan`) the verb is not certain; `line.read` without a verb settles it by its `Book`.
    """
    line = tokenise(text[:4096])
    found = _verb_of(line)
    if found is not None and found.verb == "lead" and _asks(found.rest):
        return None  # "khách mới tháng này" asks for a figure, and names nobody; so does "khách nào nên gọi trước"
    if found is None or found.certain:
        return found
    rest = tokenise(found.rest)
    kinds = {part.kind for at in range(1, len(rest)) if (part := part_at(rest, at, found.verb, _ANY))}
    if found.verb == "sale":
        return Verb(found.verb, found.rest) if "amount" in kinds else None
    if kinds - {"direction"}:
        return Verb(found.verb, found.rest)
    return None if found.verb in ("lead", "remind") else found


def asked_lead(text: str) -> str | None:
    """What follows in a text that begins like a new customer and asks (`khách lan tháng trước`); None in any other."""
    found = _verb_of(tokenise(text[:4096]))
    return found.rest if found is not None and found.verb == "lead" and _asks(found.rest) else None


def _asks(text: str) -> bool:
    """Whether words are a question: a period, `có quay lại không`, `nào nên gọi trước`, `từ zalo`, `lan tháng trước`.

    Numbers, signs and commas stand in what is known of somebody, not before a question's period.
    """
    before = _before_its_period(text)
    said = " ".join((text if before is None else before).split())
    if not said or re.search(r"[\d#@,;:]", said):
        return before == ""
    if said.endswith("?") or said.split()[0] in _NO_NAME or _ENDS_A_QUESTION.search(said):
        return True
    period = text[len(before) :].strip() if before is not None else ""
    return said.islower() and _LONGER_THAN_A_DAY.match(period) is not None


def _before_its_period(text: str) -> str | None:
    """What stands before the period that a text ends with; None where it ends with none."""
    line = tokenise(text)
    for at in range(len(line)):
        found = period_at(line, at, _ANY.zone, _ANY.now)
        if found is not None and found[1] == len(line):
            return line.text[: line.tokens[at].start].strip()
    return None


def _verb_of(line: Line) -> Verb | None:
    words = tuple(token.lower for token in line.tokens[:3])
    for form, verb, certain in _FORMS:
        if words[: len(form)] == form:
            taken = len(form) - (form[-1] == "cho")
            return Verb(verb, _rest(line, taken), certain)
    if words[:1] in (("chi",), ("chi:",)) and _amount_next(line):
        return Verb("cost", _rest(line, 1))
    return None


def _rest(line: Line, taken: int) -> str:
    return line.text[line.tokens[taken].start :] if taken < len(line) else ""


def _amount_next(line: Line) -> bool:
    """Whether an amount follows at once (`chi 500k`), not *chị* (`chi lan`)."""
    return len(line) > 1 and read_amount(line, 1, "VND") is not None
