"""The output formats that come with modelcheck. Each is imported when a report is first written in it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from modelcheck.hooks import hookimpl
from modelcheck.report import Report, Reporter, Style

_NAMED_ALIKE = "text concise sarif github gitlab junit rdjson azure teamcity checkstyle sonarqube markdown html".split()
MODULES = {name: name for name in _NAMED_ALIKE} | {"json": "json_report", "jsonl": "jsonl_report"}
"""Format → its module, which has a function called after the format: ``sarif_report``."""


def _deferred(name: str, module: str) -> Reporter:
    def write(report: Report, style: Style) -> str:
        reporter: Any = getattr(import_module(f"modelcheck.reporters.{module}"), f"{name}_report")
        text: str = reporter(report, style)
        return text

    return write


@hookimpl
def modelcheck_reporters() -> Mapping[str, Reporter]:
    """Adds every format."""
    return {name: _deferred(name, module) for name, module in MODULES.items()}
