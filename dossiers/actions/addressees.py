"""Which colleagues hear of something in a dossier. A mail to them names the dossier, and nothing of the citizen."""

from collections.abc import Mapping

from dossiers.models import Deputy, Dossier


def of_handler(dossier: Dossier, away: Mapping[int, Deputy]) -> list[str]:
    """E-mail addresses of the handler, and of who stands in today (``deputies_on``); none for nobody."""
    handler = dossier.handler
    if handler is None:
        return []
    people = [handler] if handler.is_active else []
    standing_in = away.get(handler.pk)
    if standing_in and (standing_in.confidential_too or not dossier.is_confidential):
        people.append(standing_in.deputy)
    return list(dict.fromkeys(person.email for person in people if person.email))
