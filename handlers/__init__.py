"""What each command means: the whole bot on one screen.

`COMMANDS` feeds recognition, the Telegram menus, /help and the README's table; every metric is a command by itself.
`BUTTONS` says who answers each kind of button.
"""

from collections.abc import Mapping

from handlers import feedback, unasked
from handlers import help as helping
from handlers.base import LEADERS, LOGGERS, MEMBERS, Command, Handler, Role
from handlers.customers import cards, edits, finding, keeping, leaving, links, merging, ownership, visiting
from handlers.dialogues import drafts
from handlers.figures import answers, kpis, questions
from handlers.imports.chat import flow as importing
from handlers.records import batches, care, closings, corrections, fixing, logbook, repeating
from handlers.reminders import followups, today
from handlers.team import exports, members, product_changes, products, rates, settings, targets
from metrics.wording import phrase

_OWNERS = frozenset({Role.OWNER})
_ANYONE = frozenset(Role)

LOGGING = (
    Command(
        "call", "goi", LOGGERS, phrase("log a phone call"), "/call Lan 5p interested", logbook.call, "log",
        example_vi="/goi Lan 5p quan tâm",
        usage=phrase("/call customer [in|out] [duration] [outcome] [when] [note]"),
    ),
    Command(
        "sale", "banhang", LOGGERS, phrase("log a sale"), "/sale Lan 12tr", logbook.sale, "log",
        example_vi="/banhang Lan 12tr", private=("ban",),
        usage=phrase("/sale customer amount [2x product] [#channel] [@colleague] [when] [note]"),
    ),
    Command(
        "lead", "khachmoi", LOGGERS, phrase("add a new customer"), "/lead Lan 0901234567 #facebook", logbook.lead,
        "log", example_vi="/khachmoi Lan 0901234567 #facebook", more=("khach",),
        usage=phrase("/lead name [phone] [#channel] [#campaign] [referred by customer] [note]"),
    ),
    Command(
        "deal", "cohoi", LOGGERS, phrase("open a deal"), "/deal Lan 50tr quoted", logbook.deal, "log",
        example_vi="/cohoi Lan 50tr báo giá", usage=phrase("/deal customer amount [product] [stage] [expected date]"),
    ),
    Command(
        "won", "chot", LOGGERS, phrase("win a customer's deal"), "/won Lan", logbook.won, "log",
        example_vi="/chot Lan",
    ),
    Command(
        "lost", "mat", LOGGERS, phrase("lose a customer's deal, with the reason"), "/lost Lan price", logbook.lost,
        "log", example_vi="/mat Lan giá",
    ),
    Command(
        "stage", "buoc", LOGGERS, phrase("move a deal to another stage"), "/stage Lan negotiating", logbook.stage,
        "log", example_vi="/buoc Lan đàm phán",
    ),
    Command(
        "meet", "gap", LOGGERS, phrase("log a meeting"), "/meet Lan yesterday", logbook.meet, "log",
        example_vi="/gap Lan hôm qua",
    ),
    Command(
        "msg", "nhantin", LOGGERS, phrase("log a chat message"), "/msg Lan answered", logbook.msg, "log",
        example_vi="/nhantin Lan",
    ),
    Command(
        "visit", "tham", LOGGERS, phrase("log a visit"), "/visit Lan", logbook.visit, "log", example_vi="/tham Lan",
    ),
    Command(
        "mail", "email", LOGGERS, phrase("log an e-mail"), "/mail Lan", logbook.mail, "log", example_vi="/email Lan",
    ),
    Command(
        "event", "sukien", LOGGERS, phrase("log an event with a customer"), "/event Lan", logbook.event, "log",
        example_vi="/sukien Lan",
    ),
    Command(
        "cost", "chi", LEADERS, phrase("log what was spent"), "/cost 5tr marketing #facebook", logbook.cost, "log",
        example_vi="/chi 5tr quảng cáo #facebook",
        usage=phrase("/cost amount kind [#channel] [#campaign] [date or month] [note]"),
    ),
    Command(
        "refund", "hoantien", LOGGERS, phrase("give a customer money back"), "/refund 128 500k", logbook.refund, "log",
        example_vi="/hoantien 128 500k",
        usage=phrase("/refund as a reply to the sale, or its number, [amount] [when] [note]"),
    ),
    Command(
        "ticket", "yeucau", LOGGERS, phrase("log what a customer asks for"), "/ticket Lan asks for an invoice",
        logbook.ticket, "log", example_vi="/yeucau Lan xin hóa đơn", usage=phrase("/ticket customer text"),
    ),
    Command(
        "answered", "datraloi", LOGGERS, phrase("mark a ticket or a message as answered"), "/answered 128",
        logbook.answered, "log", example_vi="/datraloi 128",
        usage=phrase("/answered as a reply to it, or its number, [when]"),
    ),
    Command(
        "resolved", "daxuly", LOGGERS, phrase("mark a ticket as resolved"), "/resolved 128", logbook.resolved, "log",
        example_vi="/daxuly 128", usage=phrase("/resolved as a reply to the ticket, or its number, [when]"),
    ),
    Command(
        "rating", "danhgia", LOGGERS, phrase("note how content a customer is, from 1 to 5"), "/rating Lan 5",
        logbook.rating, "log", example_vi="/danhgia Lan 5",
        usage=phrase("/rating customer 1–5 [note], or as a reply to the ticket"),
    ),
    Command(
        "optout", "ngunglienhe", LOGGERS, phrase("note that a customer wants no contact"), "/optout Lan",
        logbook.optout, "log", example_vi="/ngunglienhe Lan",
    ),
    Command(
        "optin", "lienhelai", LOGGERS, phrase("note that a customer may be contacted again"), "/optin Lan",
        links.optin, "log", example_vi="/lienhelai Lan",
    ),
    Command(
        "ratelink", "linkdanhgia", LOGGERS, phrase("a customer's own link to rate you, with a QR code"),
        "/ratelink Lan", links.ratelink, "log", example_vi="/linkdanhgia Lan",
        usage=phrase("/ratelink customer, or as a reply to the ticket"),
    ),
    Command(
        "inactive", "ngungmua", LOGGERS, phrase("who stopped buying last week, and why"), "/inactive",
        leaving.inactive, "log", example_vi="/ngungmua",
    ),
    Command(
        "find", "tim", MEMBERS, phrase("look a customer up"), "/find Lan", finding.find, "log",
        example_vi="/tim Lan",
    ),
    Command(
        "merge", "gop", LEADERS, phrase("make one of two customers who are the same"),
        "/merge Lan Nguyễn, 0912345678", merging.command, "team", example_vi="/gop Lan Nguyễn, 0912345678",
        usage=phrase("/merge customer, customer"),
    ),
    Command(
        "undo", "xoa", LOGGERS, phrase("take back your last record"), "/undo", corrections.undo, "log",
        example_vi="/xoa", usage=phrase("/undo [number], or as a reply to the record"),
    ),
    Command(
        "cancel", "huy", LOGGERS, phrase("drop what is being asked"), "/cancel", drafts.cancel, "log",
        example_vi="/huy",
    ),
)  # fmt: skip

