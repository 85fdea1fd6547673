"""Trees of files on disk, scanned by the command; what its report says of each use, in short."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from modelcheck.cli import cli

from conftest import write_tree

Told = tuple[str, int | None, str, str]
"""Path from the tree's root, line, model, purpose."""


def report_of(folder: Path, files: Mapping[str, str], *options: str) -> dict[str, Any]:
    """The JSON report on a tree, without the network."""
    write_tree(folder, files)
    done = CliRunner().invoke(cli, ["scan", str(folder), "--offline", "--format", "json", *options], catch_exceptions=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert not [error for error in report["errors"] if error["kind"] == "crash"], report["errors"]
    return report


def told(folder: Path, report: Mapping[str, Any]) -> set[Told]:
    """The uses of a report."""
    return {(os.path.relpath(use["path"], folder), use["line"], use["model"], use["purpose"]) for use in report["uses"]}


def uses_of(folder: Path, files: Mapping[str, str]) -> set[Told]:
    """The uses in a tree."""
    return told(folder, report_of(folder, files))


def unresolved_of(report: Mapping[str, Any]) -> list[str]:
    """What could not be followed: the line and the reason of each."""
    return [f"{one['at']['line']}: {one['reason']}" for one in report["unresolved"]]
