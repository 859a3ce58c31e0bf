"""Reads what people write: one line into one typed reading, words into a period, a question into its parts.

A newcomer's map. Everything here is pure and total: any text gives a reading, a question about one doubtful part, or a
refusal with an example; nothing raises, nothing looks at a clock or a database.

1. `verbs` finds the verb of a plain text (`gọi Lan 5p`); commands bring theirs.
2. `keys.lookup_keys` lists every key by which a line's customers may be found; the handler fetches them in one
   query and hands them back as a `Book` inside the `Setting` (who, when, which team: `reading`).
3. `line.read` cuts the text into tokens (`text`), lets `who` decide whom the line is about, `scan` take the parts that
   follow in any order (`parts` lists which parts each kind of line may hold) and find where the note begins.
4. One module per part: `amounts` (and `money`, when an amount is asked), `days` and `times`, `durations`, `outcomes`,
   `phones`, `tags`, `spans` (the days of a cost).
5. What is in doubt becomes a `Doubt` with its question (`doubting`) and the values of its buttons; the answers come
   back as `Answers` and the same line is read again.
6. `periods` reads words into a period and `questions` what managers ask, each a package with its own map; what they
   do not understand comes back as a `refusal`. `targets` and `planned` read /target, `rates` /fx, `goods` /products.

To add a part: write its reader, list it in `parts.RECOGNISERS` for the lines that may hold it, give `Reading` its
field, and add rows to `tests/corpus`.
"""

from __future__ import annotations

from handlers.parsing.customers import suggest
from handlers.parsing.keys import LookupKeys, lookup_keys
from handlers.parsing.line import read
from handlers.parsing.periods.reader import read_period
from handlers.parsing.phones import country_of, e164
from handlers.parsing.questions.parts import Known, Question
from handlers.parsing.questions.reader import read_question
from handlers.parsing.reading import Answers, Birthday, Book, Colleague, Doubt, KnownCustomer, Reading, Setting
from handlers.parsing.refusal import Refusal
from handlers.parsing.verbs import COMMANDS, Verb, asked_lead, command_of, verb_of

__all__ = [
    "COMMANDS",
    "Answers",
    "Birthday",
    "Book",
    "Colleague",
    "Doubt",
    "Known",
    "KnownCustomer",
    "LookupKeys",
    "Question",
    "Reading",
    "Refusal",
    "Setting",
    "Verb",
    "asked_lead",
    "command_of",
    "country_of",
    "e164",
    "lookup_keys",
    "read",
    "read_period",
    "read_question",
    "suggest",
    "verb_of",
]
