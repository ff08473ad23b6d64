"""``setpoint migrate --check`` and ``--test``: what is pending, and whether the migrations keep their promises."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..diagnostic import Diagnostic
    from ..errors import SetpointError
    from ..system import ConfigSystem
    from ..tree import Tree
    from ..upgrade.plan import Plan
    from ..upgrade.trying import Tried


def check(system: ConfigSystem, names: Sequence[str], format_name: str) -> int:
    """Say which documents are not at their newest version; return 1 when there are any. Nothing is written."""
    from ..errors import SetpointError as AnyError
    from . import output
    from .main import worst

    upgrade = system._upgrade()
    plans: list[Plan] = []
    failures: dict[str, SetpointError] = {}
    for name, found in upgrade.look(names or upgrade.names()):
        if isinstance(found, AnyError):
            failures[name] = found
        else:
            plans.append(found)
    pending = [plan for plan in plans if plan.pending]
    codes = [error.exit_code for error in failures.values()] + [1] * bool(pending)
    if format_name == "json":
        output.print_json(
            {
                "ok": not codes,
                "diagnostics": [one.to_dict() for error in failures.values() for one in error.diagnostics],
                "pending": [_facts(plan) for plan in pending],
                "documents": len(plans) + len(failures),
                "failures": {name: error.message for name, error in failures.items()},
            }
        )
        return worst(codes)
    for plan in pending:
        count = len(plan.steps)
        output.say(f"{plan.document}: {plan.from_version} -> {plan.to_version} ({_counted(count, 'migration')})")
    for name, error in failures.items():
        _tell(f"{name} could not be looked at: {error.message}")
    if pending:
        output.say(f"{_counted(len(pending), 'document')} to migrate; 'setpoint migrate NAME --plan' shows how")
    elif not codes:
        output.say(f"ok: {_counted(len(plans), 'document')} with migrations, none pending")
    return worst(codes)


def test(system: ConfigSystem, names: Sequence[str], format_name: str) -> int:
    """Try the migrations of documents, and say what is wrong with them; return 1 when there is something."""
    from ..errors import SetpointError as AnyError
    from ..errors import UsageError
    from ..upgrade.trying import try_out
    from . import output

    upgrade = system._upgrade()
    tried: list[Tried] = []
    for name in names or upgrade.all_names():
        graph = upgrade.graph(name)
        if not graph.migrations:
            raise UsageError(f"there are no migrations of {name!r}; there are some of {', '.join(upgrade.all_names())}")
        present: Tree = None
        if name in system.listing().entries:
            try:
                present = system.load_config(name).to_dict()
            except AnyError as error:
                _tell(f"{name} is left out, and only made-up documents are tried: {error.message}")
        tried.append(try_out(graph, system.family(name), present))
    findings = [found for one in tried for found in one.findings]
    if format_name == "json":
        output.print_json(
            {
                "ok": not findings,
                "diagnostics": [found.to_dict() for found in findings],
                "documents": [one.to_dict() for one in tried],
            }
        )
        return int(bool(findings))
    _show(tried, findings)
    return int(bool(findings))


def _show(tried: Sequence[Tried], findings: Sequence[Diagnostic]) -> None:
    import sys

    from . import output
    from .reporters.text import render_diagnostic

    style = output.style_of(sys.stdout)
    for found in findings:
        output.write(render_diagnostic(found, style) + "\n")
    for one in tried:
        facts = [
            _counted(one.migrations, "migration"),
            _counted(one.examples, "example"),
            f"{_counted(one.documents, 'document')} up and down",
        ]
        if one.blocked:
            facts.append(f"{one.blocked} blocked")
        state = f"{_counted(len(one.findings), 'finding')}" if one.findings else "ok"
        output.say(f"{one.document}: {state}: {', '.join(facts)}")
        if one.unknown:
            listed = ", ".join(one.unknown)
            output.say(f"  nothing could be made up for version {listed}: only the examples were tried there")
    if not tried:
        output.say("no document here has migrations")


def _facts(plan: Plan) -> dict[str, object]:
    """Return what is pending of a document; what it changes is for ``--plan``."""
    return {
        "document": plan.document,
        "from": plan.from_version,
        "to": plan.to_version,
        "steps": list(plan.steps),
    }


def _tell(sentence: str) -> None:
    import sys

    from . import output
    from .visible import lines_visible

    output.complain(f"setpoint: {lines_visible(sentence, output.style_of(sys.stderr).encoding)}\n")


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
