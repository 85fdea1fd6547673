"""The documentation pages of rules, signals and areas as Markdown, for ``modelcheck explain`` and ``docs/``."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck import fitted
from modelcheck.declarations import Rule, Signal
from modelcheck.registry import Registry


def page_of(name: str, registry: Registry) -> str | None:
    """The page of a rule, a signal or an area; None if there is none of this name."""
    if name in registry.rules:
        return rule_page(registry.rules[name], registry)
    if name in registry.signals:
        return signal_page(registry.signals[name], registry)
    area = name.rstrip("/")
    known = any(one.startswith(f"{area}/") for one in (*registry.rules, *registry.signals))
    return area_page(area, registry) if known else None


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


def signal_page(signal: Signal, registry: Registry, *, level: str = "#") -> str:
    """Title, properties, docstring and weights of a signal, under a heading of this ``level``."""
    facts = f"*Evidence of the group {signal.group} · cost {registry.cost(signal)}*"
    lines = [f"{level} {signal.name}", "", f"{signal.page.title}.", "", facts]
    lines += ["", signal.page.markdown] if signal.page.markdown else []
    weights = dict(_weights(signal.name))
    if weights:
        lines += ["", "Weights in nats, positive for instruct and negative for base:", ""]
        lines += [f"- `{kind}`: {nats:+.1f}" for kind, nats in sorted(weights.items(), key=lambda row: -abs(row[1]))]
    return _markdown("\n".join(lines) + "\n")


def area_page(area: str, registry: Registry) -> str:
    """The rules and signals of an area, with their titles."""
    rules = {name: rule for name, rule in sorted(registry.rules.items()) if name.partition("/")[0] == area}
    signals = {name: signal for name, signal in sorted(registry.signals.items()) if name.partition("/")[0] == area}
    lines = [f"# {area}"]
    if rules:
        lines += ["", "Rules:", "", *(f"- `{name}` ({rule.severity}): {rule.page.title}" for name, rule in rules.items())]
    if signals:
        lines += ["", "Signals, whose evidence makes the verdict:", ""]
        lines += [f"- `{name}`: {signal.page.title}" for name, signal in signals.items()]
    return _markdown("\n".join(lines) + "\n")


def _weights(name: str) -> Iterator[tuple[str, float]]:
    """The fitted weights of a signal's kinds of evidence; the others are in its code."""
    for row, nats in fitted.WEIGHTS.items():
        signal, _, kind = row.partition(":")
        if signal == name:
            yield kind, nats


def _markdown(text: str) -> str:
    """Code in docstrings of signals is quoted as in reStructuredText."""
    return text.replace("``", "`")


def _shown(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
