"""What a checkpoint's own Python reaches for, read and never run."""

from __future__ import annotations

import pytest
from modelcheck.facts.deferred.remote_code import outward_calls
from modelcheck.testing import check

AUTO = '{"model_type": "thing", "auto_map": {"AutoModel": "modeling_thing.ThingModel"}}'


def calls(text: str) -> list[tuple[str, bool]]:
    return [(call.name, call.loading) for call in outward_calls("a.py", text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import os\nos.system('x')", "os.system"),
        ("from os import system as s\ns('x')", "os.system"),
        ("import os\nos.execvp('x', [])", "os.execvp"),
        ("import subprocess as sp\nclass A:\n    x = sp.check_output(['x'])", "subprocess.check_output"),
        ("from subprocess import run\nrun(['x'])", "subprocess.run"),
        ("import urllib.request\nurllib.request.urlopen('x')", "urllib.request.urlopen"),
        ("import requests\nrequests.post('x', json={})", "requests.post"),
        ("import socket\nsocket.socket()", "socket.socket"),
        ("exec(compile('x', '', 'exec'))", "exec"),
        ("import ctypes\nctypes.CDLL('x.so')", "ctypes.CDLL"),
        ("if True:\n    [eval(x) for x in y]", "eval"),
    ],
)
def test_calls_that_reach_out_are_known_by_their_imports(text: str, name: str) -> None:
    assert calls(text) == [(name, True)]


def test_what_a_function_does_is_not_done_by_loading() -> None:
    assert calls("import os\ndef f():\n    os.system('x')\ng = lambda: os.popen('x')") == [
        ("os.popen", False),
        ("os.system", False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "model.eval()",
        "import os\nos.path.join('a', 'b')\nos.environ.get('x')",
        "self.system('x'); requests('x'); run(['x'])",
        "from .utils import run\nrun('x')",
        "import torch\ntorch.exec(1)",
        "'os.system()'  # subprocess.run()",
    ],
)
def test_what_is_innocent_is_not(text: str) -> None:
    assert calls(text) == []


def test_what_cannot_be_read_is_told_of() -> None:
    found = check("security/remote-code-reaches-out", {"config.json": AUTO, "modeling_thing.py": "import subprocess\n("})
    assert "so it was not checked" in found[0].finding.message


def test_many_files_that_are_slow_to_parse_are_left_where_they_are() -> None:
    slow = "# subprocess\n" + "a<" * 200_000 + "a"
    found = check("security/remote-code-reaches-out", {"config.json": AUTO, **{f"m{number}.py": slow for number in range(9)}})
    assert [one.finding.at.path for one in found if one.finding.at] == ["m1.py"]


def test_code_that_nobody_asks_for_is_not_looked_at() -> None:
    files = {"config.json": "{}", "setup.py": "import os\nos.system('x')"}
    assert check("security/remote-code-reaches-out", files, may_skip=True) == []
