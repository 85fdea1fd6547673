"""``--expect`` with real engines: no finding where the expected checkpoint is served, and each planted fault is found.

    python tests/tools/real_engines/install.py llama.cpp vllm mlx dasllama
    pytest -m real_engines tests/real_engines/test_served_identity.py -rP

Only llama.cpp's cells run with all other tests, and only where it is installed.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import Command, Done
from hub.server import running_hub
from real_engines.identity_faults import OF_GGUF, PLANTED, Planted, planted
from tools.real_engines.hub_cache import fill
from tools.real_engines.install import installed, python_of
from tools.real_engines.proxy import changing, short_answers
from tools.real_engines.serving import Setup, cannot, serving
from tools.real_models.convert import converted
from tools.real_models.fetch import path_of
from tools.real_models.requantized import requantized
from tools.real_models.shallow import shallow

GGUF = {name: path_of(name) for name in ("instruct", "base")}
ENGINES = ("llama.cpp", "dasllama", "transformers", "vllm", "mlx")
PYTHON, READY = {name: python_of(name) for name in ENGINES}, {name: installed(name) for name in ENGINES}
ID, OTHER_ID = "acme/boats-135m", "acme/ships-135m"
QUICK = ("llama.cpp",)
ONE_OF_MANY = ("mlx", "transformers")
"""They list other models, too."""
pytestmark = [pytest.mark.real_models, pytest.mark.slow]


def served_by(engine: str, model: str) -> Path:
    """The checkpoint in the form that an engine reads."""
    if engine == "dasllama":
        return requantized(GGUF[model])
    return GGUF[model] if engine == "llama.cpp" else shallow(converted(GGUF[model]))


def optionless(engine: str, fault: Planted) -> str | None:
    """Why an engine cannot be made to have a fault by its files or options; None if it can."""
    if fault.another_id and engine not in ("llama.cpp", "vllm"):
        return "it does not say what it loaded"
    if engine == "dasllama" and fault.template:
        return "it renders conversations itself, and no unknown template"
    if engine == "dasllama" and fault.rule == "added-tokens-missing":
        return "it finds the tokens of conversations by their text, and reads those in prompts as text"
    return cannot(engine, Setup(fault.model, context=fault.context))


@pytest.mark.real_engines
@pytest.mark.parametrize("name", ["none", *PLANTED])
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_served_is_compared(
    engine: str, name: str, modelcheck: Command, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fault = PLANTED.get(name, Planted(""))
    if not READY[engine] or not GGUF[fault.model].is_file():
        pytest.skip(f"tests/tools/real_engines/install.py {engine} and tests/tools/real_models/fetch.py install what it needs")
    if engine not in QUICK and "real_engines" not in request.config.option.markexpr:
        pytest.skip("by hand: pytest -m real_engines")
    why = optionless(engine, fault)
    if why and not fault.otherwise:
        print(f"| {engine} | {name} | – | {why} | | |")
        pytest.skip(f"{engine}: {why}")
    start = time.monotonic()
    done = _compared(engine, _by_a_proxy(fault) if why else fault, modelcheck, tmp_path)
    assert not done.json["errors"], done.json["errors"]
    identity = done.json["checkpoints"][0]["served_identity"]
    found = sorted({one["rule"].partition("/")[2] for one in done.json["findings"]})
    _print(engine, name, identity, found, time.monotonic() - start)
    assert found == ([fault.rule] if fault.rule else [])


# the model that is served, the one whose GGUF file is expected → the rules
OF_FILES = {
    ("instruct", "instruct"): [],
    ("base", "base"): ["shorter-context"],  # it reads 32,768 tokens, and is served with 8,192
    ("base", "instruct"): ["another-tokenizer"],
}
UNSTATED = {"dasllama": ["shorter-context"]}
"""What an engine does not say."""


@pytest.mark.real_engines
@pytest.mark.parametrize("pair", OF_FILES, ids=" for ".join)
@pytest.mark.parametrize("engine", OF_GGUF)
def test_a_gguf_file_is_expected(
    engine: str, pair: tuple[str, str], modelcheck: Command, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    served, expected = pair
    if not READY[engine] or not all(GGUF[model].is_file() for model in pair):
        pytest.skip(f"tests/tools/real_engines/install.py {engine} and tests/tools/real_models/fetch.py install what it needs")
    if engine not in QUICK and "real_engines" not in request.config.option.markexpr:
        pytest.skip("by hand: pytest -m real_engines")
    start = time.monotonic()
    done = _compared(engine, Planted("", model=served), modelcheck, tmp_path, expected=str(GGUF[expected]))
    assert not done.json["errors"], done.json["errors"]
    found = sorted({one["rule"].partition("/")[2] for one in done.json["findings"]})
    _print(engine, f"{served} for {expected}", done.json["checkpoints"][0]["served_identity"], found, time.monotonic() - start)
    assert found == [rule for rule in OF_FILES[pair] if rule not in UNSTATED.get(engine, ())]


def _by_a_proxy(fault: Planted) -> Planted:
    """The fault as a proxy makes it, before an engine that serves what is expected."""
    return replace(fault, template=None, context=Planted("").context, proxy=fault.otherwise)


def _compared(engine: str, fault: Planted, modelcheck: Command, home: Path, expected: str = "") -> Done:
    model = planted(fault, served_by(engine, fault.model), home / "planted")
    template = fault.template and fault.template((converted(GGUF["instruct"]) / "chat_template.jinja").read_text("utf-8"))
    expected, loaded = expected or str(converted(GGUF["instruct"])), ""
    if fault.another_id:
        expected = ID
        if engine in OF_GGUF:
            fill(home / "served", model.parent, [OTHER_ID])
            model = next((home / "served").rglob(model.name))
        else:
            loaded = OTHER_ID
    setup = Setup(fault.model, None if engine == "dasllama" else template, context=fault.context, loaded=loaded)
    with ExitStack() as running:
        address = running.enter_context(serving(engine, PYTHON[engine], setup, model, home / "home"))
        if fault.proxy:
            address = running.enter_context(changing(address, fault.proxy))
        if engine not in QUICK:
            address = running.enter_context(changing(address, short_answers))
        one = ("--model", str(home / "home" / model.parent.name if template else model)) if engine in ONE_OF_MANY else ()
        command = ("scan", f"{address}/v1", *one, "--expect", expected, "--select", "served", "--probe-timeout", "500")
        hub = running.enter_context(running_hub()) if fault.another_id else None
        if hub:
            hub.add(ID, {file.name: file.read_bytes() for file in converted(GGUF["instruct"]).iterdir() if file.stem != "model"})
        environment = {"HF_ENDPOINT": hub.address} if hub else {}
        return modelcheck(*command, "--format", "json", env=environment, timeout=600)


def _print(engine: str, name: str, identity: dict[str, Any], found: list[str], seconds: float) -> None:
    """A row of docs/benchmarks.md, and each check."""
    outcomes = [check["outcome"] for check in identity["checks"]]
    counts = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in dict.fromkeys(outcomes))
    print(f"| {engine} | {name} | {counts} | {', '.join(found) or 'none'} | {identity['requests']} | {seconds:.0f} |")
    for check in identity["checks"]:
        print(f"    {check['name']}: {check['outcome']}: {check['says']}")
