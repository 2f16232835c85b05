"""What the worker runs."""

from parties import finding_upkeep


def tidy_words() -> None:
    finding_upkeep.tidy()
