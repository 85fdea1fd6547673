"""Ollama Modelfiles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Located
from modelcheck.facts.model_use import ModelUse, Purpose
from modelcheck.findings import Span
from modelcheck.patterns import lazy
from modelcheck.readers.launch.build import ollama_use

_INSTRUCTION = lazy(
    r'^[ \t]*(?P<name>FROM|PARAMETER|TEMPLATE|SYSTEM|ADAPTER|MESSAGE|LICENSE|REQUIRES)[ \t]+(?P<value>"""(?s:.*?)"""|[^\n]*)',
    re.IGNORECASE | re.MULTILINE,
)
_PASS_THROUGH = lazy(r"^[\s\"]*(\{\{-?\s*\.System\s*-?\}\}\s*)?\{\{-?\s*\.Prompt\s*-?\}\}[\s\"]*$")


@reader(files=("*modelfile*",), mentions=("from",))
def modelfile(file: TextFile) -> Iterator[ModelUse]:
    """``FROM`` with its template, parameters and adapter. A plain tag is Ollama's; only ``hf.co/…`` is a Hub id.

    The file name decides for a file with ``FROM`` alone; Dockerfiles and Modelica files have other instructions.
    """
    found = [(match["name"].upper(), match) for match in _INSTRUCTION.finditer(file.text)]
    if not found or found[0][0] != "FROM":
        return
    first = found[0][1]
    value = first["value"].split("#")[0].strip()
    if not value:
        return
    line = file.text.count("\n", 0, first.start("value")) + 1
    column = first.start("value") - file.text.rfind("\n", 0, first.start("value"))
    at = Span(file.path, line, column, line, column + len(value))
    instructions = {name: match["value"] for name, match in found}
    stops = tuple(match["value"].partition("stop")[2].strip().strip('"') for name, match in found if _is_stop(name, match["value"]))
    purpose, because = _purpose(instructions)
    adapter = instructions.get("ADAPTER", "").strip() or None
    template = instructions.get("TEMPLATE")
    yield ollama_use(Located(value, at), "modelfile", purpose, because, adapter=adapter, template=template, stops=stops or None)


def _is_stop(name: str, value: str) -> bool:
    return name == "PARAMETER" and value.split()[:1] == ["stop"]


def _purpose(instructions: dict[str, str]) -> tuple[Purpose, tuple[str, ...]]:
    """Ollama serves chat with the model's template, unless the file sets one that passes the prompt through."""
    template = instructions.get("TEMPLATE")
    if template is not None and _PASS_THROUGH.match(template):
        return "completion", ("its TEMPLATE passes the prompt through",)
    cues = [name for name in ("TEMPLATE", "SYSTEM", "MESSAGE") if name in instructions]
    return "chat", tuple(cues) or ("Ollama serves chat unless a TEMPLATE says otherwise",)
