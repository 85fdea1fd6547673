"""Which files, rules and names a scan is about."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conftest import ROOT, Command, write_tree

RULE = "deploy/base-weights-behind-chat"
RUN = "vllm serve acme/x-base --tool-call-parser y\n"
COMPOSE = "services:\n  a:\n    image: vllm/vllm-openai:latest\n    command: --model acme/x-base --tool-call-parser y\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_tree(
        tmp_path / "tree", {"run.sh": RUN, "old/run.sh": RUN, "deploy/compose.yaml": COMPOSE, "deploy/job.json": "{}"}
    )


def found(modelcheck: Command, tree: Path, *words: str) -> list[tuple[str, str]]:
    done = modelcheck("scan", ".", "--offline", "--format", "json", *words, cwd=tree)
    assert done.code in (0, 1), done.err
    return sorted((one["rule"], one["at"]["path"]) for one in done.json["findings"])


EVERY = [(RULE, "deploy/compose.yaml"), (RULE, "old/run.sh"), (RULE, "run.sh")]


class TestLists:
    def test_with_commas_or_repeated(self, modelcheck: Command, tree: Path) -> None:
        assert found(modelcheck, tree, "--select", "finetune,deploy/base-weights-behind-chat") == EVERY
        assert found(modelcheck, tree, "--select", "card", "--select", " deploy , card") == EVERY
        assert found(modelcheck, tree, "--ignore", f"card,{RULE}") == []
        wrong = modelcheck("scan", ".", "--select", "deploy,cards", cwd=tree)
        assert (wrong.code, "unknown rule or area 'cards'" in wrong.err) == (2, True)

    def test_excluded_paths(self, modelcheck: Command, tree: Path) -> None:
        (tree / "modelcheck.toml").write_text('exclude = ["old/*"]\n')
        assert found(modelcheck, tree) == [EVERY[0], EVERY[2]]
        assert found(modelcheck, tree, "--extend-exclude", "deploy/*") == [EVERY[2]]
        assert found(modelcheck, tree, "--exclude", "deploy/*,run.sh") == [EVERY[1]]


class TestIgnoresByFile:
    @pytest.mark.parametrize(
        ("pattern", "left"),
        [
            ("run.sh", [EVERY[0]]),
            ("old/*", [EVERY[0], EVERY[2]]),
            ("deploy/*.yaml", EVERY[1:]),
            ("*.tf", EVERY),
            ("*/*", [EVERY[2]]),
        ],
    )
    @pytest.mark.parametrize("name", [RULE, "deploy"])
    def test_by_name_or_path(self, pattern: str, left: list[tuple[str, str]], name: str, modelcheck: Command, tree: Path) -> None:
        (tree / "modelcheck.toml").write_text(f'[per-file-ignores."{pattern}"]\n"{name}" = "its tune is mounted over it"\n')
        assert found(modelcheck, tree) == left

    def test_paths_are_from_the_configuration_file(self, modelcheck: Command, tree: Path) -> None:
        (tree / "modelcheck.toml").write_text(f'[per-file-ignores."deploy/*"]\n"{RULE}" = "why"\n')
        done = modelcheck("scan", ".", "--offline", "--format", "json", cwd=tree / "deploy")
        assert (done.code, done.json["findings"]) == (0, [])
        (suppressed,) = done.json["suppressed"]
        assert (suppressed["by"], suppressed["reason"]) == ("settings", "why")
        assert "1 suppressed" in modelcheck("scan", ".", "--offline", cwd=tree / "deploy").out

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('[per-file-ignores]\n"x" = "y"\n', "modelcheck.toml:2: per-file-ignores.'x' must be a table"),
            ('[per-file-ignores."x"]\n"deploy" = ""\n', "needs a reason"),
            ('[per-file-ignores."x"]\n"deploi" = "why"\n', "unknown rule or area 'deploi'; did you mean 'deploy'?"),
            ("[tool.modelcheck]\noffline = true\n", "modelcheck.toml:1: in modelcheck.toml the keys are at the top level"),
        ],
    )
    def test_a_wrong_table_says_where(self, text: str, says: str, modelcheck: Command, tree: Path) -> None:
        (tree / "modelcheck.toml").write_text(text)
        done = modelcheck("scan", ".", cwd=tree)
        assert (done.code, says in done.err) == (2, True), done.err


class TestNestedConfiguration:
    def test_the_nearest_file_says_which_rules_check_a_file(self, modelcheck: Command, tree: Path) -> None:
        (tree / "modelcheck.toml").write_text(f'[rules."{RULE}"]\nseverity = "warning"\n')
        (tree / "deploy/modelcheck.toml").write_text('select = ["deploy/floating-revision"]\n')
        (tree / "old/pyproject.toml").write_text(f'[tool.modelcheck.ignore]\n"{RULE}" = "old"\n')
        write_tree(tree, {"deploy/below/deep/run.sh": RUN, "other/run.sh": RUN, "other/pyproject.toml": "[tool.x]\n"})
        assert found(modelcheck, tree) == [(RULE, "other/run.sh"), (RULE, "run.sh")]
        assert found(modelcheck, tree, "--select", RULE) == [
            (RULE, "deploy/below/deep/run.sh"), (RULE, "deploy/compose.yaml"), (RULE, "other/run.sh"), (RULE, "run.sh"),
        ]  # fmt: skip
        assert len(found(modelcheck, tree, "--config", "modelcheck.toml")) == 5
        done = modelcheck("scan", "other/run.sh", "--offline", cwd=tree)
        assert (done.code, ": warning: " in done.out) == (0, True)

    @pytest.mark.parametrize("text", ["select = 3\n", "ignore = [", 'select = ["no-such"]\n', "[tool.modelcheck]\n"])
    def test_a_wrong_one_is_an_error_and_the_rest_is_checked(self, text: str, modelcheck: Command, tree: Path) -> None:
        (tree / "deploy/modelcheck.toml").write_text(text)
        done = modelcheck("scan", ".", "--offline", cwd=tree)
        assert (done.code, done.out.count("unreadable: deploy/modelcheck.toml")) == (4, 1), done.out
        assert done.out.count(f"[{RULE}]") == 3

    def test_a_link_is_not_followed(self, modelcheck: Command, tree: Path, tmp_path: Path) -> None:
        (tmp_path / "outside.toml").write_text(f'[ignore]\n"{RULE}" = "x"\n')
        (tree / "old/modelcheck.toml").symlink_to(tmp_path / "outside.toml")
        done = modelcheck("scan", ".", "--offline", cwd=tree)
        assert (done.code, done.out.count(f"[{RULE}]")) == (4, 3), done.out

    def test_a_checkpoint_does_not_choose_its_own_rules(self, modelcheck: Command, tmp_path: Path) -> None:
        write_tree(
            tmp_path,
            {
                "thing/config.json": "{",
                "thing/tokenizer_config.json": "{}",
                "thing/modelcheck.toml": '[ignore]\n"unreadable-file" = "x"\n',
            },
        )
        assert "[unreadable-file]" in modelcheck("scan", "thing", "--offline", cwd=tmp_path).out


class TestCommands:
    @pytest.mark.parametrize("alias", ["check", "lint"])
    def test_what_other_linters_call_it(self, alias: str, modelcheck: Command, tree: Path) -> None:
        done = modelcheck(alias, "--offline", "run.sh", cwd=tree)
        assert (done.code, RULE in done.out) == (1, True)
        assert done.err.startswith(f"modelcheck {alias} is called modelcheck scan\n")

    @pytest.mark.parametrize("target", ["run.sh", "acme/x-base", "deploy"])
    def test_a_target_without_a_command_gets_a_hint(self, target: str, modelcheck: Command, tree: Path) -> None:
        done = modelcheck(target, cwd=tree)
        assert (done.code, f"Scan a target with: modelcheck scan {target}" in done.err) == (2, True), done.err

    def test_a_misspelt_command_gets_none(self, modelcheck: Command, tree: Path) -> None:
        assert "Scan a target" not in modelcheck("scna", cwd=tree).err


class TestName:
    def test_a_folder_is_judged_as_what_it_will_be_called(self, modelcheck: Command, tmp_path: Path) -> None:
        shutil.copytree(ROOT / "fixtures/tiny-base", tmp_path / "out", ignore=shutil.ignore_patterns("README.md", "expect.toml"))

        def verdict(*words: str) -> dict[str, object]:
            (one,) = modelcheck("scan", "out", "--offline", "--format", "json", *words, cwd=tmp_path).json["checkpoints"]
            return {row["group"]: row["because"] for row in one["verdict"]["evidence"]}

        assert "name" not in verdict()
        assert verdict("--name", "acme/Thing-7B-Base")["name"] == "the name contains 'base'"

    def test_it_is_for_one_target(self, modelcheck: Command, tree: Path) -> None:
        done = modelcheck("scan", "a", "b", "--name", "acme/x", cwd=tree)
        assert (done.code, "--name is for one target" in done.err) == (2, True)


class TestBaseline:
    def baseline(self, tree: Path) -> list[str]:
        return [one["path"] for one in json.loads((tree / "known.json").read_text())["findings"]]

    def test_it_is_updated_and_pruned_on_demand(self, modelcheck: Command, tree: Path) -> None:
        words = ("scan", ".", "--offline", "--baseline", "known.json")
        assert "created with 3 findings" in modelcheck(*words, cwd=tree).err
        (tree / "run.sh").write_text("echo\n")
        (tree / "new.sh").write_text(RUN)
        done = modelcheck(*words, "--baseline-prune", cwd=tree)
        assert (done.code, "1 stale entry removed (no longer found), 2 left" in done.err) == (1, True), done.err
        assert self.baseline(tree) == ["deploy/compose.yaml", "old/run.sh"]
        assert "2 in the baseline" in done.out
        done = modelcheck(*words, "--baseline-update", cwd=tree)
        assert (done.code, "updated with 3 findings" in done.err) == (0, True), done.err
        assert "new.sh" in self.baseline(tree)

    def test_a_run_that_did_not_see_everything_changes_nothing(self, modelcheck: Command, tree: Path) -> None:
        modelcheck("scan", ".", "--offline", "--baseline", "known.json", cwd=tree)
        before = (tree / "known.json").read_bytes()
        for option in ("--baseline-update", "--baseline-prune"):
            done = modelcheck("scan", "run.sh", "no-such-folder", "--offline", "--baseline", "known.json", option, cwd=tree)
            assert (done.code, "did not read everything" in done.err) == (4, True), done.err
            assert (tree / "known.json").read_bytes() == before

    def test_they_need_a_baseline(self, modelcheck: Command, tree: Path) -> None:
        assert "need --baseline FILE" in modelcheck("scan", ".", "--baseline-prune", cwd=tree).err


class TestExits:
    def test_a_hub_that_cannot_be_reached(self, modelcheck: Command, tree: Path) -> None:
        """A run that was not told to be offline did not see what it was to see; the findings that it has come first."""
        write_tree(tree, {"good/run.sh": "vllm serve acme/x-instruct\n" * 3 + "vllm serve acme/y-instruct\n"})
        done = modelcheck("scan", "good", cwd=tree)
        assert (done.code, done.out.count("the Hub cannot be reached")) == (4, 1), done.out
        assert modelcheck("scan", "good", "--offline", cwd=tree).code == 0
        assert modelcheck("scan", "run.sh", cwd=tree).code == 1

    @pytest.mark.slow
    @pytest.mark.parametrize("words", [("--probe",), ("--budget", "generate")])
    def test_a_model_that_was_to_be_run_and_was_not(self, words: tuple[str, ...], modelcheck: Command, tmp_path: Path) -> None:
        shutil.copytree(ROOT / "fixtures/tiny-base", tmp_path / "thing")
        (tmp_path / "thing/model.safetensors").unlink()
        done = modelcheck("scan", "thing", "--offline", *words, cwd=tmp_path)
        assert (done.code, "not-run: thing was not run: " in done.out) == (4, True), done.out
        assert modelcheck("scan", "thing", "--offline", cwd=tmp_path).code == 0
