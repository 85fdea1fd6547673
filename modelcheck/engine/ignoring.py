"""``scan --add-ignore REASON``: a comment above the statement of each finding, in the syntax of its file."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable
from pathlib import Path, PurePath

from modelcheck.config import is_file
from modelcheck.documents.text import lines, whole_lines
from modelcheck.engine.fixes import Plan
from modelcheck.engine.statements import Statements
from modelcheck.report import Reported

_HASH = (
    ".yaml .yml .sh .bash .zsh .ksh .fish .py .tf .tfvars .hcl .nomad .toml .ini .cfg .conf .env .mk .service .container .rb .r "
    ".jl .tpl .pbtxt .sbatch .slurm .bats .properties .nix .ps1 .star .bzl .j2"
).split()
_SLASHES = (
    ".js .mjs .cjs .jsx .ts .mts .tsx .go .rs .java .kt .kts .scala .cs .swift .php .dart .groovy .gradle "
    ".jsonnet .libsonnet .cue .pkl"
).split()
_SYNTAX = {
    **dict.fromkeys(_HASH, "# {}"),
    **dict.fromkeys(_SLASHES, "// {}"),
    **dict.fromkeys((".md", ".markdown", ".mdx", ".html", ".xml", ".plist"), "<!-- {} -->"),
    **dict.fromkeys((".bat", ".cmd"), "REM {}"),
    ".lua": "-- {}",
}
_BY_NAME = tuple("dockerfile containerfile makefile gnumakefile justfile procfile tiltfile earthfile modelfile .env".split())


def plan_ignores(findings: Iterable[Reported], reason: str) -> Plan:
    """Return the files with a comment for each finding that has a line in a local file; ``left`` says why others get none."""
    plan = Plan()
    by_file: dict[Path, dict[int, set[str]]] = {}
    for found in findings:
        at = found.finding.at
        if not found.local or at is None or at.line is None:
            plan.left.append(
                f"{at or found.target}: {found.rule} has no line in a local file; use per-file-ignores in the settings"
            )
        elif _syntax(at.path) is None:
            plan.left.append(f"{at}: the file has no comments; use per-file-ignores in the settings for {found.rule}")
        else:
            by_file.setdefault(Path(at.path), {}).setdefault(at.line, set()).add(found.rule)
    for path, rules in by_file.items():
        _comment(plan, path, rules, reason)
    return plan


def _syntax(path: str) -> str | None:
    name = PurePath(path).name.lower()
    return _SYNTAX.get(PurePath(name).suffix) or ("# {}" if name.startswith(_BY_NAME) or name.endswith(_BY_NAME) else None)


def _comment(plan: Plan, path: Path, rules: dict[int, set[str]], reason: str) -> None:
    """Add one comment for all rules of a statement."""
    if os.path.islink(path) or not is_file(path):  # noqa: PTH114 - pathlib raises where a folder may not be entered
        plan.left.append(f"{path}: not a plain file, so not edited")
        return
    try:
        before = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        plan.left.append(f"{path}: {error}")
        return
    every = whole_lines(before)
    statements = Statements(str(path), lines(before))
    above: dict[int, set[str]] = {}
    for line, names in rules.items():
        above.setdefault(statements.start(line), set()).update(names)
    for line in sorted(above, reverse=True):
        text = every[line - 1]
        end = "\r\n" if text.endswith("\r\n") else "\n"
        comment = (_syntax(str(path)) or "{}").format(f"modelcheck: ignore[{', '.join(sorted(above[line]))}] {reason}")
        every.insert(line - 1, text[: len(text) - len(text.lstrip())] + comment + end)
    after = "".join(every)
    if _same_meaning(path, before, after):
        plan.texts[path] = (before, after)
        plan.made += len(above)
    else:
        plan.left.append(f"{path}: a comment above the finding would be part of a text; use per-file-ignores in the settings")


def _same_meaning(path: Path, before: str, after: str) -> bool:
    """Whether comments that were added changed nothing, for the languages that can be parsed here."""
    if path.suffix == ".py":
        try:
            return ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    if path.suffix in (".yaml", ".yml"):
        import yaml

        def events(text: str) -> list[tuple[object, ...]]:
            return [(type(one), getattr(one, "value", None)) for one in yaml.parse(text, yaml.SafeLoader)]

        try:
            return events(before) == events(after)
        except (yaml.YAMLError, RecursionError):
            return _template(before)  # Helm's: not YAML before it is rendered
    return True


def _template(text: str) -> bool:
    return "{{" in text
