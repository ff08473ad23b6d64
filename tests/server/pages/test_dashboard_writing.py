"""Changing things through the dashboard's forms, without a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from dashboard_ground import Answer, Dashboard, wait_for
from markup import Page

ODD = ("", ".", "..", "a/b", "a~b", "%2e%2e", "?x=1", "#x", "ключ", "\\", " ", "new")
SECRET = "rotated-and-never-shown"


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """As for all, with a document of odd keys beside."""
    from dashboard_ground import plant

    def put(directory: Path) -> None:
        plant(directory)
        (directory / "config" / "odd.json").write_text(json.dumps({key: {key: 1} for key in ODD}))
        many = directory / "config" / "many"
        many.mkdir()
        for number in range(120):
            (many / f"one-{number:03}.json").write_text("{}")

    with Dashboard(tmp_path_factory.mktemp("writing"), put) as running:
        yield running


def save(dashboard: Dashboard, path: str, role: str = "editor", **form: str) -> Answer:
    """Open a form and send it with what it hides."""
    page = dashboard.page(path, role)
    assert page.status == 200, page
    return dashboard.send(path, {"tag": page.field("tag"), "act": "save", **form}, role)


def text(dashboard: Dashboard, file: str) -> str:
    return (dashboard.config / file).read_text()


def test_a_value_is_checked_first_and_then_written(dashboard: Dashboard) -> None:
    """The check shows the difference and writes nothing; saving touches that value only, with who and why on record."""
    path = "/documents/messaging/edit/queue/max_size"
    before = text(dashboard, "messaging.yml")
    checked = save(dashboard, path, value="4321", reason="orders pile up", act="check")
    assert checked.status == 200
    page = Page(checked.text)
    assert "max_size: 2500" in page.text
    assert "max_size: 4321" in page.text
    assert text(dashboard, "messaging.yml") == before
    form = {"tag": checked.field("tag"), "value": "4321", "reason": "orders pile up", "act": "save"}
    saved = dashboard.send(path, form, "editor")
    assert saved.status == 303
    assert saved.headers["location"].startswith("/documents/messaging?done=saved#at-")
    assert text(dashboard, "messaging.yml") == before.replace("max_size: 2500", "max_size: 4321")
    shown = Page(dashboard.page("/history", "viewer").text).text
    assert "set by editor-name orders pile up" in shown
    assert dashboard.system.load_config("messaging")["queue"]["max_size"] == 4321


def test_what_the_schema_refuses_is_not_written(dashboard: Dashboard) -> None:
    """The form comes back with what was typed, and with what is wrong and why."""
    before = text(dashboard, "messaging.yml")
    for value, said in (('"many"', "no number"), ("-1", "expected more than 0, found -1"), ("", "no number")):
        got = save(dashboard, "/documents/messaging/edit/queue/max_age_days", value=value)
        assert got.status in (400, 422)
        page = Page(got.text)
        assert "Nothing was written" in page.text
        assert said in page.text
        assert any(found.get("value") == value for tag, found in page.elements if tag == "input")
    assert text(dashboard, "messaging.yml") == before


def test_a_value_that_changed_meanwhile_is_not_overwritten(dashboard: Dashboard) -> None:
    """412 with what was read, what is there now, what is wanted, and who came before; saving again is then meant."""
    path = "/documents/service/edit/timeout"
    mine, theirs = dashboard.page(path, "editor"), dashboard.page(path, "admin")
    form = {"value": "61", "act": "save", "reason": "theirs"}
    assert dashboard.send(path, {"tag": theirs.field("tag"), **form}, "admin").status == 303
    got = dashboard.send(path, {"tag": mine.field("tag"), "value": "62", "read": "30", "act": "save"}, "editor")
    assert got.status == 412
    page = Page(got.text)
    assert "Somebody changed it first" in page.text
    assert "When you read it 30 Now 61 Yours 62" in page.text
    assert "set by admin-name: theirs" in page.text
    assert "timeout: 61" in text(dashboard, "service.yaml")
    again = dashboard.send(path, {"tag": got.field("tag"), "value": "62", "act": "save"}, "editor")
    assert again.status == 303
    assert "timeout: 62" in text(dashboard, "service.yaml")


def test_a_form_without_the_tag_that_was_read_writes_nothing(dashboard: Dashboard) -> None:
    """Neither with none nor with one that was made up."""
    before = text(dashboard, "service.yaml")
    for tag in ("", '"AAAAAAAAAAAAAAAAAAAAAAAA"', 'W/"x"', "nonsense"):
        got = dashboard.send("/documents/service/edit/colour", {"tag": tag, "value": "blue", "act": "save"}, "editor")
        assert got.status in (400, 412), got
    assert text(dashboard, "service.yaml") == before


def test_each_kind_of_field_writes_its_kind_of_value(dashboard: Dashboard) -> None:
    """A choice, a truth, a text, a list as JSON, a new entry; and an entry is taken out."""
    for place, value, line in (
        ("colour", "green", "colour: green"),
        ("debug", "true", "debug: true"),
        ("queue/names", '["x", "w", "z"]', "names: [x, w, z]"),
    ):
        assert save(dashboard, f"/documents/service/edit/{place}", value=value).status == 303
        assert line in text(dashboard, "service.yaml")
    added = save(dashboard, "/documents/service/edit?new=true", key="note", value="said: once")
    assert added.status == 303, added
    assert "note: 'said: once'" in text(dashboard, "service.yaml").replace('"', "'")
    twice = save(dashboard, "/documents/service/edit?new=true", key="note", value="again")
    assert twice.status == 409
    preview = save(dashboard, "/documents/service/edit/note", act="check-removal")
    assert "Remove it" in Page(preview.text).text
    removed = save(dashboard, "/documents/service/edit/note", act="remove")
    assert removed.status == 303
    assert "note" not in text(dashboard, "service.yaml")
    gone = dashboard.page("/documents/service/edit/note")
    assert gone.status == 404


def test_a_whole_document_can_be_written(dashboard: Dashboard) -> None:
    """As JSON; what differs is changed, in the file's own format."""
    got = save(dashboard, "/documents/team~1service/edit", value='{"name": "team", "replicas": 3}')
    assert got.status == 303, got
    assert text(dashboard, "team/service.toml") == 'name = "team"\nreplicas = 3\n'


