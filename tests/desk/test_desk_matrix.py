"""Every method of a desk, for every role, over documents in and out of a grant: who gets what, and what nobody gets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from setpoint.access import ROLES, VERBS
from setpoint.desk import DeniedError, Desk
from setpoint.errors import ConfigNotFoundError, SetpointError
from setpoint.events import Orphaned, Rejected, Reloaded
from setpoint.saved import Saved

from .place import HIDDEN, SECRET, Place, make_place, says_the_hidden_port, told

ANY = ("*",)

# method -> the verb that it takes, what it is about, and how it is called for a document.
# about: "document" (it is named), "some" (filtered: takes the verb somewhere), "all" (takes it over everything),
# "nothing" (everybody may ask)
CALLS: dict[str, tuple[str, str, Callable[[Desk, str], Any]]] = {
    "documents": ("read", "nothing", lambda desk, name: desk.documents()),
    "held": ("read", "document", lambda desk, name: desk.held(name)),
    "value": ("read", "document", lambda desk, name: desk.value(name)),
    "explain": ("read", "document", lambda desk, name: desk.explain(name)),
    "origins": ("read", "document", lambda desk, name: desk.origins(name, [(), ("db", "password"), ("nosuch",)])),
    "schema": ("read", "document", lambda desk, name: desk.schema(name)),
    "validate": ("read", "document", lambda desk, name: desk.validate(name, {"port": "x", "note": 5})),
    "snapshot": ("read", "some", lambda desk, name: desk.snapshot()),
    "history": ("read", "document", lambda desk, name: desk.history(name)),
    "recent": ("read", "some", lambda desk, name: desk.recent()),
    "revision": ("read", "document", lambda desk, name: desk.revision(name, 1)),
    "diff": ("read", "document", lambda desk, name: desk.diff(name, 1)),
    "migrations": ("read", "some", lambda desk, name: desk.migrations()),
    "plan": ("read", "document", lambda desk, name: desk.plan(name)),
    "health": ("observe", "some", lambda desk, name: desk.health()),
    "alerts": ("observe", "some", lambda desk, name: desk.alerts()),
    "report": ("observe", "all", lambda desk, name: desk.report()),
    "figures": ("observe", "all", lambda desk, name: desk.figures()),
    "sees": ("read", "nothing", lambda desk, name: [desk.sees(one) for one in events(desk)]),
    "audit": ("administer", "some", lambda desk, name: desk.audit()),
    "whoami": ("read", "nothing", lambda desk, name: desk.whoami()),
    "set": ("change", "document", lambda desk, name: desk.set(name, ("extra",), 5, if_match=ANY)),
    "unset": ("change", "document", lambda desk, name: desk.unset(name, ("extra",), if_match=ANY)),
    "replace": ("change", "document", lambda desk, name: desk.replace(name, tree(desk, name), if_match=ANY)),
    "transaction": (
        "change",
        "document",
        lambda desk, name: desk.transaction(
            [
                {"op": "set", "document": name, "pointer": "/more", "value": 82},
                {"op": "set", "document": name, "pointer": ("extra",), "value": 1, "layer": "base"},
            ],
            if_match={name: ANY},
        ),
    ),
    "rollback": ("restore", "document", lambda desk, name: desk.rollback(name, 1, if_match=ANY)),
    "migrate": ("restore", "document", lambda desk, name: desk.migrate(name, if_match=ANY)),
    "accept": ("restore", "document", lambda desk, name: desk.accept(name)),
    "reload": ("restore", "all", lambda desk, name: desk.reload()),
}
# What a system of this kind has not: no document here has migrations, and the hidden one has no schema.
REFUSED_ANYWAY = {"plan", "migrate", "schema"}
GRANTS = {
    "in": lambda role: (f"{role}:shop",),
    "out": lambda role: (f"{role}:{HIDDEN}",),
    "all": lambda role: (role,),
    "mixed": lambda role: ("viewer:shop", f"{role}:team/*"),
    "none": lambda role: (),
}


def tree(desk: Desk, name: str) -> dict[str, Any]:
    """The document as this principal sees it, with another note."""
    return {**json.loads(desk.value(name).body), "note": "another"}


def events(desk: Desk) -> list[Any]:
    """Events about the document that is open, the one that is hidden, and both."""
    from setpoint.change import Change

    system = desk.backing.system
    changes = [
        Change("shop", ("db", "password"), "canary-1", "canary-2"),
        Change("shop", ("vault", "canary-key"), "canary-3", "canary-4"),
        Change(HIDDEN, ("shown",), "only-for-some", "only-for-others"),
        Change("shop", ("port",), 1, 2),
    ]
    findings = system._rules.findings({name: system.load_config(name) for name in ("shop", HIDDEN)})
    both = ("shop", HIDDEN)
    return [
        *(Reloaded(names, 2, 0.1, changes) for names in (both, ("shop",), (HIDDEN,))),
        *(
            Rejected(names, list(findings), f"{HIDDEN} is wrong", held)
            for names in (both, (HIDDEN,))
            for held in (both, ())
        ),
        Rejected((), (), f"{HIDDEN} cannot be read"),
        Orphaned(both),
        Saved((*system.history("shop"), *system.history(HIDDEN)), {}, (f"{HIDDEN} too",), documents=both),
    ]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A system in which both documents have a past, and everything was loaded."""
    place = make_place(tmp_path_factory.mktemp("matrix") / "place")
    root = place.desk("admin", reveals=("**",), name="root")
    for name in ("shop", HIDDEN, "team/service"):
        root.set(name, ("extra",), 0, if_match=ANY)
        root.set(name, ("extra",), 1, if_match=ANY)
    yield place
    place.close()


