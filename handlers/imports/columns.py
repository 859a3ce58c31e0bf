"""What a file's columns mean, by the words that people head them with in Vietnamese and in English.

Nothing is guessed: a field that two columns could be stays open, and so does a kind that the words do not tell.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from handlers.imports.kinds import KINDS
from store.names import fold

IN_CHAT = ("sales", "calls", "leads", "costs", "deals", "contacts", "refunds", "tickets", "ratings", "optouts")
"""The kinds that are taken in chat, the commonest first; rates and targets have commands of their own."""

_DAY = "ngay|thoi gian|date|time|when|thoi diem|ngay gio|datetime|timestamp"
_HEADS: Mapping[str, str] = {
    "customer": "khach hang|khach|ten khach|ten khach hang|ten kh|kh|customer|customer name|client|client name|buyer"
    "|nguoi mua|ho ten|ho va ten|ten|name|full name|contact|company|cong ty|ma khach hang|ma kh|customer id",
    "amount": "so tien|thanh tien|tong tien|doanh so|doanh thu|tri gia|gia tri|tong cong|tong thanh toan|tien|amount"
    "|total|value|revenue|sum|price|sales|net|gross|total amount|order total|chi phi|so tien chi|so tien hoan|cost",
    "currency": "tien te|loai tien|don vi tien|currency|ccy",
    "at": f"{_DAY}|ngay ban|ngay mua|ngay dat|ngay dat hang|ngay hoa don|ngay chung tu|ngay goi|ngay lien he"
    "|ngay hoan|ngay danh gia|order date|invoice date|invoicedate|sale date|call date|sold at|created|created at"
    "|ngay tao|ngay ghi nhan|gio goi|ngay giao dich|transaction date|purchase date",
    "product": "san pham|ten san pham|hang hoa|mat hang|ten hang|dich vu|product|product name|item|sku|description",
    "quantity": "so luong|sl|quantity|qty|units",
    "rep": "nhan vien|nhan vien ban hang|nv|nguoi ban|sale|seller|phu trach|nguoi phu trach|nguoi goi|tu van vien"
    "|rep|salesperson|sales rep|agent|owner|employee|nguoi tao|assigned to",
    "channel": "kenh|kenh ban|nguon|nguon khach|channel|source|lead source",
    "campaign": "chien dich|campaign|utm campaign",
    "phone": "dien thoai|so dien thoai|sdt|dt|so dt|mobile|phone|phone number|tel|telephone|di dong|hotline",
    "note": "ghi chu|noi dung|mo ta|note|notes|comment|comments|remark|dien giai",
    "direction": "chieu|huong|chieu goi|huong goi|goi den goi di|direction|inbound outbound",
    "outcome": "ket qua|ket qua goi|outcome|result|disposition|trang thai cuoc goi|call result",
    "duration_s": "thoi luong giay|so giay|giay|duration s|duration seconds|seconds|secs|duration in seconds",
    "referred_by": "nguoi gioi thieu|gioi thieu boi|duoc gioi thieu boi|referred by|referrer",
    "birthday": "ngay sinh|sinh nhat|birthday|date of birth|dob",
    "kind": "loai|loai chi phi|khoan chi|khoan muc|hang muc|loai lien he|hinh thuc|kind|type|category",
    "from": f"{_DAY}|tu ngay|ngay chi|bat dau|ngay bat dau|from|start|start date|from date",
    "to": "den ngay|ket thuc|ngay ket thuc|to|end|end date|to date|den",
    "opened_at": f"{_DAY}|ngay mo|ngay tao|ngay yeu cau|ngay bat dau|mo luc|opened|opened at|open date|created"
    "|created at|create date|start date",
    "closed_at": "ngay dong|ngay chot|ngay ket thuc|dong luc|closed|closed at|close date|closing date|closed date",
    "answered_at": "ngay tra loi|tra loi luc|answered|answered at|first reply|first response|first response at",
    "resolved_at": "ngay xu ly|ngay giai quyet|xu ly xong|resolved|resolved at|solved at|ngay xong",
    "stage": "giai doan|buoc|stage|deal stage|pipeline stage",
    "reason": "ly do|ly do mat|reason|lost reason",
    "text": "noi dung|yeu cau|mo ta|text|subject|request|issue|description|van de",
    "score": "diem|so sao|danh gia|score|rating|stars|csat|muc hai long",
    "sale": "ma don goc|so don goc|don goc|don hang goc|sale|sale no|original order|original invoice|order ref",
    "ticket": "ma yeu cau|yeu cau so|ticket|ticket id|ticket no",
    "ref": "ma don|ma don hang|so don|so don hang|so hoa don|so ct|so chung tu|so phieu|ma giao dich|ma cuoc goi"
    "|ref|reference|id|order|order no|order number|order id|invoice|invoice no|invoiceno|invoice number"
    "|transaction id|call id|deal id|ma co hoi|ma phieu",
}  # fmt: skip
_OF_KIND: Mapping[str, Mapping[str, str]] = {
    "leads": {"at": f"{_HEADS['at']}|ngay lien he dau|ngay vao|first contact|lead date", "name": _HEADS["customer"]},
    "deals": {"outcome": "ket qua|outcome|result|status|won lost|thang thua|trang thai"},
    "contacts": {"kind": f"{_HEADS['kind']}|kenh lien he"},
}
"""Where a kind heads a field in words of its own."""

_EVIDENCE: Mapping[str, str] = {
    "sales": "ban hang|doanh so|don hang|hoa don|doanh thu|sales|orders|order|invoice|invoices|donhang|banhang|retail",
    "calls": "cuoc goi|nhat ky goi|goi dien|calls|call|cuocgoi",
    "leads": "khach moi|leads|lead|tiem nang|khachmoi|danh ba|danh sach khach",
    "costs": "chi phi|costs|cost|expenses|expense|spend|chiphi|khoan chi",
    "deals": "co hoi|deals|deal|pipeline|opportunities|cohoi",
    "contacts": "lien he|contacts|meetings|gap go",
    "refunds": "hoan tien|tra hang|refunds|refund|returns|hoantien",
    "tickets": "yeu cau|tickets|ticket|support|ho tro|khieu nai",
    "ratings": "danh gia|ratings|rating|csat|survey|khao sat|hai long",
    "optouts": "ngung lien he|optouts|optout|opt out|unsubscribe|unsubscribed",
}
"""Words in a file's name or caption that tell its kind."""

