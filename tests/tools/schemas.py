"""JSON Schemas of the settings and of the JSON report, for editors and scripts: docs/schemas, written by ``generate_docs``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from modelcheck.declarations import Rule
from modelcheck.errors import Kind
from modelcheck.findings import Axis, Confidence, Cost, Severity, SubLabel
from modelcheck.served import Fault, Outcome
from modelcheck.signatures import Option
from modelcheck.verdict import Label

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
REASONS: Schema = {"type": "object", "additionalProperties": {"type": "string", "pattern": r"\S"}}


def texts(described: str | None = None) -> Schema:
    return {"type": "array", "items": TEXT} | ({"description": described} if described else {})


def one_of(choices: Any) -> Schema:
    return {"enum": [str(one) for one in choices]}


def settings_schema(known: Mapping[str, Rule]) -> str:
    """The keys of ``modelcheck.toml``, with every rule and its options."""
    severities = one_of(sorted(Severity))
    rules = {
        name: {
            "type": "object",
            "description": f"{rule.page.title}.",
            "properties": {"severity": severities} | {option.name: _option(option) for option in rule.options},
            "additionalProperties": False,
        }
        for name, rule in sorted(known.items())
    }
    properties: Schema = {
        "select": texts("run only these rules and areas"),
        "profiles": texts("areas that run although they are off by default"),
        "ignore": REASONS | {"description": "rule, area or signal = reason"},
        "per-file-ignores": {
            "type": "object",
            "additionalProperties": REASONS,
            "description": "path pattern = rule or area = reason",
        },
        "fail-on": {"enum": [*severities["enum"], "never"], "default": "error"},
        "budget": one_of(sorted(Cost)) | {"default": "network"},
        "offline": FLAG | {"default": False},
        "exclude": texts("paths that are not read"),
        "gitignore": FLAG | {"default": True},
        "disable-plugins": REASONS | {"description": "plug-in = reason"},
        # Rules of plug-ins have options that are not known here.
        "rules": {"type": "object", "properties": rules, "additionalProperties": {"type": "object"}},
    }
    return _written("Settings of modelcheck", {"type": "object", "properties": properties, "additionalProperties": False})


def _option(option: Option) -> Schema:
    kinds = {bool: FLAG, int: {"type": "integer"}, float: NUMBER, str: TEXT}
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    return kinds.get(option.kind, texts()) | {"default": default}


def report_schema() -> str:
    """``--format json``, schema 1. Keys are only added, so further ones are allowed."""
    return _written("A report of modelcheck", {"$ref": "#/$defs/report", "$defs": DEFINITIONS})


def thing(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def many(name: str) -> Schema:
    return {"type": "array", "items": ref(name)}


_NUMBER = maybe({"type": "integer", "minimum": 0})
_FINDING: dict[str, Schema] = {
    "rule": TEXT, "severity": one_of(sorted(Severity)), "confidence": one_of(sorted(Confidence)), "message": TEXT, "target": TEXT,
    "at": maybe(ref("place")), "fix": maybe(ref("fix")), "related": many("related"), "fingerprint": TEXT, "local": FLAG,
    "excerpt": maybe(thing(line=COUNT, start=COUNT, text=TEXT)),
}  # fmt: skip
_SKIPS: dict[str, Schema] = {
    "skipped": {"type": "array", "items": thing(rule=TEXT, reason=TEXT)},
    "skipped_by_reason": {"type": "array", "items": thing(reason=TEXT, count=COUNT)},
}
DEFINITIONS: dict[str, Schema] = {
    "place": thing(path=TEXT, line=_NUMBER, column=_NUMBER, end_line=_NUMBER, end_column=_NUMBER),
    "fix": thing(
        title=TEXT,
        safe=FLAG,
        edits={"type": "array", "items": thing(at=ref("place"), replacement=TEXT, expected=maybe(TEXT))},
    ),
    "related": thing(at=ref("place"), says=TEXT),
    "finding": thing(**_FINDING),
    "suppressed": thing(**_FINDING, by={"enum": ["comment", "settings", "baseline"]}, reason=TEXT),
    "evidence": thing(
        signal=TEXT, group=TEXT, kind=maybe(TEXT), axis=one_of(Axis), weight=NUMBER, counted=FLAG, because=TEXT,
        at=maybe(ref("place")),
    ),
    "verdict": thing(
        label={"enum": list(get_args(Label))},
        p_instruct=maybe({"type": "number", "minimum": 0, "maximum": 1}),
        sub_labels={"type": "array", "items": {"enum": list(get_args(SubLabel))}},
        evidence=many("evidence"),
    ),
    "capability": thing(supported=maybe(FLAG), because=TEXT, at=maybe(ref("place")), variable=maybe(TEXT)),
    "capabilities": thing(
        chat=ref("capability"), system_role=ref("capability"), tools=ref("capability"), reasoning_switch=ref("capability"),
        images=ref("capability"), stop_ids={"type": "array", "items": {"type": "integer"}},
        stops={"type": "array", "items": thing(
            engine=TEXT, ids={"type": "array", "items": {"type": "integer"}}, tokens=texts(), at_turn_end=maybe(FLAG))},
    ),
    "served_identity": thing(
        expected=TEXT, revision=maybe(TEXT), address=TEXT, requests=COUNT,
        checks={"type": "array", "items": thing(
            name=TEXT, outcome={"enum": list(get_args(Outcome))}, says=TEXT, fault=maybe({"enum": list(get_args(Fault))}))},
    ),
    "checkpoint": thing(
        target=TEXT, source=TEXT, revision=maybe(TEXT), asked=FLAG, note=maybe(TEXT), verdict=maybe(ref("verdict")),
        probe=maybe({"type": "object"}), capabilities=maybe(ref("capabilities")), only=maybe(TEXT),
        served_identity=maybe(ref("served_identity")), **_SKIPS,
    ),
    "use": thing(
        path=TEXT, line=_NUMBER, column=_NUMBER, format=TEXT, engine=TEXT, model=TEXT, written=TEXT, resolved=FLAG,
        unresolved=maybe(TEXT), used_at=maybe(ref("place")), revision=maybe(TEXT), quant=maybe(TEXT), tokenizer=maybe(TEXT),
        template=maybe(TEXT), adapter=maybe(TEXT), method=maybe(TEXT), served_name=maybe(TEXT), addresses=texts(), purpose=TEXT,
        because=texts(), likely=FLAG, verdict=maybe({"enum": list(get_args(Label))}), p_instruct=maybe(NUMBER), **_SKIPS,
    ),
    "error": thing(target=TEXT, kind={"enum": list(get_args(Kind))}, message=TEXT),
    "rule": thing(title=TEXT, why=TEXT, fix=TEXT, severity=one_of(sorted(Severity)), address=maybe(TEXT)),
    "report": thing(
        schema={"const": 1}, tool=thing(name={"const": "modelcheck"}, version=TEXT), checkpoints=many("checkpoint"),
        uses=many("use"), findings=many("finding"), errors=many("error"), suppressed=many("suppressed"),
        files=thing(read=COUNT, ignored=COUNT, left={"type": "array", "items": thing(path=TEXT, reason=TEXT)}),
        unresolved={"type": "array", "items": thing(at=ref("place"), reason=TEXT)},
        not_asked={"type": "array", "items": thing(model=TEXT, reason=TEXT)}, unreachable=maybe(TEXT), interrupted=FLAG,
        rules={"type": "object", "additionalProperties": ref("rule")},
    ),
}  # fmt: skip


def _written(title: str, schema: Schema) -> str:
    return json.dumps({"$schema": DRAFT, "title": title, **schema}, indent=1, ensure_ascii=False) + "\n"
