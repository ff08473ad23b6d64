"""Last known good: whole, private, and never served when anything about it is doubtful."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from zlib import compress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setpoint.errors import UnavailableError, UsageError
from setpoint.keeping.keeper import Keeper
from setpoint.keeping.kept import Kept, pack, unpack
from setpoint.keeping.private import UnfitError

CONTENT = b"base\0/etc/app/messaging.yaml\0queue:\n  max_size: 5\n  password: hunter2\n" * 20
SEALS = 32  # bytes of the digest at the end


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def keep(keeper: Keeper, name: str = "messaging", content: bytes = CONTENT, when: float = 900.0) -> bool:
    return keeper.keep(name, content, version="2.1.0", digest="d1", when=when)


def mode(path: Path | str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def refusal(keeper: Keeper, name: str = "messaging") -> str:
    """Load what must not be served, and return what is said about it, without the path."""
    assert keeper.load(name) is None
    (notice,) = keeper.notices
    assert notice.startswith(f"{keeper.path(name)}: this last known good content is not used: ")
    return notice.removeprefix(f"{keeper.path(name)}: this last known good content is not used: ")


def test_what_is_kept_is_loaded_by_the_next_process(root: Path, state: Path) -> None:
    """The same bytes with version and digest, since when they were good, and how long ago that is."""
    clock = Clock()
    assert Keeper(str(state), str(root)).load("messaging") is None
    assert not (state / "good").exists()
    assert keep(Keeper(str(state), str(root), clock=clock)) is True
    later = Keeper(str(state), str(root), clock=clock)
    kept = later.load("messaging")
    assert kept is not None
    assert (kept.name, kept.content, kept.version, kept.digest) == ("messaging", CONTENT, "2.1.0", "d1")
    assert (kept.since, kept.age) == (900.0, 100.0)
    assert later.notices == ()
    assert "hunter2" not in repr(kept)
    clock.now = 5.0  # set back
    again = later.load("messaging")
    assert again is not None
    assert (again.since, again.age) == (900.0, 0.0)


@pytest.mark.parametrize("portable", ["0", "1"])
def test_the_files_are_for_their_owner_only(
    portable: str, root: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0600 in a folder that is 0700, whatever the umask, and compressed."""
    monkeypatch.setenv("SETPOINT_PORTABLE", portable)
    before = os.umask(0)
    try:
        keep(keeper := Keeper(str(state), str(root)))
    finally:
        os.umask(before)
    assert (mode(keeper.folder), mode(keeper.path("messaging"))) == (0o700, 0o600)
    assert os.listdir(keeper.folder) == [os.path.basename(keeper.path("messaging"))]
    assert os.path.getsize(keeper.path("messaging")) < len(CONTENT) / 3
    assert keeper.load("messaging") is not None


def test_equal_content_is_not_written_again(root: Path, state: Path) -> None:
    """The file stays the very same, good since the first time; anything else is written."""
    keeper = Keeper(str(state), str(root))
    keep(keeper)
    facts = os.stat(keeper.path("messaging"))
    assert keep(keeper, when=950.0) is False
    assert keep(Keeper(str(state), str(root)), when=960.0) is False
    after = os.stat(keeper.path("messaging"))
    assert (after.st_ino, after.st_mtime_ns) == (facts.st_ino, facts.st_mtime_ns)
    assert keeper.keep("messaging", CONTENT, version="3.0.0", digest="d1", when=970.0) is True
    assert keeper.keep("messaging", CONTENT + b"#", version="3.0.0", digest="d2", when=980.0) is True
    kept = keeper.load("messaging")
    assert kept is not None
    assert (kept.content, kept.since) == (CONTENT + b"#", 980.0)


NAMES = [
    "a",
    "A",
    "../../escape",
    "/etc/passwd",
    "a/b",
    "a-b",
    "..",
    "",
    "nul\0",
    "x" * 2000,
    "größe 🦉",
    "\ud800",
    "a\nb",
]


def test_no_name_leaves_the_folder(root: Path, state: Path) -> None:
    """Each name has a file of its own inside the folder, and comes back from names()."""
    keeper = Keeper(str(state), str(root))
    for name in NAMES:
        keep(keeper, name, name.encode("utf-8", "surrogatepass"))
    assert len(os.listdir(keeper.folder)) == len(NAMES)
    assert len({file.lower() for file in os.listdir(keeper.folder)}) == len(NAMES)
    assert os.listdir(root) == [".setpoint"]
    for name in NAMES:
        kept = keeper.load(name)
        assert kept is not None
        assert (kept.name, kept.content) == (name, name.encode("utf-8", "surrogatepass"))
    assert keeper.names() == sorted(NAMES)


