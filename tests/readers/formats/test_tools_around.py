"""Files of tools that start servers or ask them: PM2, promptfoo, aider, fish, Earthly, Task, systemd's templates, envsubst."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, report_of, told, unresolved_of, uses_of

CHAT = "--tool-call-parser x"
POD = (
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: vllm/vllm-openai\n"
    "    args: [--model, '%s', --tool-call-parser, x]\n"
)
UNIT = f"[Service]\nExecStart=/usr/bin/vllm serve %s {CHAT}\n"
IVY = "acme/Ivy-7b"

TREES: Mapping[str, tuple[Mapping[str, str], set[Told]]] = {
    "pm2: a text": (
        {"ecosystem.config.js": f"module.exports = {{\n  apps: [{{ script: 'vllm',\n    args: 'serve {IVY} {CHAT}' }}]\n}};\n"},
        {("ecosystem.config.js", 3, IVY, "chat")},
    ),
    "pm2: a list before the script": (
        {
            "ecosystem.config.cjs": "module.exports = { apps: [{\n  args: ['-m', 'vllm.entrypoints.openai.api_server',\n"
            f"    '--model', '{IVY}', '--tool-call-parser','x'],\n  env: {{ A: '1' }}, script: '/bin/python', interpreter: 'none'\n"
            "}]};\n"
        },
        {("ecosystem.config.cjs", 3, IVY, "chat")},
    ),
    "pm2: JSON": (
        {"pm2.json": f'{{"apps": [{{"script": "vllm",\n "args": "serve {IVY} {CHAT}"}}]}}\n'},
        {("pm2.json", 2, IVY, "chat")},
    ),
    "promptfoo": (
        {
            "promptfooconfig.yaml": "prompts: [p.txt]\nproviders:\n"
            f"- huggingface:text-generation:{IVY}\n- id: huggingface:chat:acme/Oak-9b\n- ollama:chat:llama3.1:8b\n- openai:gpt-4o\n"
            "- id: openai:chat:acme/Elm-3b\n  config: {apiBaseUrl: 'http://localhost:8000/v1'}\n- openai:chat:acme/Fir-3b\n"
            "- huggingface:feature-extraction:acme/Ash-1b:\n    config: {}\n"
        },
        {
            ("promptfooconfig.yaml", 3, IVY, "unknown"),
            ("promptfooconfig.yaml", 4, "acme/Oak-9b", "chat"),
            ("promptfooconfig.yaml", 5, "llama3.1:8b", "chat"),
            ("promptfooconfig.yaml", 7, "acme/Elm-3b", "chat"),
            ("promptfooconfig.yaml", 10, "acme/Ash-1b", "embedding"),
        },
    ),
    "aider's command line": (
        {
            "a.sh": f"aider --model openai/{IVY} x.py\naider --model openai/gpt-4o\naider --model sonnet\n"
            "aider --model ollama/llama3:8b\n"
        },
        {("a.sh", 1, IVY, "chat"), ("a.sh", 4, "llama3:8b", "chat")},
    ),
    "aider's settings": (
        {".aider.conf.yml": f"model: openai/{IVY}\nweak-model: openai/gpt-4o-mini\neditor-model: ollama_chat/llama3:8b\n"},
        {(".aider.conf.yml", 1, IVY, "unknown"), (".aider.conf.yml", 3, "llama3:8b", "unknown")},
    ),
    "fish": (
        {
            "a.fish": f"set -gx M {IVY}\nset -q N; or set -x N acme/Oak-9b\n"
            f"if test -n $argv\n    vllm serve $M \\\n      {CHAT}\nend\n"
            f"vllm serve $N {CHAT}; and echo ok\n# vllm serve acme/Elm-3b\n"
        },
        {("a.fish", 1, IVY, "chat"), ("a.fish", 2, "acme/Oak-9b", "chat")},
    ),
    "an Earthfile": (
        {
            "Earthfile": f"VERSION 0.8\nARG --global M={IVY}\nserve:\n    FROM vllm/vllm-openai\n    ARG --required X\n"
            f"    RUN vllm serve $M {CHAT}\n"
            "other:\n    FROM python:3\n    LET N=acme/Oak-9b\n    ENTRYPOINT [\"vllm\", \"serve\", \"$N\"]\n"
        },
        {("Earthfile", 2, IVY, "chat"), ("Earthfile", 9, "acme/Oak-9b", "unknown")},
    ),
    "a Taskfile": (
        {
            "Taskfile.yml": f"version: '3'\nvars: {{M: {IVY}}}\ntasks:\n  a:\n    cmds: ['vllm serve {{{{.M}}}} {CHAT}']\n"
            f"  b:\n    vars:\n      M: '{{{{.M | default \"acme/Oak-9b\"}}}}'\n    cmds:\n      - vllm serve {{{{ .M }}}} {CHAT}\n"
            f"  c:\n    vars: {{M: acme/Elm-3b}}\n    cmds:\n      - cmd: vllm serve {{{{.M}}}} {CHAT}\n"
        },
        {("Taskfile.yml", 2, IVY, "chat"), ("Taskfile.yml", 8, "acme/Oak-9b", "chat"), ("Taskfile.yml", 12, "acme/Elm-3b", "chat")},
    ),
    "a variable that only a run knows": (
        {"Taskfile.yml": f"version: '3'\nvars: {{M: {{sh: cat m}}}}\ntasks:\n  a: ['vllm serve {{{{.M}}}} {CHAT}']\n"},
        {("Taskfile.yml", 4, "{{.M}}", "chat")},
    ),
    "an instance": (
        {"vllm@.service": UNIT % "acme/%i", "README.md": "    systemctl enable --now vllm@Ivy-7b.service\n"},
        {("vllm@.service", 2, IVY, "chat")},
    ),
    "an instance with a slash": (
        {"vllm@.service": UNIT % "%I", "install.sh": "systemctl start 'vllm@acme-Ivy\\x2d7b'\n"},
        {("install.sh", 1, IVY, "chat")},
    ),
    "a file for each instance": (
        {
            "u/vllm@.service": (UNIT % "$W").replace("ExecStart", "EnvironmentFile=/etc/vllm/%i.env\nExecStart"),
            "u/a.env": f"W={IVY}\n", "u/b.env": "W=acme/Oak-9b\n", "install.sh": "systemctl start vllm@a vllm@b.service\n",
        },
        {("u/a.env", 1, IVY, "chat"), ("u/b.env", 1, "acme/Oak-9b", "chat")},
    ),
    "no instance": ({"vllm@.service": UNIT % "acme/%i"}, {("vllm@.service", 2, "acme/%i", "chat")}),
    "envsubst": (
        {"k/pod.yaml.tpl": POD % "${W}", "a.sh": f"export W={IVY}\nenvsubst < k/pod.yaml.tpl | kubectl apply -f -\n"},
        {("a.sh", 1, IVY, "chat")},
    ),
    "envsubst from cat, of a manifest": (
        {"k/pod.yaml": POD % "$W", "a.sh": f"W={IVY}\ncat k/pod.yaml | envsubst '$W' | kubectl apply -f -\n"},
        {("a.sh", 1, IVY, "chat")},
    ),
    "envsubst with a variable of its own": (
        {"k/pod.yaml": POD % "$W", "a.sh": f"W=acme/Oak-9b\nW={IVY} envsubst < k/pod.yaml | kubectl apply -f -\n"},
        {("a.sh", 2, IVY, "chat")},
    ),
    "envsubst with -i": (
        {"k/pod.yaml.in": POD % "$W", "a.sh": f"export W={IVY}\nenvsubst -i k/pod.yaml.in -o pod.yaml\n"},
        {("a.sh", 1, IVY, "chat")},
    ),
    "envsubst in a recipe": (
        {"k/pod.yaml": POD % "${W}", "Makefile": f"export W ?= {IVY}\nup:\n\tenvsubst < k/pod.yaml | kubectl apply -f -\n"},
        {("Makefile", 1, IVY, "chat")},
    ),
    "envsubst in a workflow": (
        {
            "k/pod.yaml": POD % "${W}",
            ".github/workflows/a.yml": f"env: {{V: x}}\njobs:\n  a:\n    env:\n      W: {IVY}\n    steps:\n"
            "    - run: envsubst < k/pod.yaml | kubectl apply -f -\n",
        },
        {(".github/workflows/a.yml", 5, IVY, "chat")},
    ),
    "envsubst in a pipeline of GitLab": (
        {
            "k/pod.yaml": POD % "${W}",
            ".gitlab-ci.yml": f"variables:\n  W:\n    value: {IVY}\na:\n  script:\n"
            "  - envsubst < k/pod.yaml | kubectl apply -f -\n",
        },
        {(".gitlab-ci.yml", 3, IVY, "chat")},
    ),
    "envsubst in a pipeline that sets nothing": (
        {"k/pod.yaml": POD % "${W}", ".gitlab-ci.yml": "a:\n  script:\n  - envsubst < k/pod.yaml | kubectl apply -f -\n"},
        {("k/pod.yaml", 6, "${W}", "chat")},
    ),
    "envsubst of several files": (
        {"k/pod.yaml": POD % "$W", "a.sh": f"W={IVY}\nfor f in k/*.yaml; do envsubst < $f | kubectl apply -f -; done\n"},
        {("a.sh", 1, IVY, "chat")},
    ),
    "envsubst of other variables": (
        {"k/pod.yaml": POD % "$W", "a.sh": "W=x\nenvsubst '$X' < k/pod.yaml | kubectl apply -f -\n"},
        {("k/pod.yaml", 6, "$W", "chat")},
    ),
    "envsubst of a file that is not there": (
        {"a.sh": f"W={IVY}\nenvsubst < ../pod.yaml | kubectl apply -f -\nvllm serve $W {CHAT}\n"}, {("a.sh", 1, IVY, "chat")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TREES)
def test_a_tree(name: str, tmp_path: Path) -> None:
    files, expected = TREES[name]
    assert uses_of(tmp_path, files) == expected


@pytest.mark.parametrize("model", ["%i", "acme/%i", "%I"])
def test_an_instance_that_nobody_names_is_unresolved(model: str, tmp_path: Path) -> None:
    (use,) = report_of(tmp_path, {"vllm@.service": UNIT % model})["uses"]
    assert use["unresolved"] == "no file that was read names an instance of this unit"


INNOCENT = {
    "promptfoo without models": (
        "promptfooconfig.yaml",
        "prompts: [x]\nproviders: [openai:gpt-4o, 'file://p.py', python:a/b.py]\n",
    ),
    "other providers": ("a.yaml", "providers:\n- name: aws\n- huggingface:chat:acme/Ivy-7b\n"),
    "a configuration of another tool": ("vite.config.js", "export default { apps: 1, args: 'serve acme/Ivy-7b' }\n"),
    "aider of a company": ("a.sh", "aider --model claude-3-5-sonnet --weak-model openai/gpt-4o-mini\n"),
}


@pytest.mark.parametrize("name", INNOCENT)
def test_no_model(name: str, tmp_path: Path) -> None:
    assert uses_of(tmp_path, dict([INNOCENT[name]])) == set()


def test_taskfiles_that_a_taskfile_includes(tmp_path: Path) -> None:
    """They get the variables of the inclusion and of the file above, and their own count first; a cycle ends."""
    task = "tasks:\n  a:\n    cmds: ['vllm serve {{.%s}} " + CHAT + "']\n"
    files = {
        "Taskfile.yml": f"vars:\n  ROOT: {IVY}\nincludes:\n"
        "  one: {taskfile: ./one/Taskfile.yml, vars: {M: acme/Oak-9b}}\n  two: two\n",
        "one/Taskfile.yml": "includes: {up: ../Taskfile.yml}\n" + task % "M",
        "two/Taskfile.yml": "vars:\n  ROOT2: '{{.ROOT}}'\n" + task % "ROOT2",
    }
    report = report_of(tmp_path, files)
    assert told(tmp_path, report) == {("Taskfile.yml", 4, "acme/Oak-9b", "chat"), ("Taskfile.yml", 2, IVY, "chat")}
    assert unresolved_of(report) == []


def test_taskfiles_that_cannot_be_included_are_told(tmp_path: Path) -> None:
    includes = {
        "a": "./gone.yml", "b": "{taskfile: ./gone.yml, optional: true}", "c": "https://example.org/t.yml", "d": "../t.yml",
        "e": "./Taskfile_{{OS}}.yml", "f": "[]",
    }  # fmt: skip
    text = "\n".join(["includes:", *(f"  {name}: {path}" for name, path in includes.items())])
    told_ = unresolved_of(report_of(tmp_path / "x", {"Taskfile.yml": text}))
    assert told_ == [
        "2: the Taskfile ./gone.yml is not in the scanned folder",
        "4: the Taskfile https://example.org/t.yml is not on this machine",
        "5: the Taskfile ../t.yml leads out of the scanned folder",
        "6: the Taskfile ./Taskfile_{{OS}}.yml is known to a run only",
    ]
