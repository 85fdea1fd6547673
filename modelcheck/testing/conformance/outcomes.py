"""What each part of a plug-in makes of well-formed inputs: the same in every run, whatever the order of a set is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial

from modelcheck.errors import Broken
from modelcheck.findings import Finding, Severity, Span
from modelcheck.report import ErrorReport, Report, Reported, Style
from modelcheck.testing.checking import installed
from modelcheck.testing.conformance.hostile import CHECKPOINT, NAMES
from modelcheck.testing.conformance.imports import environment
from modelcheck.testing.conformance.pack import Pack
from modelcheck.testing.conformance.running import (
    Folder,
    bounded,
    example_of,
    folders,
    folders_of_rule,
    run_on_checkpoint,
    run_reader,
    run_rule,
    shown,
)

_SECONDS = 120
_SEEDS = ("1", "2")
Outcomes = Mapping[str, list[str]]


def outcomes(pack: Pack) -> Outcomes:
    """Part → what it makes of its inputs, twice. A part that raises shows the exception: another check is about that."""
    works: dict[str, Callable[[], object]] = {}
    for rule in pack.rules.values():
        works[rule.name] = partial(lambda rule: [run_rule(rule, one, pack.name, "") for one in folders_of_rule(rule)], rule)
    named = [*folders(pack), *(Folder(CHECKPOINT, name) for name in NAMES)]
    for part in (*pack.signals.values(), *pack.facts.values()):
        works[part.name] = partial(lambda part: [run_on_checkpoint(part, one, pack.name, "") for one in named], part)
    for reader in pack.readers.values():
        seeds = example_of(reader)
        files = {path: text if isinstance(text, bytes) else text.encode() for path, text in (seeds.files if seeds else {}).items()}
        works[reader.name] = partial(
            lambda reader, files: [run_reader(reader, path, text, pack.name, "") for path, text in files.items()], reader, files
        )
    for name in pack.reporters:
        works[f"format {name}"] = partial(_written, name)
    return {name: [_outcome(work), _outcome(work)] for name, work in works.items()}


def _written(name: str) -> list[str]:
    return [bounded(name, partial(installed().reporters[name], one, Style())) for one in reports()]


def _outcome(work: Callable[[], object]) -> str:
    try:
        return shown(work())
    except (AssertionError, Broken) as error:
        return f"{type(error).__name__}"


@cache
def outcomes_elsewhere(pack: str) -> tuple[Outcomes, ...]:
    """The outcomes in fresh processes that order sets differently. Raises AssertionError if one of them fails."""
    found = []
    for seed in _SEEDS:
        command = [sys.executable, "-P", "-m", "modelcheck.testing.conformance", pack]
        env = environment() | {"PYTHONHASHSEED": seed}
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=_SECONDS, check=False)
        if done.returncode:
            raise AssertionError(f"the plug-in {pack} cannot be run in a fresh process:\n{done.stderr}")
        found.append(json.loads(done.stdout))
    return tuple(found)


def reports() -> list[Report]:
    """An empty report, an ordinary one, and one with texts that somebody else chose."""
    ordinary, hostile = Report(), Report(interrupted=True)
    ordinary.findings = [
        Reported("house/rule", severity, "model", Finding(f"a {severity}", Span("model/README.md", line, 1)))
        for line, severity in enumerate(Severity, 1)
    ]
    ordinary.files_read = 3
    texts = ("\x1b[31mred\x1b[0m", "::error::owned", "</script><b>&amp;", "a|b`c`\n\n# d", "x" * 100_000, "\u202e\u2028\0", "")
    hostile.findings = [Reported("house/rule", Severity.ERROR, text, Finding(text, Span(text or "x"))) for text in texts]
    hostile.findings += [Reported("house/rule", Severity.NOTE, "model", Finding("no place"))]
    hostile.errors = [ErrorReport(text, "unreadable", text) for text in texts]
    hostile.files_left = dict.fromkeys(texts, "is left")
    return [Report(), ordinary, hostile]
