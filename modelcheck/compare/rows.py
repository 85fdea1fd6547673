"""Rows of a data file: JSON lines, JSON, CSV, TSV, Parquet. A row that cannot be read is told with its line; the others count."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from modelcheck.errors import Misuse

MOST_BYTES = 2**31
"""A file beyond this size is refused; such data does not have to be compared whole."""
_FIELD = 2**24
Row = tuple[int, dict[str, Any] | str]
"""Its line, or its number where a file has no lines, from 1; and its columns, or why it cannot be read."""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, by its suffix. Raises Misuse for a file that cannot be read at all."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise Misuse(f"{path}: the suffix must be one of {', '.join(_READERS)}")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Misuse(f"{path}: larger than {MOST_BYTES >> 30} GiB: give a part of it")
        yield from read(path)
    except OSError as error:
        raise Misuse(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Misuse(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from None


def _lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    value = json.loads(line)
                except (ValueError, RecursionError) as error:
                    yield number, f"not JSON: {error}"
                else:
                    yield number, value if isinstance(value, dict) else "not an object"


def _json(path: Path) -> Iterator[Row]:
    text = path.read_text(encoding="utf-8-sig")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.lstrip().startswith("{") and "\n{" in text:  # JSON lines under another name
            yield from _lines(path)
            return
        raise Misuse(f"{path}: not JSON: {error}") from None
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list)]
        if len(lists) != 1:
            raise Misuse(f"{path}: neither a list of rows nor an object with one")
        value = lists[0]
    if not isinstance(value, list):
        raise Misuse(f"{path}: neither a list of rows nor an object with one")
    for number, row in enumerate(value, start=1):
        yield number, row if isinstance(row, dict) else "not an object"


def _table(path: Path, separator: str) -> Iterator[Row]:
    csv.field_size_limit(_FIELD)
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=separator)
    try:
        names = next(reader, [])
        for values in reader:
            if len(values) == len(names):
                yield reader.line_num, dict(zip(names, map(_value, values), strict=True))
            elif values:
                yield reader.line_num, f"{len(values)} fields, where the first line has {len(names)}"
    except csv.Error as error:
        raise Misuse(f"{path}:{reader.line_num}: {error}") from None


def _value(text: str) -> Any:
    """A field; a list of turns is kept as JSON in a table."""
    if text.startswith("[{") and text.endswith("}]"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _parquet(path: Path) -> Iterator[Row]:
    try:
        from pyarrow import ArrowException, parquet  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        raise Misuse(f"{path}: Parquet needs pyarrow: pip install 'modelcheck[compare]'") from None
    number = 0
    try:
        for batch in parquet.ParquetFile(path).iter_batches(1024):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except ArrowException as error:
        raise Misuse(f"{path}: not Parquet: {error}") from None


_READERS = {
    ".jsonl": _lines, ".ndjson": _lines, ".json": _json, ".csv": lambda path: _table(path, ","),
    ".tsv": lambda path: _table(path, "\t"), ".parquet": _parquet,
}  # fmt: skip
SUFFIXES = tuple(_READERS)
"""Of data files."""
