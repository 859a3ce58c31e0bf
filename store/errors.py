"""Plain errors of the store, without words for people: handlers word them."""


class StoreError(Exception):
    """Anything that the store refuses."""


class NotFound(StoreError):
    """Nothing of that ``kind`` has that ``key`` in the team."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"{kind} not found")
        self.kind = kind
        self.key = key


class Duplicate(StoreError):
    """A row with that ``key`` is there already (an update handled before, an import row landed before)."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"{kind} is there already")
        self.kind = kind
        self.key = key


class AlreadyDone(StoreError):
    """Somebody else (another worker, an earlier press) has done this; the transaction must be given up."""


class TooLarge(StoreError):
    """A refund that would pass what is left of its sale: ``left_minor`` in the sale's currency."""

    def __init__(self, left_minor: int) -> None:
        super().__init__("more than is left")
        self.left_minor = left_minor


class Differs(StoreError):
    """Two things that must agree in ``what`` do not."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} differs")
        self.what = what
