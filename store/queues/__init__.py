"""What waits: updates to be handled, messages to be sent, schedules and looks that come due, open questions.

Each is claimed by one process and done once: ``inbox``, ``outbox``, ``schedules``, ``looks``; ``drafts`` are lines that
wait for an answer, ``questions`` answers whose buttons may be pressed, ``digesting`` what a digest asks of the
records, ``ahead`` what is told next.
"""
