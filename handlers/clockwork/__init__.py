"""What is done by the clock, unasked: what all such work shares.

``programme`` lists the work, ``occasions`` says what it is given and gives back, ``looking`` is the work that depends
on records; ``telling`` keeps what is said in the outbox; ``places`` names the chats that it may go to; ``hours``
knows when nobody is disturbed, ``calendar`` which days are holidays, ``covering`` which days a digest is about.
"""
