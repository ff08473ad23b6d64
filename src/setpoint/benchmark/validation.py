"""What judging a document costs."""

from __future__ import annotations

from .figure import Figure
from .timing import Times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .ground import Ground


def measure(ground: Ground) -> Iterator[Figure]:
    """Yield the figures of validation: of each document in memory and from its file, and of all together."""
    from ..formats import decode, format_of
    from ..validation.validator import ConfigValidator

    validator = ConfigValidator()
    system = ground.system()
    trees = {name: system.load_config(name).to_dict() for name in ground.files}
    for name, file in ground.files.items():
        judged = Times.of(lambda name=name: validator.validate(trees[name], name), 100)  # type: ignore[misc]
        yield Figure.slowest(f"{name}: validated in memory", judged, below=0.05)
        read = Times.of(lambda name=name, file=file: validator.validate_file(file, name), 50)  # type: ignore[misc]
        data, format_name = ground.text(name), format_of(file) or ""
        bare = Times.of(lambda data=data, kind=format_name: decode(data, kind), 50)  # type: ignore[misc]
        yield Figure.slowest(
            f"{name}: file read, decoded, validated",
            read,
            below=0.2,
            against="its text decoded alone, median",
            baseline=bare.median,
        )
    together = Times.of(lambda: ground.system().validate_all_configs(), 15)
    yield Figure.slowest(f"all {len(ground.files)} files by a new system", together, below=1.0)