@pytest.mark.parametrize("key", ODD)
def test_any_key_can_be_edited(dashboard: Dashboard, key: str) -> None:
    """The link beside a value leads to its form, and the form writes to it, whatever the keys on the way are."""
    links = Page(dashboard.page("/documents/odd", "editor").text).links("/documents/odd/edit")
    link = links[1:][2 * ODD.index(key) + 1]
    got = save(dashboard, link, value="2")
    assert got.status == 303, (link, got)
    assert json.loads(text(dashboard, "odd.json"))[key] == {key: 2}


def test_a_secret_can_be_set_and_is_on_no_page(dashboard: Dashboard) -> None:
    """Neither the old nor the new one is in any answer: not in a form, a check, a refusal, the record, the trail."""
    path = "/documents/service/edit/password"
    answers = [dashboard.page(path), save(dashboard, path, value=SECRET, act="check")]
    answers.append(save(dashboard, path, value=SECRET, reason="rotation"))
    assert answers[-1].status == 303
    assert SECRET in text(dashboard, "service.yaml")
    number = dashboard.system.history("service")[0].number
    stale = {"tag": '"AAAAAAAAAAAAAAAAAAAAAAAA"', "value": SECRET, "act": "save"}
    answers.append(dashboard.send(path, stale, "editor"))
    assert answers[-1].status == 412
    restore = {"tag": dashboard.page(f"/history/service/{number - 1}").field("tag"), "act": "check"}
    answers.append(dashboard.send(f"/history/service/{number - 1}", restore))
    pages = ("/", "/documents/service", "/documents/service/edit", "/history", f"/history/service/{number}", "/audit")
    answers += [dashboard.page(one) for one in pages]
    for got in answers:
        assert SECRET not in got.text
        assert "hunter2" not in got.text


