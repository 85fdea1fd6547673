"""Data files as people have them: every row counts or is told with its place; a file that cannot be used names what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from modelcheck.compare.data import read_data, told
from modelcheck.compare.languages import languages
from modelcheck.compare.rows import read_rows
from modelcheck.errors import Misuse

ROWS: list[dict[str, Any]] = [{"prompt": f"Question {number}?", "completion": f"Answer {number}."} for number in range(4)]


def lines(rows: list[Any]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def parquet(path: Path, rows: list[Any]) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet as written

    written.write_table(pa.Table.from_pylist(rows), path)


def table(separator: str) -> str:
    return "".join(f"{separator.join(row)}\n" for row in (("prompt", "completion"), *(tuple(row.values()) for row in ROWS)))


FILES = {
    "a.jsonl": lines(ROWS), "a.ndjson": lines(ROWS), "a.json": json.dumps(ROWS), "b.json": json.dumps({"version": 1, "data": ROWS}),
    "lines.json": lines(ROWS), "a.csv": table(","), "a.tsv": table("\t"), "bom.jsonl": "\ufeff" + lines(ROWS),
    "blank.jsonl": "\n" + lines(ROWS),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_rows(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(FILES[name], "utf-8")
    assert [row for _, row in read_rows(tmp_path / name)] == ROWS
    assert len(read_data([tmp_path / name]).conversations) == len(ROWS)


def test_parquet(tmp_path: Path) -> None:
    rows = [
        {"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": f"A {number}"}]} for number in range(3)
    ]
    parquet(tmp_path / "a.parquet", rows)
    assert [one.answer for one in read_data([tmp_path / "a.parquet"]).conversations] == ["A 0", "A 1", "A 2"]
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(Misuse, match=r"b.parquet: not Parquet"):
        list(read_rows(tmp_path / "b.parquet"))


def test_a_list_of_turns_in_a_table(tmp_path: Path) -> None:
    turns = json.dumps([{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]).replace('"', '""')
    (tmp_path / "a.csv").write_text(f'id,messages\n1,"{turns}"\n')
    assert read_data([tmp_path / "a.csv"]).conversations[0].answer == "A"


def test_what_is_left_out_is_counted_and_placed(tmp_path: Path) -> None:
    bad = ["{", "3", lines([{"prompt": "Q", "completion": ""}]).strip(), lines([{"prompt": "Q", "completion": None}]).strip()]
    path = tmp_path / "a.jsonl"
    path.write_text(lines(ROWS) + "\n".join([*bad, json.dumps(ROWS[1]), json.dumps({"prompt": " ", "completion": "A"})]) + "\n")
    data = read_data([path])
    assert (data.rows, len(data.conversations)) == (len(ROWS) + 6, len(ROWS))
    assert dict(data.left_out) == {
        "not JSON": 1, "not an object": 1, "completion is missing or empty": 2, "is a duplicate": 1, "has no question": 1,
    }  # fmt: skip
    assert "2 completion is missing or empty (a.jsonl:7, a.jsonl:8)" in told(data)
    assert sum(data.left_out.values()) + len(data.conversations) == data.rows


ODD: dict[str, tuple[list[Any], str]] = {
    "half of a surrogate pair": ([{"prompt": "Q", "completion": "A \ud83d"}], "has text that is not Unicode"),
    "a call of a tool": (
        [{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": None, "tool_calls": [{}]}]}],
        "calls a tool, which is not supported",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_a_row_that_would_break_something_later_is_left_out(name: str, tmp_path: Path) -> None:
    rows, why = ODD[name]
    path = tmp_path / "a.jsonl"
    path.write_text(lines(rows) + (lines(ROWS) if "prompt" in rows[0] else ""))
    if "prompt" in rows[0]:
        assert any(one.startswith(why) for one in read_data([path]).left_out)
    else:
        with pytest.raises(Misuse, match=why):
            read_data([path])


REFUSED = {
    "no answers": ("a.jsonl", lines([{"text": "once upon a time"}]), "no shape of conversations fits its columns"),
    "only broken rows": ("a.jsonl", "{\n{\n", "no row is a conversation with an answer: 2 not JSON"),
    "nothing": ("a.jsonl", "", "there are no rows"),
    "another suffix": ("a.xlsx", "x", "the suffix must be one of .jsonl"),
    "no list": ("a.json", '{"a": 1}', "neither a list of rows nor an object with one"),
    "broken JSON": ("a.json", "[1,", "not JSON"),
    "another encoding": ("a.jsonl", '{"prompt": "é"}', "not UTF-8"),
    "too many fields": ("a.csv", "prompt,completion\na,b,c\n", "3 fields, where the first line has 2"),
    "deep": ("a.jsonl", "[" * 100_000 + "\n", "not JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_used_says_why(name: str, tmp_path: Path) -> None:
    file, text, why = REFUSED[name]
    (tmp_path / file).write_bytes(text.encode("latin-1"))
    with pytest.raises(Misuse, match=why):
        read_data([tmp_path / file])


def test_the_column_of_tasks(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines([{**row, "kind": "billing"} for row in ROWS]))
    assert {one.task for one in read_data([path], "kind").conversations} == {"billing"}
    with pytest.raises(Misuse, match="it has no column topic"):
        read_data([path], "topic")


def test_languages_are_counted(tmp_path: Path) -> None:
    pytest.importorskip("py3langid")
    texts = [
        "Please reset my password, I cannot sign in any more.",
        "Bitte setzen Sie mein Passwort zurück, ich komme nicht hinein.",
    ]
    path = tmp_path / "a.jsonl"
    path.write_text(lines([{"prompt": text, "completion": text} for text in texts]))
    assert languages(read_data([path]).conversations) == {"en": 1, "de": 1}
