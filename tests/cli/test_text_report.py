"""The report for people."""

from __future__ import annotations

from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from setpoint.cli.output import Style
from setpoint.cli.reporters import render
from setpoint.cli.reporters.drawing import wrap
from setpoint.cli.reporters.text import render_diagnostic
from setpoint.cli.visible import document_visible, lines_visible, visible, width
from setpoint.diagnostic import Diagnostic, Excerpt
from setpoint.errors import SchemaError
from setpoint.report import Report


def drawn(text: str, start: int, end: int, style: Style | None = None) -> tuple[str, str]:
    """The line of source and the line of carets that are drawn for an excerpt of one line."""
    found = Diagnostic("r", "m", excerpt=Excerpt([(1, text)], 1, start, end))
    _, source, carets, *_ = render_diagnostic(found, style or Style()).split("\n")
    return source.removeprefix("  1 |").removeprefix(" "), carets.removeprefix("    | ")


def test_a_report_reads_as_documented(reports: list[Report]) -> None:
    """Each finding has its place, its source, its help; the end counts them all and names what has no schema."""
    assert render(reports) == (
        "config/messaging.yaml:4:3: error[unknown-key]: unknown key 'max_sise'\n"
        "  3 | queue:\n"
        "  4 |   max_sise: 100\n"
        "    |   ^^^^^^^^\n"
        "    = note: The most messages the queue holds.\n"
        "    = help: did you mean 'max_size'?\n"
        "\n"
        "config/messaging.yaml:10:5: error[wrong-type]: expected a list, found a mapping\n"
        "   9 | channels:\n"
        "  10 |     a: 1\n"
        "     |     ^^^^\n"
        "\n"
        "coordinates: warning[out-of-range]: expected at most 10, found 11\n"
        '  = at: retry["a.b"].0\n'
        "  = layer: environment\n"
        "\n"
        "3 documents: 2 errors, 1 warning\n"
        "1 document without a schema was checked for form only: notes\n"
    )


def test_a_clean_run_is_one_line(clean_reports: list[Report]) -> None:
    """Nothing found says so, and how much was looked at."""
    assert render(clean_reports) == "ok: 2 documents\n"


def test_verbose_names_every_document(reports: list[Report]) -> None:
    """With verbose each document has a line with its file, schema and version."""
    assert render(reports, verbose=True).splitlines()[-5:] == [
        "messaging: 2 errors (config/messaging.yaml, schema messaging, version 2.1.0)",
        "coordinates: 1 warning (config/coordinates.json, schema coordinates)",
        "notes: ok (config/notes.toml, no schema: checked for form only)",
        "3 documents: 2 errors, 1 warning",
        "1 document without a schema was checked for form only: notes",
    ]


def test_nothing_to_check_is_not_called_ok() -> None:
    """Without documents there is nothing to be proud of."""
    assert render([]) == "no documents: nothing was checked\n"


def test_a_document_that_could_not_be_judged_is_told_apart() -> None:
    """A schema that cannot work is no verdict about the document, and the document is not called checked."""
    report = Report.of_failure(SchemaError("the schema is broken"), document="messaging", file="m.yaml")
    assert render([report], verbose=True) == (
        "m.yaml: error[schema-cannot-work]: the schema is broken\n"
        "\n"
        "messaging: 1 error (m.yaml, not judged)\n"
        "1 document: 1 error\n"
        "1 document could not be judged: messaging\n"
    )


def test_findings_about_the_directory_count_but_it_is_no_document(clean_reports: list[Report]) -> None:
    """A report without a document's name adds its findings only."""
    stray = Report([Diagnostic("stray-file", "no document owns it", severity="warning", file="config/x.dev.yaml")])
    assert render([*clean_reports, stray], verbose=True).splitlines()[-3:] == [
        "messaging: ok (config/messaging.yaml, schema messaging, version 2.1.0)",
        "coordinates: ok (config/coordinates.json, schema coordinates)",
        "2 documents: 1 warning",
    ]


