"""Reading leaves no trace, and writing leaves only its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from changing_home import QUEUE, documents, everything, leftovers, make, opened

from setpoint.errors import SetpointError, UsageError


def test_reading_writes_nothing_anywhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load, snapshot, explain, check, bind, reload, override, history: no file, folder or time changes."""
    monkeypatch.setenv("XDG_STATE_HOME", str(home.parent / "state"))
    monkeypatch.setenv("HOME", str(home.parent / "user"))
    before = everything(home.parent)
    with opened(environ=dict(os.environ)) as system:
        system.load_config("queue")
        system.snapshot()
        system.explain("queue.retries")
        system.validate_all_configs()
        system.bind("queue")
        with system.override({"queue.retries": 1}):
            pass
        system.reload()
        assert system.history("queue") == ()
        assert system.record().verify().ok
    assert everything(home.parent) == before


def test_a_stranger_s_temporary_file_is_nobody_s_business(home: Path) -> None:
    """Reading beside it writes nothing, and it stays."""
    opened().set("queue.retries", 4)
    (home / ".draft.tmp").write_text("mine")
    before = everything(home)
    opened().snapshot()
    assert everything(home) == before


def test_reading_makes_no_call_that_could_write(home: Path, tmp_path: Path) -> None:
    """As the kernel sees it: no file is opened to be written or made, none is renamed or removed."""
    strace = shutil.which("strace")
    assert strace is not None, "scripts/system-packages installs it"
    script = (
        "import os; from setpoint import ConfigSystem; os.access('/BEGIN', 0)\n"
        "with ConfigSystem('config', environ={}) as s: s.load_config('queue'); s.snapshot(); s.history('queue')"
    )
    log = tmp_path / "log"
    calls = (
        "trace=access,open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat,truncate"
    )
    done = subprocess.run(
        [strace, "-f", "-e", "signal=none", "-e", calls, "-o", str(log), sys.executable, "-B", "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    _, _, after = log.read_text().partition("/BEGIN")
    lines = [line for line in after.splitlines()[1:] if "access(" not in line and "+++" not in line]
    writing = [line for line in lines if "open" not in line or any(flag in line for flag in ("O_WR", "O_RDWR", "O_CR"))]
    assert lines
    assert writing == []


def test_a_change_writes_its_file_and_the_state(home: Path) -> None:
    """And nothing else: the folder is its owner's alone, git ignores it, and its files are private."""
    before = documents(home)
    with opened() as system:
        system.set("queue.retries", 4)
    assert {name for name, data in documents(home).items() if data != before[name]} == {"queue.yaml"}
    state = home / ".setpoint"
    assert state.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in state.iterdir()} <= {
        ".gitignore",
        "lock",
        "history.sqlite3",
        "history.sqlite3-journal",
        "history.checkpoint",
        "history.tail",
    }
    assert {oct(path.stat().st_mode & 0o777) for path in state.iterdir()} == {"0o600"}
    assert "*" in (state / ".gitignore").read_text().splitlines()


def test_the_state_stays_private_whatever_the_umask(home: Path) -> None:
    """With umask 0 as well."""
    old = os.umask(0)
    try:
        with opened() as system:
            system.set("queue.retries", 4)
    finally:
        os.umask(old)
    state = home / ".setpoint"
    assert [oct(path.stat().st_mode & 0o777) for path in (state, *state.iterdir())] == [
        "0o700",
        *["0o600"] * len(list(state.iterdir())),
    ]


def test_a_single_file_can_be_changed(home: Path) -> None:
    """With its record beside it; it has no layers, and no other documents can be made."""
    system = opened("config/queue.yaml")
    system.set("queue.retries", 4)
    assert (home / "queue.yaml").read_text() == QUEUE.replace("retries: 3", "retries: 4")
    assert len(system.history("queue")) == 2
    system.rollback("queue", to=1)
    tree = system.load_config("queue").to_dict()
    system.save_config("queue", {**tree, "retries": 5})
    assert opened("config/queue.yaml").load_config("queue").retries == 5
    with pytest.raises(UsageError, match="single file, which has no layers"):
        system.set("queue.retries", 5, layer="local")
    with pytest.raises(UsageError):
        system.save_config("other", {"x": 1})
    assert sorted(documents(home)) == ["limits.toml", "queue.yaml", "store.json"]


def test_a_single_file_in_the_working_directory_can_be_changed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name has no directory in it, and another working directory later makes no difference."""
    monkeypatch.chdir(home)
    system = opened("queue.yaml")
    monkeypatch.chdir("/")
    system.set("queue.retries", 4)
    assert (home / "queue.yaml").read_text() == QUEUE.replace("retries: 3", "retries: 4")
    assert "queue.yaml" in system.diff("queue", 1)


def test_documents_in_subdirectories_can_be_changed(home: Path) -> None:
    """Where they are allowed; their layers are made beside them."""
    (home.parent / "setpoint.toml").write_text("[directory]\nsubdirectories = true\n")
    (home / "team").mkdir()
    (home / "team" / "mail.yaml").write_text("x: 1\n")
    system = opened()
    with system.transaction() as tx:
        tx.set("team/mail.x", 2)
        tx.set("team/mail.y", 3, layer="local")
        tx.set("queue.retries", 4)
        tx.save_config("team/new", {"z": 1})
    assert (home / "team" / "mail.yaml").read_text() == "x: 2\n"
    assert opened().load_config("team/mail").to_dict() == {"x": 2, "y": 3}
    assert opened().load_config("team/new").z == 1
    assert system.record().files("team/mail", 2) == {"team/mail.yaml": b"x: 2\n"}
    system.rollback("team/mail", to=1)
    assert (home / "team" / "mail.yaml").read_text() == "x: 1\n"
    assert leftovers(home) == []


def test_a_document_that_the_settings_name_can_be_changed(home: Path) -> None:
    """Its file has another name, and its layers have the document's."""
    (home.parent / "setpoint.toml").write_text('[documents]\npost = "odd.name.yaml"\n')
    (home / "odd.name.yaml").write_text("x: 1\ny: 1\n")
    system = opened()
    system.set("post.x", 2)
    system.set("post.y", 2, layer="local")
    assert (home / "post.local.yaml").read_text() == '"y": 2\n'
    assert opened().load_config("post").to_dict() == {"x": 2, "y": 2}
    system.rollback("post", to=1)
    assert (home / "odd.name.yaml").read_text() == "x: 1\ny: 1\n"


def test_a_symbolic_link_stays_a_link(home: Path) -> None:
    """The file it leads to is changed, if it is inside the directory; one outside is left alone."""
    (home / "real").mkdir()
    (home / "queue.yaml").rename(home / "real" / "queue.yaml")
    (home / "queue.yaml").symlink_to("real/queue.yaml")
    outside = home.parent / "outside.json"
    outside.write_text("{}\n")
    (home / "far.json").symlink_to(outside)
    system = opened()
    system.set("queue.retries", 4)
    assert (home / "queue.yaml").is_symlink()
    assert (home / "real" / "queue.yaml").read_text() == QUEUE.replace("retries: 3", "retries: 4")
    with pytest.raises(UsageError, match="outside"):
        system.set("far.x", 1)
    with pytest.raises(UsageError, match="outside"), system.transaction() as tx:
        tx.set("queue.retries", 5)
        tx.set("far.x", 1)
    assert outside.read_text() == "{}\n"
    assert opened().load_config("queue").retries == 4
    assert leftovers(home) == []


def test_a_directory_that_is_read_through_a_link_is_one_directory(home: Path) -> None:
    """The lock and the record are the same by every path."""
    (home.parent / "link").symlink_to(home)
    opened("link").set("queue.retries", 4)
    opened("config").set("queue.retries", 5, expect=4)
    assert [one.number for one in opened("link").history("queue")] == [3, 2, 1]


def as_nobody(work: Callable[[], str]) -> str:
    """Return what a function says in a child that has no rights of root's; everything it imports must be there."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os.write(write, work().encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with open(read) as answer:
        return answer.read()


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The directory ``config`` in a working directory that every user may reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.chdir(folder)
        yield make(Path(folder) / "config")


def test_a_file_that_may_not_be_written_refuses_the_whole_transaction(public: Path) -> None:
    """A mode without the right to write says what to do; nothing else of the transaction is made either."""
    state = public.parent / "state"
    state.mkdir()
    for path in (state, public, public / "limits.toml"):
        path.chmod(0o777)

    def change() -> str:
        system = opened(environ={"SETPOINT_STATE_DIR": str(state / str(os.getuid()))})
        try:
            with system.transaction() as tx:
                tx.set("limits.rate", 5)
                tx.set("queue.retries", 5)
        except SetpointError as error:
            return f"{error.exit_code} {error}"
        return "made"

    (public / "queue.yaml").chmod(0o444)
    (public / "far.json").symlink_to("/dev/null")  # what fails before the fork imports what failing needs
    with pytest.raises(SetpointError), opened().transaction() as tx:
        tx.set("limits.rate", 5)
        tx.set("far.x", 5)
    (public / "far.json").unlink()
    before = documents(public)
    assert as_nobody(change).startswith(
        "5 config/queue.yaml: this process may not write into this file: its mode is 0444"
    )
    assert documents(public) == before
    assert leftovers(public) == []


def test_a_directory_that_may_not_be_written_is_told(public: Path) -> None:
    """It can be read; the state goes to the user's folder, and a change says what to allow."""
    user = public.parent / "user"
    user.mkdir(mode=0o777)
    user.chmod(0o777)
    opened().set("queue.retries", 4)
    with pytest.raises(SetpointError):
        opened().set("queue.retries", 40)
    shutil.rmtree(public / ".setpoint")
    public.chmod(0o555)

    def change() -> str:
        system = opened(environ={"XDG_STATE_HOME": str(user)})
        told = f"{system.load_config('queue').retries} "
        try:
            system.set("queue.retries", 5)
        except SetpointError as error:
            told += f"{error.exit_code} {error}"
        return told

    before = documents(public)
    told = as_nobody(change)
    public.chmod(0o755)
    if os.getuid() == 0:
        assert told.startswith("4 5 config/queue.yaml: ")
    assert "may not write" in told or "must be writable" in told, told
    assert documents(public) == before
    assert not (public / ".setpoint").exists()
    assert [path.parent.name for path in user.rglob("lock")]
