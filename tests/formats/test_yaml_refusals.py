"""What is refused though libyaml or yamlrocks would take it: every rule, at its place, on every engine."""

from __future__ import annotations

import pytest
from yaml_engines import ENGINES, decode_with, refusal

from setpoint.budget import Budget
from setpoint.errors import ConfigParseError

# the text, in which the place to be shown is set between ‹ and ›, the rule, and words of message and suggestion
REFUSED: list[tuple[str, str, list[str]]] = [
    ("a: 1\n‹a›: 2\n", "duplicate-key", ["'a'", "line 1"]),
    ('x:\n  a: {b: 1, ‹"\\u0062"›: 2}\n', "duplicate-key", ["'b'", "line 2"]),
    ("&k a: 1\n‹*k› : 2\n", "duplicate-key", ["'a'", "line 1"]),
    ("{<<: {a: 1}, ‹<<›: {b: 1}}", "duplicate-key", ["'<<'", "[*a, *b]"]),
    ("a: {<<: {b: 1}, b: 2, ‹b›: 3}", "duplicate-key", ["'b'"]),
    ("‹1›: a\n", "key-not-string", ["the key 1 ", "quotes"]),
    ("a:\n  ‹true›: a\n", "key-not-string", ["the key true "]),
    ("‹~›: a\n", "key-not-string", ["the key null "]),
    ("{‹1.5›: a}", "key-not-string", ["the key 1.5 "]),
    ("? ‹[›a]\n: b\n", "key-not-string", ["a list is used as a key"]),
    ("? ‹{›a: 1}\n: b\n", "key-not-string", ["a mapping is used as a key"]),
    ("a: {‹{› name }}\n", "key-not-string", ["{{ template }}"]),
    ("a: &x 1\nb: {‹*x› : 2}\n", "key-not-string", ["the key 1 "]),
    ("a:\n  ‹:› 1\n", "key-not-string", ["no key"]),
    ("{‹:› b}", "key-not-string", ["no key"]),
    ('a: "‹\\ud83d›\\ude00"\n', "lone-surrogate", ["\\U"]),
    ('a: "x‹\\uDC00›"\n', "lone-surrogate", ["half"]),
    ("# c\n\ufeff‹\ufeff›a: 1\n", "misplaced-bom", ["U+FEFF"]),
    ("a: ‹!b› c\n", "tag", ["!b"]),
    ("a: ‹!!int› 12\n", "tag", ["!!int"]),
    ("a: ‹!!str› 12\n", "tag", ["quotes"]),
    ("- ‹!› 12\n", "tag", ["the tag !"]),
    ("‹!!map› {a: 1}\n", "tag", ["!!map"]),
    ("a: &x ‹!!seq› [1]\n", "tag", ["!!seq"]),
    ("a: ‹!!python/object/apply:os.system› [ls]\n", "tag", ["!!python"]),
    ("a: ‹!<tag:x,2000:y>› 1\n", "tag", ["!<tag"]),
    ("‹%TAG ! tag:x,2000:›\n---\na: 1\n", "tag", ["%TAG"]),
    ("a: 1\n‹---›\nb: 2\n", "several-documents", ["one"]),
    ("a: 1\n‹---›\n", "several-documents", ["one"]),
    ("---\n‹---›\n", "several-documents", ["one"]),
    ("‹%YAML 1.1›\n---\na: yes\n", "yaml-version", ["1.1", "remove"]),
    ("‹%YAML 1.3›\n---\na: 1\n", "yaml-version", ["1.2"]),
    ("‹%YAML 2.0›\n---\na: 1\n", "yaml-version", ["1.2"]),
    ("&a [‹*a›]", "recursive-alias", ["*a"]),
    ("a: &a\n  b: {c: ‹*a›}\n", "recursive-alias", ["*a"]),
    ("a: &base 1\nb: ‹*bsae›\n", "syntax", ["*bsae", "did you mean *base?"]),
    ("a: ‹*›.py\n", "syntax", ["'*'", "quotes"]),
    ("{a: ‹*x›, b: &x 1}", "syntax", ["*x"]),
    ("a: &x 1\n‹*x:› 1\n", "syntax", ["a blank"]),
    ("a: ‹&an:›chor 1\n", "syntax", ["anchor"]),
    ("{‹?›foo: 1}", "syntax", ["'?'"]),
    ("[‹?›foo]", "syntax", ["'?'"]),
    ("{<<: ‹5›}", "bad-merge", ["neither"]),
    ("{<<: ‹›}", "bad-merge", ["neither"]),
    ("{<<: [{a: 1}, 5]‹›}", "bad-merge", ["neither"]),
    ("a: ‹.inf›\n", "not-finite", [".inf"]),
    ("[1, ‹-.INF›]", "not-finite", ["-.INF"]),
    ("a: ‹.nan›\n", "not-finite", [".nan"]),
    ("a: ‹1e999›\n", "not-finite", ["1e999"]),
    ("a: ‹18446744073709551616›\n", "integer-too-large", ["18446744073709551616", "64 bits"]),
    ("a: ‹-9223372036854775809›\n", "integer-too-large", ["-9223372036854775809"]),
    ("a: ‹0x10000000000000000›\n", "integer-too-large", ["0x1"]),
    ("a: ‹0o2000000000000000000000›\n", "integer-too-large", ["0o2"]),
    (f"a: ‹{'7' * 5000}›\n", "integer-too-large", ["777777…"]),
    (f"a: ‹0x{'F' * 5000}›\n", "integer-too-large", ["0xFFF"]),
    (f"‹{'7' * 5000}›", "integer-too-large", ["777777…"]),
    ("a: 1\n‹\ufeff›b: 2\n", "misplaced-bom", ["U+FEFF"]),
    ("a: ‹\x07›\n", "control-character", ["U+0007"]),
    ("a: '‹\x7f›'\n", "control-character", ["U+007F"]),
    ("é: ‹\x80›\n", "control-character", ["U+0080"]),
    ("é: ‹\ufffe›\n", "control-character", ["U+FFFE"]),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("marked", "rule", "words"), REFUSED)
