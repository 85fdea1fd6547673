"""Helm templates, which are not YAML until they are rendered: read line by line, never rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.yamlfile import Node, parse_yaml_text
from modelcheck.errors import Broken
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers import Beside
from modelcheck.readers.launch.scripts import COMMAND_MENTIONS
from modelcheck.readers.launch.serving import find_started, uses_of
from modelcheck.registry import reader

_CONTROL = lazy(r"\s*(\{\{-?\s*(if|else|end|with|range|define|include|/\*).*\}\}|#.*)?\s*$")
_ITEM = lazy(r"\s*-\s+(?P<quote>[\"']?)(?P<value>.*?)(?P=quote)\s*$")
_FLOW = lazy(r"\s*-?\s*(command|args)\s*:\s*\[(?P<list>.*)\]\s*$")
_ELEMENT = lazy(r"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^,\[\]\s][^,\[\]]*)")
_KEY = lazy(r"\s*-?\s*(?P<key>\w+)\s*:\s*(?P<value>.*?)\s*$")
_VALUE = lazy(r"\{\{-?[ ]?(?:tpl[ ])?[ ]?\.Values\.(?P<path>[\w.]+)([ |][^{}]*)?\}\}")
_LONGEST = 2_000
_VALUES = ("../values.yaml", "../../values.yaml")


@dataclass(slots=True)
class _Container:
    """What stands between two ``image:`` lines of a template."""

    image: str | None = None
    command: bool = False
    words: list[Located] = field(default_factory=list)


@reader(files=("*.yaml", "*.yml", "*.tpl"), mentions=COMMAND_MENTIONS)
def helm(file: TextFile, beside: Beside) -> Iterator[ModelUse]:
    """The arguments of each container. ``.Values`` are looked up in the chart's own file; what it leaves open stays as written."""
    if "{{" not in file.text or "templates/" not in file.path.replace("\\", "/"):
        return
    lines = Lines(file.path, file.text)
    values = _chart_values(beside)
    for container in _containers(lines):
        words = [_filled(word, values) for word in container.words]
        image = _filled(Located(container.image, lines.span(0, 0)), values).text if container.image else None
        for started in find_started(image, words, lines, entrypoint=container.command):
            yield from uses_of(started, {}, "helm")


def _chart_values(beside: Beside) -> Node | None:
    text = next(filter(None, map(beside.text, _VALUES)), None)
    try:
        documents = parse_yaml_text("values.yaml", text) if text else ()
    except Broken:
        return None
    return documents[0] if documents else None


def _filled(word: Located, values: Node | None) -> Located:
    """The word with the chart's own values in it."""

    def value(found: re.Match[str]) -> str:
        node = values.get(*found["path"].split(".")) if values is not None else None
        return node.text if node is not None and node.text else found.group()

    return Located(_VALUE.sub(value, word.text), word.at)


def _containers(lines: Lines) -> Iterator[_Container]:
    """Cut at each ``image:``; in a container that names its image last, the arguments stand above it."""
    here, inside, offset = _Container(), False, 0
    for line in lines.text.splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        if len(line) > _LONGEST:
            continue
        flow, item, key = _FLOW.match(line), _ITEM.match(line), _KEY.match(line)
        if inside and (_CONTROL.match(line) or (item and (not key or "{{" in line))):
            if item:
                here.words.append(_word(lines, start, item, "value"))
            continue
        inside = False
        if flow:
            here.command = here.command or "command" in line
            begin = start + flow.start("list")
            for found in _ELEMENT.finditer(flow["list"]):
                group = found.lastgroup or "bare"
                at = lines.span(begin + found.start(group), begin + found.end(group))
                here.words.append(Located(found[group].strip(), at))
        elif key and key["key"] in ("command", "args") and not key["value"]:
            inside, here.command = True, here.command or key["key"] == "command"
        elif key and key["key"] == "image":
            if here.image is not None:
                yield here
                here = _Container()
            here.image = key["value"].strip("\"'")
        elif line.startswith("---"):
            yield here
            here = _Container()
    yield here


def _word(lines: Lines, start: int, found: re.Match[str], group: str) -> Located:
    return Located(found[group], lines.span(start + found.start(group), start + found.end(group)))
