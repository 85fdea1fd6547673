"""Names that another Python file of the tree defines: settings objects, constants, classes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, report_of, uses_of

CHATS = "from vllm import LLM\nllm = LLM(model=%s)\nllm.chat([{'role': 'user', 'content': 'x'}])\n"
SETTINGS = 'class Settings(BaseSettings):\n    port: int = 1\n    model_name: str = "acme/Ivy-7b"\n'

# Files, and where the model of the only chat is set.
TREES: Mapping[str, tuple[Mapping[str, str], tuple[str, int]]] = {
    "a constant": (
        {"config.py": 'MODEL = "acme/Ivy-7b"\n', "main.py": "from config import MODEL\n" + CHATS % "MODEL"},
        ("config.py", 1),
    ),
    "a constant by another name": (
        {"config.py": 'LLM_ID = "acme/Ivy-7b"\n', "main.py": "from config import LLM_ID as M\n" + CHATS % "M"},
        ("config.py", 1),
    ),
    "a module": ({"settings.py": 'X = "acme/Ivy-7b"\n', "main.py": "import settings\n" + CHATS % "settings.X"}, ("settings.py", 1)),
    "a module of a package": (
        {"app/core/config.py": 'X = "acme/Ivy-7b"\n', "app/main.py": "from app.core import config\n" + CHATS % "config.X"},
        ("app/core/config.py", 1),
    ),
    "a module by its whole name": (
        {"app/config.py": 'X = "acme/Ivy-7b"\n', "run.py": "import app.config\n" + CHATS % "app.config.X"},
        ("app/config.py", 1),
    ),
    "an object": (
        {
            "app/config.py": f"{SETTINGS}settings = Settings()\n",
            "app/main.py": "from .config import settings\n" + CHATS % "settings.model_name",
        },
        ("app/config.py", 3),
    ),
    "an object that is made here": (
        {"config.py": SETTINGS, "main.py": "from config import Settings\ncfg = Settings()\n" + CHATS % "cfg.model_name"},
        ("config.py", 3),
    ),
    "an object that is made with a value": (
        {
            "config.py": SETTINGS.replace("Ivy", "Oak") + "settings = Settings(\n    model_name='acme/Ivy-7b')\n",
            "main.py": "from config import settings\n" + CHATS % "settings.model_name",
        },
        ("config.py", 5),
    ),
    "an object of a function": (
        {
            "config.py": f"{SETTINGS}@lru_cache\ndef get_settings() -> Settings:\n    return Settings()\n",
            "main.py": "from config import get_settings\nsettings = get_settings()\n" + CHATS % "settings.model_name",
        },
        ("config.py", 3),
    ),
    "an object of a function at once": (
        {
            "config.py": f"{SETTINGS}def get_settings():\n    return Settings()\n",
            "main.py": "from config import get_settings\n" + CHATS % "get_settings().model_name",
        },
        ("config.py", 3),
    ),
    "a class": (
        {"config.py": SETTINGS, "main.py": "from config import Settings\n" + CHATS % "Settings.model_name"},
        ("config.py", 3),
    ),
    "a class above it": (
        {
            "config.py": f"{SETTINGS}class Production(Settings):\n    pass\n",
            "main.py": "from config import Production\n" + CHATS % "Production.model_name",
        },
        ("config.py", 3),
    ),
    "an argument with its class": (
        {
            "config.py": SETTINGS,
            "main.py": "from config import Settings\ndef serve(cfg: Settings): ...\n" + CHATS % "cfg.model_name",
        },
        ("config.py", 3),
    ),
    "a default of the environment": (
        {
            "config.py": 'import os\nMODEL = os.getenv("MODEL", "acme/Ivy-7b")\n',
            "main.py": "from config import MODEL\n" + CHATS % "MODEL",
        },
        ("config.py", 2),
    ),
    "a name that a package passes on": (
        {
            "app/config/__init__.py": "from .base import settings\n",
            "app/config/base.py": f"{SETTINGS}settings = Settings()\n",
            "app/main.py": "from app.config import settings\n" + CHATS % "settings.model_name",
        },
        ("app/config/base.py", 3),
    ),
    "a package in src": (
        {"src/pkg/config.py": 'X = "acme/Ivy-7b"\n', "scripts/run.py": "from pkg.config import X\n" + CHATS % "X"},
        ("src/pkg/config.py", 1),
    ),
    "an attribute that another object has here": (
        {
            "config.py": f"{SETTINGS}settings = Settings()\n",
            "main.py": "from config import settings\nargs.model_name = 'the best'\n" + CHATS % "settings.model_name",
        },
        ("config.py", 3),
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_a_name_of_another_file(name: str, tmp_path: Path) -> None:
    files, (path, line) = TREES[name]
    found = uses_of(tmp_path, files)
    assert (path, line, "acme/Ivy-7b", "chat") in found
    assert all(purpose != "chat" for _, _, model, purpose in found if model != "acme/Ivy-7b")


NOT_KNOWN: Mapping[str, Mapping[str, str]] = {
    "a module that is not there": {"main.py": "from config import MODEL\n" + CHATS % "MODEL"},
    "a module outside of the tree": {"main.py": "from ..config import MODEL\n" + CHATS % "MODEL"},
    "an attribute that its class lacks": {
        "config.py": "class S:\n    x = 1\ns = S()\n",
        "main.py": "from config import s\n" + CHATS % "s.y",
    },
    "files that import each other": {
        "a.py": "from b import M\n",
        "b.py": "from a import M\n",
        "main.py": "from a import M\n" + CHATS % "M",
    },
    "no Python": {"config.py": "M = (\n", "main.py": "from config import M\n" + CHATS % "M"},
    "a large file": {"config.py": "M = 'acme/Ivy-7b'\n" + "x = 1\n" * 20_000, "main.py": "from config import M\n" + CHATS % "M"},
}


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_is_not_known_is_no_use(name: str, tmp_path: Path) -> None:
    assert not [one for one in uses_of(tmp_path, NOT_KNOWN[name]) if one[3] == "chat"]


def test_a_notebook(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "from config import M\n" + CHATS % "M", "metadata": {}, "outputs": []}
    files = {"config.py": "M = 'acme/Ivy-7b'\n", "a.ipynb": json.dumps({"cells": [cell], "nbformat": 4, "metadata": {}})}
    assert uses_of(tmp_path, files) == {("config.py", 1, "acme/Ivy-7b", "chat")}


COMMANDS = ('["bash", "-c", f"vllm serve {M} --tool-call-parser x"]', '["sh", "-lc", "vllm serve " + M + " --tool-call-parser x"]')


@pytest.mark.parametrize("command", COMMANDS)
def test_a_script_in_a_list_is_one_use(command: str, tmp_path: Path) -> None:
    expected: set[Told] = {("run.py", 2, "acme/Ivy-7b", "chat")}
    assert uses_of(tmp_path, {"run.py": f"import subprocess\nM = 'acme/Ivy-7b'\nsubprocess.run({command})\n"}) == expected


TRAINS = (
    "from trl import SFTTrainer\nfrom transformers import AutoModelForCausalLM, AutoTokenizer\n"
    "tok = AutoTokenizer.from_pretrained('acme/Ivy-7b')\ntok.pad_token = tok.eos_token\n"
    "model = AutoModelForCausalLM.from_pretrained('acme/Ivy-7b')\n"
)
RUNS = {
    "loaded twice": ("again = AutoModelForCausalLM.from_pretrained('acme/Ivy-7b')\nSFTTrainer(model=model)\n", [5]),
    "another one is judge": ("judge = AutoModelForCausalLM.from_pretrained('acme/Oak-9b')\nSFTTrainer(model=model)\n", [5]),
    "by its name": ("judge = AutoModelForCausalLM.from_pretrained('acme/Oak-9b')\nSFTTrainer('acme/Ivy-7b')\n", [5]),
    "nobody knows which": ("judge = AutoModelForCausalLM.from_pretrained('acme/Oak-9b')\nSFTTrainer(pick())\n", []),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_pads_once(name: str, tmp_path: Path) -> None:
    text, lines = RUNS[name]
    report = report_of(tmp_path, {"train.py": TRAINS + text})
    assert [one["at"]["line"] for one in report["findings"] if one["rule"] == "finetune/pads-with-the-end"] == lines