def test_it_is_refused_with_its_rule_at_its_place(engine: str, marked: str, rule: str, words: list[str]) -> None:
    """The finding has the stable rule, points at exactly the characters it is about, and says what to do."""
    text = marked.replace("‹", "").replace("›", "")
    start = marked.index("‹")
    line = marked[:start].count("\n") + 1
    column = start - (marked.rfind("\n", 0, start) + 1) + 1
    (found,) = refusal(engine, text)
    assert found.rule == rule, found
    if marked[start + 1] != "›":
        length = marked.index("›") - start - 1
        assert (found.line, found.column, found.end_line) == (line, column, line)
        assert found.end_column == column + length
    else:
        assert found.line == line
    said = f"{found.message} ({found.suggestion})"
    for word in words:
        assert word in said


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a:\n  - 1\n  - b/c: .inf\n", "/a/1/b~1c"),
        ("a: {b: {c: 1, c: 2}}", "/a/b/c"),
        ("[[!x 1]]", "/0/0"),
        ("a: {1: 2}", "/a"),
        ("a: {<<: 5}", "/a/<<"),
        (".nan", ""),
        ("- &x [*x]", "/0/0"),
    ],
)
def test_a_finding_has_the_path_of_its_value(engine: str, text: str, path: str) -> None:
    """The JSON Pointer leads to the value; for a key that is no text, to its mapping."""
    assert refusal(engine, text)[0].path == path


