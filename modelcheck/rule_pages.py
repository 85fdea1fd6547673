"""The documentation page of a rule as Markdown, for ``modelcheck explain`` and ``docs/rules``."""

from __future__ import annotations

from modelcheck.registry import Registry, Rule


def rule_page(rule: Rule, registry: Registry) -> str:
    """Title, properties, docstring and options of a rule."""
    cost = registry.cost(rule)
    default = "" if rule.default else " · off by default"
    facts = f"*Severity {rule.severity} · since {rule.since} · cost {cost} · runs once per {registry.scope(rule)}{default}*"
    lines = [f"# {rule.name}", "", f"{rule.page.title}.", "", facts, "", rule.page.markdown]
    if rule.options:
        table = f'[tool.modelcheck.rules."{rule.name}"]'
        lines += ["", "## Options", "", f"Set in `{table}`:", ""]
        lines += [f"- `{option.name}`: {option.type_name}, default `{_shown(option.default)}`" for option in rule.options]
    return "\n".join(lines) + "\n"


def _shown(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
