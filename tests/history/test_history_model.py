"""Any sequence of acts against plain lists: what can be read is what the lists say."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from records import Clock, entry

from setpoint.history.history import History

SECRET = b"swordfish"
DOCUMENTS = st.sampled_from(["a", "b"])
CONTENTS = st.dictionaries(
    st.sampled_from(["x.yml", "y.yml"]),
    st.sampled_from([b"", b"a: 1\n", b"a: 2\nb: 3\n", b"key: swordfish\n", b"line\n" * 40, b"line\n" * 39 + b"end\n"]),
    max_size=2,
)


class Kept:
    """One revision of the model."""

    def __init__(self, number: int, files: dict[str, bytes], time: float) -> None:
        self.number = number
        self.files: dict[str, bytes] | None = files
        self.time = time


class HistoryMachine(RuleBasedStateMachine):
    """A history on the disk beside lists of what was recorded."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.history = History(self.folder / "state", clock=self.clock)
        self.model: dict[str, list[Kept]] = {}
        self.heads: list[tuple[int, str]] = []

    @rule(document=DOCUMENTS, files=CONTENTS, always=st.booleans())
    def append(self, document: str, files: dict[str, bytes], always: bool) -> None:
        made = self.history.append([entry(files, document)], always=always)[0]
        self._expect(document, files, always)
        assert made.number == self.model[document][-1].number

    @rule(first=CONTENTS, second=CONTENTS)
    def append_both(self, first: dict[str, bytes], second: dict[str, bytes]) -> None:
        self.history.append([entry(first, "a"), entry(second, "b")], always=True)
        self._expect("a", first, True, tick=True)
        self._expect("b", second, True, tick=False)

    def _expect(self, document: str, files: dict[str, bytes], always: bool, tick: bool = True) -> None:
        revisions = self.model.setdefault(document, [])
        if always or not revisions or revisions[-1].files != files:
            number = revisions[-1].number + 1 if revisions else 1
            revisions.append(Kept(number, files, self.clock.now))

    @rule(document=st.sampled_from([None, "a", "b", "c"]), keep=st.integers(1, 4))
    def prune(self, document: str | None, keep: int) -> None:
        self.history.prune(document, keep=keep)
        for name, revisions in self.model.items():
            if document in (None, name):
                del revisions[:-keep]

    @rule(back=st.integers(0, 6))
    def prune_old(self, back: int) -> None:
        limit = self.clock.now - back
        self.history.prune(older_than=limit)
        for revisions in self.model.values():
            while len(revisions) > 1 and revisions[0].time < limit:
                del revisions[0]

    @rule()
    def purge(self) -> None:
        self.history.purge(SECRET)
        for revisions in self.model.values():
            for one in revisions:
                if one.files is not None and any(SECRET in content for content in one.files.values()):
                    one.files = None
        state = self.folder / "state"
        if state.exists():
            assert not any(SECRET in path.read_bytes() for path in _closed(self.history, state))

    @rule(seconds=st.integers(-50, 50))
    def turn_the_clock(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule()
    def open_again(self) -> None:
        self.history.close()
        self.history = History(self.folder / "state", clock=self.clock)

    @precondition(lambda self: any(self.model.values()))
    @rule()
    def move(self) -> None:
        """Export, and go on with the import in another place."""
        self.history.export(self.folder / "out")
        self.history.close()
        name = f"state{len(os.listdir(self.folder))}"
        moved = History(self.folder / name, clock=self.clock)
        moved.import_(self.folder / "out")
        self.history.close()
        shutil.rmtree(self.folder / "state")
        moved.close()
        os.rename(self.folder / name, self.folder / "state")
        self.history = History(self.folder / "state", clock=self.clock)

    @invariant()
    def what_is_read_is_the_model(self) -> None:
        assert self.history.documents() == tuple(sorted(self.model))
        for document, revisions in self.model.items():
            assert [one.number for one in reversed(self.history.revisions(document))] == [
                one.number for one in revisions
            ]
            for one in revisions:
                if one.files is None:
                    assert self.history.revision(document, one.number).purged
                else:
                    assert self.history.files(document, one.number) == one.files

    @invariant()
    def the_chain_is_whole(self) -> None:
        found = self.history.verify()
        assert found.ok, found.problems
        assert self.history.notices == ()
        for head in self.heads:
            assert self.history.verify(head).ok
        if found.head is not None:
            self.heads = [*self.heads[-2:], found.head]

    def teardown(self) -> None:
        self.history.close()
        shutil.rmtree(self.folder)


def _closed(history: History, folder: Path) -> list[Path]:
    history.close()
    return list(folder.iterdir())


TestHistoryModel = HistoryMachine.TestCase
TestHistoryModel.settings = settings(max_examples=max(5, settings().max_examples // 8), stateful_step_count=20)
