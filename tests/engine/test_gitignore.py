"""Files that Git ignores are not scanned, and what is named or used is read all the same."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from modelcheck.engine.gitignore import _Rules

from conftest import Command, write_tree

SERVE = "vllm serve acme/Ivy-7b\n"


def read(modelcheck: Command, folder: Path, *options: str) -> tuple[set[str], int]:
    cwd = folder.parent
    report = modelcheck("scan", folder, "--offline", "--format", "json", *options, cwd=cwd).json
    paths = {(cwd / use["path"]).relative_to(folder).as_posix() for use in report["uses"]}
    return paths, report["files"]["ignored"]


@pytest.mark.parametrize(
    ("rules", "kept", "ignored"),
    [
        ({}, {"a/run.sh", "b/run.sh"}, 0),
        ({".gitignore": "/a/\n"}, {"b/run.sh"}, 1),
        ({".gitignore": "*.sh\n!b/run.sh\n"}, {"b/run.sh"}, 1),
        ({".gitignore": "*.sh\n", "a/.gitignore": "!run.sh\n"}, {"a/run.sh"}, 1),  # the nearest decides
        ({".git/info/exclude": "b\n"}, {"a/run.sh"}, 1),
        ({".gitignore": "[\n\\\n!\n[z-a]\n[[:alpha:]]x\n"}, {"a/run.sh", "b/run.sh"}, 0),
        ({".gitignore": f"{'*a' * 12}b\n" * 50, f"{'a' * 60}.md": "x"}, {"a/run.sh", "b/run.sh"}, 0),
    ],
)
def test_the_rules_of_a_tree(rules: dict[str, str], kept: set[str], ignored: int, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path / "tree", {"a/run.sh": SERVE, "b/run.sh": SERVE, ".git/HEAD": "x", **rules})
    assert read(modelcheck, tmp_path / "tree") == (kept, ignored)
    assert read(modelcheck, tmp_path / "tree", "--no-gitignore")[0] == {"a/run.sh", "b/run.sh"}


def test_rules_above_the_folder_count_in_a_repository_only(modelcheck: Command, tmp_path: Path) -> None:
    files = {"repo/.gitignore": "sub/a\nbuild\n", "repo/sub/a/run.sh": SERVE, "repo/sub/b.sh": SERVE, "repo/build/x.sh": SERVE}
    write_tree(tmp_path, files)
    assert read(modelcheck, tmp_path / "repo/sub") == ({"a/run.sh", "b.sh"}, 0)
    write_tree(tmp_path, {"repo/.git/HEAD": "x"})
    assert read(modelcheck, tmp_path / "repo/sub") == ({"b.sh"}, 1)
    assert read(modelcheck, tmp_path / "repo/build")[0] == {"x.sh"}  # it was named


def test_what_is_named_or_used_is_read(modelcheck: Command, tmp_path: Path) -> None:
    compose = "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model $MODEL\n"
    write_tree(
        tmp_path, {"x/.gitignore": ".env\nrun.sh\n", "x/.env": "MODEL=acme/Ivy-7b\n", "x/compose.yaml": compose, "x/run.sh": SERVE}
    )
    assert read(modelcheck, tmp_path / "x")[0] == {".env"}
    assert "acme/Ivy-7b" in modelcheck("scan", "x/run.sh", "--offline", "--format", "text").out
    verbose = modelcheck("scan", "x", "--offline", "-v").out
    assert "ignored by Git: 2 files (--no-gitignore reads them)" in verbose


def test_a_checkpoint_whose_weights_are_ignored_is_one(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"m/.gitignore": "*\n", "m/tokenizer_config.json": "{}", "m/config.json": '{"model_type": "llama"}'})
    report = modelcheck("scan", "m", "--offline", "--format", "json").json
    assert [one["target"] for one in report["checkpoints"]] == ["m"]


def test_exclude_and_the_settings_hold_for_named_files_too(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "modelcheck.toml": 'exclude = ["old/*"]\ngitignore = false\n',
            "old/run.sh": SERVE,
            "x/run.sh": SERVE,
            "x/.gitignore": "*",
        },
    )
    report = modelcheck("scan", "old/run.sh", "x", "--offline", "--format", "json").json
    assert [use["path"] for use in report["uses"]] == ["x/run.sh"]
    assert report["files"]["left"] == [{"path": "old/run.sh", "reason": "is excluded by the settings"}]


def test_a_readme_that_is_named_is_read_as_in_a_folder(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"README.md": f"# x\n\n```bash\n{SERVE}```\n"})
    for target in ("README.md", "."):
        report = modelcheck("scan", target, "--offline", "--format", "json").json
        assert [(use["path"], use["line"]) for use in report["uses"]] == [("README.md", 4)]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("deploy/compose.yaml", "deploy/compose.yaml: no such file or folder"),
        ("run.sh:15", "run.sh:15: no such file or folder: without the line, run.sh is one"),
        ("deploy/x.py:3:7", "deploy/x.py:3:7: no such file or folder"),
        ("models/gone", "models/gone: no such file or folder"),
        ("x/gone.gguf", "x/gone.gguf: no such file or folder"),
        ("acme/thing", "acme/thing is no file or folder here"),
    ],
)
def test_a_path_that_does_not_exist_is_an_error(target: str, says: str, modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"run.sh": SERVE, "models/x": ""})
    done = modelcheck("scan", target, "--offline")
    assert (done.code, says in " ".join(done.out.split())) == (4, True)


def test_where_all_is_ignored_that_is_said(modelcheck: Command, tmp_path: Path) -> None:
    write_tree(tmp_path, {"x/.gitignore": "*\n", "x/run.sh": SERVE})
    done = modelcheck("scan", "x", "--offline")
    assert (done.code, "Git ignores 2 of its files (--no-gitignore reads them)" in " ".join(done.out.split())) == (4, True)


LINES = st.lists(st.text("ab.*?/![]-# \\", max_size=8), max_size=4)
PATHS = st.from_regex(r"[ab.]{1,3}(/[ab.-]{1,3}){0,3}", fullmatch=True)


@given(lines=LINES, path=PATHS)
@example(lines=["*.py[cod]"], path="a.pyc")
@example(lines=["[]a]x"], path="ax")
@example(lines=["a\\*b"], path="a*b")
def test_the_words_of_a_line_rule_out_nothing_that_it_ignores(lines: list[str], path: str) -> None:
    rules = _Rules("\n".join(lines))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = rules._spec.check_file(path).include
        assert rules.say(path) == said
