"""The words by which files say which way a call went and what came of it, and which columns hold money and dates."""

MOST_MINOR = 10**12 * 100
AMOUNTS = ("amount", "rate", "value")
DATES = ("at", "from", "to", "opened_at", "closed_at", "answered_at", "resolved_at", "birthday")
DIRECTIONS = {"in": "in", "inbound": "in", "incoming": "in", "vao": "in", "den": "in"} | dict.fromkeys(
    ("out", "outbound", "outgoing", "ra", "di", ""), "out"
)
OUTCOMES = {
    "connected": ("answered", "nghe may", "yes"),
    "no_answer": ("no answer", "khong nghe", "missed", "unanswered"),
    "busy": ("may ban",),
    "wrong_number": ("wrong number", "sai so", "nham so"),
    "interested": ("quan tam",),
    "not_interested": ("not interested", "khong quan tam"),
    "callback": ("call back", "hen goi lai"),
    "quoted": ("bao gia",),
}
WRITTEN = dict.fromkeys(("answered", "yes", "replied", "da tra loi", "co"), "answered") | dict.fromkeys(
    ("no_answer", "no answer", "unanswered", "no", "chua tra loi", "khong tra loi"), "no_answer"
)
"""What became of a message or an e-mail."""
OUTCOME_OF = {word: key for key, words in OUTCOMES.items() for word in (key, key.replace("_", " "), *words)}
