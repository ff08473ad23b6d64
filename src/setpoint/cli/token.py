"""``setpoint token``: who may use the server, and what for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    from ..access import Grant, Token, TokenBook
    from ..system import ConfigSystem
HELP = "make, list and revoke the tokens with which people and programs use the server"
EXAMPLE = "setpoint -c config token new deploy-bot --role editor --documents 'team/*' --expires 90d"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb, and what it needs."""
    from .moment import future

    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, help="new, list or revoke")
    new = _verb(verbs, "new", "make a token: its text is printed once, and kept nowhere")
    new.add_argument("name", metavar="NAME", help="who will hold it: goes on record with all that is done with it")
    new.add_argument("--role", metavar="ROLE", help="viewer, editor, operator or admin")
    new.add_argument(
        "--documents",
        metavar="PATTERN",
        action="append",
        help="what --role is over: messaging, 'team/*' (default: '**')",
    )
    new.add_argument(
        "--grant", metavar="ROLE:PATTERN", action="append", default=[], help="another role, over other documents"
    )
    new.add_argument(
        "--reveal", metavar="PATTERN", action="append", default=[], help="documents whose secret values it may see"
    )
    new.add_argument("--expires", metavar="WHEN", type=future, help="after 12h, 90d, 4w, or at 2027-01-31")
    _verb(verbs, "list", "list the tokens, those too that have ended in the last 90 days; no secret is shown")
    revoke = _verb(verbs, "revoke", "end a token now, for servers that are running too")
    revoke.add_argument("token", metavar="ID|NAME", help="its id, or who holds it when they hold one only")


def _verb(verbs: Any, name: str, text: str) -> Any:
    import argparse

    from .options import add_global_options, sentence

    parser = verbs.add_parser(name, help=text, description=sentence(text))
    # A default would take the place of what stood before the verb.
    parser.add_argument(
        "--format", choices=("text", "json"), default=argparse.SUPPRESS, help="how to print the result (default: text)"
    )
    add_global_options(parser)
    return parser


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    from ..system import ConfigSystem

    system = ConfigSystem(args.config_dir, profile=args.profile)
    verb: Callable[[ConfigSystem, argparse.Namespace], int] = {"new": _new, "list": _list, "revoke": _revoke}[args.verb]
    return verb(system, args)


def _new(system: ConfigSystem, args: argparse.Namespace) -> int:
    from ..access import TokenBook
    from ..access.document_pattern import DocumentPattern
    from ..access.token import VALID, checked_name
    from ..errors import UnavailableError
    from .output import complain, print_json, settle, write
    from .visible import lines_visible

    grants, name = _grants(args), checked_name(args.name)
    reveals = [DocumentPattern(text).text for text in args.reveal]
    system._state.make()
    book = TokenBook(system._state.folder)
    others = [one.id for one in book.tokens() if one.name == name and one.status(_now()) == VALID]
    told = f"for {name}: {', '.join(map(str, grants))}" + (f"; reveals {', '.join(reveals)}" if reveals else "")
    texts: list[str] = []

    def make() -> str:
        texts.append(book.new(name, grants, reveals=reveals, expires=args.expires))
        return f"token {_token_of(book, texts[0]).id} {told}"

    try:
        _audited(system, "token-new", told, make)
    except UnavailableError:
        if texts:  # it was made, and is not on record: nobody gets it
            book.revoke(_token_of(book, texts[0]).id)
        raise
    token = _token_of(book, texts[0])
    if args.format == "json":
        print_json({"ok": True, "diagnostics": [], "token": _facts(token), "text": texts[0]})
        return 0
    write(texts[0] + "\n")
    settle()
    notes = [
        f"token {token.id} {told}; {_until(token)}",
        "it is shown this once: keep it where only its holder can read",
    ]
    if others:
        notes.append(f"{name} also holds {', '.join(others)}; when this one has taken over: setpoint token revoke ID")
    complain("".join(f"{lines_visible(note)}\n" for note in notes))
    return 0


def _grants(args: argparse.Namespace) -> list[Grant]:
    from ..access import Grant
    from ..errors import UsageError

    if args.documents and args.role is None:
        raise UsageError("--documents says what --role is over, and there is no --role")
    grants = [] if args.role is None else [Grant(args.role, text) for text in args.documents or ["**"]]
    grants += map(Grant.parse, args.grant)
    if not grants:
        raise UsageError("a token needs a role: --role viewer, editor, operator or admin, or --grant ROLE:PATTERN")
    return list(dict.fromkeys(grants))


def _list(system: ConfigSystem, args: argparse.Namespace) -> int:
    from ..access import TokenBook
    from .columns import print_rows
    from .output import print_json, say

    tokens = TokenBook(system._state.folder).tokens()
    if args.format == "json":
        print_json({"ok": True, "diagnostics": [], "tokens": [_facts(one) for one in tokens]})
        return 0
    rows = []
    for one in tokens:
        reveals = f"reveals {', '.join(one.reveals)}" if one.reveals else ""
        rows.append((one.id, one.name, one.status(_now()), ", ".join(map(str, one.grants)), _until(one), reveals))
    if rows:
        print_rows(rows)
    else:
        say("no tokens; 'setpoint token new NAME --role viewer' makes one")
    return 0


def _revoke(system: ConfigSystem, args: argparse.Namespace) -> int:
    from ..access import TokenBook
    from ..access.token_text import id_in
    from .output import print_json, say

    book = TokenBook(system._state.folder)
    meant = id_in(args.token) or args.token  # who has only its text at hand means the token all the same
    ended: list[Token] = []

    def revoke() -> str:
        ended.append(book.revoke(meant))
        return f"token {ended[0].id} of {ended[0].name}"

    _audited(system, "token-revoke", f"token {meant}", revoke)
    if args.format == "json":
        print_json({"ok": True, "diagnostics": [], "token": _facts(ended[0])})
    else:
        say(f"token {ended[0].id} of {ended[0].name} is revoked: {_until(ended[0])}")
    return 0


def _audited(system: ConfigSystem, action: str, told: str, work: Callable[[], str]) -> None:
    """Do the work, and put on record that it was begun and how it went; ``work`` returns what to say of it.

    What cannot be put on record is not begun.
    """
    import os

    from ..audit import AuditTrail
    from ..errors import SetpointError, UnavailableError
    from ..transaction.author import default_author

    system._state.make()
    trail = AuditTrail(system._state.folder)
    who, request = default_author(), os.urandom(6).hex()

    def put(outcome: str, detail: str) -> None:
        trail.append(who=who, token=None, address=None, request=request, action=action, outcome=outcome, detail=detail)

    put("begun", told)
    try:
        done = work()
    except SetpointError as error:
        put("failed" if isinstance(error, UnavailableError) else "refused", f"{told}: {error.message}")
        raise
    put("done", done)


def _token_of(book: TokenBook, text: str) -> Token:
    from ..access.token_text import id_in

    return next(one for one in book.tokens() if one.id == id_in(text))


def _facts(token: Token) -> dict[str, Any]:
    from ..revision import rfc3339

    facts = {**token.to_dict(), "status": token.status(_now())}
    for name in ("created", "expires", "revoked"):
        facts[name] = None if facts[name] is None else rfc3339(facts[name])
    return facts


def _until(token: Token) -> str:
    from ..revision import rfc3339

    if token.revoked is not None:
        return f"revoked {rfc3339(token.revoked)}"
    return "does not expire" if token.expires is None else f"expires {rfc3339(token.expires)}"


def _now() -> float:
    import time

    return time.time()
