"""Command lines in Python strings, and variables that stand for variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import Told, uses_of

CASES: dict[str, tuple[str, str, set[Told]]] = {
    "a string": (
        "a.py",
        'import os\nos.system("vllm serve acme/Ivy-7b --tool-call-parser x")\n',
        {("a.py", 2, "acme/Ivy-7b", "chat")},
    ),
    "a value in a string": (
        "a.py",
        'W = "acme/Ivy-7b"\nsubprocess.run(f"vllm serve {W} --tool-call-parser x", shell=True)\n',
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "a function of its own that runs commands": (
        "a.py",
        'process, port = launch_server_cmd("python3 -m sglang.launch_server --model-path acme/Ivy-7b --reasoning-parser x")\n',
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "what is only said": ("a.py", 'print("vllm serve acme/Ivy-7b --tool-call-parser x")\n', set()),
    "a container of an operator": (
        "a.py",
        (
            'W = Variable.get("model", default_var="acme/Ivy-7b")\n'
            'P(image="vllm/vllm-openai", arguments=["--model", W, "--tool-call-parser", "x"])\n'
        ),
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "a command line of Docker's client": (
        "a.py",
        'W = "acme/Ivy-7b"\nc.containers.run("vllm/vllm-openai:v1", f"--model {W} --tool-call-parser x", detach=True)\n',
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "a command line of Docker's client by name": (
        "a.py",
        'c.containers.create("vllm/vllm-openai", command="--model acme/Ivy-7b --tool-call-parser x")\n',
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "arguments for the only image": (
        "a.py",
        (
            'self.command = ["--model-id", "acme/Ivy-7b"]\n'
            'c.containers.run(image=f"ghcr.io/huggingface/text-generation-inference:{version}", command=self.command)\n'
        ),
        {("a.py", 1, "acme/Ivy-7b", "unknown")},
    ),
    "arguments for one of two images": (
        "a.py",
        'A = ["vllm/vllm-openai", "ghcr.io/huggingface/text-generation-inference:3"]\nB = ["--model-id", "acme/Ivy-7b"]\n',
        {("a.py", 2, "acme/Ivy-7b", "unknown")},
    ),
    "a value that two servers get": (
        "a.py",
        (
            'W = "acme/Ivy-7b"\nc.containers.run("ghcr.io/huggingface/text-generation-inference:3", f"--model-id {W}")\n'
            'c.containers.run("vllm/vllm-openai", ["--model", W, "--tool-call-parser", "x"])\n'
        ),
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "a container in a dictionary": (
        "a.py",
        (
            'W = cfg.get("model") or "acme/Ivy-7b"\n'
            's = {"image": "vllm/vllm-openai", "args": ["--model", W, "--tool-call-parser", "x"]}\n'
        ),
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "a container with variables": (
        "a.py",
        'Pod(image="ghcr.io/huggingface/text-generation-inference:3", env_vars={"MODEL_ID": "acme/Ivy-7b"})\n',
        {("a.py", 1, "acme/Ivy-7b", "unknown")},
    ),
    "a container of no engine": ("a.py", 'web = {"image": "nginx", "args": ["--model", "acme/Ivy-7b"]}\n', set()),
    "a container whose model is not known": (
        "a.py",
        'Pod(image="vllm/vllm-openai", args=["--model", pick(), "--tool-call-parser", "x"])\n',
        set(),
    ),
    "a default of configparser": (
        "a.py",
        'W = c.get("llm", "model", fallback="acme/Ivy-7b")\nsubprocess.run(["vllm", "serve", W, "--tool-call-parser", "x"])\n',
        {("a.py", 1, "acme/Ivy-7b", "chat")},
    ),
    "JSON with comments": (
        ".devcontainer/devcontainer.json",
        '{\n  // "MODEL_ID": "acme/Old-7b",\n  /* of\n  old */\n  "a": "x://y", "containerEnv": {"MODEL_ID": "acme/Ivy-7b"},\n}\n',
        {(".devcontainer/devcontainer.json", 5, "acme/Ivy-7b", "unknown")},
    ),
    "a string that starts nothing": ("a.py", 'os.system("echo vllm serve")\nrun("vllm \'")\n', set()),
    "an argument in a variable of an image": (
        "Dockerfile",
        'FROM vllm/vllm-openai\nARG W=acme/Ivy-7b\nENV V=${W}\nENTRYPOINT ["sh", "-c", "vllm serve $V --tool-call-parser x"]\n',
        {("Dockerfile", 2, "acme/Ivy-7b", "chat")},
    ),
    "a variable of its own name": (
        "Dockerfile",
        "FROM vllm/vllm-openai\nARG W=acme/Ivy-7b\nENV W=$W\nCMD vllm serve $W --tool-call-parser x\n",
        {("Dockerfile", 2, "acme/Ivy-7b", "chat")},
    ),
    "variables that stand for each other": (
        "compose.yaml",
        "services:\n  a:\n    image: vllm/vllm-openai\n    environment: {A: $B, B: $A}\n    command: --model $$A\n",
        {("compose.yaml", 5, "$$A", "unknown")},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_command(name: str, tmp_path: Path) -> None:
    path, text, expected = CASES[name]
    assert {(*one[:2], one[2].replace("$$", "$"), one[3]) for one in uses_of(tmp_path, {path: text})} == {
        (*one[:2], one[2].replace("$$", "$"), one[3]) for one in expected
    }
