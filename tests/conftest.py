"""Every test runs without a network, without a token and without the user's own caches and settings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from forking import Starter

ROOT = Path(__file__).resolve().parent.parent
# Containers often forbid bytecode, and then each of a thousand commands compiles 250 modules: three quarters of its processor time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Machines are noisy: how long an example takes is no result of a test.
settings.register_profile("modelcheck", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("modelcheck")
_SCRUBBED = ("HF_", "HUGGINGFACE_", "TRANSFORMERS_", "MODELCHECK_", "_MODELCHECK")


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment that a command is started in: nothing of the user's, no Hub but the one that ``extra`` names."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SCRUBBED) and name != "NO_COLOR"}
    own = {"MODELCHECK_CACHE": os.devnull}  # where nothing can be kept
    return kept | own | {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_ENDPOINT": "http://127.0.0.1:9", "COLUMNS": "80"} | extra


class Done:
    """A finished command."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Done]


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """Forks commands, where nothing of what is tested happens before modelcheck is imported."""
    started = Starter(clean_environment())
    yield started
    started.close()


@pytest.fixture
def modelcheck(tmp_path: Path, starter: Starter) -> Command:
    """Runs the command as a user does: ``modelcheck("scan", "x", cwd=folder, env={"HF_HOME": …})``."""

    def run(*words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 240) -> Done:
        environment = clean_environment(**{"HF_HOME": str(tmp_path / "hf-home"), **(env or {})})
        given, folder = [str(word) for word in words], cwd or tmp_path
        if starter.takes(given, environment):
            return Done(starter.run(given, folder, environment, timeout))
        command: Sequence[str] = [sys.executable, "-P", "-m", "modelcheck", *given]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=timeout, check=False)
        return Done(done)

    return run


@pytest.fixture(autouse=True)
def _scrubbed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.startswith(_SCRUBBED):
            monkeypatch.delenv(name)
    has_folder = "tmp_path" in request.fixturenames  # thousands of tests need none, and making one takes longer than they do
    folder = request.getfixturevalue("tmp_path") if has_folder else tmp_path_factory.getbasetemp() / uuid4().hex
    monkeypatch.setenv("HF_HOME", str(folder / "hf-home"))


def needs(*libraries: str) -> pytest.MarkDecorator:
    """Skips tests where a library is missing; imports nothing, unlike ``pytest.importorskip``, which each worker would pay for."""
    missing = [name for name in libraries if find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def write_tree(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files (path → content) below a folder."""
    for path, content in files.items():
        there = folder / path
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def plugin(site: Path, files: Mapping[str, str], name: str = "acme") -> Path:
    """Install a plug-in into a folder: its modules, and the metadata with the entry point that a wheel of it would bring."""
    metadata = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}-rules\nVersion: 1.2\n",
        "entry_points.txt": f"[modelcheck]\n{name} = {name}\n",
    }
    packages = {f"{Path(path).parent}/__init__.py": "" for path in files if len(Path(path).parts) > 1}
    return write_tree(
        site, packages | dict(files) | {f"{name}_rules-1.2.dist-info/{file}": text for file, text in metadata.items()}
    )


def plugin_path(site: Path) -> dict[str, str]:
    """The environment variable that makes a command find what is installed in a folder."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH"))))}


def pytest_configure() -> None:
    """A shell starts what runs in its background with Ctrl-C ignored, which commands that are interrupted here would inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--templates", help="a folder of real chat templates, to compare our rendering with transformers'")