def test_forgetting_removes_one_document(root: Path, state: Path) -> None:
    """Its file goes, once; the others stay."""
    keeper = Keeper(str(state), str(root))
    assert keeper.names() == []
    assert keeper.forget("messaging") is False
    keep(keeper)
    keep(keeper, "other")
    assert keeper.forget("messaging") is True
    assert keeper.forget("messaging") is False
    assert keeper.names() == ["other"]
    assert keeper.load("messaging") is None
    assert keeper.notices == ()


def test_profiles_do_not_mix(root: Path, state: Path) -> None:
    """What one profile made is not served to another, not even under its file's name."""
    plain, staging = Keeper(str(state), str(root)), Keeper(str(state), str(root), profile="staging")
    keep(plain, content=b"plain")
    keep(staging, content=b"staging")
    assert [kept.content for keeper in (plain, staging) if (kept := keeper.load("messaging"))] == [b"plain", b"staging"]
    assert plain.names() == staging.names() == ["messaging"]
    os.replace(staging.path("messaging"), plain.path("messaging"))
    assert refusal(plain) == "it is of another profile"


def test_another_directory_is_not_served(root: Path, state: Path, tmp_path: Path) -> None:
    """A copy of a configuration directory brings the state of the first along, and does not start from it."""
    keep(Keeper(str(state), str(root)))
    (tmp_path / "link").symlink_to(root)
    through = Keeper(str(tmp_path / "link" / ".setpoint"), str(tmp_path / "link"))
    assert through.load("messaging") is not None  # the same directory by another name
    shutil.copytree(root, tmp_path / "copy")
    copy = Keeper(str(tmp_path / "copy" / ".setpoint"), str(tmp_path / "copy"))
    assert refusal(copy) == f"it is of another configuration directory, {root}"
    assert copy.names() == []
    assert keep(copy) is True
    assert copy.load("messaging") is not None
    assert copy.notices == ()


def test_another_document_is_not_served(root: Path, state: Path) -> None:
    """A file under the wrong name."""
    keeper = Keeper(str(state), str(root))
    keep(keeper, "other")
    os.rename(keeper.path("other"), keeper.path("messaging"))
    assert refusal(keeper) == "it holds another document"
    assert keeper.names() == []


