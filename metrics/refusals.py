"""Questions that a metric does not answer, each with the sentence that says so."""

from datetime import date

from metrics.wording import Phrase


class Refused(Exception):
    """The metric does not carry that breakdown or filter; ``said`` is the sentence for people."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.source)
        self.said = said


class Unanswerable(Refused):
    """There is no answer in any breakdown: the question itself must change; ``on`` is a day that has one."""

    def __init__(self, said: Phrase, on: date | None = None) -> None:
        super().__init__(said)
        self.on = on
