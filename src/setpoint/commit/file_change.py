"""``FileChange``: what is to happen to one file."""

from __future__ import annotations


class FileChange:
    """One file before and after.

    Arguments: ``name`` is the file's, relative to the configuration directory, with ``/``; ``path`` where it is;
    ``shown`` the path as the user named it; ``before`` the bytes that the change is based on, None when there is no
    such file; ``after`` the bytes it is to hold, None when it is to go; ``like`` is a file whose owner and permissions
    one that is made gets.
    """

    __slots__ = ("after", "before", "like", "name", "path", "shown")

    def __init__(
        self,
        name: str,
        path: str,
        *,
        shown: str,
        before: bytes | None,
        after: bytes | None,
        like: str | None = None,
    ) -> None:
        self.name = name
        self.path = path
        self.shown = shown
        self.before = before
        self.after = after
        self.like = like

    def undone(self) -> FileChange:
        """Return the change that takes this one back."""
        return FileChange(self.name, self.path, shown=self.shown, before=self.after, after=self.before, like=self.like)

    def make(self, root: str) -> tuple[str, ...]:
        """Make the change durably, and return what is to be said about it.

        Arguments: ``root`` is the directory that the real file may not be outside of. Raises ``FileChangedError`` when
        the file is not as it was, ``UnavailableError`` when the system refuses: then nothing happened.
        """
        from ..atomic.changed import ABSENT
        from ..atomic.remove import remove_file
        from ..atomic.write import write_file

        if self.after is None:
            if self.before is None:
                return ()
            return remove_file(self.path, expected=self.before, root=root, shown=self.shown).notes
        expected = ABSENT if self.before is None else self.before
        return write_file(self.path, self.after, expected=expected, root=root, like=self.like, shown=self.shown).notes

    def __repr__(self) -> str:
        return f"<FileChange of {self.shown}>"
