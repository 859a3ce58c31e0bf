"""Who referred a new customer: `referred by Lan`, `giới thiệu bởi Lan`, `do Lan giới thiệu`, `Lan gt`."""

from __future__ import annotations

from collections.abc import Callable

from handlers.parsing.text import Line, pattern

_BEFORE = pattern(
    r"(?:được |duoc )?(?:(?:giới thiệu|gioi thieu|gt) (?:bởi|boi|từ|tu|qua)|người giới thiệu|nguoi gioi thieu|ng gt"
    r"|referred by|referral from|ref by|ref|gt)"
)
_BY = pattern("do|qua|từ|tu")
_SAID = pattern("giới thiệu|gioi thieu|gt|referred")
_LONGEST = 5
"""Words of a referrer's name at most, where what says so comes after it."""


def _said_after(line: Line, first: int) -> tuple[int, int] | None:
    """Where a name that begins at a token ends because *giới thiệu* follows it, and the token after that."""
    for at in range(first + 1, min(first + 1 + _LONGEST, len(line))):
        if line.opens(at):
            return None
        said = line.match(_SAID, at)
        if said:
            return at, said[1]
    return None


def referrer_at(line: Line, at: int) -> int | None:
    """The first word of the referrer's name where words at a token speak of one."""
    before = line.match(_BEFORE, at)
    if before is not None:
        return (
            None if line.opens(before[1]) or (before[0].group() == "ref" and not line.capital(before[1])) else before[1]
        )
    by = line.match(_BY, at)
    if by is not None and not line.opens(by[1]):
        named = by[0].group() == "do" and line.capital(by[1])
        return by[1] if named or _said_after(line, by[1]) else None
    apart = at > 0 and (line.tokens[at - 1].raw[:1] == "#" or line.tokens[at - 1].raw[-1:].isdigit())
    return at if apart and _said_after(line, at) else None


def read_referrer(line: Line, at: int, is_part: Callable[[int], bool]) -> tuple[int, int, int] | None:
    """The first word of the referrer's name, the word after it, and the token after the whole part."""
    first = referrer_at(line, at)
    if first is None:
        return None
    said = _said_after(line, first)
    if said is not None and not any(is_part(inner) for inner in range(first + 1, said[0])):
        return first, said[0], said[1]
    end = first + 1
    while end < len(line) and not line.opens(end) and not is_part(end):
        end += 1
    return first, end, end
