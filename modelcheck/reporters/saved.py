"""Reads a report that ``--format json`` wrote back into a Report, for ``modelcheck report``."""

from __future__ import annotations

import json
from typing import Literal, cast, get_args

from modelcheck.errors import Kind, Misuse
from modelcheck.findings import Unresolved
from modelcheck.report import CheckpointReport, ErrorReport, Report, Suppressed
from modelcheck.reporters.saved_node import Node
from modelcheck.reporters.saved_parts import finding_of, place_of, rule_of, skipped_of, use_of, verdict_of

_SCHEMA = 1
_BY = ("comment", "settings", "baseline")


def read_report(content: bytes) -> Report:
    """The report of a JSON file of schema 1. Raises Misuse: where and what is wrong, without the file's name."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise Misuse("it is nested too deeply") from None
    except ValueError as error:  # also for bytes that are not UTF-8, and for a number of too many digits
        raise Misuse(f"it is not valid JSON: {error}") from None
    node = Node(data)
    if not isinstance(data, dict) or data.get("schema") != _SCHEMA or "checkpoints" not in data:
        raise Misuse(f"it is not a report that `--format json` wrote (schema {_SCHEMA})")
    files = node.maybe("files") or Node({}, "files")
    return Report(
        checkpoints=[_checkpoint(one) for one in node.each("checkpoints")],
        uses=[use_of(one) for one in node.each("uses")],
        findings=[finding_of(one) for one in node.each("findings")],
        errors=[_error(one) for one in node.each("errors")],
        files_read=files.count("read"),
        files_left={one.text("path"): one.text("reason") for one in files.each("left")},
        files_ignored=files.count("ignored"),
        interrupted=node.flag("interrupted"),
        unresolved=[Unresolved(place_of(one, "at"), one.text("reason")) for one in node.each("unresolved")],
        not_asked={one.text("model"): one.text("reason") for one in node.each("not_asked")},
        unreachable=node.maybe_text("unreachable"),
        rules={name: rule_of(name, one) for name, one in node.items("rules")},
        suppressed=[_suppressed(one) for one in node.each("suppressed")],
    )


def _checkpoint(node: Node) -> CheckpointReport:
    made = CheckpointReport(
        node.text("target"),
        node.text("source"),
        node.maybe_text("revision"),
        verdict_of(node),
        skipped_of(node),
        node.flag("asked"),
        node.maybe_text("note"),
    )
    made.only = node.maybe_text("only")
    if (capabilities := node.maybe("capabilities")) is not None:
        from modelcheck.reporters.saved_capabilities import capabilities_of

        made.capabilities = capabilities_of(capabilities)
    if (identity := node.maybe("served_identity")) is not None:
        from modelcheck.reporters.served_identity import identity_of

        made.served_identity = identity_of(identity)
    if (probe := node.maybe("probe")) is not None:
        from modelcheck.reporters.saved_probe import add_probe

        add_probe(probe, made)
    return made


def _error(node: Node) -> ErrorReport:
    return ErrorReport(node.text("target"), cast("Kind", node.choice("kind", get_args(Kind))), node.text("message"))


def _suppressed(node: Node) -> Suppressed:
    by = cast("Literal['comment', 'settings', 'baseline']", node.choice("by", _BY))
    return Suppressed(finding_of(node), by, node.text("reason"))
