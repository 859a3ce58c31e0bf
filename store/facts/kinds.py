"""The kinds of contact, and which outcomes say that somebody was reached."""

CONTACT_KINDS = ("call", "message", "email", "meeting", "visit", "event", "social")
"""Every kind of contact that is kept, however it was logged or imported."""

REACHED = ("connected", "interested", "not_interested", "quoted", "callback")
MISSED = ("no_answer", "busy", "wrong_number")