def test_many_documents_without_a_schema_are_counted() -> None:
    """Five are named, the others counted."""
    many = [Report(document=f"d{number}") for number in range(1234)]
    told = "1,234 documents without a schema were checked for form only: d0, d1, d2, d3, d4 and 1,229 more"
    assert render(many) == f"ok: 1,234 documents\n{told}\n"


def test_strict_says_why_warnings_fail(reports: list[Report]) -> None:
    """With warnings alone, strict explains the exit code."""
    assert render(reports[1:2], strict=True).endswith("1 document: 1 warning\n--strict: warnings count as errors\n")


def test_colour_is_only_there_when_asked_for(reports: list[Report]) -> None:
    """The coloured report is the plain one with colour codes in it, and nothing else."""
    coloured = render(reports, style=Style(colour=True))
    assert "\x1b[1;31merror[unknown-key]\x1b[0m" in coloured
    assert "\x1b[1;33mwarning[out-of-range]\x1b[0m" in coloured
    for code in ("1;31", "1;33", "2", "1", "32", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == render(reports)


def test_nothing_from_a_file_acts_on_the_terminal(hostile_report: Report) -> None:
    """Escapes, bells, C1 controls, line breaks and turns of direction are all shown as escapes."""
    text = render([hostile_report], verbose=True)
    assert "\x1b" not in text
    assert all(category(character) not in ("Cc", "Cf", "Cs") for character in text if character != "\n")
    assert "\\x1b[31mred\\x07\\x9b2J" in text
    assert "\\u202egpj.exe\\u2066" in text
    assert not any(line.startswith("::") for line in text.splitlines())
    assert text.count("\n") == 8  # no line more than an innocent report of this shape has


def test_carets_stand_below_wide_characters() -> None:
    """East Asian wide characters take two columns, before and under the carets."""
    assert drawn("名前: 値 x", 5, 6) == ("名前: 値 x", "      ^^")


def test_carets_do_not_count_combining_marks() -> None:
    """A mark over a letter takes no column."""
    assert drawn("cafe\u0301: oui", 8, 11) == ("cafe\u0301: oui", "      ^^^")


def test_carets_do_not_count_the_later_letters_of_a_syllable() -> None:
    """A Hangul syllable written as two letters takes the two columns of one."""
    assert drawn("\u1112\u1161: x", 5, 6) == ("\u1112\u1161: x", "    ^")


def test_a_wide_character_at_the_cut_does_not_move_the_rest() -> None:
    """Half of a wide character cannot be shown; a blank keeps its place."""
    for shift in ("", "x"):
        source, carets = drawn(
            shift + "語" * 40 + "HERE" + "語" * 40, 41 + len(shift), 45 + len(shift), Style(width=60)
        )
        columns = "".join(character * width(character) for character in source)
        start = carets.index("^")
        assert columns[start : start + 4] == "HERE"


def test_carets_count_what_an_escape_takes() -> None:
    """A character shown as an escape is as wide as the escape."""
    assert drawn("a\u202eb: c", 3, 4) == ("a\\u202eb: c", "       ^")


def test_a_tab_is_one_column() -> None:
    """A tab in a line of source neither jumps nor moves the carets."""
    assert drawn("\tkey: 1", 2, 5) == (" key: 1", " ^^^")


def test_a_place_behind_the_end_of_a_line_has_a_caret() -> None:
    """What is missing at the end of a line is pointed at behind it."""
    assert drawn("key:", 6, 6) == ("key:", "     ^")


def test_an_encoding_without_a_character_gets_an_escape_of_the_right_width() -> None:
    """In ASCII the excerpt falls back to escapes, and the carets follow."""
    assert drawn("é…: x", 5, 6, Style(encoding="ascii")) == ("\\xe9...: x", "         ^")


def test_an_ascii_report_is_ascii(reports: list[Report], hostile_report: Report) -> None:
    """Whatever was found can be printed in ASCII."""
    assert render([*reports, hostile_report], style=Style(encoding="ascii"), verbose=True).isascii()


def test_a_long_line_is_cut_to_the_terminal_around_the_carets() -> None:
    """The carets stay under their place, and no line is wider than the terminal."""
    source, carets = drawn("k: " + "x" * 100 + "HERE" + "y" * 100, 104, 108, Style(width=60))
    assert source.startswith("…")
    assert source.endswith("…")
    assert len(source) <= 54
    start = carets.index("^")
    assert source[start : start + 4] == "HERE"
    assert carets.strip() == "^^^^"


def test_notes_wrap_to_the_terminal() -> None:
    """A long description continues below its first word."""
    found = Diagnostic("r", "m", note="one two three four five six seven eight nine ten eleven twelve")
    assert render_diagnostic(found, Style(width=40)).splitlines()[1:] == [
        "  = note: one two three four five six",
        "          seven eight nine ten eleven",
        "          twelve",
    ]


def test_a_message_of_several_lines_cannot_pose_as_another() -> None:
    """Lines after the first are indented, and each is made visible."""
    assert lines_visible("one\n::error::\x1b[0m") == "one\n  ::error::\\x1b[0m"


def test_a_document_keeps_its_line_breaks_and_tabs() -> None:
    """On a terminal a value of several lines stays one; what acts is escaped."""
    assert document_visible("a\tb\n\x1b[0m\r") == "a\tb\n\\x1b[0m\\r"


texts = st.text(st.characters(codec=None), max_size=60)


@given(texts)
def test_visible_text_is_printable_in_every_encoding(text: str) -> None:
    """Whatever goes in, what comes out can be printed and encoded."""
    for encoding in ("utf-8", "ascii", "iso-8859-1", "cp1252"):
        shown = visible(text, encoding)
        assert shown.isprintable()
        assert shown.encode(encoding).decode(encoding) == shown


@given(texts, st.integers(1, 80), st.integers(0, 80), st.none() | st.integers(20, 200))
def test_carets_point_at_what_is_meant(text: str, start: int, length: int, columns: int | None) -> None:
    """For every line, place and terminal: the carets start where the place starts, and all fits."""
    source, carets = drawn(text, start, start + length, Style(width=columns))
    assert set(carets) <= {" ", "^"}
    assert carets.rstrip("^").isspace() or not carets.rstrip("^")
    if columns is None:
        untabbed = text.replace("\t", " ")
        assert source == visible(untabbed).rstrip(" ")
        before = width(visible(untabbed[: start - 1])) + max(0, start - 1 - len(text))
        assert carets.index("^") == before
    else:
        room = max(columns - 6, 20)
        assert width(source) <= room
        assert len(carets) <= room


@given(st.text("abcx語", min_size=40, max_size=200), st.data(), st.integers(20, 60))
def test_a_cut_line_keeps_its_carets_below_the_place(text: str, data: st.DataObject, columns: int) -> None:
    """However a line is cut to the terminal, above the first caret stands the character that is meant."""
    start = data.draw(st.integers(1, len(text)))
    source, carets = drawn(text, start, start + 1, Style(width=columns))
    by_column = [character for character in source for _ in range(width(character))]
    assert by_column[carets.index("^")] == text[start - 1]


@given(st.lists(st.text("ab語", min_size=1, max_size=30)), st.integers(0, 20), st.none() | st.integers(30, 90))
def test_wrapping_keeps_every_word(words: list[str], indent: int, limit: int | None) -> None:
    """Wrapped lines hold the same words in order, and fit unless one word alone does not."""
    lines = wrap(words, indent, limit)
    assert " ".join(lines) == " ".join(words)
    if limit is not None:
        assert all(width(line) <= max(limit - indent, 20) or " " not in line for line in lines)
