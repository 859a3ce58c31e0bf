"""What could not be understood, in words, with the nearest things that would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from metrics.wording import Phrase, phrase


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not understood, in words, and the nearest things that would be, as they can be typed.

    ``typed`` is the stretch of the line that a suggestion takes the place of, where it is known; ``swaps`` are for each
    suggestion the stretches that give way to something else, where there are several. ``filtered`` is the filter of
    which there is no such value; what is ``doubtful`` may be each of the suggestions, others are only near it.
    """

    message: Phrase
    suggestions: tuple[str, ...] = ()
    typed: str = ""
    filtered: str | None = None
    swaps: tuple[Mapping[str, str], ...] = ()
    doubtful: bool = False

    def offering(self, suggestions: Sequence[str]) -> Phrase:
        """What is said when only these of the suggestions are offered."""
        params = self.message.params
        if not suggestions or params.get("names") != ", ".join(self.suggestions):
            return self.message
        if not any(suggestions):
            return phrase("I don't understand “{typed}”; without it I can answer.", typed=params["typed"])
        return replace(self.message, params={**params, "names": ", ".join(suggestions)})
