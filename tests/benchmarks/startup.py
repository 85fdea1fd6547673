"""Start-up time: ratios measured in one run, and the modules that each command imports.

    python tests/benchmarks/startup.py [--runs 15]

The commands are timed in turn, so that a machine whose speed drifts slows all of them alike; each figure is a median. "With
settings" is the hook with a configuration file that has every kind of key: it may cost little more than the hook without one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.figures import figure  # noqa: E402

COMPOSE = str(ROOT / "fixtures/chat-on-base/compose.yaml")
HEAVY = ("torch", "transformers", "huggingface_hub", "numpy", "jinja2", "rich", "tree_sitter")
MAIN = "import sys; from modelcheck.cli import main; sys.argv = ['modelcheck', *sys.argv[1:]]; main()"
SETTINGS = """select = ["deploy", "card", "template/turn-end-not-eos"]
profiles = ["eu-ai-act"]
fail-on = "warning"
budget = "files"
offline = true
exclude = ["vendor/*"]

[ignore]
"card/license-missing" = "internal checkpoints have no licence"
"identity/card-tags" = "the tags are copied"

[disable-plugins]

[rules."template/turn-end-not-eos"]
severity = "warning"
ignore = ["<|end|>"]

[rules."weights/shard-missing"]
severity = "note"
"""
"""A configuration file of every kind of key, on rules that a hook does not import."""
SETTINGS_FILE = Path(tempfile.gettempdir()) / "modelcheck-startup.toml"
COMMANDS = {
    "import click": ("-c", "import click"),
    "--help": ("-c", MAIN, "--help"),
    "import click, pluggy, yaml": ("-c", "import click, pluggy, yaml"),
    "hook on one compose file": ("-c", MAIN, "scan", "--offline", "--budget", "files", "--quiet", COMPOSE),
    "hook with settings": ("-c", MAIN, "scan", "--quiet", "--config", str(SETTINGS_FILE), COMPOSE),
    "import click, pluggy, yaml, jinja2": ("-c", "import click, pluggy, yaml, jinja2"),
    "all rules on one checkpoint": ("-c", MAIN, "scan", "--offline", str(ROOT / "fixtures/tiny-instruct")),
}
RATIOS = (
    ("--help", "import click", "2"),
    ("hook on one compose file", "import click, pluggy, yaml", "3"),
    ("hook with settings", "import click, pluggy, yaml", "3"),
    ("hook with settings", "hook on one compose file", "1.15"),
    ("all rules on one checkpoint", "import click, pluggy, yaml, jinja2", "3"),
)


def environment() -> dict[str, str]:
    """As in a user's installation: compiled modules are kept."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HF_") and name != "PYTHONDONTWRITEBYTECODE"}


def seconds(arguments: tuple[str, ...]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-P", *arguments], capture_output=True, env=environment(), check=False)
    return time.perf_counter() - started


def modules(arguments: tuple[str, ...]) -> set[str]:
    """The modules that are imported when the command ends."""
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", *arguments], capture_output=True, text=True, env=environment(), check=False
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def check_commands() -> None:
    """Run each command once. One that fails would be timed all the same: the time that a crash takes."""
    for name, arguments in COMMANDS.items():
        done = subprocess.run([sys.executable, "-P", *arguments], capture_output=True, text=True, env=environment(), check=False)
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:  # 1: findings, or Python's own failure
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            sys.exit(f"cannot measure {name!r}: it exits {done.returncode} ({last}); run this with the Python that has modelcheck")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    SETTINGS_FILE.write_text(SETTINGS, "utf-8")
    check_commands()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(runs + 1):
        for name, arguments in COMMANDS.items():
            taken = seconds(arguments)
            if number:  # the first round warms the caches
                times[name].append(taken)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{runs} runs of each, in turn\n")
    print("| command | median ms | modules | heavy modules |\n|---|---|---|---|")
    for name, arguments in COMMANDS.items():
        found = modules(arguments)
        figure(name, medians[name], "s")
        figure(f"{name}: modules", len(found), "modules")
        print(f"| {name} | {medians[name] * 1000:.0f} | {len(found)} | {', '.join(sorted(set(HEAVY) & found)) or 'none'} |")
    print("\n| ratio | measured | bound |\n|---|---|---|")
    for one, other, bound in RATIOS:
        pairs = statistics.median(a / b for a, b in zip(times[one], times[other], strict=True))
        figure(f"{one} / {other}", pairs, goal=float(bound))
        print(f"| {one} / {other} | {pairs:.2f} | ≤ {bound} |")


if __name__ == "__main__":
    main()
