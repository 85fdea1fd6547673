"""Lists, questions in SQL, differences, impact and exports of a store."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

import pytest
from modelcheck.errors import Misuse
from modelcheck.fleet.change_text import as_json, as_text
from modelcheck.fleet.diffing import FIELDS, Change, changes
from modelcheck.fleet.querying import query
from modelcheck.fleet.transfer import read_rows

from conftest import write_tree
from fleet.conftest import Fleet, model, rows
from hub.server import Hub
from terminals import written_to_terminal

DERIVED = {"adapter_config.json": '{"base_model_name_or_path": "acme/Thing-1B-Base", "peft_type": "LORA"}'}


@pytest.fixture
def scanned(hub: Hub, fleet: Fleet, tmp_path: Path) -> Path:
    for number in (1, 2):
        for kind in ("Base", "Instruct"):
            model(hub, f"acme/Thing-{number}B-{kind}")
    write_tree(tmp_path / "deploy", {"run.sh": "vllm serve acme/Thing-1B-Base --tool-call-parser hermes\n"})
    assert fleet("scan", "--author", "acme").code == 0
    assert fleet("scan", "deploy").code == 0
    return tmp_path / "fleet.sqlite"


def test_list(scanned: Path, fleet: Fleet) -> None:
    assert scanned.is_file()
    done = fleet("list", "--where", "label = 'base'", "--columns", "name,label")
    assert done.out.splitlines() == ["name                label", "acme/Thing-1B-Base  base", "acme/Thing-2B-Base  base"]
    assert fleet("list", "--where", "nonsense !").code == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM scans", "DROP TABLE checkpoints", "ATTACH 'other.db' AS other", "VACUUM INTO 'copy.db'", "",
        "SELECT load_extension('x')", "SELECT writefile('x', 'y')", "INSERT INTO scans DEFAULT VALUES", "SELECT",
        "SELECT 1; DELETE FROM scans", "BEGIN EXCLUSIVE", "SELECT * FROM nothing", "PRAGMA user_version = 9",
    ],
)  # fmt: skip
def test_sql_reads_and_does_nothing_else(statement: str, scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    before = scanned.read_bytes()
    done = fleet("sql", statement)
    assert (done.code, done.out) == (2, "") or done.out == "\n", (done.out, done.err)
    assert "Traceback" not in done.err
    assert scanned.read_bytes() == before
    assert not {"other.db", "copy.db", "x"} & {path.name for path in tmp_path.iterdir()}


def test_sql_that_never_ends_is_stopped(scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelcheck.fleet.querying._SECONDS", 0.2)
    with pytest.raises(Misuse, match="takes more than"):
        query(scanned, "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c")


def test_a_diff_between_two_scans(scanned: Path, hub: Hub, fleet: Fleet) -> None:
    nothing = fleet("diff")
    assert (nothing.code, "there is nothing to compare it with" in nothing.err) == (2, True)
    model(hub, "acme/Thing-1B-Base", "apache-2.0")
    del hub.repos["acme/Thing-2B-Base"]
    model(hub, "acme/Thing-3B-Instruct")
    fleet("scan", "--author", "acme")
    done = fleet("diff")
    assert done.out.splitlines() == [
        "acme/Thing-1B-Base: license mit → apache-2.0",
        "acme/Thing-2B-Base: gone (base)",
        "acme/Thing-3B-Instruct: new (instruct)",
        f"{scanned.parent}/deploy: new (repository)",
        f"{scanned.parent}/deploy: used: run.sh: acme/Thing-1B-Base, vllm, chat",
    ]
    assert done.code == 0
    assert fleet("diff", "--fail-on", "label").code == 0
    assert fleet("diff", "--fail-on", "label,license").code == 1
    assert fleet("diff", "--fail-on", "gone").code == 1
    unknown = fleet("diff", "--fail-on", "licence")
    assert (unknown.code, "known are new, gone, uses, label" in unknown.err) == (2, True)
    assert fleet("diff", "1", "3").out == done.out
    assert fleet("diff", "--format", "markdown").out.startswith("- `acme/Thing-1B-Base`: license mit → apache-2.0\n")
    assert [one["kind"] for one in fleet("diff", "--format", "json").json] == ["changed", "gone", "new", "new", "used"]
    assert fleet("diff", "99").code == 2
    assert "acme/Thing-2B-Base" not in fleet("list").out
    assert scanned.is_file()


def test_a_diff_between_two_stores(scanned: Path, hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base", "apache-2.0")
    fleet("scan", "--author", "acme", "--store", "later.sqlite")
    done = fleet("diff", "--with", "later.sqlite")
    assert done.out.splitlines() == [
        "acme/Thing-1B-Base: license mit → apache-2.0",
        f"{tmp_path}/deploy: gone (repository)",
        f"{tmp_path}/deploy: not used: run.sh: acme/Thing-1B-Base, vllm, chat",
    ]
    assert scanned != tmp_path / "later.sqlite"


def test_changes_of_fields() -> None:
    one: dict[str, object] = dict.fromkeys(FIELDS)
    before, after = {"a": one | {"label": "base"}}, {"a": one | {"label": "instruct", "stop_ids": "[1]"}}
    found = list(changes(before, after))
    assert found == [Change("a", "changed", (("label", "base", "instruct"), ("stop_ids", None, "[1]")), "instruct")]
    assert as_text(found) == "a: label base → instruct; stop_ids none → [1]"
    assert json.loads(as_json(found))[0]["fields"]["label"] == ["base", "instruct"]
    assert as_text([]) == "no checkpoint and no use changed"


def test_impact(scanned: Path, hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-LoRA", **DERIVED)
    fleet("scan", "--author", "acme")
    done = fleet("impact", "acme/Thing-1B-Base")
    lines = [line.replace(f"{tmp_path}/", "") for line in done.out.splitlines()]
    assert lines[0].startswith("deploy@files:")
    assert lines[0].endswith(": run.sh:1: vllm, chat, at no fixed revision")
    assert lines[1:] == ["acme/Thing-1B-LoRA: adapter of it"]
    assert "nothing in" in fleet("impact", "acme/Thing-2B-Base").out
    assert scanned.is_file()


def test_no_columns(scanned: Path, fleet: Fleet) -> None:
    assert scanned.is_file()
    done = fleet("list", "--columns", "")
    assert (done.code, "--columns" in done.err) == (2, True)


def test_a_report_counts(scanned: Path, fleet: Fleet) -> None:
    assert scanned.is_file()
    text = fleet("report").out
    assert "| uses for chat that point at base weights | 1 of 1 | 100 % | 1 of 1 |" in text
    assert "| models of the Hub served at no fixed revision | 1 of 1 | 100 % | 1 of 1 |" in text
    assert "| deploy/base-weights-behind-chat | 1 | 1 |" in text
    tables = fleet("report", "--format", "json").json
    assert {row["verdict"]: row["checkpoints"] for row in tables["Checkpoints by verdict"]} == {"base": 2, "instruct": 2}
    assert tables["Licences"] == [{"licence": "mit", "checkpoints": 4}]
    assert tables["Shares"][0] == {
        "what": "uses for chat that point at base weights",
        "uses": 1, "of_uses": 1, "share": 1.0, "repositories": 1, "of_repositories": 1,
    }  # fmt: skip


def test_a_place_in_two_targets_counts_once(hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Thing-1B-Base")
    command = "vllm serve acme/Thing-1B-Base --tool-call-parser hermes\n"
    write_tree(tmp_path / "deploy", {"run.sh": command, "inner/run.sh": command, "inner0/run.sh": command})
    assert fleet("scan", "deploy", "deploy/inner").code == 0
    found = rows(tmp_path / "fleet.sqlite", "SELECT tree, path FROM deployments ORDER BY tree, path")
    shown = [(tree.removeprefix(f"{tmp_path}/"), path) for tree, path in found]
    assert shown == [("deploy", "inner0/run.sh"), ("deploy", "run.sh"), ("deploy/inner", "run.sh")]
    assert fleet("report", "--format", "json").json["Shares"][0]["of_uses"] == 3
    assert len(fleet("impact", "acme/Thing-1B-Base").out.splitlines()) == 3
    (tmp_path / "deploy" / "inner" / "run.sh").write_text(f"\n{command}")  # the outer folder knows it first
    assert fleet("scan", "deploy").code == 0
    lines = rows(tmp_path / "fleet.sqlite", "SELECT line FROM deployments ORDER BY tree, path")
    assert lines == [(2,), (1,), (1,), (1,)]  # until the inner one is looked at as well
    assert fleet("scan", "deploy", "deploy/inner").code == 0
    assert len(rows(tmp_path / "fleet.sqlite", "SELECT line FROM deployments")) == 3


def test_a_list_fits_into_a_terminal_and_is_whole_in_a_pipe(scanned: Path, hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    long = f"acme/Thing-{'very-' * 10}long-7B-Base"
    model(hub, long)
    fleet("scan", "--author", "acme")
    command = [sys.executable, "-P", "-m", "modelcheck", "fleet", "list"]
    lines = written_to_terminal(command, cwd=tmp_path, env=os.environ | {"COLUMNS": "80"}).splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("…") and "very-long-7B-Base  " in line for line in lines)
    assert long in fleet("list").out
    assert scanned.is_file()


def test_where_there_is_nothing_to_list_a_word_says_so(fleet: Fleet, scanned: Path) -> None:
    assert scanned.is_file()
    assert fleet("failures").err == "nothing failed\n"
    assert (fleet("list", "--where", "errors > 99").out, fleet("list", "--where", "errors > 99").err[:13]) == ("", "no checkpoint")


def test_what_cards_say_is_no_markup_in_a_report_and_mentions_nobody(scanned: Path, hub: Hub, fleet: Fleet) -> None:
    assert scanned.is_file()
    model(hub, "acme/Thing-1B-Base", "'[x](https://evil.example) | @everyone <b>'")
    fleet("scan", "--author", "acme")
    for text in (fleet("report").out, fleet("diff", "--format", "markdown").out):
        assert "evil.example" in text
        assert not any(markup in text for markup in ("[x](", "https://evil", " @everyone", "<b>"))


def test_an_export_does_not_write_through_a_link(scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    assert scanned.is_file()
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "x.csv").symlink_to(tmp_path / "precious")
    done = fleet("export", "x.csv")
    assert (done.code, (tmp_path / "precious").read_text()) == (2, "mine"), done.err


def test_a_report_of_an_empty_store(fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    fleet("scan", "empty", "--offline")
    assert fleet("report").out == "The store is empty.\n"


def test_exports(scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    assert scanned.is_file()
    for table, count in (("fleet", 4), ("deployments", 1), ("scans", 2)):
        for suffix in ("jsonl", "csv", "parquet"):
            file = tmp_path / f"{table}.{suffix}"
            done = fleet("export", file, "--table", table)
            assert (done.code, done.err) == (0, f"{count} rows in {file}\n"), done.err
        by_json, by_parquet = ([*read_rows(tmp_path / f"{table}.{suffix}")] for suffix in ("jsonl", "parquet"))
        assert by_json == by_parquet
        with (tmp_path / f"{table}.csv").open() as lines:
            assert len([*csv.DictReader(lines)]) == count
    assert fleet("export", "x.txt").code == 2
    assert fleet("export", "/nowhere/x.csv").code == 2


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_what_was_exported_can_be_imported(suffix: str, scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    for table in ("fleet", "deployments"):
        fleet("export", f"{table}.{suffix}", "--table", table)
        done = fleet("import", f"{table}.{suffix}", "--store", "other.sqlite")
        assert done.code == 0, done.err
    columns = "name, version, label, p_instruct, license, base_models, rules"
    for question in (f"SELECT {columns} FROM fleet ORDER BY name", "SELECT tree, path, line, target, label FROM deployments"):
        assert rows(tmp_path / "other.sqlite", question) == rows(scanned, question)
    assert fleet("diff", "--with", "other.sqlite").out == "no checkpoint and no use changed\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "x.jsonl:1: not JSON"),
        ('{"name": "a"}', "row 1 has no version, label"),
        ('{"name": "a", "version": "1", "label": "base", "errors": 99999999999999999999}', "row 1: errors is a larger number"),
        (
            '{"name": "a", "version": "1", "label": "base", "rules": "not json"}',
            "row 1: rules is not the JSON that is stored",
        ),
        ('{"name": "a", "version": "1", "label": "base", "rules": "[1]"}', "row 1: rules is not the JSON"),
        ('{"name": "a", "version": "1", "label": "base", "files": [1]}', "row 1: files is neither a text nor a number"),
        ('{"name": "a", "version": "1", "label": "base", "base_models": "notjson"}', "row 1: base_models is not the JSON"),
        ('{"name": "a", "version": "1", "label": "base", "rules": "{\\"r\\": \\"x\\"}"}', "row 1: rules is not the JSON"),
        ('{"name": "a", "version": "1", "label": "base", "errors": "many"}', "row 1: errors is no number: 'many'"),
        ('{"name": "a", "version": "1", "label": "base", "p_instruct": 7}', "p_instruct no number from 0 to 1"),
        ('{"tree": "a", "version": "1"}', "row 1 has no path, model"),
    ],
)
def test_a_file_that_cannot_be_imported_adds_nothing(line: str, says: str, scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(f"{line}\n")
    before = rows(scanned, "SELECT count(*) FROM checkpoints")
    done = fleet("import", "x.jsonl")
    assert (done.code, says in done.err) == (2, True), done.err
    assert rows(scanned, "SELECT count(*) FROM checkpoints") == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,version,label,p_instruct\na,1,base,high\n", "row 1: p_instruct is no number: 'high'"),
        ("name,version,label\na,1\n", "x.csv:2: not as many cells as there are columns"),
        ("name,version,label\na,1,base,x\n", "x.csv:2: not as many cells as there are columns"),
        ('name,version,label\n"a,1,base\n', "not CSV"),
        ("name,version,label\n\xff\n", "not CSV"),
    ],
)
def test_a_csv_that_cannot_be_imported_adds_nothing(text: str, says: str, scanned: Path, fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(text.encode("latin-1"))
    before = rows(scanned, "SELECT count(*) FROM checkpoints")
    done = fleet("import", "x.csv")
    assert (done.code, says in done.err) == (2, True), done.err
    assert rows(scanned, "SELECT count(*) FROM checkpoints") == before


def test_what_a_spreadsheet_could_take_for_a_formula_comes_back_as_it_was(fleet: Fleet, tmp_path: Path) -> None:
    texts = ["=1+1", "'=1+1", "''@x", "'plain", "-"]
    lines = (
        json.dumps({"name": f"m{number}", "version": "1", "label": "base", "license": one}) for number, one in enumerate(texts)
    )
    (tmp_path / "x.jsonl").write_text("\n".join(lines))
    fleet("import", "x.jsonl")
    fleet("export", "x.csv")
    fleet("import", "x.csv", "--store", "other.sqlite")
    assert [one for (one,) in rows(tmp_path / "other.sqlite", "SELECT license FROM fleet ORDER BY name")] == texts


def test_a_cell_of_csv_is_no_formula(scanned: Path, hub: Hub, fleet: Fleet, tmp_path: Path) -> None:
    model(hub, "acme/Evil-7B", "'=HYPERLINK(\"x\")'")
    fleet("scan", "--author", "acme")
    fleet("export", "x.csv")
    with (tmp_path / "x.csv").open() as lines:
        (row,) = [row for row in csv.DictReader(lines) if row["name"] == "acme/Evil-7B"]
    assert row["license"].startswith("'=")
    assert scanned.is_file()


@pytest.mark.parametrize(("text", "says"), [("{", r"x.jsonl:1: not JSON"), ('{"a": 1}\n[]', r"x.jsonl:2: not an object")])
def test_rows_that_cannot_be_read_are_named_by_line(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(Misuse, match=says):
        list(read_rows(tmp_path / "x.jsonl"))
