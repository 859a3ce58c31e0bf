"""Translations: English is the source text in the code, one catalogue a language here."""
