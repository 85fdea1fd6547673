"""Files made to hurt: each ends in a clear finding or error, soon and in little memory, and the next target is still judged."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, Command, clean_environment, write_tree
from forking import Starter

SECONDS = 20
MEGABYTES = 500
CONFIG = {"config.json": '{"model_type": "llama"}'}
ENDLESS = "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}"
VLLM = "services:\n  a:\n    image: vllm/vllm-openai\n    command: --model a/b\n"


def bomb() -> str:
    lines = ["a0: &a0 [vllm, x, x, x, x, x, x, x, x]"]
    return "\n".join(lines + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 50)])


# What is in the folder, and the rules that must say something (or a word of the error).
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "invalid JSON": ({"config.json": "{", "tokenizer.json": "{}"}, "unreadable-file"),
    "Python that is nested deeply": (
        {
            "config.json": '{"model_type": "a", "auto_map": {"AutoModel": "a.B"}}',
            "a.py": "exec(" + "-" * 200_000 + "1)",
            "b.py": "eval(" * 90_000,
        },
        "security/remote-code-reaches-out",
    ),
    "a link of the Hub's cache as text": ({**CONFIG, "generation_config.json": f"../../blobs/{'a1' * 20}"}, "unreadable-file"),
    "a byte-order mark before JSON": ({**CONFIG, "generation_config.json": "\ufeff{}"}, "unreadable-file"),
    "JSON that is nested deeply": ({**CONFIG, "generation_config.json": "[" * 200_000}, "unreadable-file"),
    "JSON that is a list": ({**CONFIG, "tokenizer_config.json": "[]"}, "unreadable-file"),
    "NUL bytes": ({**CONFIG, "generation_config.json": '{"a": "\0"}'}, "unreadable-file"),
    "another encoding": ({**CONFIG, "README.md": "---\nlicense: mit\n---\né".encode("utf-16")}, "unreadable-file"),
    "invalid front matter": ({**CONFIG, "README.md": "---\nlicense: [mit\n---\n"}, "unreadable-file"),
    "NUL in the front matter": ({**CONFIG, "README.md": "---\nlicense: \0\n---\n"}, "unreadable-file"),
    "a README of 20 MB": ({**CONFIG, "README.md": b"x" * 20_000_000}, "unreadable-file"),
    "a README that is one long line": ({**CONFIG, "README.md": "is a " * 300_000}, "card/license-missing"),
    "front matter that never ends": ({**CONFIG, "README.md": "---\n" + "a: 1\n" * 200_000}, "card/license-missing"),
    "a bomb in the front matter": ({**CONFIG, "README.md": f"---\n{bomb()}\n---\n"}, "unreadable-file"),
    "a template that never ends": ({**CONFIG, "chat_template.jinja": ENDLESS}, "template/never-finishes"),
    "a template that eats memory": ({**CONFIG, "chat_template.jinja": "{{ 'a' * 9999999999 }}"}, "template/never-finishes"),
    "a template that is nested deeply": ({**CONFIG, "chat_template.jinja": "{% if 1 %}" * 5000}, "template/does-not-compile"),
    "numbers that are too long": ({"config.json": '{"vocab_size": 1' + "0" * 5000 + ', "model_type": "x"}'}, "unreadable-file"),
    "ids that are none": (
        {"config.json": '{"model_type": "x", "vocab_size": 5, "eos_token_id": [{}, null, "a", 9e99, 7]}'},
        "token-id",
    ),
    "a bomb of aliases": ({"compose.yaml": f"{bomb()}\n{VLLM}"}, "unreadable-file"),
    "an anchor that holds itself": ({"compose.yaml": f"x: &x [*x]\n{VLLM}"}, "unreadable-file"),
    "YAML that is nested deeply": ({"compose.yaml": f"# vllm\nx: {'[' * 100_000}"}, "unreadable-file"),
    "50 MB of YAML": ({"compose.yaml": b"# vllm\n" + b"a: [x, y, z]\n" * 4_000_000}, "0 errors"),
    "a script of a million lines": (
        {
            "compose.yaml": "services:\n  a:\n    image: x\n    command:\n      - sh\n      - -c\n      - |\n"
            + "        vllm\n" * 250_000
        },
        "0 errors",
    ),
    "quotes that never close": (
        {"compose.yaml": f'services:\n  a:\n    image: vllm/vllm-openai\n    command: "--model a/b \'{"x " * 9999}"\n'},
        "0 errors",
    ),
    "a notebook that is written in a way of its own": (
        {
            "a.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": ["vllm/serve\n"] * 60_000}]}).replace("/", "\\/"),
        },
        "0 errors",
    ),
    "a list of chat-ui that never ends": ({".env": "MODELS=`[" + '{"name": "a/b"},' * 9_000 + "\nMODELS=`[" * 9_000}, "0 errors"),
    "a Helm template of blanks and bars": (
        {
            "templates/a.yaml": f"image: vllm\nargs:\n- {{{{ .Values.a {'|' * 900}\n- --model={{{{{' ' * 99_999}\n"
            + "- x\n" * 99_999
        },
        "0 errors",
    ),
    "HCL that never closes": ({"a.tf": "model vllm {\n" * 9_000, "b.nomad": 'vllm = "' + "${" * 9_000}, "0 errors"),
    "services and their clients in thousands": (
        {
            "compose.yaml": "services:\n"
            + "".join(
                f"  s{i}: {{image: vllm/vllm-openai, command: --model a/b}}\n  u{i}: {{image: open-webui}}\n" for i in range(5000)
            )
        },
        "0 errors",
    ),
    "arguments behind aliases of aliases": (
        {
            "a.yaml": "apiVersion: serving.kserve.io/v1\nkind: LLMInferenceService\n"
            f"{bomb()}\nspec: {{model: {{uri: hf://a/b}}, t: *a49}}\n"
        },
        "unreadable-file",
    ),
    "bytes that are no text": ({"compose.yaml": b"vllm" + bytes(range(256)) * 1000}, "unreadable-file"),
    "a template of ten megabytes": ({**CONFIG, "chat_template.jinja": b"x{# #}" * 2_000_000}, "unreadable-file"),
    "a template that ends in one shape of a conversation only": (
        {
            **CONFIG,
            "chat_template.jinja": "{{ messages[0].content }}{{ messages[1].content }}{% if tools %}" + f"{ENDLESS}{{% endif %}}",
        },
        "template/never-finishes",
    ),
    "two templates that never end": (
        {
            **CONFIG,
            "tokenizer_config.json": json.dumps(
                {"chat_template": [{"name": "default", "template": ENDLESS}, {"name": "tool_use", "template": ENDLESS}]}
            ),
        },
        "template/never-finishes",
    ),
    "a template that reaches for a shell": (
        {**CONFIG, "chat_template.jinja": "{{ ''.__class__.__mro__[1].__subclasses__() }}{{ messages[0].content }}"},
        "security/code-in-template",
    ),
    "front matter of a million tags": (
        {**CONFIG, "README.md": "---\ntags:\n" + "- tag\n" * 1_000_000 + "---\n"},
        "unreadable-file",
    ),
    "front matter of very many tags": ({**CONFIG, "README.md": "---\ntags:\n" + "- tag\n" * 200_000 + "---\n"}, "card/license"),
    "comments that never close": (
        {**CONFIG, "README.md": "---\nlicense: x\n---\n" + "<!-- ignore" * 150_000},
        "card/license-unknown",
    ),
    "headings of blanks": ({**CONFIG, "README.md": "---\nlicense: x\n---\n# a" + " " * 900_000 + "b\n"}, "card/license-unknown"),
    "placeholders that never close": (
        {**CONFIG, "README.md": "---\nlicense: x\n---\n" + "{{ a|default(" * 100_000},
        "card/license-unknown",
    ),
    "code that never closes": (
        {**CONFIG, "README.md": "---\nlicense: x\n---\n" + "```\nmodel = \n" * 90_000},
        "card/license-unknown",
    ),
    "a header of 2^62 bytes": ({**CONFIG, "model.safetensors": b"\0\0\0\0\0\0\0\x40" + b"x" * 99}, "unreadable-file"),
    "a header of tensors that overlap": (
        {
            **CONFIG,
            "model.safetensors": b"\x78"
            + bytes(7)
            + (
                b'{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}}'.ljust(
                    120
                )
            )
            + bytes(12),
        },
        "unreadable-file",
    ),
    "a GGUF of 2^60 tensors": ({"a.gguf": b"GGUF\3\0\0\0" + b"\0" * 7 + b"\x10" + b"\0" * 99}, "unreadable-file"),
    "a GGUF of 2^60 keys": ({"a.gguf": b"GGUF\3\0\0\0" + b"\0" * 8 + b"\0" * 7 + b"\x10" + b"\0" * 99}, "unreadable-file"),
    "a GGUF whose key has no end": (
        {"a.gguf": b"GGUF\3\0\0\0" + b"\0" * 8 + b"\1" + b"\0" * 7 + b"\xff" * 8 + b"\0" * 99},
        "unreadable-file",
    ),
    "pointers in place of everything": (
        dict.fromkeys(
            ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors", "README.md"),
            "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 123456789\n",
        ),
        "weights/lfs-pointer",
    ),
    "a shard with a path": (
        {**CONFIG, "model.safetensors.index.json": '{"weight_map": {"a": "../../etc/passwd"}}'},
        "weights/shard-missing",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_named_soon_and_the_next_target_is_judged(name: str, modelcheck: Command, starter: Starter, tmp_path: Path) -> None:
    """With a bound on the command's memory; the worker process sets a bound of its own."""
    files, says = CASES[name]
    write_tree(tmp_path / "bad", files)
    started = time.monotonic()
    words = ("scan", "bad", str(ROOT / "fixtures/tiny-base"), "--offline", "-q")
    done = starter.run(words, tmp_path, clean_environment(), 60, MEGABYTES)
    assert time.monotonic() - started < SECONDS
    assert done.returncode in (0, 1, 4), done.stderr
    assert done.stderr == ""
    expected = done.stdout if says == "0 errors" else says
    assert expected in done.stdout
    report = modelcheck("scan", "bad", str(ROOT / "fixtures/tiny-base"), "--offline", "--format", "json", cwd=tmp_path).json
    assert report["checkpoints"][-1]["verdict"]["label"] == "base"
    assert not [error for error in report["errors"] if error["kind"] == "crash"]
    if says == "unreadable-file":
        found = next(found for found in report["findings"] if found["rule"] == "unreadable-file")
        assert found["at"]["path"].startswith("bad/")