_TELLING: Mapping[str, frozenset[str]] = {
    "calls": frozenset({"outcome", "duration_s", "direction"}),
    "sales": frozenset({"product", "quantity"}),
    "ratings": frozenset({"score"}),
    "tickets": frozenset({"answered_at", "resolved_at"}),
    "deals": frozenset({"stage", "closed_at"}),
    "costs": frozenset({"to", "kind"}),
    "refunds": frozenset({"sale"}),
    "leads": frozenset({"birthday", "referred_by"}),
}
"""Fields that only rows of a kind have."""
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def plain(head: str) -> str:
    """Return a heading as the words here are written: folded, without signs, ``Số tiền (VNĐ)`` as ``so tien``."""
    return _NOT_LETTERS.sub(" ", fold(re.sub(r"\((?:vnd|vnđ|đ|d|usd|đồng|dong)\)", "", head.casefold()))).strip()


def _words(kind: str, field: str) -> frozenset[str]:
    own = _OF_KIND.get(kind, {}).get(field) or _HEADS.get(field, "")
    return frozenset((*own.split("|"), plain(field)))


def fields_by_heading(kind: str, heads: Sequence[str]) -> dict[str, str]:
    """Return the column of each field that exactly one heading names; the field's own name goes before other words."""
    fields, taken = KINDS[kind].fields, dict[str, str]()
    for field in fields:
        if field in heads:
            taken[field] = field
    claims = {
        field: [head for head in heads if head not in taken.values() and plain(head) in _words(kind, field)]
        for field in fields
        if field not in taken
    }
    for field, found in claims.items():
        rivals = [other for other, theirs in claims.items() if other != field and set(theirs) & set(found)]
        if len(found) == 1 and not any(claims[other] == found for other in rivals):
            taken[field] = found[0]
    return taken


def possible(kind: str, field: str, heads: Sequence[str]) -> list[str]:
    """Return the headings that may be a field: those that its words name first, then the others."""
    named = [head for head in heads if plain(head) in _words(kind, field)]
    return [*named, *(head for head in heads if head not in named)]


def kind_of(heads: Sequence[str], names: Iterable[str]) -> str | None:
    """Return what rows are: told by the file's name or caption, or by fields that only one kind has; else None."""
    said = f" {' '.join(plain(name) for name in names)} "
    named = [kind for kind in IN_CHAT if any(f" {word} " in said for word in _EVIDENCE[kind].split("|"))]
    if len(named) == 1:
        return named[0]
    full = {kind: fields_by_heading(kind, heads) for kind in named or IN_CHAT}
    fitting = [
        kind
        for kind, found in full.items()
        if set(KINDS[kind].needed) <= set(found) and set(found) & _TELLING.get(kind, frozenset())
    ]
    return fitting[0] if len(fitting) == 1 else None