@given(data=st.data())
def test_any_change_of_a_file_is_noticed(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One changed byte, one cut off or one added, anywhere: never served, told once."""
    root = tmp_path_factory.getbasetemp() / "damaged"
    keeper = Keeper(str(root), str(root))
    root.mkdir(exist_ok=True)
    file = Path(keeper.path("messaging"))
    if keeper.load("messaging") is None:
        keep(keeper)
    whole = file.read_bytes()
    content = bytearray(whole)
    place = data.draw(st.integers(0, len(content) - 1))
    kind = data.draw(st.sampled_from(["change", "cut", "add"]))
    if kind == "change":
        content[place] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del content[place:]
    else:
        content.insert(place, data.draw(st.integers(0, 255)))
    file.write_bytes(content)
    told = refusal(keeper)
    assert refusal(keeper) == told
    file.write_bytes(whole)
    assert keeper.load("messaging") is not None
    assert keeper.notices == ()


def test_a_damaged_file_is_replaced(root: Path, state: Path) -> None:
    """The same content is written again, and nothing is left to be told."""
    keeper = Keeper(str(state), str(root))
    keep(keeper)
    file = Path(keeper.path("messaging"))
    file.write_bytes(file.read_bytes()[:-1])
    assert refusal(keeper) == "its checksum does not match its content, so it is damaged"
    assert keep(keeper) is True
    assert keeper.notices == ()
    assert keeper.load("messaging") is not None


@given(garbage=st.binary(max_size=300), labelled=st.booleans(), sealed=st.booleans())
def test_garbage_is_refused_and_nothing_else(garbage: bytes, labelled: bool, sealed: bool) -> None:
    """Whatever the bytes are, also with a checksum that fits: UnfitError, and no other exception."""
    body = b"setpoint good 1\n" + garbage if labelled else garbage
    with pytest.raises(UnfitError):
        unpack(seal(body) if sealed else body, "/etc/app", None, 1000)


@given(
    content=st.binary(max_size=3000), version=st.none() | st.text(max_size=5), profile=st.none() | st.text(max_size=5)
)
def test_packing_comes_back(content: bytes, version: str | None, profile: str | None) -> None:
    """Any content, version and profile, the empty ones too; one byte less of room refuses it."""
    packed = pack(Kept("n", content, version=version, digest="", since=1.5), "/r\udcff", profile)
    kept = unpack(packed, "/r\udcff", profile, len(content))
    assert (kept.content, kept.version, kept.digest, kept.since) == (content, version, "", 1.5)
    if content:
        with pytest.raises(UnfitError, match="at most"):
            unpack(packed, "/r\udcff", profile, len(content) - 1)


def seal(body: bytes) -> bytes:
    from hashlib import blake2b

    return body + blake2b(body, digest_size=SEALS).digest()


FACTS = '{"document": "messaging", "directory": "%s", "profile": null, "version": null, "digest": "", '
FACTS += '"since": %s, "size": %s}'


def made_by_hand(keeper: Keeper, root: Path, *, since: str = "1", size: str = "10", packed: bytes = b"") -> str:
    """Put a file in place whose checksum fits, and return why it is refused."""
    Path(keeper.folder).mkdir(mode=0o700, exist_ok=True)
    file = Path(keeper.path("messaging"))
    facts = FACTS % (root, since, size)
    file.write_bytes(seal(b"setpoint good 1\n" + facts.encode() + b"\n" + packed))
    file.chmod(0o600)
    return refusal(keeper)


def test_a_bomb_is_refused_in_little_memory(root: Path, state: Path) -> None:
    """65 KB that become 64 MiB are stopped at the size that it gives, and that at what the keeper allows."""
    import tracemalloc

    keeper = Keeper(str(state), str(root), most=1_000_000)
    bomb = compress(bytes(1 << 26))
    tracemalloc.start()
    try:
        assert made_by_hand(keeper, root, size="10", packed=bomb) == "its content is not what its second line says"
        assert "at most 1,000,000 are read" in made_by_hand(keeper, root, size=str(1 << 26), packed=bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000
    shown = made_by_hand(keeper, root, packed=os.urandom(1_200_000))
    assert shown == "it has more than 1,132,072 bytes"


@pytest.mark.parametrize(
    ("since", "size"),
    [
        ("NaN", "10"),
        ("1e400", "10"),
        ("true", "10"),
        ('"1"', "10"),
        ("null", "10"),
        ("9" * 400, "10"),
        ("9" * 5000, "10"),
        ("[" * 20_000 + "]" * 20_000, "10"),
        ("1", "1.0"),
        ("1", "true"),
        ("1", "null"),
        ("1", "10" + " " * 70_000),
    ],
)
def test_facts_of_another_shape_are_refused(since: str, size: str, root: Path, state: Path) -> None:
    """Times that are none, sizes that are none, numbers and nestings that parsers stumble over."""
    told = made_by_hand(Keeper(str(state), str(root)), root, since=since, size=size)
    assert told == "its second line is not what is written there"


@pytest.mark.parametrize(
    ("size", "packed", "told"),
    [
        ("-1", compress(b"0123456789"), "it says that it holds -1 bytes, and at most 67,108,864 are read"),
        ("9", compress(b"0123456789"), "its content is not what its second line says"),
        ("11", compress(b"0123456789"), "its content is not what its second line says"),
        ("10", compress(b"0123456789") + b"more", "its content is not what its second line says"),
        ("10", compress(b"0123456789")[:-1], "its content is not what its second line says"),
        ("0", b"", "its content is not what its second line says"),
    ],
)
def test_a_wrong_size_is_refused(size: str, packed: bytes, told: str, root: Path, state: Path) -> None:
    """Fewer bytes than none, not as many as there are, something behind them, an end that is missing."""
    assert made_by_hand(Keeper(str(state), str(root)), root, size=size, packed=packed) == told


def test_a_newer_format_is_refused(root: Path, state: Path) -> None:
    """After a step back to an older Setpoint its file is replaced, never guessed at."""
    keeper = Keeper(str(state), str(root))
    keep(keeper)
    file = Path(keeper.path("messaging"))
    file.write_bytes(seal(file.read_bytes()[:-SEALS].replace(b"setpoint good 1\n", b"setpoint good 12\n")))
    assert refusal(keeper) == "its format is not version 1, the one that this program knows"
    assert keep(keeper) is True


def test_too_much_is_not_kept(root: Path, state: Path) -> None:
    """Content beyond the limit, a name without end and a time that is none are refused by the call."""
    keeper = Keeper(str(state), str(root), most=100)
    keep(keeper, content=bytes(100))
    with pytest.raises(UsageError, match=r"'messaging' has 101 bytes, and at most 100 are kept"):
        keep(keeper, content=bytes(101))
    with pytest.raises(UsageError, match="64 KiB at most"):
        keep(keeper, "x" * 70_000, b"")
    for when in (float("nan"), float("inf")):
        with pytest.raises(UsageError, match="seconds since 1970"):
            keep(keeper, content=b"", when=when)
    assert keeper.names() == ["messaging"]


@pytest.mark.parametrize("bits", [0o620, 0o602])
def test_what_others_may_write_is_not_served(bits: int, root: Path, state: Path) -> None:
    """A loose file or folder; the next keep makes both private again."""
    keeper = Keeper(str(state), str(root))
    keep(keeper)
    os.chmod(keeper.path("messaging"), bits)
    assert refusal(keeper) == f"it may be written by other users (mode {bits:04o})"
    assert keep(keeper) is True
    assert mode(keeper.path("messaging")) == 0o600
    assert keeper.load("messaging") is not None
    os.chmod(keeper.folder, bits | 0o100)
    assert refusal(keeper) == f"its folder may be written by other users (mode {bits | 0o100:04o})"
    assert keep(keeper) is True
    assert mode(keeper.folder) == 0o700
    assert keeper.load("messaging") is not None


@pytest.mark.parametrize("what", ["link", "pipe", "empty folder"])
def test_what_is_no_file_is_not_served(what: str, root: Path, state: Path) -> None:
    """A symbolic link, a pipe and a directory under the file's name neither block nor lead anywhere."""
    keeper = Keeper(str(state), str(root))
    keep(keeper)
    path = Path(keeper.path("messaging"))
    elsewhere = root / "elsewhere"
    os.rename(path, elsewhere)
    before = elsewhere.read_bytes()
    if what == "link":
        path.symlink_to(elsewhere)
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert refusal(keeper) in ("it cannot be read: Too many levels of symbolic links", "it is no regular file")
    if what == "empty folder":
        with pytest.raises(UnavailableError, match="cannot be removed"):
            keep(keeper)
        return
    assert keep(keeper, content=b"new") is True
    assert not path.is_symlink()
    assert elsewhere.read_bytes() == before
    kept = keeper.load("messaging")
    assert kept is not None
    assert kept.content == b"new"


def test_a_folder_that_is_none_is_told(root: Path, state: Path) -> None:
    """A file or a link in place of the folder: nothing is served, keep says what to do."""
    keeper = Keeper(str(state), str(root))
    (state / "good").write_text("in the way")
    assert refusal(keeper) == "its folder is no directory"
    with pytest.raises(UnavailableError, match="move it away"):
        keep(keeper)
    (state / "good").unlink()
    (root / "elsewhere").mkdir()
    (state / "good").symlink_to(root / "elsewhere")
    with pytest.raises(UnavailableError, match="move it away"):
        keep(keeper)
    assert os.listdir(root / "elsewhere") == []
    assert refusal(keeper) == "its folder is no directory"


def test_a_folder_that_cannot_be_listed_is_told_as_long(root: Path, state: Path) -> None:
    """names() has nothing to give, and a notice until it has."""
    keeper = Keeper(str(state), str(root))
    (state / "good").write_text("in the way")
    assert keeper.names() == []
    assert keeper.notices == (f"{state}/good: cannot be listed: Not a directory",)
    (state / "good").unlink()
    assert keeper.names() == []
    assert keeper.notices == ()


def test_leftovers_are_swept(root: Path, state: Path) -> None:
    """What a killed writer left goes with the first keep, and is never taken for a document."""
    keeper = Keeper(str(state), str(root))
    keep(keeper)
    left = Path(keeper.folder) / ".messaging.good.setpoint-0123456789abcdef.tmp"
    left.write_bytes(b"half")
    assert keeper.names() == ["messaging"]
    assert keeper.sweep() == [str(left)]
    left.write_bytes(b"half")
    keep(Keeper(str(state), str(root)), content=b"other")
    assert not left.exists()
