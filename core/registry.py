"""Registries: how a lower floor lets upper floors add something without knowing them."""

from collections.abc import Iterator
from typing import Generic, TypeVar

Member = TypeVar("Member")


class Registry(Generic[Member]):
    """Members by name, in order of registration. A name that is taken is refused: two apps must not fight silently."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._members: dict[str, Member] = {}

    def register(self, name: str, member: Member) -> Member:
        """Raises ValueError when the name is taken."""
        if name in self._members:
            raise ValueError(f"There is already a {self.what} named {name!r}.")
        self._members[name] = member
        return member

    def __getitem__(self, name: str) -> Member:
        return self._members[name]

    def get(self, name: str) -> Member | None:
        return self._members.get(name)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members.values())

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def items(self) -> list[tuple[str, Member]]:
        return list(self._members.items())
