"""Milestones: what of a target is reached, told once and unasked.

``levels`` tells half, nine tenths and all of a sum soon after the record that brings it, ``ends`` after the end of a
period that a mean, a share or a duration has reached its target; ``telling`` says whose it is and in which words.
"""