REMINDING = (
    Command(
        "remind", "nhac", LOGGERS, phrase("be reminded of a customer"), "/remind Lan friday 9am", logbook.remind,
        "log", example_vi="/nhac Lan 9h t6", usage=phrase("/remind customer when [text]"),
    ),
    Command(
        "today", "homnay", LOGGERS, phrase("your day: what is due and what is done"), "/today", today.today, "log",
        example_vi="/homnay",
    ),
)  # fmt: skip

ASKING = (*questions.COMMANDS, *kpis.COMMANDS)

TEAM = (
    Command(
        "team", "doi", MEMBERS, phrase("who is in the team"), "/team", members.show, "team", example_vi="/doi",
    ),
    Command(
        "invite", "moi", LEADERS, phrase("a link by which somebody joins"), "/invite rep", members.invite, "team",
        example_vi="/moi nhân viên", usage=phrase("/invite owner|manager|rep|viewer"),
    ),
    Command(
        "role", "vaitro", _OWNERS, phrase("change what a member may do"), "/role Lan manager", members.change_role,
        "team", example_vi="/vaitro Lan quản lý", usage=phrase("/role name owner|manager|rep|viewer"),
    ),
    Command(
        "remove", "xoathanhvien", _OWNERS, phrase("take somebody out of the team"), "/remove Lan", members.remove,
        "team", example_vi="/xoathanhvien Lan",
    ),
    Command(
        "target", "datmuctieu", LEADERS, phrase("set targets"), "/target revenue 500m month", targets.target, "team",
        example_vi="/datmuctieu doanh số 500tr tháng",
        usage=phrase("/target [figure value week|month|quarter|year or next month|week 50|December|Q1|2027] [@rep]"),
    ),
    Command(
        "products", "sanpham", LEADERS, phrase("products: category, price, unit cost"),
        "/products RO filter category filters price 350k cost 210k", products.products, "team",
        example_vi="/sanpham Lõi RO nhóm lọc giá 350k giá vốn 210k",
        usage=phrase("/products [name] [category …] [price amount] [cost amount]; rename A to B; merge A into B"),
    ),
    Command(
        "fx", "tygia", LEADERS, phrase("exchange rates of other currencies"), "/fx usd 26000", rates.rates, "team",
        example_vi="/tygia usd 26000", usage=phrase("/fx currency rate [date]; without anything: all rates"),
    ),
    Command(
        "export", "xuatdulieu", _OWNERS, phrase("everything the team keeps, as a spreadsheet"), "/export",
        exports.export, "team", example_vi="/xuatdulieu", more=("backup", "saoluu"),
    ),
    Command(
        "import", "nhapdulieu", _OWNERS, phrase("records from a CSV or Excel file"), "/import", importing.command,
        "team", example_vi="/nhapdulieu", usage=phrase("/import with a file, as a reply to one, or alone to see how"),
    ),
    Command(
        "settings", "caidat", LEADERS, phrase("the team's name and how its figures count"), "/settings window 60",
        settings.settings, "team", example_vi="/caidat số ngày 60",
        usage=phrase("/settings [name value]; without anything: all of them"),
    ),
    Command(
        "audit", "nhatky", _OWNERS, phrase("what happened to a record, and by whom"), "/audit 128", keeping.audit,
        "team", example_vi="/nhatky 128", usage=phrase("/audit number, or as a reply to the record"),
    ),
    Command(
        "forget", "quenkhach", _OWNERS, phrase("erase a customer's personal data for good"), "/forget Lan",
        keeping.forget, "team", example_vi="/quenkhach Lan",
    ),
)  # fmt: skip

