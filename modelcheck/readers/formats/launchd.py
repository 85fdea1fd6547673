"""launchd's jobs on macOS: property lists with the arguments and the environment of a program."""

from __future__ import annotations

import html
from collections.abc import Iterator
from itertools import islice

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located, Setting
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.containers import Container, uses_of_container
from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.readers.launch.settings import SETTING_MENTIONS, uses_of_settings

_VALUE = lazy(
    r"<(?P<kind>key|string|integer|real)>(?P<text>[^<]{0,4000})</(?P=kind)>|<(?P<open>/?)(?P<tag>array|dict)\s*>|<true/>|<false/>"
)
_MOST = 20_000


@reader(files=("*.plist",), mentions=(*MENTIONS, *SETTING_MENTIONS))
def launchd(file: TextFile) -> Iterator[ModelUse]:
    """``ProgramArguments`` with ``EnvironmentVariables``; any other value whose key is named after a model."""
    lines = Lines(file.path, file.text)
    settings = list(_settings(lines))
    argv = [one.value for one in settings if "ProgramArguments" in one.keys]
    environment = {one.keys[-1]: one.value for one in settings if "EnvironmentVariables" in one.keys}
    if argv:
        yield from uses_of_container(Container(argv, entrypoint=True, environment=environment), "launchd", lines)
    yield from uses_of_settings((one for one in settings if "ProgramArguments" not in one.keys), "plist")


def _settings(lines: Lines) -> Iterator[Setting]:
    """Every text with the keys that lead to it; the elements of an array have the array's key."""
    keys: list[str] = []
    opened: list[tuple[str, int]] = []
    for found in islice(_VALUE.finditer(lines.text), _MOST):
        if found["kind"] == "key":
            depth = opened[-1][1] if opened else 0
            keys = [*keys[:depth], html.unescape(found["text"])]
        elif found["tag"] and not found["open"]:
            opened.append((found["tag"], len(keys)))
        elif found["tag"]:
            depth = opened.pop()[1] if opened else 0
            keys = keys[: max(0, depth - 1)] if found["tag"] == "dict" else keys[:depth]
        elif found["kind"]:
            value = lines.group(found, "text") if "\n" not in found["text"] else None
            if value is not None:
                yield Setting(tuple(keys), Located(html.unescape(value.text), value.at))
