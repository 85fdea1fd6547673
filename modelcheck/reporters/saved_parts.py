"""Reads the parts of a JSON report back: the reverse of ``json_parts``."""

from __future__ import annotations

from typing import cast, get_args

from modelcheck.facts.model_use import Method, ModelUse, Purpose
from modelcheck.findings import Axis, Confidence, Edit, Evidence, Finding, Fix, Related, Severity, Span, SubLabel, Weighed
from modelcheck.report import Excerpt, Reported, RuleInfo, Skipped, UseReport
from modelcheck.reporters.saved_node import Node
from modelcheck.verdict import Label, Verdict

_SEVERITIES = [str(one) for one in Severity]
_CONFIDENCES = [str(one) for one in Confidence]
_MOST_SKIPPED = 10_000


def verdict_of(node: Node) -> Verdict | None:
    """The verdict at the key ``verdict``."""
    found = node.maybe("verdict")
    if found is None:
        return None
    evidence = [(one.flag("counted"), _weighed(one)) for one in found.each("evidence")]
    return Verdict(
        cast("Label", found.choice("label", get_args(Label))),
        found.maybe_number("p_instruct", 0, 1),
        tuple(one for counted, one in evidence if counted),
        tuple(one for counted, one in evidence if not counted),
        cast("tuple[SubLabel, ...]", found.texts("sub_labels")),
    )


def _weighed(node: Node) -> Weighed:
    axis = Axis(node.choice("axis", list(Axis)))
    evidence = Evidence(node.number("weight"), node.text("because"), span_of(node, "at"), axis, node.maybe_text("kind") or "")
    return Weighed(node.text("signal"), node.text("group"), evidence)


def skipped_of(node: Node) -> list[Skipped]:
    """What was skipped, by name where the report lists it; otherwise as many without a name as it counts."""
    listed = [Skipped(one.text("rule"), *_why(one)) for one in node.each("skipped")]
    counted = [(one, one.count("count")) for one in node.each("skipped_by_reason")] if not listed else []
    if sum(count for _, count in counted) > _MOST_SKIPPED:
        raise node.get("skipped_by_reason").wrong(f"at most {_MOST_SKIPPED} in all")
    return listed + [Skipped("", *_why(one)) for one, count in counted for _ in range(count)]


def _why(node: Node) -> tuple[str, bool, bool, str | None]:
    return node.text("reason"), node.flag("ordinary"), node.flag("signal"), node.maybe_text("remedy")


def use_of(node: Node) -> UseReport:
    """One use, as far as a report says."""
    model = node.text("model")
    use = ModelUse(
        model,
        node.text("written"),
        model if node.flag("resolved") else None,
        Span(node.text("path"), node.maybe_count("line"), node.maybe_count("column")),
        node.text("format"),
        node.text("engine"),
        node.maybe_text("revision"),
        node.maybe_text("quant"),
        node.maybe_text("tokenizer"),
        node.maybe_text("template"),
        node.maybe_text("adapter"),
        cast("Purpose", node.choice("purpose", get_args(Purpose))),
        node.texts("because"),
        method=cast("Method", node.choice("method", get_args(Method))) if node.maybe("method") else None,
        served_name=node.maybe_text("served_name"),
        likely=node.flag("likely"),
        used_at=span_of(node, "used_at"),
        unresolved=node.maybe_text("unresolved") or "",
        addresses=node.texts("addresses"),
    )
    verdict = None
    if node.maybe("verdict"):
        label = cast("Label", node.choice("verdict", get_args(Label)))
        verdict = Verdict(label, node.maybe_number("p_instruct", 0, 1))
    return UseReport(use, verdict, tuple(skipped_of(node)))


def finding_of(node: Node) -> Reported:
    """One finding."""
    fix, excerpt = node.maybe("fix"), node.maybe("excerpt")
    finding = Finding(
        node.text("message"),
        span_of(node, "at"),
        Confidence[node.choice("confidence", _CONFIDENCES).upper()],
        Fix(fix.text("title"), tuple(_edit(one) for one in fix.each("edits")), fix.flag("safe")) if fix else None,
        tuple(Related(place_of(one, "at"), one.text("says")) for one in node.each("related")),
    )
    severity = Severity[node.choice("severity", _SEVERITIES).upper()]
    line = Excerpt(excerpt.count("line"), excerpt.text("text"), excerpt.count("start")) if excerpt else None
    identity = (node.maybe_text("fingerprint") or "").replace("\0", "")
    return Reported(node.text("rule"), severity, node.text("target"), finding, node.flag("local"), identity, line)


def _edit(node: Node) -> Edit:
    return Edit(place_of(node, "at"), node.text("replacement"), node.maybe_text("expected"))


def rule_of(name: str, node: Node) -> RuleInfo:
    """What a rule's page says."""
    severity = Severity[node.choice("severity", _SEVERITIES).upper()]
    return RuleInfo(name, node.text("title"), node.text("why"), node.text("fix"), severity, node.maybe_text("address"))


def span_of(node: Node, key: str) -> Span | None:
    """The place at ``key``; None for null."""
    return None if node.get(key).value is None else place_of(node, key)


def place_of(node: Node, key: str) -> Span:
    """The place at ``key``."""
    at = node.get(key)
    numbers = (at.maybe_count(name) for name in ("line", "column", "end_line", "end_column"))
    return Span(at.text("path"), *numbers)
