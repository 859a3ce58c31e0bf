"""The operator's verbs, one module each."""
