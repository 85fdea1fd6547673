"""Files as they are after something went wrong: missing, empty, unreadable, or with a value of another type."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

Files = Mapping[str, str | bytes]
WRONG: tuple[Any, ...] = (None, True, -1, "x", [None], {"x": None})
"""Values of every type that JSON and YAML have; a value is replaced by those that are not of its own type."""


def spoilt(files: Files) -> Iterator[tuple[str, Files]]:
    """Yield each way in which one file of a checkpoint is spoilt, and the files."""
    for path, content in files.items():
        rest = {name: other for name, other in files.items() if name != path}
        yield f"{path} missing", rest
        yield f"{path} empty", {**rest, path: b""}
        yield f"{path} unreadable", {**rest, path: b"\xff\x00\xfe" * 9}
        yield f"{path} cut off", {**rest, path: content[: len(content) // 2]}
        if path.endswith(".json"):
            yield f"{path} of another type", {**rest, path: "[null]"}


def with_other_values(files: Files, paths: Collection[str] = ()) -> Iterator[tuple[str, Files]]:
    """Yield the files with each value of their JSON and of a card's front matter once of each other type; in ``paths`` if given."""
    for path in paths or files:
        change = _values if path.endswith(".json") else _front_matter if path == "README.md" else None
        if change and path in files:
            yield from ((f"{path} {what}", {**files, path: text}) for what, text in change(files[path]))


def _values(content: str | bytes) -> Iterator[tuple[str, str]]:
    try:
        data = json.loads(content)
    except ValueError:
        return
    yield from ((f"= {value!r}", json.dumps(value)) for value in WRONG)
    yield from ((what, json.dumps(changed)) for what, changed in _changed(data))


def _changed(data: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the place and the whole with one value replaced, for each value and each other type; of a long list its first."""
    for key in data if isinstance(data, dict) else range(min(len(data), 1)) if isinstance(data, list) else ():
        copy = data.copy()
        for value in WRONG:
            if type(value) is not type(data[key]) or isinstance(value, dict | list):
                copy[key] = value
                yield f"{at}/{key} = {value!r}", copy.copy()
        for what, inner in _changed(data[key], f"{at}/{key}"):
            copy[key] = inner
            yield what, copy.copy()


def _front_matter(content: str | bytes) -> Iterator[tuple[str, str]]:
    """Yield a card with one value of its front matter replaced; JSON's form of a value is YAML's, too."""
    import yaml

    begin, *found = (content.decode() if isinstance(content, bytes) else content).split("---\n", 2)
    if begin.strip() or len(found) < 2:
        return
    front, body = found
    data = yaml.safe_load(front)
    for what, changed in _changed(data):
        lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in changed.items())
        yield what, f"---\n{lines}---\n{body}"
