"""Telegram's HTML: the text and entities that a message in HTML parse mode becomes, or the reason it does not.

Offsets and lengths count UTF-16 code units; the errors are those of the real server, word for word.
"""

import re
from dataclasses import dataclass

from bot.simulator.errors import Json, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([a-zA-Z]+));?")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_ATTRIBUTE = re.compile(r"[^\s=>/\"'\0]*")
_END = "\0"


def utf16_length(text: str) -> int:
    """How many UTF-16 code units a text takes, the way Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def _reference(text: str, at: int) -> tuple[str, int] | None:
    """The character that `&…;` at this place stands for and where it ends, if it is one."""
    found = _REFERENCE.match(text, at)
    if not found:
        return None
    hexadecimal, decimal, name = found.groups()
    if name:
        return (_NAMED[name], found.end()) if name in _NAMED else None
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    surrogate = 0xD800 <= code <= 0xDFFF
    return (chr(code), found.end()) if 0 < code < 0x10FFFF and not surrogate else None


@dataclass(slots=True)
class _Open:
    """A tag still open: its name, argument, and where its entity begins (UTF-16)."""

    name: str
    argument: str
    start: int


class _Html:
    """Reads one text from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source.replace(_END, " ") + _END
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def error(self, text: str) -> Exception:
        return bad_request(f"can't parse entities: {text}")

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def emit(self, character: str) -> None:
        self.out.append(character)
        self.length += 2 if character > "\uffff" else 1

    def read(self) -> tuple[str, list[Json]]:
        while (character := self.source[self.at]) != _END:
            reference = _reference(self.source, self.at) if character == "&" else None
            if reference:
                self.emit(reference[0])
                self.at = reference[1]
            elif character != "<":
                self.emit(character)
                self.at += 1
            elif self.source[self.at + 1] == "/":
                self.close_tag()
            else:
                self.open_tag()
        if self.open:
            name = self.open[-1].name
            raise self.error(f'Can\'t find end tag corresponding to start tag "{name}"')
        return "".join(self.out), self.entities

    def skip_to(self, *stops: str) -> None:
        while (character := self.source[self.at]) not in stops and character != _END:
            if not stops and not character.isspace():
                return
            if "space" in stops and character.isspace():
                return
            self.at += 1

    def skip_spaces(self) -> None:
        while self.source[self.at].isspace():
            self.at += 1

    def open_tag(self) -> None:
        begin = self.at
        self.at += 1
        self.skip_to("space", ">")
        if self.source[self.at] == _END:
            raise self.error(f"Unclosed start tag at byte offset {self.byte(begin)}")
        name = self.source[begin + 1 : self.at].lower()
        if name not in TAGS:
            raise self.error(f'Unsupported start tag "{name}" at byte offset {self.byte(begin)}')
        argument = self.attributes(name, begin)
        if name == "span" and argument != "tg-spoiler":
            raise self.error(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(_Open(name, argument, self.length))
        self.at += 1

    def attributes(self, tag: str, begin: int) -> str:
        wanted = {"a": "href", "span": "class", "code": "class", "tg-emoji": "emoji-id"}.get(tag)
        argument = ""
        self.skip_spaces()
        while self.source[self.at] != ">":
            found = _ATTRIBUTE.match(self.source, self.at)
            name = found.group() if found else ""
            if not name:
                place = f"at byte offset {self.byte(begin)}"
                raise self.error(f'Empty attribute name in the tag "{tag}" {place}')
            self.at += len(name)
            value = self.attribute_value(tag, begin)
            if name == wanted:
                argument = value
            elif (tag, name) == ("blockquote", "expandable"):
                argument = "expandable"
            self.skip_spaces()
        return argument

    def attribute_value(self, tag: str, begin: int) -> str:
        self.skip_spaces()
        if self.source[self.at] == _END:
            raise self.error(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
        if self.source[self.at] != "=":
            return ""
        self.at += 1
        self.skip_spaces()
        quote = self.source[self.at]
        value = self.quoted(quote) if quote in "\"'" else self.name_token()
        if self.source[self.at] == _END:
            raise self.error(f"Unclosed start tag at byte offset {self.byte(begin)}")
        return value

    def quoted(self, quote: str) -> str:
        self.at += 1
        value: list[str] = []
        while (character := self.source[self.at]) not in (quote, _END):
            reference = _reference(self.source, self.at) if character == "&" else None
            value.append(reference[0] if reference else character)
            self.at = reference[1] if reference else self.at + 1
        if self.source[self.at] == quote:
            self.at += 1
        return "".join(value)

    def name_token(self) -> str:
        begin = self.at
        found = _NAME_TOKEN.match(self.source, begin)
        token = found.group() if found else ""
        self.at += len(token)
        character = self.source[self.at]
        if not character.isspace() and character not in (">", _END):
            raise self.error(f"Unexpected end of name token at byte offset {self.byte(begin)}")
        return token.lower()

    def close_tag(self) -> None:
        begin = self.at
        place = self.byte(begin)
        if not self.open:
            raise self.error(f"Unexpected end tag at byte offset {place}")
        self.at += 2
        self.skip_to("space", ">")
        found = self.source[begin + 2 : self.at]
        self.skip_spaces()
        if self.source[self.at] != ">":
            raise self.error(f"Unclosed end tag at byte offset {place}")
        opened = self.open.pop()
        if found and found.lower() != opened.name:
            expected = f'expected "</{opened.name}>", found "</{found}>"'
            raise self.error(f"Unmatched end tag at byte offset {place}, {expected}")
        self.at += 1
        if self.length > opened.start:
            self.add(opened)

    def add(self, tag: _Open) -> None:
        entity: Json = {"type": TAGS[tag.name], "offset": tag.start, "length": self.length - tag.start}
        if tag.name == "a" and not _link(entity, tag.argument):
            return
        if tag.name == "blockquote" and tag.argument:
            entity["type"] = "expandable_blockquote"
        if tag.name == "tg-emoji":
            entity["custom_emoji_id"] = tag.argument
        language = tag.argument.removeprefix("language-") if tag.name == "code" else ""
        if language and self.open and self.open[-1].name == "pre":
            self.open[-1].argument = language
            return
        if tag.name == "pre" and tag.argument:
            entity["language"] = tag.argument
        self.entities.append(entity)


def _link(entity: Json, address: str) -> bool:
    """Makes a link entity; False when the address is none, as Telegram then drops the link silently."""
    user = re.fullmatch(r"tg://user\?id=(\d+)", address)
    if user:
        entity["type"] = "text_mention"
        entity["user"] = {"id": int(user.group(1)), "is_bot": False, "first_name": ""}
        return True
    if not re.match(r"(https?|tg|mailto|tel|ton)[:]|[\w-]+(\.[\w-]+)+", address):
        return False
    entity["url"] = address if re.match(r"[a-z]+:", address) else f"http://{address}"
    return True


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The plain text and the entities of a text in Telegram's HTML; 400 when it is ill-formed."""
    text, entities = _Html(source).read()
    return text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
