"""The words by which files say which way a call went and what came of it, and how a refused row's reason is said."""

from metrics.wording import Phrase, Say

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


class Refused(ValueError):
    """A row cannot be taken; the text is plain English, ``said`` the same for the reader's language."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(Say("en").plain(said))
        self.said = said


class Reason(str):
    """Why a row was refused, in plain English, with the same to be said and the row's place among the file's rows."""

    __slots__ = ("place", "said")
    said: Phrase
    place: int

    @classmethod
    def of(cls, error: ValueError, place: int) -> "Reason":
        """Return the reason of a refusal."""
        reason = cls(str(error))
        reason.said = error.said if isinstance(error, Refused) else Phrase("{text}", {"text": str(error)})
        reason.place = place
        return reason
