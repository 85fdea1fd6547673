"""The probe alone tells two real models apart: loaded here, and through a server. Metadata signals are switched off."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from modelcheck.plugins import Plugins

from conftest import Command, clean_environment
from forking import Starter
from served.server import transformers_serve
from tools.real_models.convert import converted
from tools.real_models.fetch import path_of

# Read before the tests' own environment hides the user's folders.
PATHS = {name: path_of(name) for name in ("instruct", "base")}
pytestmark = [pytest.mark.real_models, pytest.mark.slow]
ALONE = [
    word
    for name, signal in Plugins().registry.signals.items()
    if signal.group != "behaviour" and name != "identity/not-text-generation"
    for word in ("--ignore", name)
]
GEMMA = """{{ bos_token }}{% for m in messages %}<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}
{{ m['content'] }}<end_of_turn>
{% endfor %}{% if add_generation_prompt %}<start_of_turn>model
{% endif %}"""


@pytest.fixture(scope="module", params=PATHS)
def model(request: pytest.FixtureRequest) -> tuple[str, Path]:
    path = PATHS[request.param]
    if not path.is_file():
        pytest.skip("python tests/tools/real_models/fetch.py fetches it")
    return request.param, converted(path)


def test_the_probe_alone_tells_them_apart(model: tuple[str, Path], modelcheck: Command) -> None:
    name, folder = model
    done = modelcheck("scan", folder, "--offline", "--probe", *ALONE, "--format", "json", "--fail-on", "never", timeout=300)
    (checkpoint,) = done.json["checkpoints"]
    probe, verdict = checkpoint["probe"], checkpoint["verdict"]
    assert {one["group"] for one in verdict["evidence"] if one["axis"] == "stage"} == {"behaviour"}
    assert (verdict["label"], probe["outcome"]) == (name, name)
    if name == "instruct":
        assert probe["margin"] > 8, "measured: +11.3"
        assert probe["format"] == "its own chat template"
    else:
        assert probe["margin"] < 1, "measured: -0.3"
        assert probe["format"] == "Gemma's format"
    scores = probe["scores"]
    widens = mean(scores["first"]) - mean(scores["plain_first"])
    assert (widens > 1.0) is (name == "base"), "measured: +1.7 and +0.3"
    assert len(scores["refused"]) == len(scores["refused_harmless"]) == 3
    texts = {one["prompt"]: one for one in probe["written"] if not one["in_format"]}
    answered = texts["What is the capital of France?"]
    assert (answered["stop"] is not None) is (name == "instruct"), "a base model may answer; it does not stop"


READ_ONCE = """\
import sys
from transformers import AutoModelForCausalLM
AutoModelForCausalLM.from_pretrained(sys.argv[1], gguf_file=sys.argv[2])
"""


def test_a_gguf_file_is_run_as_it_is(tmp_path: Path) -> None:
    """The command is started and not forked: its processor time, with that of its processes, is this process's to ask for.

    It is compared with that of reading the same file once, on the same machine: 1.5 times as much where it was measured (57 s and
    38 s). Reading it three times more, as the probe once did, would make that 4.
    """
    path = PATHS["instruct"]
    if not path.is_file():
        pytest.skip("python tests/tools/real_models/fetch.py fetches it")
    environment = clean_environment(HF_HOME=str(tmp_path))

    def run(*words: str | Path) -> tuple[str, float]:
        """Standard output, and seconds of processor time."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        command = [sys.executable, "-P", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)
        return done.stdout, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before

    _, once = run("-c", READ_ONCE, path.parent, path.name)
    out, taken = run("-m", "modelcheck", "scan", path, "--offline", "--probe", "--format", "json")
    (checkpoint,) = json.loads(out)["checkpoints"]
    assert (checkpoint["probe"]["outcome"], checkpoint["probe"]["own_template"]) == ("instruct", True)
    assert once > 1
    assert 1 < taken / once < 3


@pytest.fixture(scope="module")
def deployed(
    model: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory, starter: Starter
) -> Iterator[tuple[str, str, Path]]:
    """The instruct model as it is; the base model behind a chat template, which is the mistake to find."""
    name, folder = model
    home = tmp_path_factory.mktemp("home")
    if name == "base":
        folder = Path(
            shutil.copytree(folder, home / "deployed", copy_function=lambda source, target: Path(target).symlink_to(source))
        )
        (folder / "chat_template.jinja").write_text(GEMMA)
    # Many processors have no instructions for bfloat16, and take several times as long for it.
    with transformers_serve(folder, home, starter.start_models(), dtype="float32") as address:
        yield name, address, folder


def test_so_does_a_server(deployed: tuple[str, str, Path], modelcheck: Command) -> None:
    name, address, folder = deployed
    done = modelcheck("scan", address, "--model", folder, *ALONE, "--format", "json", timeout=300)
    (checkpoint,) = done.json["checkpoints"]
    assert checkpoint["verdict"]["label"] == name, checkpoint
    found: list[dict[str, Any]] = done.json["findings"]
    assert [one["rule"] for one in found] == ([] if name == "instruct" else ["deploy/base-weights-behind-chat"])
    assert done.code == (0 if name == "instruct" else 1)
