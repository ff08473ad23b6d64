"""Which folders are on a network file system, by the kernel's list of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from records import fill

from setpoint.history import network
from setpoint.history.history import History
from setpoint.history.network import network_file_system

MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:30 / /mnt/my\\040share rw,relatime shared:2 master:1 - nfs4 server:/x rw
23 22 0:31 / /mnt/my\\040share/local rw - tmpfs tmpfs rw
24 21 0:32 / /win rw - fuse.sshfs a:b rw
25 21 0:33 / /win rw - ext4 /dev/sdb1 rw
nonsense
26 21 0:34 / /srv rw - cifs //a/b rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/mnt/my share/a/b", "nfs4"),
        ("/mnt/my share", "nfs4"),
        ("/mnt/my share too", None),
        ("/mnt/my share/local/x", None),
        ("/win/x", None),
        ("/srv/x", "cifs"),
        ("/home", None),
    ],
)
def test_the_mount_that_holds_a_folder_decides(tmp_path: Path, folder: str, kind: str | None) -> None:
    """The longest place counts, and of two on one place the later."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert network_file_system(folder, str(mounts)) == kind


def test_without_a_list_nothing_is_known(tmp_path: Path) -> None:
    """As on other systems; and this machine's own list can be read."""
    assert network_file_system("/", str(tmp_path / "gone")) is None
    assert network_file_system("/proc") is None


def test_a_record_on_a_network_is_used_and_said_so(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning with what to do, once."""
    monkeypatch.setattr(network, "network_file_system", lambda folder: "nfs4")
    fill(history, 2)
    (notice,) = history.notices
    assert (notice.rule, notice.severity) == ("history-on-network", "warning")
    assert "SETPOINT_STATE_DIR" in (notice.suggestion or "")
    assert len(history.revisions("messaging")) == 2
