"""``Migrate``: one document through its migrations, as a step of a transaction."""

from __future__ import annotations

from ..address import format_address
from ..editing.apply import apply
from ..editing.operation import Unset
from ..errors import ConfigParseError, MigrationBlockedError, MigrationError
from ..merge import merge
from ..migration.carry import carry, old_address
from ..transaction.step import Operate, Step
from ..validation.version import order, stamp_of
from .placing import place
from .route import present_version, route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..layers.layer import Layer
    from ..layers.resolution import Resolution
    from ..migration.graph import Graph
    from ..migration.hop import Hop
    from ..migration.step import Kept
    from ..sources.listing import LayerFile
    from ..transaction.draft import Draft
    from ..tree import Tree
    from .past import Past
    from .route import Route


class Migrate(Step):
    """A document is carried to another version: its base file, and the files that lie over it.

    Arguments: ``graph`` is of its versions; ``to_version`` and ``from_version`` as for ``route``; ``past`` returns what
    is known of earlier ways up, for the way down; ``machine`` is False after a rollback, which brings back all files
    but that of this machine;
    ``progress`` is called with the way when it has been gone.

    ``route`` is the way, once it is done; ``files`` are those it leads; ``warnings`` say what is to be looked at, and
    what was lost.
    """

    def __init__(
        self,
        name: str,
        graph: Graph,
        to_version: str | None,
        from_version: str | None,
        past: Callable[[], Past],
        *,
        machine: bool = True,
        progress: Callable[[Route], None] | None = None,
    ) -> None:
        super().__init__(name)
        self.route: Route | None = None
        self.warnings: list[str] = []
        self.files: list[str] = []
        self._graph = graph
        self._to = to_version
        self._from = from_version
        self._past = past
        self._machine = machine
        self._progress = progress

    def do(self, draft: Draft) -> None:
        """Write into the draft. Raises as ``route`` and ``carry`` do."""
        self.route = None
        family = draft.workspace.family(self.name)
        before = draft.resolve(machine=self._machine)
        way = route(
            self.name, self._graph, draft.tree("base"), before, family, to_version=self._to, from_version=self._from
        )
        self.route = way
        self.warnings = list(way.warnings)
        self.files = []
        if not way.hops:
            return
        if not self._machine:  # what a rollback has brought is a revision of its own
            draft.passed = [("rollback", draft.recorded(), way.from_version)]
        draft.version = way.to_version
        layers = [layer for layer in draft.layers() if self._machine or layer != "local"]
        self._refuse_functions(draft, [layer for layer in layers if layer != "base"])
        trees = {layer: draft.tree(layer) for layer in layers}
        for layer in layers:
            self._carry(draft, layer, trees, way)
        self._report_variables(draft, way)
        if self._progress is not None:
            self._progress(way)

    def verify(self, draft: Draft) -> None:
        """Raise when the document is not at the version that it was to reach."""
        way = self.route
        if way is None or not way.hops:
            return
        resolution = draft.resolve()
        reached = resolution.report.version
        if not resolution.report.ok or reached is None or order(reached) == order(way.to_version):
            return
        family = draft.workspace.family(self.name)
        known = family.versions if family is not None else ()
        if any(order(one) == order(way.to_version) for one in known):
            why = f"what the migration makes of {self.name} is valid at {reached}, and not at {way.to_version}"
        else:
            why = f"no schema can judge the result; add schemas/{self.name}@{way.to_version}.schema.json"
        raise MigrationError(f"{way.hops[-1]}: {why}; nothing was written")

    def _carry(self, draft: Draft, layer: str, trees: Mapping[str, Tree], way: Route) -> None:
        file = draft.file(layer)
        data = draft.text(layer)
        assert data is not None
        is_base = layer == "base"
        is_down = not all(hop.forward for hop in way.hops)
        self.files.append(file.shown)
        kept = self._past().kept(file, way.stamp_at) if is_down else []
        try:
            carried = carry(
                way.hops,
                trees[layer],
                kept=kept if is_down else None,
                below=None if is_base else below_of(trees, layer),
                stamp_at=way.stamp_at if is_base else None,
            )
        except MigrationBlockedError as error:
            place(error, file, data, trees[layer], draft.resolve().schema)
            raise
        self.warnings += [f"{file.shown}: {loss}" for loss in carried.lost]
        operations, tree = carried.operations, carried.tree
        if is_base and not way.stamped and not _stamp_is_kept(kept, way) and stamp_of(tree, way.stamp_at) is not None:
            operations = [*operations, Unset(way.stamp_at)]
            tree = apply(tree, operations[-1:])
        if operations:
            Operate(self.name, operations, layer).do(draft)
            earlier = self._past().text(file, data, tree) if is_down else None
            if earlier is not None:
                draft.write(layer, earlier)

    def _refuse_functions(self, draft: Draft, overlays: Sequence[str]) -> None:
        assert self.route is not None
        refuse_functions(self.route, [draft.file(layer) for layer in overlays])

    def _report_variables(self, draft: Draft, way: Route) -> None:
        """Say which variables set a place that is elsewhere now: nothing but a person can rename these."""
        for layer in draft.resolve(before=True).layers:
            for parts, variable in layer.variables.items():
                moved = _moved(way, parts)
                if moved is not None:
                    self.warnings.append(f"{variable.name}: {moved}")

    def __repr__(self) -> str:
        return f"<Migrate {self.name}>"