OTHER = (
    Command(
        "start", "batdau", _ANYONE, phrase("join with the code you were given"), "/start CODE", members.start, "other",
        example_vi="/batdau MÃ", menu=False,
    ),
    Command(
        "help", "trogiup", _ANYONE, phrase("what I can do"), "/help sale", helping.show, "other",
        example_vi="/trogiup banhang",
    ),
    Command(
        "lang", "ngonngu", _ANYONE, phrase("choose the language"), "/lang vi", helping.language, "other",
        example_vi="/ngonngu vi",
    ),
    Command(
        "mydata", "dulieucuatoi", MEMBERS, phrase("what is kept of you"), "/mydata", keeping.mydata, "other",
        example_vi="/dulieucuatoi",
    ),
    Command(
        "feedback", "gopy", MEMBERS, phrase("say what should be better"), "/feedback the digest comes too early",
        feedback.feedback, "other", example_vi="/gopy báo cáo gửi sớm quá", usage=phrase("/feedback what you wish"),
    ),
    Command(
        "privacy", "riengtu", _ANYONE, phrase("what is kept and who sees it"), "/privacy", helping.privacy, "other",
        example_vi="/riengtu",
    ),
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (*LOGGING, *REMINDING, *ASKING, *TEAM, *unasked.COMMANDS, *OTHER)
"""Every command, in the order of the menus."""

BUTTONS: Mapping[str, Handler] = {
    **corrections.BUTTONS,
    **fixing.BUTTONS,
    **repeating.BUTTONS,
    **drafts.BUTTONS,
    **links.BUTTONS,
    **care.BUTTONS,
    **batches.BUTTONS,
    **closings.BUTTONS,
    **cards.BUTTONS,
    **ownership.BUTTONS,
    **logbook.BUTTONS,
    **edits.BUTTONS,
    **merging.BUTTONS,
    **product_changes.BUTTONS,
    **keeping.BUTTONS,
    **answers.BUTTONS,
    **kpis.BUTTONS,
    **rates.BUTTONS,
    **settings.BUTTONS,
    **targets.BUTTONS,
    **helping.BUTTONS,
    **importing.BUTTONS,
    **leaving.BUTTONS,
    **visiting.BUTTONS,
    **unasked.BUTTONS,
    **followups.BUTTONS,
    **today.BUTTONS,
}
"""Who answers a pressed button, by the verb in its payload."""
