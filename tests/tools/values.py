"""The values that a plug-in may write where a text or a type is one of a few: the tables of docs/api/plug-ins.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from modelcheck.errors import Kind
from modelcheck.facts.model_use import Purpose
from modelcheck.findings import Cost, Severity
from modelcheck.groups import GROUPS
from modelcheck.signatures import OPTION_TYPES, Option

HEAD = """## Values

What a plug-in writes where only some values are allowed. Any other one is a mistake, and the message lists these.

"""
PURPOSES = {
    "chat": "answers chats",
    "completion": "completes text",
    "embedding": "turns text into vectors",
    "rerank": "scores documents for a query",
    "reward": "scores answers",
    "draft": "proposes tokens to a larger model (speculative decoding)",
    "finetune": "is trained further",
    "merge": "is merged with others",
    "output": "is what a run will publish; it is never opened",
    "unknown": "the file does not say; the default",
}
KINDS = {
    "gated": "the files are withheld from this user",
    "not-found": "there is no such checkpoint, or nobody may know of it",
    "offline": "it takes the network, which this run does not use (`access.network` is false)",
    "timeout": "no answer in `access.timeout` seconds",
    "rate-limited": "the server asks to wait",
    "unreadable": "it is there, and what the server or the disk returns cannot be read",
}
OWN_KINDS = ("unresolved", "not-run", "crash", "plugin")
"""Kinds of errors that modelcheck itself reports, and no source raises."""
COSTS = {
    "files": "small files of the checkpoint",
    "network": "requests about more than the checkpoint itself",
    "weights": "bytes of the weights, without loading the model",
    "generate": "loading and running the model",
}
SEVERITIES = {
    "note": "advice",
    "warning": "a likely mistake",
    "error": "something that fails or misleads at run time",
}
OPTIONS = {
    "bool": ("`= True`", "`strict = true`"),
    "int": ("`= 1`", "`marks = 2`"),
    "float": ("`= 0.5`", "`share = 0.7`; an integer too"),
    "str": ('`= "en"`', '`language = "de"`'),
    "tuple[str, ...]": ('`= ("mit",)`', '`allowed = ["mit", "apache-2.0"]`'),
}


def values() -> str:
    """The section. Raises ValueError if a value of the code has no row, or a row no value."""
    kinds = set(get_args(Kind)) - {*OWN_KINDS}
    parts = [
        "### Severity of a rule\n\n" + _table("`@rule(severity=…)`", SEVERITIES, map(str, Severity)),
        "### Options of a rule\n\n" + _options(),
        "### Cost of a fact\n\n" + _table("`@fact(cost=…)`, `local=…`", COSTS, map(str, Cost)),
        f"### Group of a signal\n\n`@signal(group=…)` is one of {', '.join(f'`{one}`' for one in GROUPS)}, or a name of its own.\n",
        "### Purpose of a use\n\n" + _table("`ModelUse(purpose=…)`: the model …", PURPOSES, get_args(Purpose)),
        "### Kind of an error\n\n" + _table("`TargetError(kind, …)`, `Unavailable(kind, …)`", KINDS, kinds),
    ]
    return HEAD + "\n".join(parts)


def _table(heading: str, meanings: Mapping[str, str], known: Iterable[str]) -> str:
    _same(meanings, known)
    rows = [f"| `{name}` | {meaning} |" for name, meaning in meanings.items()]
    return "\n".join([f"| {heading} | |", "|---|---|", *rows]) + "\n"


def _options() -> str:
    written: dict[str, Any] = {kind.__name__ if kind in (bool, int, float, str) else str(kind): kind for kind in OPTION_TYPES}
    _same(OPTIONS, written)
    words = {name: Option("x", kind, None).type_name for name, kind in written.items()}
    rows = [f"| `{name}` | {default} | {words[name]}: {setting} |" for name, (default, setting) in OPTIONS.items()]
    head = "Keyword-only parameters with a default of their own type; no other types.\n"
    return "\n".join([head, "| annotation | default | in the settings |", "|---|---|---|", *rows]) + "\n"


def _same(rows: Iterable[str], known: Iterable[str]) -> None:
    different = set(rows) ^ set(known)
    if different:
        raise ValueError(f"tests/tools/values.py: {sorted(different)}")
