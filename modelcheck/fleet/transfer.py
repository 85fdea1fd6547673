"""Checkpoints and uses of a store as JSON lines, CSV or Parquet, for DuckDB, pandas and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

from modelcheck.errors import Misuse, first_line
from modelcheck.fleet.querying import query
from modelcheck.fleet.salvage import readable_rows
from modelcheck.fleet.schema import Damaged
from modelcheck.printable import printable
from modelcheck.writing import replacing

Table = Literal["fleet", "deployments", "checkpoints", "uses", "scans"]
_MOST_SAID = 200
"""Characters of a library's error that are shown."""
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def export(store: Path, table: Table, file: Path) -> tuple[int, bool]:
    """Write a table to a file whose suffix says the format. Raises Misuse.

    Returns the number of rows, and whether they are all: of a damaged store, those are written that can be read.
    """
    write = _WRITERS.get(file.suffix)
    if write is None:
        raise Misuse(f"{file}: the suffix must be .jsonl, .csv or .parquet")
    try:
        (columns, rows), whole = query(store, f"SELECT * FROM {table}"), True  # noqa: S608 - one of ours
    except Damaged:
        (columns, rows), whole = readable_rows(store, table), False
    with replacing(file, streams=True) as out:
        write(out, columns, rows)
    return len(rows), whole


def _write_jsonl(out: IO[bytes], columns: list[str], rows: list[tuple[object, ...]]) -> None:
    for row in rows:
        out.write(f"{json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)}\n".encode())


def _write_csv(out: IO[bytes], columns: list[str], rows: list[tuple[object, ...]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    out.write(text.getvalue().encode())


def _cell(value: object) -> object:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{printable(value)}" if isinstance(value, str) and _is_formula(value) else value


def _is_formula(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULAS)


def _write_parquet(out: IO[bytes], columns: list[str], rows: list[tuple[object, ...]]) -> None:
    try:
        import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # an extra
        from pyarrow import parquet  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise Misuse("Parquet needs pyarrow: pip install 'modelcheck[fleet]'") from None
    table = pa.table({name: [row[place] for row in rows] for place, name in enumerate(columns)})
    parquet.write_table(table, out, compression="zstd")


_WRITERS = {".jsonl": _write_jsonl, ".csv": _write_csv, ".parquet": _write_parquet}


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of an exported file; those of CSV have texts only. Raises Misuse with the line that cannot be read."""
    if file.suffix == ".csv":
        yield from _read_csv(file)
        return
    if file.suffix == ".parquet":
        yield from _read_parquet(file)
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise Misuse(f"{file}:{number}: not JSON: {first_line(error)[:_MOST_SAID]}") from None
            if not isinstance(row, dict):
                raise Misuse(f"{file}:{number}: not an object")
            yield row


def _read_parquet(file: Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # an extra
        from pyarrow import parquet  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise Misuse("Parquet needs pyarrow: pip install 'modelcheck[fleet]'") from None
    try:
        yield from parquet.read_table(file).to_pylist()
    except (pa.ArrowException, OSError, MemoryError) as error:
        raise Misuse(f"{file}: not Parquet that can be read: {first_line(error)[:_MOST_SAID]}") from None


def _read_csv(file: Path) -> Iterator[dict[str, Any]]:
    """Rows of texts; an empty cell is None. Raises Misuse."""
    with file.open(encoding="utf-8-sig", newline="") as lines:  # a spreadsheet writes the mark of UTF-8 in front
        reader = csv.DictReader(lines, restkey="", strict=True)
        try:
            for row in reader:
                if "" in row or None in row.values():
                    raise Misuse(f"{file}:{reader.line_num}: not as many cells as there are columns")
                yield {
                    name: (text[1:] if text[0] == "'" and _is_formula(text) else text) if text else None
                    for name, text in row.items()
                }
        except (csv.Error, UnicodeDecodeError) as error:
            raise Misuse(f"{file}:{reader.line_num}: not CSV: {error}") from None
