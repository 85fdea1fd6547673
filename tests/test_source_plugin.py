"""A plug-in that owns a scheme: the whole example of docs/writing-a-rule.md, installed with an entry point."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import ROOT, Command, plugin, plugin_path, write_tree

EXAMPLE = next(
    code
    for code in re.findall(r"```python\n(.*?)```", (ROOT / "docs/writing-a-rule.md").read_text(), re.DOTALL)
    if "acme://" in code
)
CONFIG = '{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}'
CARD = "---\nlicense: mit\n---\nThis is a pretrained base model.\n"
SERVE = "vllm serve {model} --tool-call-parser hermes\n"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The plug-in, installed, and a store with one model."""
    write_tree(tmp_path / "store/thing-7b-base", {"config.json": CONFIG, "README.md": CARD})
    return plugin_path(plugin(tmp_path / "site", {"acme.py": EXAMPLE})) | {"ACME_STORE": str(tmp_path / "store")}


def test_it_opens_a_target(env: dict[str, str], modelcheck: Command, tmp_path: Path) -> None:
    done = modelcheck("scan", "acme://thing-7b-base", "--offline", "--format", "json", cwd=tmp_path, env=env)
    (checkpoint,) = done.json["checkpoints"]
    assert (checkpoint["source"], checkpoint["verdict"]["label"]) == ("acme", "base"), done.out
    assert checkpoint["note"] == "from Acme's model store"
    places = {one["at"]["path"] for one in done.json["findings"] if one["at"]}
    assert "acme/thing-7b-base/README.md" in places, "shown() says how a path is written"


@pytest.mark.parametrize("words", [("--offline",), ("--budget", "files")])
def test_it_opens_the_model_of_a_deployment(
    words: tuple[str, ...], env: dict[str, str], modelcheck: Command, tmp_path: Path
) -> None:
    write_tree(tmp_path / "work", {"run.sh": SERVE.format(model="acme://thing-7b-base")})
    done = modelcheck("scan", ".", *words, "--format", "json", cwd=tmp_path / "work", env=env)
    assert [(one["model"], one["verdict"]) for one in done.json["uses"]] == [("acme://thing-7b-base", "base")]
    assert "deploy/base-weights-behind-chat" in {one["rule"] for one in done.json["findings"]}


@pytest.mark.parametrize("name", ["", "..", "../store/thing-7b-base", ".", "/etc", "thing-7b-base/../../secret"])
def test_no_name_leads_out_of_the_store(name: str, env: dict[str, str], modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path / "secret", {"config.json": CONFIG})
    done = modelcheck("scan", f"acme://{name}", "--offline", "--format", "json", cwd=tmp_path, env=env)
    assert (done.code, done.json["checkpoints"]) == (4, [])


def test_what_it_does_not_have_is_not_found_as_a_target_and_judged_by_name_in_a_file(
    env: dict[str, str], modelcheck: Command, tmp_path: Path
) -> None:
    write_tree(tmp_path / "work", {"run.sh": SERVE.format(model="acme://other-7b-instruct")})
    done = modelcheck("scan", "acme://other-7b-instruct", "run.sh", "--offline", "--format", "json", cwd=tmp_path / "work", env=env)
    assert done.code == 4
    assert [(one["kind"], one["message"]) for one in done.json["errors"]] == [
        ("not-found", "Acme's store has no other-7b-instruct")
    ]
    assert [one["verdict"] for one in done.json["uses"]] == ["instruct"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("s3://bucket/thing", "s3://bucket/thing: no such file or folder"),
        ("acme:/thing", "'acme:/thing' is not a file or folder, and not a Hub id of the form org/name or org/name@revision"),
        ("./acme", "./acme: no such file or folder"),
    ],
)
def test_what_no_plugin_owns_is_refused_as_before(
    text: str, message: str, env: dict[str, str], modelcheck: Command, tmp_path: Path
) -> None:
    for more in (env, {}):
        done = modelcheck("scan", text, "--offline", "--format", "json", cwd=tmp_path, env=more)
        assert (done.code, [one["message"] for one in done.json["errors"]]) == (4, [message])


def test_a_file_that_names_a_scheme_of_nobody_is_read_as_before(env: dict[str, str], modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path / "work", {"run.sh": SERVE.format(model="s3://bucket/thing-7b-base")})
    for more in (env, {}):
        done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tmp_path / "work", env=more)
        assert [(one["model"], one["resolved"], one["verdict"]) for one in done.json["uses"]] == [
            ("s3://bucket/thing-7b-base", False, None)
        ]
        assert done.code == 0
