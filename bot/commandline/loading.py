"""How a verb's modules are imported: at once, and only those of the verb that is used."""

import gc
import importlib
from typing import Any


def loaded(module: str, name: str) -> Any:
    """Import a module and return what it calls ``name``."""
    gc.disable()  # what is imported stays: looking through it for garbage costs a third of the start
    try:
        return getattr(importlib.import_module(module), name)
    finally:
        gc.freeze()
        gc.enable()
