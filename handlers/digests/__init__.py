"""Digests: what a chat is told of its figures by the clock; made, changed and looked at by /digest, posted by /link.

``composing`` writes one, ``sending`` is the work of its schedule, ``managing`` the buttons of /digest, ``linking``
binds groups and topics to the team.
"""