@pytest.mark.parametrize("engine", ENGINES)
def test_all_findings_are_told_at_once(engine: str) -> None:
    """Whatever lets the rest be read does not hide what else is wrong, up to the first error of syntax."""
    found = refusal(engine, "a: 1\na: .inf\n1: !t x\nb: *c\nd: [1\n")
    assert [one.rule for one in found] == ["duplicate-key", "not-finite", "key-not-string", "tag", "syntax", "syntax"]
    assert [one.line for one in found] == [2, 2, 3, 3, 4, 5]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_flood_of_findings_ends(engine: str) -> None:
    """A hundred thousand duplicates are refused after the first twenty."""
    assert len(refusal(engine, "a: 1\n" * 100_000)) == 20


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "text",
    [
        "db_password: 99999999999999999999\n",
        "password: !hunter2 x\n",
        "password: *hunter2\n",
        "token: &t [*hunter2]\n",
        "api_key: {a: [.inf, !hunter2 1]}\n",
        "password: hunter2: more\n",
        "password:hunter2\nb: 1\n",
        "password: 'hunter2\n",
        "password: @hunter2\n",
        "password: [hunter2\n",
        'password: "hunter2\\d"\n',
        "password: 99999999999999999999\npassword: hunter2\n",
    ],
)
def test_a_secret_is_in_no_message(engine: str, text: str) -> None:
    """What stands under a key with the name of a secret appears in no message, suggestion or excerpt."""
    with pytest.raises(ConfigParseError) as caught:
        decode_with(engine, text)
    for found in caught.value.diagnostics:
        shown = f"{caught.value} {found} {found.suggestion} {found.excerpt.lines if found.excerpt else ''}"
        assert "hunter2" not in shown
        assert "9999" not in shown


@pytest.mark.parametrize("engine", ENGINES)
def test_an_ambiguous_secret_is_not_shown(engine: str) -> None:
    """The warning about a number that is a secret does not repeat it."""
    warnings: list[object] = []
    assert decode_with(engine, "pin_token: 0123\n", warnings=warnings) == {"pin_token": "0123"}  # type: ignore[arg-type]
    assert "0123" not in str(warnings[0])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: {b: {c: 1}}", "too-deep"),
        ("- - - - 1", "too-deep"),
        ("x: &x {a: {b: 1}}", "too-deep"),
        ("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "too-many-values"),
        ("".join(f"k{number}: 1\n" for number in range(10)), "too-many-values"),
        ("a: &a [1, 2, 3]\nb: *a\nc: *a", "too-many-values"),
        ("a: &a {b: 1, c: 2, d: 3, e: 4, f: 5}\ng: {<<: *a}", "too-many-values"),
    ],
)
def test_a_budget_is_kept(engine: str, text: str, rule: str) -> None:
    """Depth and number of values are refused at the first value over the budget, aliases and merges expanded."""
    assert refusal(engine, text, Budget(depth=2, nodes=10))[0].rule == rule


@pytest.mark.parametrize("engine", ENGINES)
def test_a_document_just_within_its_budget_is_read(engine: str) -> None:
    """Depth and number of values count as the budget says: a flat document has depth 1, and the root is a value."""
    assert decode_with(engine, "a: {b: [1, 2]}\n", Budget(depth=3, nodes=5)) == {"a": {"b": [1, 2]}}
    assert decode_with(engine, "a: &a [1]\nb: *a\n", Budget(depth=2, nodes=5)) == {"a": [1], "b": [1]}
    assert refusal(engine, "a: {b: [1, 2]}\n", Budget(depth=3, nodes=4))[0].rule == "too-many-values"
    assert refusal(engine, "a: &a [1]\nb: *a\n", Budget(depth=2, nodes=4))[0].rule == "too-many-values"
    assert refusal(engine, "a: &a [[1]]\nb: [*a]\n", Budget(depth=3))[0].rule == "too-deep"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_deepest_budget_does_not_need_a_deeper_stack(engine: str) -> None:
    """A document of depth 400, half of it behind an alias, is read at the default recursion limit."""
    text = "a: &a " + "[" * 199 + "]" * 199 + "\nb: " + "[" * 200 + "*a" + "]" * 200 + "\n"
    tree = decode_with(engine, text, Budget(depth=400))
    depth = 0
    level = tree["b"]
    while level:
        depth, level = depth + 1, level[0]
    assert depth + 1 == 399
    assert refusal(engine, text, Budget(depth=399))[0].rule == "too-deep"
