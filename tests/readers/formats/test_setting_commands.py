"""Commands in settings and in scripts that are no shell, on disk and through the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import uses_of

SERVE = "vllm serve acme/Ivy-7b --tool-call-parser hermes"

# Name → a file's path, its text, and the line of the model.
FILES: dict[str, tuple[str, str, int]] = {
    "a Procfile": ("Procfile", f"release: make\nweb: {SERVE} --port $PORT\n", 2),
    "Fly's processes": ("fly.toml", f'app = "x"\n[processes]\napp = "{SERVE}"\n', 3),
    "supervisord": ("supervisord.conf", f"[program:x]\ncommand=/opt/bin/{SERVE}\nautorestart=true\n", 2),
    "a task of mise, in a block": ("mise.toml", f"[tasks.x]\nrun = '''\ncd /srv\n{SERVE}\n'''\n", 4),
    "a task of pixi": ("pixi.toml", f'[tasks]\nx = "{SERVE}"\n', 2),
    "a task of poe in pyproject.toml": ("pyproject.toml", f'[tool.poe.tasks]\nx = {{ cmd = "{SERVE}" }}\n', 2),
    "arguments in a list": ("x.toml", '[run]\ncmd = ["vllm", "serve",\n "acme/Ivy-7b", "--tool-call-parser", "hermes"]\n', 3),
    "a variable of the same file": (
        "x.toml", '[env]\nMODEL = "acme/Ivy-7b"\n[run]\ncmd = "vllm serve $MODEL --tool-call-parser x"\n', 2,
    ),
    "Render, whose services are a list": ("render.yaml", f"services:\n- type: web\n  dockerCommand: {SERVE}\n", 3),
    "GitLab's variables": (
        ".gitlab-ci.yml", "variables:\n  M: acme/Ivy-7b\nx:\n  script:\n  - vllm serve $M --tool-call-parser x\n", 2,
    ),
    "a Jenkinsfile": ("Jenkinsfile", f"pipeline {{\n  sh '{SERVE} &'\n}}\n", 2),
    "a Tiltfile": ("Tiltfile", f"local_resource('x', serve_cmd='{SERVE}')\n", 1),
    "a block of Nix": ("x.nix", f"{{ script = ''\n    cd x\n    {SERVE}\n  ''; }}\n", 3),
    "a template literal with a constant": (
        "x.ts", 'const M = "acme/Ivy-7b";\nrun(`\n  vllm serve ${M} --tool-call-parser x\n`);\n', 1,
    ),
    "a batch file": ("x.bat", "set M=acme/Ivy-7b\r\nvllm serve %M% ^\r\n  --tool-call-parser x\r\n", 1),
    "reStructuredText": ("x.rst", f"Run::\n\n    {SERVE}\n", 3),
}  # fmt: skip
NONE = {
    "a list of something else": ("x.toml", '[x]\nfiles = ["vllm", "README.md"]\n'),
    "a description": ("x.toml", '[project]\ndescription = "how to serve acme/Ivy-7b with vllm"\n'),
    "a comment": ("x.conf", f"# command={SERVE}\n"),
    "a dependency": ("pyproject.toml", '[project]\ndependencies = ["vllm>=0.9", "transformers", "acme/ivy-7b"]\n'),
}


@pytest.mark.parametrize("name", FILES)
def test_a_command(name: str, tmp_path: Path) -> None:
    path, text, line = FILES[name]
    assert uses_of(tmp_path, {path: text}) == {(path, line, "acme/Ivy-7b", "chat")}


@pytest.mark.parametrize("name", NONE)
def test_no_command(name: str, tmp_path: Path) -> None:
    path, text = NONE[name]
    assert uses_of(tmp_path, {path: text}) == set()
