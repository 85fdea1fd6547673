"""Generates the lists of what the first-party packages declare, docs/rules, docs/signals.md, the reference pages and docs/schemas.

``python tests/tools/generate_docs.py`` writes them; ``--check`` only compares.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from modelcheck.findings import Severity
from modelcheck.plugins import FIRST_PARTY, Plugins
from modelcheck.rule_pages import rule_page, signal_page

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, only its own folder is on the path

from tools.listing import listings, tables
from tools.reference import reference
from tools.schema_page import report_page
from tools.schemas import report_schema, settings_schema
from tools.surface import surface

DOCS = Path(__file__).resolve().parents[2] / "docs"
SIGNALS = """Each signal observes one thing and says how much it counts for base or instruct. Of a group only the strongest
evidence counts, and groups add up: [how the verdict is made](how-the-verdict-is-made.md). `modelcheck explain NAME` shows one."""
HEAD = "<!-- Generated from the rule's docstring by tests/tools/generate_docs.py; edit the docstring. -->\n\n"


def consequences() -> list[dict[str, Any]]:
    """What follows at run time from which rules' findings, and the severity of each."""
    return list(tomllib.loads(Path(__file__).with_name("consequences.toml").read_text("utf-8"))["consequence"])


def severities(notes: list[str]) -> str:
    """The table of consequences; what is only a note has none."""
    nothing = {"severity": "note", "what": "Nothing fails: advice, or a choice that one should know of", "rules": notes}
    rows = [
        f"| {one['severity']} | {one['what']} | {', '.join(f'[{rule}]({rule}.md)' for rule in one['rules'])} |"
        for one in (*consequences(), nothing)
    ]
    return "\n".join(["| severity | what happens at run time | rules |", "|---|---|---|", *rows])


def pages() -> dict[str, str]:
    """The text of every page, by its path below docs."""
    registry = Plugins().registry
    first_party = {name: rule for name, rule in sorted(registry.rules.items()) if rule.plugin in FIRST_PARTY}
    made = {f"rules/{name}.md": HEAD + rule_page(rule, registry) for name, rule in first_party.items()}
    rows = [
        f"| [{name}]({name}.md) | {rule.severity} | {registry.cost(rule)} | {registry.scope(rule)} | {rule.page.title} |"
        for name, rule in first_party.items()
    ]
    table = "\n".join(["| rule | severity | cost | runs once per | title |", "|---|---|---|---|---|", *rows])
    signals = "\n".join(
        f"- [`{name}`](../signals.md#{name.replace('/', '')}) (group {signal.group}): {signal.page.title}"
        for name, signal in sorted(registry.signals.items())
    )
    notes = [name for name, rule in first_party.items() if rule.severity is Severity.NOTE]
    rules = f"# Rules\n\n{table}\n\n## Severities\n\n{severities(notes)}\n\n"
    made["rules/README.md"] = f"{HEAD}{rules}## Signals\n\nA verdict is the sum of their evidence.\n\n{signals}\n"
    body = "\n".join(signal_page(signal, registry, level="##") for _, signal in sorted(registry.signals.items()))
    made["signals.md"] = f"{HEAD}# Signals\n\n{SIGNALS}\n\n{body}"
    made["schemas/settings.schema.json"] = settings_schema(first_party)
    made["schemas/report.schema.json"] = report_schema()
    made["schemas/api.txt"] = surface()
    made["json-report.md"] = report_page()
    return made | reference()


def main() -> int:
    """Write the lists and pages; with ``--check`` only print which differ. Returns 1 if some do."""
    check = "--check" in sys.argv
    for texts in (tables, listings):  # rules import the tables, and the lists are made from the rules
        lists = texts()
        stale = [path for path, text in lists.items() if not path.exists() or path.read_text("utf-8") != text]
        if stale and check:
            for path in stale:
                print(f"{path.relative_to(DOCS.parent)} is out of date: run python tests/tools/generate_docs.py")
            return 1
        for path in stale:
            path.write_text(lists[path], "utf-8")
        if stale:
            return subprocess.run([sys.executable, __file__], check=False).returncode  # the pages are made from the lists
    made = pages()
    written = {*(DOCS / "rules").rglob("*.md"), *DOCS.glob("schemas/*.*"), *(DOCS / path for path in made)}
    written = {path for path in written if path.exists()}
    there = {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in written}
    different = sorted(path for path in made.keys() | there.keys() if made.get(path) != there.get(path))
    if check:
        for path in different:
            print(f"docs/{path} is out of date: run python tests/tools/generate_docs.py")
        return bool(different)
    for path in different:
        if path in made:
            (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
            (DOCS / path).write_text(made[path], "utf-8")
        else:
            (DOCS / path).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
