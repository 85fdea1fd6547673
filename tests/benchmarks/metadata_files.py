"""The rules over real files: what each one says, how long it takes, and the peers on the same files in the same run.

    python tests/benchmarks/metadata_files.py CORPUS [--show RULE] [--judged FILE] [--peers FOLDER]

``CORPUS`` holds ``checkpoints/``, ``templates/`` and ``cards/``, or some of them. A template or a card is a checkpoint of its
own here, with nothing else in it. ``--judged`` is a table ``rule,target,true`` of findings that a person has looked at: what is
not in it is counted as not looked at. ``--show RULE`` prints every finding of one rule, to be looked at.
"""

from __future__ import annotations

import argparse
import collections
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

COMMAND = (sys.executable, "-P", "-m", "modelcheck", "scan", "--offline", "--format", "json", "--fail-on", "never")
PEERS = {"chatlint": ("chatlint", "check"), "hayward": ("hayward", "scan", "--fail-on", "critical")}
READYSTACK = "model-card-lint-gpai"


def laid_out(corpus: Path, folder: Path) -> dict[str, list[Path]]:
    """Each template and each card in a folder of its own."""
    kinds: dict[str, list[Path]] = {"checkpoints": [path for path in _in(corpus / "checkpoints") if path.is_dir()]}
    for kind, name in (("templates", "chat_template.jinja"), ("cards", "README.md")):
        kinds[kind] = []
        for path in _in(corpus / kind):
            target = folder / kind / path.stem.removesuffix(".md")
            target.mkdir(parents=True)
            shutil.copy(path, target / name)
            if kind == "cards":
                (target / "config.json").write_text('{"architectures": []}')
            kinds[kind].append(target)
    return kinds


def _in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def scan(targets: list[Path]) -> tuple[list[dict[str, Any]], float]:
    if not targets:
        return [], 0.0
    started = time.perf_counter()
    done = subprocess.run([*COMMAND, *map(str, targets)], capture_output=True, text=True, env=environment(), check=False)
    taken = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    report = json.loads(done.stdout)
    for error in report["errors"]:
        print("error:", error, file=sys.stderr)
    return report["findings"], taken


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"HF_HUB_OFFLINE": "1"}


def judged(path: Path | None) -> dict[tuple[str, str], bool]:
    if path is None:
        return {}
    with path.open(newline="") as file:
        return {(row["rule"], row["target"]): row["true"] == "yes" for row in csv.DictReader(file)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--show", default=None)
    parser.add_argument("--judged", type=Path, default=Path(__file__).parent / "judged.csv")
    parser.add_argument("--peers", type=Path, default=None, help="the folder of the peers' commands")
    asked = parser.parse_args()
    known = judged(asked.judged if asked.judged.is_file() else None)
    hits: dict[tuple[str, str], collections.Counter[str]] = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as folder:
        kinds = laid_out(asked.corpus, Path(folder))
        for kind, targets in kinds.items():
            found, taken = scan(targets)
            print(f"{kind}: {len(targets)} targets, {taken:.2f} s, {len(found)} findings")
            for one in found:
                target = f"{kind}/{Path(one['target']).name}"
                count = hits[one["severity"], one["rule"]]
                count[kind] += 1
                verdict = known.get((one["rule"], target))
                count["unknown" if verdict is None else "true" if verdict else "untrue"] += 1
                if asked.show and one["rule"].startswith(asked.show):
                    print(f"  {target[:60]}  {(one.get('at') or {}).get('line')}  {one['message'][:200]}")
        if asked.peers:
            peers(asked.peers, kinds["templates"], kinds["cards"])
    print(
        "\n| severity | rule | checkpoints | templates | cards | true | untrue | not looked at |\n|---|---|---|---|---|---|---|---|"
    )
    for (severity, rule), count in sorted(hits.items()):
        columns = (count[name] for name in ("checkpoints", "templates", "cards", "true", "untrue", "unknown"))
        print(f"| {severity} | {rule} | {' | '.join(map(str, columns))} |")


def peers(folder: Path, templates: list[Path], cards: list[Path]) -> None:
    """What each peer says of the same files. ``folder`` holds their commands."""
    for name, words in PEERS.items():
        files = [target / "chat_template.jinja" for target in templates]
        if name == "hayward":  # it looks into JSON files only
            files = [_in_json(file, folder_of) for file, folder_of in zip(files, templates, strict=True)]
        command = folder / words[0]
        if not command.exists():
            print(f"{name}: not installed")
            continue
        failed, started = 0, time.perf_counter()
        for file in files:
            try:
                done = subprocess.run([command, *words[1:], file], capture_output=True, timeout=25, check=False)
                failed += done.returncode != 0
            except subprocess.TimeoutExpired:
                failed += 1
        print(f"{name}: fails {failed} of {len(files)} templates, {time.perf_counter() - started:.1f} s")
    command = folder / READYSTACK
    if command.exists():
        untrue = sum(bool(_denied(command, card / "README.md")) for card in cards)
        print(f"readystack: of {len(cards)} cards, {untrue} are told that they lack a key that they have")


def _in_json(template: Path, folder: Path) -> Path:
    """The same template where tokenizers of before 2025 have it."""
    there = folder / "as-json" / "tokenizer_config.json"
    there.parent.mkdir(exist_ok=True)
    there.write_text(json.dumps({"chat_template": template.read_text("utf-8")}), "utf-8")
    return there


def _denied(command: Path, card: Path) -> list[str]:
    """The keys of the front matter that readystack says are not there, though they are."""
    said = subprocess.run([command, card], capture_output=True, text=True, timeout=60, check=False).stdout
    front = card.read_text("utf-8-sig").split("---")[1] if card.read_text("utf-8-sig").lstrip().startswith("---") else ""
    try:
        data = yaml.safe_load(front)
    except yaml.YAMLError:
        data = None
    named = re.findall(r"[Ff]rontmatter has no (\w+)", said)
    return [key for key in named if isinstance(data, dict) and data.get(key)]


if __name__ == "__main__":
    main()
