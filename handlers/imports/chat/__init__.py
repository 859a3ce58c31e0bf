"""Importing a file that was sent in chat: asked about by buttons, shown before anything is written, taken back whole.

``sheets`` looks into the file and tries it out with the core of `handlers.imports`; ``showing`` words what was found
and what is asked; ``flow`` is the command, the sent file and the buttons; ``working`` does it, in the background.
"""
