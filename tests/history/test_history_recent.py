"""The last revisions of all documents."""

from __future__ import annotations

from records import entry

from setpoint.history.history import History


def test_the_last_revisions_of_all_documents_come_newest_first(history: History) -> None:
    """In the order they were recorded in, a part at a time, each once; without what was done to the record itself."""
    assert history.recent(limit=10) == ()
    for number in range(6):
        history.append([entry(b"x: %d\n" % number, f"d{number % 3}")])
    history.append([entry(b"", "d1", deleted=True)])
    history.prune(keep=1)
    names = [(one.document, one.number) for one in history.recent(limit=100)]
    assert names[0] == ("d1", 3)
    assert set(names) >= {("d0", 2), ("d1", 3), ("d2", 2)}
    assert all(document for document, _ in names)
    paged: list[tuple[str, int]] = []
    before = None
    while part := history.recent(limit=2, before=before):
        paged += [(one.document, one.number) for one in part]
        before = part[-1].entry
    assert paged == names
