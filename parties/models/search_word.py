from django.db import models
from django.db.models import Q

from parties.models.address import Address
from parties.models.party import Party

END = "\U0010ffff"
"""Sorts after every word that begins alike."""


class SearchWordQuerySet(models.QuerySet["SearchWord"]):
    def beginning(self, word: str) -> "SearchWordQuerySet":
        """Rows of words that begin so. A range, which both databases read from the index."""
        return self.filter(word__gte=word, word__lt=word + END)

    def followed_by(self, word: str) -> "SearchWordQuerySet":
        """The other words of the name begin so."""
        return self.filter(rest__gte=f" {word}", rest__lt=f" {word}{END}")


class SearchWord(models.Model):
    """A word of a name or a street, with the other words: what finding reads. Kept by the database itself, from the
    parties and addresses (``parties/search_guards.py``); nobody writes here."""

    class Source(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"
        ADDRESS = "address"

    source = models.CharField(max_length=12)
    word = models.CharField(max_length=60)
    rest = models.CharField(max_length=200)
    # The triggers see to it that they exist: a constraint would only slow down a million rows.
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    address = models.ForeignKey(
        Address, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )

    objects = SearchWordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["word", "rest", "source", "party"], name="parties_searchword_words"),
            models.Index(fields=["address"], name="parties_searchword_address", condition=Q(address__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.word


class WordKey(models.Model):
    """What leads to a word when it is not typed as it stands: how it sounds, or (on SQLite) the word less a letter.

    Each different word once, however many people bear it. Two who come in with the same new name at once may both write
    it: nobody waits for anybody, and to be twice in this list does no harm.
    """

    key = models.CharField(max_length=62)
    word = models.CharField(max_length=60)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["key", "word"], name="parties_wordkey_key"),
            models.Index(fields=["word"], name="parties_wordkey_word"),
        ]

    def __str__(self) -> str:
        return self.word
