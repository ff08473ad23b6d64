"""The part of ``setpoint demo`` in which a document is carried to a newer version of its shape, and back."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .demo import Tour

FILE, DOCUMENT, ADDRESS = "unified_config.yaml", "unified_config", "unified_config.performance.alert_thresholds"


def migrate(tour: Tour) -> None:
    """Look at a migration, make it, and take it back."""
    import os

    system = tour.system
    before = tour.content(FILE)
    plan = tour.timed("There is a newer shape of a document: look at the way", lambda: system.plan_migration(DOCUMENT))
    if not plan.pending or tour.content(FILE) != before:
        raise AssertionError("the demo's document has nothing to migrate, or was migrated by a look")
    tour.tell(f"{DOCUMENT}: {plan.from_version} -> {plan.to_version}", *plan.diff.splitlines())
    (done,) = tour.timed(
        "Migrate it: backed up, edited, judged by its new schema", lambda: system.migrate([DOCUMENT], author="you")
    )
    if done.diff != plan.diff or done.revision is None or done.backup is None:
        raise AssertionError("the demo's migration did not do what was planned")
    backup = os.path.join(done.backup, FILE)
    with open(backup, "rb") as copy:
        if copy.read() != before:
            raise AssertionError("the demo's backup does not hold the old file")
    tour.tell(
        f"revision {done.revision} of {DOCUMENT}",
        f"the old file is in {os.path.dirname(os.path.relpath(os.path.dirname(backup)))}",
        f"{ADDRESS}.cpu_percent_max is {system.load_config(DOCUMENT).performance.alert_thresholds.cpu_percent_max}",
    )
    to = done.revision - 1
    saved = tour.timed("And back again", lambda: system.rollback(DOCUMENT, to=to, author="you"))
    if tour.content(FILE) != before:
        raise AssertionError("the demo's rollback did not bring the old file back")
    tour.tell("The file is what it was, byte for byte.", *saved.notes)
