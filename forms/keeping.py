"""How long a form that is not sent yet is kept, and how long a browser may do nothing. Pure.

docs/rules/formulieren.md says it in prose, with the reasons.
"""

from datetime import timedelta

KEPT = timedelta(days=7)
"""Since the last activity; who comes back later than that has begun anew."""
KEPT_WITH_LINK = timedelta(days=30)
"""Who asked for a link means to come back: time to look for a paper, or for an answer from somebody else."""
REMIND_BEFORE = timedelta(days=3)
"""How long before it is forgotten the reminder leaves: long enough for a weekend."""
WARN_BEFORE = timedelta(minutes=2)
"""WCAG 2.2.1 asks for 20 seconds at least; people with a screen reader or one finger need more."""
ROUND_TRIP = timedelta(seconds=15)
"""So much earlier does the browser close the form by itself, that what is typed arrives while it is still open."""
