"""How long the scan of a tree of deployment files takes, beside yamllint on its YAML, and how that grows.

    python tests/benchmarks/deployments.py FOLDER

FOLDER holds repositories with deployment files. Without one, copies of the fixture's are taken. Prints ratios of one run.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from benchmarks.figures import figure  # noqa: E402

ROUNDS = 5
_CHECK_YAML = (
    "import sys, yaml\nfor path in sys.argv[1:]:\n try: list(yaml.load_all(open(path), yaml.CSafeLoader))\n except Exception: pass"
)
"""What pre-commit's check-yaml does, with the quicker of PyYAML's loaders, which it takes where it can."""


def seconds(command: Sequence[str | Path], cwd: Path) -> float:
    """The wall-clock time of a command whose output nobody reads."""
    start = time.perf_counter()
    # As in a user's installation, where Python keeps what it has compiled.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    try:
        done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    except FileNotFoundError:
        sys.exit(f"cannot measure {command[0]}: it is not there; run this with the Python that has modelcheck and yamllint")
    if done.returncode not in (0, 1) or b"Traceback" in done.stderr:  # 1: findings, or Python's own failure
        sys.exit(f"cannot measure {command[0]}: it exits {done.returncode}\n{done.stderr.decode(errors='replace')[-500:]}")
    return time.perf_counter() - start


def main() -> None:
    """Measure in turn, and print."""
    bin_ = Path(sys.executable).parent
    scan = [bin_ / "modelcheck", "scan", ".", "--offline", "--budget", "files", "-q"]
    given = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "tree"
        shutil.copytree(given or ROOT / "fixtures" / "chat-on-base", folder)
        yaml = sorted(path for path in folder.rglob("*") if path.suffix in (".yml", ".yaml"))
        check_yaml = [sys.executable, "-c", _CHECK_YAML, *yaml]
        grep = ["git", "grep", "--no-index", "-c", "model"]
        lint = [bin_ / "yamllint", "-d", "relaxed", *yaml]
        seconds(scan, folder)  # compiles what it needs
        pairs = [(seconds(scan, folder), seconds(lint, folder)) for _ in range(ROUNDS)]
        others = [(seconds(check_yaml, folder), seconds(grep, folder)) for _ in range(ROUNDS)]
        files = sum(path.is_file() for path in folder.rglob("*"))
        print(f"{files} files, {len(yaml)} of them YAML: modelcheck {statistics.median(a for a, _ in pairs):.2f} s, ", end="")
        print(f"yamllint {statistics.median(b for _, b in pairs):.2f} s, ratio {statistics.median(a / b for a, b in pairs):.2f}")
        figure("a scan / yamllint", statistics.median(a / b for a, b in pairs), goal=0.25)
        names = ("check-yaml's own work on the YAML", "git grep -c model on all")
        for name, taken in zip(names, zip(*others, strict=True), strict=True):
            print(f"{name}: {statistics.median(taken):.2f} s")
        print(f"peak memory of the largest process {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")
        compose = (ROOT / "fixtures/chat-on-base/compose.yaml").read_text("utf-8")
        for count in (100, 1000, 10_000):
            many = Path(temporary) / f"many{count}"
            for number in range(count):
                (many / f"{number % 100}").mkdir(parents=True, exist_ok=True)
                (many / f"{number % 100}" / f"{number}.yaml").write_text(compose, "utf-8")
            taken = seconds(scan, many)
            figure(f"{count} Compose files", taken, "s")
            print(f"{count} compose files: {taken:.2f} s, {taken / count * 1000:.2f} ms a file")


if __name__ == "__main__":
    main()
