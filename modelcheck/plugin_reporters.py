"""Output formats of plug-ins: what is wrong with them, and what is written if one crashes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modelcheck.blame import blame
from modelcheck.errors import Crash
from modelcheck.printable import printable
from modelcheck.report import ErrorReport, Report, Reporter, Style


def wrong_reporters(reporters: object) -> str | None:
    """What is wrong with what the hook returned: it must be a mapping from a format's name to a function."""
    if not isinstance(reporters, Mapping):
        return f"returned {type(reporters).__name__} where a mapping from names to functions is expected"
    for name, reporter in reporters.items():
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            return f"returned the name {name!r}: a format has a name of lower-case letters, digits and hyphens"
        if not callable(reporter):
            return f"returned {type(reporter).__name__} for {name}, which cannot be called"
    return None


def guarded(name: str, plugin: str, reporter: Reporter, fallback: Reporter | None) -> Reporter:
    """The reporter. If it crashes, the report gets an error and ``fallback`` writes it, so that it is not lost."""

    def report_safely(report: Report, style: Style) -> str:
        try:
            with blame(f"the reporter {name}", plugin, code=reporter):
                text = reporter(report, style)
                if not isinstance(text, str):
                    raise TypeError(f"it returned {type(text).__name__} where str is expected")
        except Crash as crash:
            if fallback is None:
                raise
            report.errors.append(
                ErrorReport(name, "crash", f"{crash}. The report is written in the format text instead", crash.details)
            )
            # The format may be one of commands to a CI system, of which this text must not hold any.
            return printable(fallback(report, style), colors=style.color)
        return text.removesuffix("\n")  # the end of the last line is written with it

    return report_safely