def make_empty(folder: Path) -> str:
    (folder / "empty").mkdir()
    return "empty"


def make_file_for_folder(folder: Path) -> str:
    write_tree(folder, {"notes.txt": "x"})
    return "notes.txt"


def make_loop(folder: Path) -> str:
    (folder / "loop").symlink_to("loop")
    return "loop"


def make_nothing_of_ours(folder: Path) -> str:
    write_tree(folder, {"src/main.c": "int main;"})
    return "src"


def make_locked(folder: Path) -> str:
    write_tree(folder, {"locked/config.json": "{}"})
    (folder / "locked").chmod(0)
    return "locked"


@pytest.mark.parametrize("make", [make_empty, make_file_for_folder, make_loop, make_nothing_of_ours, make_locked])
def test_what_cannot_be_read_at_all_is_an_error_that_names_it(
    make: Callable[[Path], str], modelcheck: Command, tmp_path: Path
) -> None:
    if make is make_locked and os.geteuid() == 0:
        pytest.skip("root may enter every folder")
    target = make(tmp_path)
    done = modelcheck("scan", target, str(ROOT / "fixtures/tiny-base"), "--offline", "--format", "json")
    assert done.code == 4
    assert [error["target"] for error in done.json["errors"]] == [target]
    assert target in done.json["errors"][0]["message"]
    assert done.json["checkpoints"][0]["verdict"]["label"] == "base"


