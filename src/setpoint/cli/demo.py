"""``setpoint demo``: what Setpoint does, told and done on the bundled example."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from ..diagnostic import Diagnostic
    from ..saved import Saved

    T = TypeVar("T")

HELP = "a tour on a bundled example, in a temporary directory"
EXAMPLE = "setpoint demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Load, break, follow and change. Every call is real and every time is measured here and now."""
    import shutil
    import tempfile

    from ..example import example_directory

    tour = Tour(is_told=args.format == "text")
    with tempfile.TemporaryDirectory(prefix="setpoint-demo-") as folder:
        shutil.copytree(example_directory(), os.path.join(folder, "config"))
        before = os.getcwd()
        os.chdir(folder)  # so that every path is shown as a user in that folder would see it
        try:
            tour.walk()
        finally:
            os.chdir(before)
    if args.format == "json":
        from .output import print_json

        print_json({"ok": True, "diagnostics": [], "steps": tour.steps})
    else:
        tour.end()
    return 0


class Tour:
    """The steps, told as they are done."""

    def __init__(self, *, is_told: bool) -> None:
        import sys

        from .output import style_of

        self.is_told = is_told
        self.style = style_of(sys.stdout)
        self.steps: list[dict[str, object]] = []

    def walk(self) -> None:
        """Go through all steps."""
        from .demo_following import follow
        from .demo_migrating import migrate
        from .demo_monitoring import monitor

        self.open()
        try:
            self.load()
            self.layer()
            self.break_a_key()
            self.break_the_syntax()
            follow(self)
            self.set_a_value()
            self.set_a_wrong_value()
            self.look_back()
            migrate(self)
            self.disagree()
            monitor(self)
        finally:
            self.system.close()  # before its folder goes: what it found is being put on record

    def open(self) -> None:
        from ..system import ConfigSystem

        self.system = self.timed("Open a folder of YAML and JSON", lambda: ConfigSystem("config", environ={}))
        names = ", ".join(entry.name for entry in self.system.documents())
        self.tell(f"documents: {names}", "Nothing was parsed yet.")

    def load(self) -> None:
        messaging = self.timed(
            "Load one document, checked against its schema", lambda: self.system.load_config("messaging")
        )
        self.tell(f"messaging.queue.max_size is {messaging.queue.max_size}", "Only that file was read.")
        reports = self.timed("Check all of them", self.system.validate_all_configs)
        self.tell(f"{sum(report.ok for report in reports.values())} of {len(reports)} are valid")

    def layer(self) -> None:
        from ..system import ConfigSystem

        with open(os.path.join("config", "messaging.prod.yaml"), "w", encoding="utf-8") as profile:
            profile.write("queue:\n  max_size: 20000\n  max_age_days: 1\n")
        variables = {"SETPOINT_MESSAGING__QUEUE__MAX_SIZE": "50000"}
        self.system = ConfigSystem("config", profile="prod", environ=variables)
        found = self.timed(
            "A profile and an environment variable lie over the file",
            lambda: self.system.explain("messaging.queue.max_size"),
        )
        self.tell(*str(found).splitlines())
        self.tell(*str(self.system.explain("messaging.queue.max_age_days")).splitlines())
        os.remove(os.path.join("config", "messaging.prod.yaml"))
        self.system = ConfigSystem("config", environ={})
        self.system.snapshot()  # serves every document from now on

    def break_a_key(self) -> None:
        self.change("messaging.yml", "max_size:", "max_szie:")
        self.refused("Somebody mistypes a key", "messaging")
        self.change("messaging.yml", "max_szie:", "max_size:")

    def break_the_syntax(self) -> None:
        self.change("coordinates.json", '"unit":', '"origin": "top-left",\n    "unit":')
        self.refused("Somebody merges a file by hand and leaves a key in twice", "coordinates")
        self.change("coordinates.json", '"origin": "top-left",\n    "unit":', '"unit":')
        self.timed("Repaired, a reload goes through", self.system.reload)
        self.tell(f"messaging.queue.max_size is {self.system.load_config('messaging').queue.max_size}")

    def set_a_value(self) -> None:
        self.original = self.content("messaging.yml")
        saved = self.timed(
            "Change one value, and nothing else of the file",
            lambda: self.system.set("messaging.queue.max_size", 5000, author="you", reason="more traffic"),
        )
        self.told_change(saved)
        self.tell(f"messaging.queue.max_size is {self.system.load_config('messaging').queue.max_size}")

    def set_a_wrong_value(self) -> None:
        from ..errors import ConfigValidationError

        before = self.content("messaging.yml")

        def change() -> ConfigValidationError:
            try:
                self.system.set("messaging.queue.max_size", 0, author="you")
            except ConfigValidationError as error:
                return error
            raise AssertionError("the demo's wrong value was accepted")

        error = self.timed("A change that would break it is refused before anything is written", change)
        self.show(error.diagnostics)
        if self.content("messaging.yml") != before:
            raise AssertionError("the demo's wrong value was written")
        self.tell("The file is as it was.")

    def look_back(self) -> None:
        revisions = self.timed("Every change is on record", lambda: self.system.history("messaging"))
        for one in revisions:
            why = f": {one.reason}" if one.reason else ""
            self.tell(f"{one.number}  {one.to_dict()['time']}  {one.cause} by {one.author}{why}")
        first = revisions[-1].number
        saved = self.timed(
            "Roll back to what was there before", lambda: self.system.rollback("messaging", to=first, author="you")
        )
        self.told_change(saved)
        if self.content("messaging.yml") != self.original:
            raise AssertionError("the demo's rollback did not bring the old file back")
        self.tell("The file is what it was, byte for byte.")

    def told_change(self, saved: Saved) -> None:
        """Say what a change did, as the command line does."""
        from .difference import one_line

        self.tell(*(one_line(diff) or diff for diff in saved.diffs.values()))
        self.tell(*(f"revision {one.number} of {one.document}" for one in saved.revisions))

    def disagree(self) -> None:
        self.change("unified_config.yaml", "    Agent-8:", "    Agent-9:")
        reports = self.timed("Two files disagree about the agents there are", self.system.validate_all_configs)
        self.show(found for found in reports["unified_config"])

    def refused(self, title: str, name: str) -> None:
        from ..errors import ConfigInvalidError

        before = self.system.load_config(name)

        def reload() -> ConfigInvalidError:
            try:
                self.system.reload()
            except ConfigInvalidError as error:
                return error
            raise AssertionError(f"the demo's broken {name} was accepted")

        error = self.timed(title, reload)
        self.show(error.diagnostics)
        if self.system.load_config(name) is not before:
            raise AssertionError(f"the demo's broken {name} is served")
        self.tell("The reload is refused with this error; the program goes on reading what was good.")

    def change(self, file: str, old: str, new: str) -> None:
        """Edit a file of the temporary copy as a person with an editor would."""
        path = os.path.join("config", file)
        with open(path, encoding="utf-8") as opened:
            text = opened.read()
        assert old in text, f"the demo expects {old!r} in the example's {file}"
        with open(path, "w", encoding="utf-8") as opened:
            opened.write(text.replace(old, new, 1))

    def content(self, file: str) -> bytes:
        """Return what a file of the temporary copy holds."""
        with open(os.path.join("config", file), "rb") as opened:
            return opened.read()

    def timed(self, title: str, call: Callable[[], T]) -> T:
        """Do one step and keep how long it took."""
        from time import perf_counter

        start = perf_counter()
        result = call()
        milliseconds = (perf_counter() - start) * 1000
        self.steps.append({"step": title, "milliseconds": round(milliseconds, 2), "told": []})
        self.say(f"\n{self.style.paint(f'{len(self.steps)}. {title}', '1')}  ({milliseconds:.1f} ms)")
        return result

    def tell(self, *lines: str) -> None:
        """Say what the step showed."""
        told = self.steps[-1]["told"]
        assert isinstance(told, list)
        told.extend(lines)
        for line in lines:
            self.say(f"   {line}")

    def show(self, findings: Iterable[Diagnostic]) -> None:
        """Show findings as ``check`` would."""
        from .reporters.text import render_diagnostic

        for found in findings:
            told = self.steps[-1]["told"]
            assert isinstance(told, list)
            told.append(str(found))
            for line in render_diagnostic(found, self.style).splitlines():
                self.say(f"   {line}")

    def say(self, line: str) -> None:
        if self.is_told:
            from .output import write

            write(f"{line}\n")

    def end(self) -> None:
        """Say where to go on."""
        self.say("\nIn your own folder: setpoint -c DIR check")
