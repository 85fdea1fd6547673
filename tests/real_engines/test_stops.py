"""Where generation stops in real engines if a checkpoint's files disagree: what the rules say is what is seen.

pytest -m real_engines tests/real_engines/test_stops.py -rP
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from conftest import Command
from real_engines.derivations import DERIVATIONS, DIFFERENTLY, NO_EOS, derive, derive_gguf
from tools.real_engines.install import installed, python_of
from tools.real_engines.serving import Setup, serving
from tools.real_models.convert import converted
from tools.real_models.fetch import path_of

GGUF = path_of("instruct")
ENGINES = ("llama.cpp", "vllm", "mlx", "transformers")
PYTHON, READY = {name: python_of(name) for name in ENGINES}, {name: installed(name) for name in ENGINES}
needs_model = pytest.mark.skipif(not GGUF.is_file(), reason="tests/tools/real_models/fetch.py fetches the model")
pytestmark = [pytest.mark.real_models, pytest.mark.slow, needs_model]


@pytest.mark.real_engines
@pytest.mark.parametrize("name", DERIVATIONS)
@pytest.mark.parametrize("engine", ENGINES)
def test_where_generation_stops(engine: str, name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not READY[engine]:
        pytest.skip(f"tests/tools/real_engines/install.py {engine} installs it")
    if "real_engines" not in request.config.option.markexpr:
        pytest.skip("by hand: pytest -m real_engines")
    if engine == "llama.cpp":
        model = derive_gguf(name, GGUF, tmp_path / name / GGUF.name)
    else:
        model = derive(name, converted(GGUF), tmp_path / name / "model")
    with serving(engine, PYTHON[engine], Setup("instruct"), model, tmp_path / "home") as address:
        reason, text = answer(address + "/v1", "What is 2 plus 3?")
    seen = "runs on" if reason == "length" else "stops"
    print(f"| {engine} | {name} | {seen} | {text[:60]!r} |")
    assert (seen == "runs on") is (engine in DERIVATIONS[name].run_on)


def answer(address: str, question: str) -> tuple[str, str]:
    """Why the answer ended, and the answer: the model ends this one after eight tokens."""
    with urlopen(f"{address}/models", timeout=60) as listed:
        model = json.load(listed)["data"][0]["id"]
    body = {"model": model, "temperature": 0, "max_tokens": 48, "messages": [{"role": "user", "content": question}]}
    asked = Request(f"{address}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(asked, timeout=300) as done:
        choice = json.load(done)["choices"][0]
    return choice["finish_reason"], choice["message"]["content"]


def said(modelcheck: Command, model: Path) -> dict[str, str]:
    """Messages of the rules about stop tokens."""
    done = modelcheck("scan", model, "--offline", "--select", "template", "--format", "json")
    assert not done.json["errors"]
    return {found["rule"]: found["message"] for found in done.json["findings"] if found["rule"] in (*NO_EOS, *DIFFERENTLY)}


@pytest.mark.parametrize("name", DERIVATIONS)
def test_the_rules_name_the_engines_that_run_on(name: str, tmp_path: Path, modelcheck: Command) -> None:
    found = said(modelcheck, derive(name, converted(GGUF), tmp_path / name / "model"))
    assert tuple(found) == DERIVATIONS[name].rules
    assert all(DERIVATIONS[name].says in message for message in found.values()), found


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_gguf_file_is_reported_where_llama_cpp_runs_on_or_stops_by_the_tokens_name(
    name: str, tmp_path: Path, modelcheck: Command
) -> None:
    stops = DERIVATIONS[name]
    found = said(modelcheck, derive_gguf(name, GGUF, tmp_path / name / "model.gguf"))
    by_name = DIFFERENTLY if stops.tokenizer == 0 else ()
    assert tuple(found) == (NO_EOS if "llama.cpp" in stops.run_on else by_name)
