"""Fleets of any size, written through the real store as a scan writes them: families, lineages, deployments, several scans."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelcheck.fleet.store import Judged, Store

SCOPE = "synthetic"
JUDGED = "2026-01-02T06:00:00Z"
FAMILIES = "llama qwen2 qwen3 mistral gemma2 gemma3 phi3 olmo2 granite falcon deepseek_v3 mixtral gpt_neox starcoder2".split()
OWNERS = "acme nordwind lumen harbor pinecone-labs atelier quarry tidal".split()
LICENCES = ("apache-2.0", "mit", "llama3.1", "cc-by-nc-4.0", None, "gemma", "other")
KINDS = ("finetune", "quantized", "adapter", "finetune", "quantized", "merge", "unknown")
PURPOSES = ("chat", "chat", "completion", "unknown", "embedding", "finetune")
CHECKPOINT_RULES = ({"card/license-missing": 1}, {"security/pickle-only": 1}, {"template/turn-end-not-eos": 1}, {"gone/rule": 2})


def row(number: int, parents: tuple[str, ...] = (), relation: str | None = None, **more: Any) -> dict[str, Any]:
    """The columns of a checkpoint that are judged."""
    label = ("base", "instruct", "instruct", "unknown", "instruct", "base", "not-applicable")[(number * number // 5) % 7]
    rules = CHECKPOINT_RULES[number % 4] if number % 9 == 0 else {}
    return {
        "label": label, "p_instruct": {"base": 0.012, "instruct": 0.991, "unknown": 0.6}.get(label), "sub_labels": [],
        "source": "hub", "model_type": FAMILIES[number % len(FAMILIES)], "license": LICENCES[number % len(LICENCES)],
        "gated": int(number % 11 == 0), "base_models": list(parents), "relation": relation,
        "template": f"{number:08x}" if label == "instruct" else None, "stop_ids": [2, 128009][: number % 3],
        "pickles": int(number % 9 == 1), "files": 8 + number % 5, "bytes": (number % 70 + 1) * 10**9,
        "errors": sum(rules.values()) if number % 2 else 0, "warnings": sum(rules.values()) if number % 2 == 0 else 0,
        "rules": rules, "problem": None, "probe": None, "margin": None,
    } | more  # fmt: skip


def fleet_of(count: int) -> dict[str, dict[str, Any]]:
    """``count`` checkpoints by name: for each family roots, and what is made from them in three steps."""
    made: dict[str, dict[str, Any]] = {}
    names: list[str] = []
    roots = max(count // 160, 1)
    for number in range(count):
        owner = OWNERS[(number * 7) % len(OWNERS)]
        family = number % len(FAMILIES)
        if number < roots:
            name, parents, relation = f"{owner}/{FAMILIES[family]}-{number}B", (), None
        else:
            parents = (names[(number * number + 3 * number) % min(len(names), roots * (1 + number % 9))],)
            relation = KINDS[number % len(KINDS)]
            name = f"{owner}/{parents[0].rpartition('/')[2][:24]}-{relation[:5]}-{number}"
        names.append(name)
        made[name] = row(number, parents, relation)
    return made


def write_scan(path: Path, checkpoints: Mapping[str, Mapping[str, Any]], uses: list[dict[str, Any]] | None = None) -> None:
    """One finished scan: new and changed checkpoints are added, the others are seen again, those that are missing are gone."""
    store = Store(path)
    scan = store.start(SCOPE, "synthetic", "test")
    common = {"judged_by": "synthetic", "scope": SCOPE, "first_scan": scan, "last_scan": scan}
    known = {one["name"]: one for one in store.rows("SELECT name, version, judged_by, judged, last_scan FROM fleet")}
    with store.transaction():
        for name, values in checkpoints.items():
            version = str(values.get("version") or hashlib.sha1(f"{name}{sorted(values.items())}".encode()).hexdigest())
            if name in known and known[name]["version"] == version:
                continue
            store.add("checkpoints", {"name": name, "judged": JUDGED, **common, **values, "version": version})
        for tree in {use["tree"] for use in uses or ()}:
            store.add("trees", {"tree": tree, "judged": JUDGED, "version": "1" * 40, **common, "files": 1})
        for use in uses or ():
            store.add("uses", {**common, "version": "1" * 40, **use})
    added = {one["name"] for one in store.rows("SELECT name FROM checkpoints WHERE first_scan = ?", scan)}
    for name in checkpoints.keys() & known.keys() - added:
        one = known[name]
        store.seen(name, Judged(one["version"], one["judged_by"], one["judged"], one["last_scan"]), scan, SCOPE)
    store._db.execute(
        "UPDATE scans SET started = ? WHERE id = ?", (f"2026-{1 + scan // 28:02d}-{1 + scan % 28:02d}T06:00:00Z", scan)
    )
    store.end(scan, 0)
    store.close()


def uses_of(fleet: Mapping[str, Mapping[str, Any]], count: int) -> list[dict[str, Any]]:
    """``count`` places in a tenth as many repositories, some with findings."""
    found, names = [], list(fleet)
    for number in range(count):
        purpose = PURPOSES[number % len(PURPOSES)]
        target = names[(number * 37) % len(names)]
        label = fleet[target]["label"]
        base = purpose == "chat" and label == "base"
        rules = (
            {"deploy/base-weights-behind-chat": 1}
            if base
            else {"deploy/remote-code-without-revision": 1}
            if number % 17 == 0
            else {}
        )
        found.append({
            "tree": f"https://git.example.org/{OWNERS[number % 8]}/serving-{number % max(count // 10, 1)}.git",
            "path": f"deploy/{'prod' if number % 3 else 'staging'}/compose.yaml", "line": 3 + number % 40, "model": target,
            "target": target, "revision": None if number % 4 else "a" * 40, "engine": ("vllm", "sglang", "tgi")[number % 3],
            "format": "docker-compose/vllm", "purpose": purpose, "likely": int(number % 29 == 0),
            "label": label, "p_instruct": fleet[target]["p_instruct"], "rules": rules,
        })  # fmt: skip
    return found


def write_fleet(path: Path, count: int, deployments: int = 0, scans: int = 1) -> dict[str, dict[str, Any]]:
    """A store with ``count`` checkpoints, and ``scans`` scans in which a few change, come and go. Returns the last state."""
    whole = fleet_of(count)
    names = list(whole)
    for scan in range(scans):
        left = scans - 1 - scan
        state = dict(whole)
        for place in range(left * max(count // 60, 1)):
            state.pop(names[-1 - place], None)
        for place in range(left, len(names), max(len(names) // 12, 1)):
            if scan < scans - 1 and names[place] in state:
                state[names[place]] = state[names[place]] | {"license": "other", "version": f"{scan:040d}"}
        write_scan(path, state, uses_of(whole, deployments) if scan == scans - 1 else None)
    return whole