def test_every_public_method_is_in_the_matrix() -> None:
    """A method that is added to the desk must be added here, with who may call it."""
    public = {name for name in dir(Desk) if not name.startswith("_")} - {"backing", "principal", "client"}
    assert public == set(CALLS)
    assert {verb for verb, _, _ in CALLS.values()} == set(VERBS)


def allowed(scope: str, role: str, verb: str, about: str, name: str) -> str:
    """What must come of a call: ``done``, ``denied`` or ``missing``."""

    def is_in(least: str, held: str) -> bool:
        return ROLES.index(held) >= ROLES.index(least)

    over = {
        "in": {"shop": role},
        "out": {HIDDEN: role},
        "all": {"shop": role, HIDDEN: role},
        "mixed": {"shop": "viewer", "team/service": role},
        "none": {},
    }[scope]
    least = VERBS[verb]
    if about == "nothing":
        return "done"
    if about == "some":
        return "done" if any(is_in(least, held) for held in over.values()) else "denied"
    if about == "all":
        return "done" if scope == "all" and is_in(least, role) else "denied"
    if name not in over:
        return "missing"
    return "done" if is_in(least, over[name]) else "denied"


@pytest.mark.parametrize("scope", GRANTS)
@pytest.mark.parametrize("role", ROLES)
def test_who_gets_what(world: Place, scope: str, role: str) -> None:
    """A method does what the role allows over the documents of its grants; and nothing that is said holds a secret,
    or the name of a document that may not be read."""
    for method, (verb, about, call) in CALLS.items():
        for name in ("shop", HIDDEN):
            desk = world.desk(*GRANTS[scope](role))
            wanted = allowed(scope, role, verb, about, name)
            outcome, said = "done", ""
            try:
                result = call(desk, name)
                said = told(result)
                if method == "held" and result is None:
                    outcome = "missing"
            except DeniedError as error:
                outcome, said = "denied", told(error)
            except ConfigNotFoundError as error:
                outcome, said = "missing", told(error)
                if method in REFUSED_ANYWAY and wanted == "done":
                    outcome = "done"
            except SetpointError as error:
                said = told(error)
                assert method in REFUSED_ANYWAY, f"{method}({name}) as {role} over {scope}: {error}"
            assert outcome == wanted, f"{method}({name}) as {role} over {scope}: {outcome}, not {wanted}: {said}"
            assert SECRET not in said, f"{method}({name}) as {role} over {scope}: {said}"
            if scope in ("in", "mixed", "none"):
                asked_for = said.replace(f"'{HIDDEN}'", "") if name == HIDDEN else said
                assert HIDDEN not in asked_for, f"{method}({name}) as {role} over {scope}: {said}"
                assert "only-for" not in said, f"{method}({name}): {said}"
                assert not says_the_hidden_port(said), f"{method}({name}): {said}"


def test_who_may_see_secrets_sees_them(world: Place) -> None:
    """The canaries are there to be seen: with the right to reveal, each method that has them shows them."""
    desk = world.desk("admin", reveals=("shop",))
    for method in ("value", "held", "explain", "snapshot", "revision", "sees", "schema"):
        said = told(CALLS[method][2](desk, "shop"))
        assert SECRET in said, method
        assert "canary-hidden" not in said, method


def test_what_may_not_be_read_is_as_if_it_were_not_there(world: Place) -> None:
    """A document that may not be read and one that does not exist give the same error, name for name."""
    desk = world.desk("viewer:shop", "admin:team/*")
    missing = "zorgbler"
    for method, (_, about, call) in CALLS.items():
        if about != "document" or method == "held":
            continue
        said = []
        for name in (HIDDEN, missing):
            with pytest.raises(ConfigNotFoundError) as caught:
                call(desk, name)
            said.append((caught.value.message.replace(name, "?"), caught.value.near, type(caught.value)))
        assert said[0] == said[1], method


def test_a_grant_of_nothing_reads_nothing(tmp_path: Path) -> None:
    """Without a grant the list of documents is empty, and whoami says so."""
    place = make_place(tmp_path / "place")
    desk = place.desk()
    assert desk.documents() == {"documents": [], "next": None}
    assert desk.whoami() == {"name": "ann", "grants": [], "verbs": []}
    place.close()