def test_going_back_is_shown_before_it_is_done(dashboard: Dashboard) -> None:
    """The preview writes nothing; then the file has its old bytes, and the record says who went back and why."""
    assert save(dashboard, "/documents/semantic_config/edit/status_index/top_k", value="9").status == 303
    changed = text(dashboard, "semantic_config.yaml")
    path = "/history/semantic_config/1"
    page = dashboard.page(path, "operator")
    checked = dashboard.send(path, {"tag": page.field("tag"), "act": "check"}, "operator")
    assert checked.status == 200
    assert "top_k: 9" in Page(checked.text).text
    assert text(dashboard, "semantic_config.yaml") == changed
    form = {"tag": checked.field("tag"), "reason": "too many", "act": "save"}
    done = dashboard.send(path, form, "operator")
    assert (done.status, done.headers["location"]) == (303, "/documents/semantic_config?done=restored")
    assert "top_k: 5" in text(dashboard, "semantic_config.yaml")
    shown = Page(dashboard.page("/documents/semantic_config/history").text).text
    assert "rollback by operator-name too many" in shown
    stale = dashboard.send("/history/semantic_config/2", form, "operator")
    assert stale.status == 412


def test_a_migration_is_planned_and_run(dashboard: Dashboard) -> None:
    """The page shows the way and the difference; running it carries the document over, and there is none left."""
    assert "/migrations/old" in Page(dashboard.page("/migrations").text).links()
    assert "/migrations/old" in Page(dashboard.page("/documents/old").text).links()
    page = dashboard.page("/migrations/old", "operator")
    assert "old 1.0.0 -> 2.0.0" in Page(page.text).text
    assert "delay: 5" in Page(page.text).text
    form = {"tag": page.field("tag"), "to": page.field("to"), "reason": "new shape"}
    done = dashboard.send("/migrations/old", form, "operator")
    assert done.status == 303, done
    assert "delay: 5" in text(dashboard, "old.yaml")
    assert "newest version" in Page(dashboard.page("/migrations/old").text).text


def test_a_broken_file_is_told_where_it_matters(dashboard: Dashboard) -> None:
    """On the overview, in the list, on its own page: what is wrong, where, and what to do; what was good is shown."""
    file = dashboard.config / "discord_channels.json"
    good = file.read_bytes()
    file.write_text('{"broken": \n')
    try:
        wait_for(lambda: "discord_channels" in dashboard.system.hot_reload_status()["refused"], "the refusal")
        dashboard.monitor.look()
        overview = Page(dashboard.page("/").text)
        assert "warning" in overview.text
        assert "discord_channels.json:1:1" in overview.text
        assert "/documents/discord_channels" in overview.links()
        listed = Page(dashboard.page("/documents?status=refused").text)
        assert listed.links("/documents/") == ["/documents/discord_channels"]
        own = Page(dashboard.page("/documents/discord_channels").text)
        assert "discord_channels.json:1:1" in own.text
        assert "Values" in own.text
    finally:
        file.write_bytes(good)
    assert dashboard.send("/reload", {}, "admin").status == 303


def test_a_document_that_was_never_good_has_a_page(dashboard: Dashboard) -> None:
    """Without values, and with every problem and its place."""
    (dashboard.config / "bad.yaml").write_text("a: 1\na: 2\n")
    (dashboard.config / "schemas" / "worse.schema.json").write_text('{"type": "object", "required": ["x", "y"]}')
    (dashboard.config / "worse.yaml").write_text("z: 1\n")
    assert dashboard.send("/reload", {}, "admin").status in (303, 422)
    for name, said in (("bad", "bad.yaml:2:1"), ("worse", "worse.yaml:1:1")):
        got = dashboard.page(f"/documents/{name}")
        assert got.status == 200, got
        assert said in Page(got.text).text


def test_every_document_is_on_exactly_one_page_of_the_list(dashboard: Dashboard) -> None:
    """Going from page to page one meets each of them once, in order; and a search goes over all pages."""
    found: list[str] = []
    path: str | None = "/documents?find=many"
    while path is not None:
        page = Page(dashboard.page(path).text)
        found += page.links("/documents/many")
        path = next((link for link in page.links("/documents?") if "after=" in link), None)
    assert found == [f"/documents/many~1one-{number:03}" for number in range(120)]
    last = Page(dashboard.page("/documents?find=ONE-119").text)
    assert last.links("/documents/") == ["/documents/many~1one-119"]
