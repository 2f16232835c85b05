"""Stored files that no row names: left over when a process dies between writing a file and its transaction's end."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.core.files.storage import Storage


def file_path(root: str, key: UUID, filename: str) -> str:
    """Where a file of the row ``key`` is kept: nothing of the citizen's own file name ends up on disk."""
    return f"{root}/{key.hex[:2]}/{key}/{filename}"


def remove_orphans(storage: Storage, root: str, named: Callable[[UUID], set[str]], *, before: datetime) -> int:
    """Remove files under ``root`` that no row names and that are older than ``before``; returns how many.

    ``named`` gives the files that the row with this key names.
    """
    removed = 0
    for shard in _folders(storage, root):
        for folder in _folders(storage, f"{root}/{shard}"):
            path = f"{root}/{shard}/{folder}"
            files = storage.listdir(path)[1]
            if not files and storage.get_modified_time(path) < before:
                storage.delete(path)  # an empty folder
            old = [name for name in files if storage.get_modified_time(f"{path}/{name}") < before]
            # The row is asked for after the files were listed: one that is being added now is too young.
            kept = _named(named, folder) if old else set()
            for name in old:
                if f"{path}/{name}" not in kept:
                    storage.delete(f"{path}/{name}")
                    removed += 1
    return removed


def _folders(storage: Storage, path: str) -> list[str]:
    try:
        return sorted(storage.listdir(path)[0])
    except FileNotFoundError:  # nobody added a file yet
        return []


def _named(named: Callable[[UUID], set[str]], folder: str) -> set[str]:
    try:
        return named(UUID(folder))
    except ValueError:
        return set()
