"""Which facts of a dossier an editor may route on: answers that upper floors pass on as plain data.

Register a source in ``AppConfig.ready()``: ``facts.registry.register("forms", questions)``; it gives pairs of the
fact's key and the words of an editor.
"""

from collections.abc import Callable, Iterable

from core.registry import Registry

registry: Registry[Callable[[], Iterable[tuple[str, str]]]] = Registry("source of facts")


def choices() -> list[tuple[str, str]]:
    """Every known fact once, in the words of the source that comes first."""
    found: dict[str, str] = {}
    for source in registry:
        for key, label in source():
            found.setdefault(key, label)
    return sorted(found.items(), key=lambda item: item[1].casefold())