def test_links_out_of_a_scanned_tree_are_not_followed(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"outside/compose.yaml": VLLM, "tree/x.yaml": "a: 1"})
    (tmp_path / "tree/compose.yaml").symlink_to("../outside/compose.yaml")
    (tmp_path / "tree/all").symlink_to("../outside", target_is_directory=True)
    done = modelcheck("scan", "tree", "--offline", "--format", "json", cwd=tmp_path)
    assert done.json["uses"] == []
    assert [left["path"] for left in done.json["files"]["left"]] == ["tree/compose.yaml"]


def test_an_env_file_outside_the_tree_is_not_read(modelcheck: Command, tmp_path: Path) -> None:
    service = "services:\n  a:\n    image: vllm/vllm-openai\n    env_file: ../secret.env\n    command: --model $MODEL\n"
    write_tree(tmp_path, {"secret.env": "MODEL=secret/model", "tree/compose.yaml": service})
    done = modelcheck("scan", "compose.yaml", "--offline", "--format", "json", cwd=tmp_path / "tree")
    assert done.json["uses"][0]["model"] == "$MODEL"


HOSTILE_SCRIPTS = {
    "a.sh": "x=1\n" * 1_000_000,
    "many.sh": "".join(f"v{n}=${{w}}\n" for n in range(200_000)) + "vllm serve a/b\n" * 3_000,
    "b.sh": "vllm serve a/b --port 1\n" * 160_000,
    "c.sh": 'vllm serve "a' + "x y " * 900_000,
    "d.sh": "vllm \\\n" * 500_000,
    "digits.yaml": f"model_name_or_path: acme/llama-3-{'1' * 60}z-instruct\nstage: sft\ntemplate: qwen\nfinetuning_type: lora\n",
    "e.py": "model_id = " + "(" * 100_000 + ")" * 100_000,
    "f.py": 'model_id = "a/b"\n' * 60_000,
    "g.tf": 'model = "a/b"\n' * 9_000,
    "h.md": "```\nvllm\n" * 300_000,
    "Modelfile": "FROM x\n" + 'SYSTEM """' * 300_000,
    "curl.sh": "curl /v1/completions -d '\n" * 150_000,
}


@pytest.mark.parametrize("name", HOSTILE_SCRIPTS)
def test_scripts_that_are_built_to_take_long_are_done_soon(name: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {name: HOSTILE_SCRIPTS[name], "good.yaml": "base_model: acme/x-base\nrl: dpo\n"})
    done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path, timeout=40)
    assert done.code in (0, 1)
    assert "acme/x-base" in [use["model"] for use in done.json["uses"]]