class Along(Step):
    """The file of this machine follows its document to the version that a rollback has brought it to.

    It is never on record, so no rollback brings it back. Where no way leads there it stays, and whether the document is
    valid with it is judged as ever. Arguments as for ``Migrate``.
    """

    def __init__(self, name: str, graph: Graph, past: Callable[[], Past]) -> None:
        super().__init__(name)
        self._graph = graph
        self._past = past

    def do(self, draft: Draft) -> None:
        """Carry the local file in the draft, if there is one and it must."""
        if "local" not in draft.layers() or not draft.exists(before=True):
            return
        before = draft.resolve(before=True)
        file = draft.file("local")
        try:
            hops = self._way(draft, before)
            if not hops or not all(hop.migration.declarative for hop in hops):
                return
            carried = carry(
                hops,
                draft.tree("local"),
                kept=None if all(hop.forward for hop in hops) else self._past().kept(file, ()),
                below=_base_of(before.layers),
                stamp_at=None,
            )
        except (MigrationError, ConfigParseError):
            return  # it stays as it is, and is judged with the rest
        if carried.operations:
            Operate(self.name, carried.operations, "local").do(draft)

    def _way(self, draft: Draft, before: Resolution) -> list[Hop]:
        """Return the way from the version that the document has to the one that it is to have."""
        family = draft.workspace.family(self.name)
        was = present_version(self.name, self._graph, _base_of(before.layers), before, family)
        # Without the local file: it may not fit what was brought, and is not what says the version.
        after = draft.resolve(machine=False)
        now = present_version(self.name, self._graph, draft.tree("base"), after, family)
        return self._graph.path(was, now) if was is not None and now is not None else []

    def __repr__(self) -> str:
        return f"<Along {self.name}>"


def _stamp_is_kept(kept: Sequence[Kept], way: Route) -> bool:
    """True when it is known what stood in place of the version before the way up."""
    last = way.hops[-1]
    return any("stamp" in one and (one["from"], one["to"]) == (last.to_version, last.from_version) for one in kept)


def refuse_functions(way: Route, overlays: Sequence[LayerFile]) -> None:
    """Raise when a function is on the way of a document with files of layers, which it cannot carry along."""
    function = next((hop for hop in way.hops if not hop.migration.declarative), None)
    if function is not None and overlays:
        files = ", ".join(file.shown for file in overlays)
        raise MigrationError(
            f"{function}: this migration is a function of whole documents, which cannot carry {files} along; write it"
            " in steps, or carry these files by hand and put them back afterwards"
        )


def below_of(trees: Mapping[str, Tree], layer: str) -> Tree:
    """Return what lies under an overlay, before anything is carried."""
    if layer != "local":
        return trees["base"]
    return merge([tree for name, tree in trees.items() if name != "local"])


def _base_of(layers: Sequence[Layer]) -> Tree:
    return next((layer.tree for layer in layers if layer.label == "base"), None)


def _moved(way: Route, parts: Sequence[str | int]) -> str | None:
    """Return what is to be said about a variable that sets a place of before; None for nothing."""
    now = old_address(way.hops, parts)
    if now == tuple(parts):
        return None
    old = format_address((way.name, *parts))
    if now is None:
        return f"it sets {old}, which {way.to_version} does not have any more; remove the variable"
    return f"it sets {old}, which is {format_address((way.name, *now))} in {way.to_version}; rename the variable"
