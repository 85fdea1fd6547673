"""``fleet report --format html``: puts the page together."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from modelcheck.fleet.page.counts import by_family, by_rule
from modelcheck.fleet.page.drift import drift
from modelcheck.fleet.page.embedded import embedded
from modelcheck.fleet.page.ranking import KINDS, MOST, ranked
from modelcheck.fleet.page.rows import LABELS, Checkpoint, Use, checkpoints, text, uses
from modelcheck.fleet.querying import query
from modelcheck.registry import Registry
from modelcheck.reporters.pages import page_environment, page_style
from modelcheck.reporters.summary import plural
from modelcheck.version import VERSION

_TEMPLATES = Path(__file__).with_name("templates")
_ASSETS = Path(__file__).with_name("assets")
_SCRIPTS = ("dom", "data", "filters", "table", "details", "lineage", "layout", "graph", "start")
_MOST_FAILURES = 100


def as_html(store: Path, registry: Registry) -> str:
    """The page. ``registry`` says titles and severities of rules. Raises Misuse."""
    from markupsafe import Markup

    environment = page_environment(_TEMPLATES)
    environment.filters["number"] = lambda count: f"{count:,}"
    style = page_style() + "".join((_ASSETS / name).read_text("utf-8") for name in ("fleet.css", "lineage.css"))
    script = "".join((_ASSETS / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    found, used = checkpoints(store), uses(store)
    rules = _rules(found, used, registry)
    return environment.get_template("page.html.jinja").render(
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=Markup(embedded(found, used, rules)),  # noqa: S704 - see in_script
        plural=plural,
        version=VERSION,
        **_content(store, found, used, rules),
    )


def _content(store: Path, found: list[Checkpoint], used: list[Use], rules: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """What the templates show."""
    severities = {name: severity for name, (severity, _) in rules.items()}
    risks = ranked(used, {one.name: one for one in found}, severities)
    labels = Counter(one.label for one in found)
    families, _ = by_family(found)
    counted, left_rules = by_rule(found, used, rules)
    last = "scan IN (SELECT max(id) FROM scans GROUP BY scope)"
    _, failures = query(store, f"SELECT name, kind, message FROM failures WHERE {last} ORDER BY name")  # noqa: S608
    return {
        "count": len(found),
        "labels": [(label, labels[label]) for label in LABELS],
        "with_errors": sum(one.errors > 0 for one in found),
        "uses": len(used),
        "repositories": len({one.tree for one in used}),
        "risks": risks[:MOST],
        "all_risks": len(risks),
        "kinds": KINDS,
        "families": families,
        "counted": counted,
        "left_rules": left_rules,
        "drift": drift(store),
        "failures": [tuple(text(value) or "" for value in row) for row in failures[:_MOST_FAILURES]],
        "all_failures": len(failures),
    }


def _rules(found: Iterable[Checkpoint], used: Iterable[Use], registry: Registry) -> dict[str, tuple[str, str]]:
    """Severity and title of each rule with findings; of a plug-in that is not there any more, nothing is known."""
    names = sorted({rule for one in found for rule in one.rules} | {rule for one in used for rule in one.rules})
    known = {name: registry.rule(name) for name in names}
    return {
        name: (str(rule.severity), text(rule.page.title.replace("`", "")) or "") if rule else ("unknown", "")
        for name, rule in known.items()
    }


def _hash(content: str) -> str:
    """What the page's policy allows: this very style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
