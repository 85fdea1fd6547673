"""llama.cpp's own server with real models, in the ways in which it is started: verdict, findings, exit code, requests.

pytest -m real_engines tests/real_engines
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from conftest import Command, clean_environment
from served.server import free_port
from tools.real_engines.install import python_of
from tools.real_models.fetch import path_of

# Read before the tests' own environment hides the user's folders.
PYTHON, PATHS = python_of(), {name: path_of(name) for name in ("instruct", "base")}
SERVER = Path(__file__).parents[1] / "tools" / "real_engines" / "llama_server.py"
CHATML = """{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
GEMMA = """{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}
{{ m.content }}<end_of_turn>
{% endfor %}{% if add_generation_prompt %}<start_of_turn>model
{% endif %}"""
BASE = "deploy/base-weights-behind-chat"
OTHER_NAME = "deploy/served-name-says-otherwise"
pytestmark = [pytest.mark.real_engines, pytest.mark.real_models, pytest.mark.slow]


@dataclass(frozen=True)
class Case:
    """``settings`` are llama.cpp's; ``path`` is the part of the address after the port."""

    model: str
    label: str
    rules: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    path: str = "/v1"
    key: str = ""

    @property
    def code(self) -> int:
        return 1 if BASE in self.rules else 0


CASES = {
    "instruct": Case("instruct", "instruct"),
    "instruct as a base model": Case(
        "instruct", "instruct", (OTHER_NAME,), {"model_alias": ["HuggingFaceTB/SmolLM2-135M"]}
    ),
    "instruct, with a key, below a prefix": Case(
        "instruct", "instruct", (), {"api_keys": ["a-long-secret-key"], "api_prefix": "/team"}, "/team/v1", "a-long-secret-key"
    ),
    "instruct, address without /v1": Case("instruct", "instruct", path=""),
    "base": Case("base", "base", (BASE,)),
    "base, template forced on": Case("base", "base", (BASE,), {"chat_template": GEMMA}),
    "base, template of another family forced on": Case("base", "base", (BASE,), {"chat_template": CHATML}),
    "base as an instruct model": Case("base", "base", (BASE, OTHER_NAME), {"model_alias": ["google/gemma-3-270m-it"]}),
    "base by a path that looks like an id": Case("base", "base", (BASE,), {"model_alias": ["models/gemma-thing.gguf"]}),
}  # fmt: skip


@contextmanager
def serving(case: Case) -> Iterator[str]:
    if not PYTHON.is_file():
        pytest.skip("python tests/tools/real_engines/install.py installs llama.cpp's server")
    if not PATHS[case.model].is_file():
        pytest.skip("python tests/tools/real_models/fetch.py fetches the model")
    port = free_port()
    wanted = {"model": str(PATHS[case.model]), "port": port, "settings": dict(case.settings)}
    process = subprocess.Popen(
        [PYTHON, SERVER, json.dumps(wanted)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment(),
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        health = address + case.settings.get("api_prefix", "") + "/health"
        _wait(Request(health, headers={"Authorization": f"Bearer {case.key}"}), process)  # below a prefix, it asks for the key
        yield address + case.path
    finally:
        process.communicate(timeout=60)  # closes its input


def _wait(health: Request, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(health, timeout=5):
                return
        except OSError:  # not listening yet, or 503 while the model loads
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


@pytest.mark.parametrize("name", CASES)
def test_a_real_server_is_judged_by_its_answers(name: str, modelcheck: Command) -> None:
    case = CASES[name]
    with serving(case) as address:
        start = time.monotonic()
        done = modelcheck(
            "scan", address, "--format", "json", env={"MODELCHECK_API_KEY": case.key} if case.key else {}, timeout=600
        )
        seconds = time.monotonic() - start
    assert not done.json["errors"]
    (checkpoint,) = done.json["checkpoints"]
    verdict, probe = checkpoint["verdict"], checkpoint["probe"]
    row = (name, verdict["label"], round(verdict["p_instruct"], 3), done.code, probe["requests"], round(seconds))
    print(f"| {' | '.join(map(str, row))} |")  # a row of docs/benchmarks.md, with pytest -rP
    assert verdict["label"] == case.label
    assert tuple(sorted(found["rule"] for found in done.json["findings"])) == case.rules
    assert done.code == case.code
    assert probe["requests"] <= 120
