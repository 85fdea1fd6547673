"""A forked command is the same as one that is started: what it prints, its code, its folder, its environment, its end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from conftest import ROOT, clean_environment, needs, plugin, plugin_path, write_tree
from forking import Starter

FIXTURE = str(ROOT / "fixtures/chat-on-base")
COMMANDS = {
    "findings": ("scan", FIXTURE, "--offline", "-v"),
    "a report": ("scan", str(ROOT / "fixtures/tiny-instruct"), "--offline", "--format", "json"),
    "the folder": ("scan", ".", "--offline"),
    "misuse": ("scan", "--no-such-option"),
    "an unreadable target": ("scan", "no-such-folder/", "--offline"),
    "a page": ("explain", "template/turn-end-not-eos"),
    "help": ("--help",),
    "a template without end, and the next one": ("scan", "endless", str(ROOT / "fixtures/tiny-instruct"), "--offline", "-v"),
}


@pytest.mark.parametrize("what", COMMANDS)
def test_it_prints_and_ends_as_a_started_command_does(what: str, starter: Starter, tmp_path: Path) -> None:
    environment = clean_environment(HF_HOME=str(tmp_path / "home"), COLUMNS="70")
    (tmp_path / "run.sh").write_text("vllm serve acme/x-base --tool-call-parser hermes\n")
    write_tree(
        tmp_path / "endless",
        {
            "config.json": "{}",
            "chat_template.jinja": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        },
    )
    command = [sys.executable, "-P", "-m", "modelcheck", *COMMANDS[what]]
    started = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    forked = starter.run(COMMANDS[what], tmp_path, environment, 60)
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


PACK = "from modelcheck.api import hookimpl\n\n@hookimpl\ndef modelcheck_register(registry):\n    registry.scan(__name__)\n"
RULE = """from modelcheck.api import CheckpointName, Finding, rule


@rule(severity="error", since="1.0")
def here(name: CheckpointName):
    '''It is here.'''
    import sys, yaml
    yield Finding(f"{yaml.__name__} {[path for path in sys.path if 'site-packages' not in path and 'tests' not in path]}")
"""


@pytest.mark.parametrize("more", [{}, {"yaml.py": "raise OSError('another')\n"}, {"modelcheck/__init__.py": ""}], ids=len)
def test_what_is_on_pythonpath_is_found_as_by_a_started_command(more: dict[str, str], starter: Starter, tmp_path: Path) -> None:
    """A plug-in, also beside modules of the names of others, which it would hide."""
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/here.py": RULE})
    write_tree(site, more)
    environment = clean_environment(HF_HOME=str(tmp_path / "home"), **plugin_path(site))
    words = ["scan", "acme/x-base", "--offline"]
    command = [sys.executable, "-P", "-m", "modelcheck", *words]
    started = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert ("house/here" in started.stdout) is (not more)
    assert starter.takes(words, environment)
    forked = starter.run(words, tmp_path, environment, 60)
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


def test_what_python_reads_at_its_start_needs_a_start(starter: Starter) -> None:
    assert starter.takes(["scan"], clean_environment(HF_HOME="x", COLUMNS="5", OLLAMA_MODELS="y"))
    for name in ("PYTHONHASHSEED", "PYTHONIOENCODING", "LC_ALL", "LANGUAGE", "TZ", "LD_PRELOAD"):
        assert not starter.takes(["scan"], clean_environment(**{name: "z"})), name
    assert not starter.takes(["x" * 200_000], clean_environment())


def test_a_command_that_takes_too_long_is_killed_and_the_next_one_runs(starter: Starter, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # nobody writes into it
    with pytest.raises(subprocess.TimeoutExpired):
        starter.run(("scan", "--baseline", "pipe", "."), tmp_path, clean_environment(), 1)
    assert starter.run(("--version",), tmp_path, clean_environment(), 60).returncode == 0


LEAVES_A_PROCESS = """from modelcheck.api import CheckpointName, Finding, rule


@rule(severity="error", since="1.0")
def here(name: CheckpointName):
    '''It is here.'''
    import subprocess
    from pathlib import Path
    Path("left").write_text(str(subprocess.Popen(["sleep", "600"]).pid))
    yield Finding("left")
"""


def test_a_process_that_a_command_leaves_behind_holds_nobody_who_reads_its_output(starter: Starter, tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", {"acme/__init__.py": PACK, "acme/house/here.py": LEAVES_A_PROCESS})
    environment = clean_environment(HF_HOME=str(tmp_path / "home"), **plugin_path(site))
    with pytest.raises(subprocess.TimeoutExpired):
        starter.run(["scan", "acme/x-base", "--offline"], tmp_path, environment, 8)
    psutil.Process(int((tmp_path / "left").read_text())).kill()


@needs("torch", "transformers", "accelerate", "peft", "scipy")
def test_a_model_that_takes_too_long_ends_with_the_process_that_stands_for_it(starter: Starter, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "fixtures/tiny-base", tmp_path / "thing"))
    config = folder / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"num_hidden_layers": 10**7}))
    done = starter.run(("scan", "thing", "--probe", "--offline", "--probe-timeout", "2"), tmp_path, clean_environment(), 60)
    assert "it took longer than 2 seconds" in " ".join(done.stderr.split() + done.stdout.split())
    assert starter._models._process
    end = time.monotonic() + 30
    while (left := psutil.Process(starter._models._process.pid).children()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left
