"""Real engines with real models, in the ways in which they are started: verdict, findings, exit code, requests, seconds.

    python tests/tools/real_engines/install.py vllm mlx
    pytest -m real_engines tests/real_engines -rP

Only llama.cpp's quick cells run with all other tests, and only where it is installed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conftest import Command
from tools.real_engines.install import installed, python_of
from tools.real_engines.serving import Setup, cannot, serving
from tools.real_models.convert import converted
from tools.real_models.fetch import path_of

# Read before the tests' own environment hides the user's folders.
GGUF = {name: path_of(name) for name in ("instruct", "base")}
ENGINES = ("llama.cpp", "vllm", "mlx", "transformers")
PYTHON, READY = {name: python_of(name) for name in ENGINES}, {name: installed(name) for name in ENGINES}
CHATML = """{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
GEMMA = """{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}
{{ m.content }}<end_of_turn>
{% endfor %}{% if add_generation_prompt %}<start_of_turn>model
{% endif %}"""
BASE = "deploy/base-weights-behind-chat"
COMPLETES = "deploy/instruct-behind-completion"
OTHER_NAME = "deploy/served-name-says-otherwise"
QUICK = ("llama.cpp",)
pytestmark = [pytest.mark.real_engines, pytest.mark.real_models, pytest.mark.slow]


@dataclass(frozen=True)
class Cell:
    """What is scanned, and what is right. ``arguments`` are of the command; ``v1`` whether the address has it.

    ``engines`` are those in which something else is right. ``error`` is in the message where the target fails.
    """

    setup: Setup
    rules: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    v1: bool = True
    error: str = ""
    quick: bool = False
    engines: Mapping[str, Cell] = field(default_factory=dict)


SEVERAL = ("acme/first", "acme/second")
CELLS = {
    "instruct": Cell(Setup("instruct"), quick=True),
    "instruct, address without /v1": Cell(Setup("instruct"), v1=False),
    "instruct, a name that is not served": Cell(Setup("instruct"), arguments=("--model", "nope"), error="nope"),
    "instruct, no template": Cell(
        Setup("instruct", ""), (COMPLETES,),
        engines={"mlx": Cell(Setup("instruct", ""))},  # it writes "USER:" and "ASSISTANT:" itself
    ),
    "instruct as a base model": Cell(
        Setup("instruct", names=("HuggingFaceTB/SmolLM2-135M",)), (OTHER_NAME,), quick=True
    ),
    "instruct, with a key": Cell(Setup("instruct", key="a-long-secret-key")),
    "instruct, with a key, below a prefix": Cell(Setup("instruct", key="a-long-secret-key", prefix="/team"), quick=True),
    "instruct, under two names": Cell(
        Setup("instruct", names=SEVERAL), error="choose one with --model",
        engines={"llama.cpp": Cell(Setup("instruct", names=SEVERAL))},  # it lists one model, with both names
    ),
    "instruct, under two names, one chosen": Cell(Setup("instruct", names=SEVERAL), arguments=("--model", SEVERAL[1])),
    "base": Cell(Setup("base"), engines=dict.fromkeys(("llama.cpp", "mlx"), Cell(Setup("base"), (BASE,)))),  # with turns of theirs
    "base, template forced on": Cell(Setup("base", GEMMA), (BASE,)),
    "base, template of another family forced on": Cell(Setup("base", CHATML), (BASE,)),
    "base as an instruct model": Cell(Setup("base", GEMMA, ("google/gemma-3-270m-it",)), (BASE, OTHER_NAME), quick=True),
    "base by a path that looks like an id": Cell(Setup("base", GEMMA, ("models/gemma-thing.gguf",)), (BASE,)),
}  # fmt: skip


class Servers:
    """The server that runs: the next cell uses it too if it has the same setup, since some take a minute to start."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self._running: tuple[str, Setup] | None = None
        self._address = ""
        self._count = 0

    def address(self, engine: str, setup: Setup) -> str:
        if self._running != (engine, setup):
            self.stop()
            self._count += 1
            model = GGUF[setup.model] if engine == "llama.cpp" else converted(GGUF[setup.model])
            home = self._folder / str(self._count)
            self._address = self._stack.enter_context(serving(engine, PYTHON[engine], setup, model, home))
            self._running = (engine, setup)
        return self._address

    def stop(self) -> None:
        self._running = None
        self._stack.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    running = Servers(tmp_path_factory.mktemp("servers"))
    yield running
    running.stop()


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_real_server_is_judged_by_its_answers(
    engine: str, name: str, modelcheck: Command, servers: Servers, request: pytest.FixtureRequest
) -> None:
    cell = CELLS[name].engines.get(engine, CELLS[name])
    impossible = cannot(engine, cell.setup)
    if impossible:
        print(f"| {engine} | {name} | – | {impossible} | | | |")
        pytest.skip(f"{engine}: {impossible}")
    if not READY[engine] or not GGUF[cell.setup.model].is_file():
        pytest.skip(f"tests/tools/real_engines/install.py {engine} and tests/tools/real_models/fetch.py install what it needs")
    if not (cell.quick and engine in QUICK) and "real_engines" not in request.config.option.markexpr:
        pytest.skip("by hand: pytest -m real_engines")
    address = servers.address(engine, cell.setup) + ("/v1" if cell.v1 else "")
    environment = {"MODELCHECK_API_KEY": cell.setup.key} if cell.setup.key else {}
    start = time.monotonic()
    done = modelcheck("scan", address, *cell.arguments, "--probe-timeout", "500", "--format", "json", env=environment, timeout=600)
    seconds = time.monotonic() - start
    found = tuple(sorted(found["rule"] for found in done.json["findings"]))
    verdicts = [checkpoint["verdict"] for checkpoint in done.json["checkpoints"]]
    probes = [checkpoint["probe"] or {} for checkpoint in done.json["checkpoints"]]
    said = f"{verdicts[0]['label']} {verdicts[0]['p_instruct']:.3f}" if verdicts and not cell.error else cell.error
    rules = ", ".join(rule.partition("/")[2] for rule in found)
    requests = probes[0].get("requests", "") if probes else ""
    print(f"| {engine} | {name} | {said} | {rules} | {done.code} | {requests} | {seconds:.0f} |")  # a row of docs/benchmarks.md
    if cell.error:
        assert (done.code, len(done.json["errors"])) == (4, 1)
        assert cell.error in done.json["errors"][0]["message"]
        return
    assert not done.json["errors"]
    assert verdicts[0]["label"] == cell.setup.model
    assert found == tuple(sorted(cell.rules))
    assert done.code == (1 if BASE in found else 0)
    assert probes[0]["requests"] <= 120
