"""Every kind of finding Setpoint itself reports: its stable id, and what it means in one sentence.

``docs/diagnostics.md`` explains the same ids, and a test holds the three together: this table, that page, the code.
"""

from __future__ import annotations

# Groups as the documentation has them.
FORM = {
    "syntax": "The text is not well-formed.",
    "duplicate-key": "The same key stands twice in one mapping.",
    "key-not-string": "A key is a number, a boolean, null or a collection; keys are text in every format.",
    "not-finite": "A number is NaN, infinite, or too large for a double.",
    "integer-too-large": "An integer needs more than 64 bits, so other readers would round it.",
    "number-too-long": "A number has more characters than any reader needs.",
    "not-utf8": "The file is not encoded in UTF-8.",
    "control-character": "A control character stands where the format allows none.",
    "lone-surrogate": "An escape gives half of a surrogate pair, which is no character.",
    "misplaced-bom": "A byte order mark stands elsewhere than at the start of the file.",
    "file-too-large": "The file is larger than the limit.",
    "too-deep": "Mappings and lists are nested deeper than the limit.",
    "too-many-values": "The document holds more values than the limit, once aliases and merges are expanded.",
    "not-a-mapping": "A configuration document is something else than a mapping of keys to values.",
    "not-a-value": "A value given by a program is none that JSON, YAML and TOML share.",
}
YAML = {
    "ambiguous-number": "YAML readers disagree about this number, so it is read as text.",
    "tag": "An explicit tag stands before a value.",
    "several-documents": "The file holds more than one document.",
    "recursive-alias": "An alias stands inside the value it stands for.",
    "bad-merge": "A merge key merges something else than a mapping.",
    "yaml-version": "The file asks for another version of YAML than 1.2.",
}
SCHEMA = {
    "misspelt-key": "A key is unknown, and renaming it to a known one repairs the document.",
    "unknown-key": "A key is not allowed here.",
    "missing-key": "A required key is missing.",
    "dependent-key": "A key is missing that another key needs beside it.",
    "key-name": "A key is not named as the schema wants.",
    "similar-key": "A key is allowed, and looks like a slip of one that the schema knows.",
    "wrong-type": "A value is of another type than the schema wants.",
    "not-allowed-value": "A value is none of those that are allowed.",
    "too-small": "A number is smaller than allowed.",
    "too-large": "A number is larger than allowed.",
    "not-multiple": "A number is not a multiple of what the schema asks for.",
    "too-short": "A text is shorter than allowed.",
    "too-long": "A text is longer than allowed.",
    "pattern-mismatch": "A text does not match the pattern.",
    "bad-format": "A text is not of the format: a date, an address, a URI, …",
    "bad-encoding": "A text does not hold the encoded content that the schema asks for.",
    "too-few-items": "A list has fewer items than allowed.",
    "too-many-items": "A list has more items than allowed.",
    "duplicate-items": "Two items of a list are equal, and may not be.",
    "contains": "A list lacks an item of the kind it must contain.",
    "too-few-keys": "A mapping has fewer keys than allowed.",
    "too-many-keys": "A mapping has more keys than allowed.",
    "several-match": "A value fits several alternatives of which it must fit exactly one.",
    "forbidden": "The schema forbids what stands here, or that two keys stand together.",
    "invalid": "The schema refuses the value for a reason without an id of its own.",
    "more-errors": "There are more findings than are listed.",
}
VERSION = {
    "version-stamp": "The document says another version than its shape has.",
    "newer-version": "The document's version is a newer minor one than any known; it is judged by the newest known.",
    "unknown-version": "The document's version is not known.",
}
DIRECTORY = {
    "ambiguous-name": "Two files make the same layer of one document.",
    "layer-without-base": "A profile or local file has no base file.",
    "file-name": "A file's name is no document's name, so the file is left out.",
}
VARIABLE = {
    "unknown-variable": "A variable begins like ours, and there is no such document or key.",
    "variable-type": "A variable's text cannot be read as the type that is wanted.",
    "variable-conflict": "Two variables contradict each other, or one fits two places.",
    "bad-dotenv": "A line of a .env file is no assignment.",
}
RULE = {"unknown-agent": "An agent named in unified_config has no entry in coordinates."}
RELOAD = {
    "guarded": "A document lost or gained so much at once that somebody has to say that this is meant.",
    "vetoed": "The program itself refused a change of configuration.",
    "needs-restart": "A change cannot be served before the program is started again.",
}
EDIT = {"edit-refused": "An edit cannot be made without harm to something else of the file."}
MIGRATION = {
    "bad-migration": "A migration's file is not what a migration is.",
    "migration-blocked": "Something in a document is in the way of a migration's step.",
    "migration-example": "A migration does not make of an example what it says.",
    "migration-result": "A migration makes, of a valid document, what the schema of its version refuses.",
    "migration-round-trip": "A migration up and down again does not give back the document, or not each time the same.",
}
HISTORY = {
    "history-damaged": "The record of revisions cannot be used, and a new one begins.",
    "history-altered": "The record of revisions does not continue what its checkpoint saw.",
    "history-on-network": "The record of revisions is on a network file system.",
}
AUDIT = {"audit-altered": "The audit trail is not what was recorded, or its end is missing."}
MONITOR = {"monitor-damaged": "The store of samples cannot be used, and a new one begins."}
MODEL = {"model": "A model of the program refuses the value."}
FAILURE = {
    "bad-schema": "A schema is malformed.",
    "unresolved-reference": "A schema refers to something that cannot be found.",
    "unknown-dialect": "A schema names a dialect of JSON Schema that is not known.",
    "undecidable-pattern": "A schema's regular expression takes too long to decide.",
    "schema-too-complex": "A schema combines so many alternatives that it cannot be judged in bounded time.",
    "schema-cannot-work": "A schema cannot be used.",
    "not-found": "There is no such file, document or path.",
    "unavailable": "The operating system refused to read a file.",
    "usage": "The call or the settings make no sense.",
    "failed": "Setpoint refused for a reason without an id of its own.",
}

CATALOGUE = {
    **FORM,
    **YAML,
    **SCHEMA,
    **VERSION,
    **DIRECTORY,
    **VARIABLE,
    **RULE,
    **RELOAD,
    **EDIT,
    **MIGRATION,
    **HISTORY,
    **AUDIT,
    **MONITOR,
    **MODEL,
    **FAILURE,
}


def meaning(rule: str) -> str:
    """Return what a rule means in one sentence; for a program's own rule, its id as a sentence."""
    known = CATALOGUE.get(rule)
    if known is not None:
        return known
    words = rule.replace("-", " ")
    return f"{words[:1].upper()}{words[1:]}."
