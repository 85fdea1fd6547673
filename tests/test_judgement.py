"""``modelcheck.judge``, and the page about it."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import modelcheck
import pytest
from modelcheck.judgement import judge

from conftest import ROOT, clean_environment
from hub.server import running_hub

PAGE = (ROOT / "docs/judge.md").read_text("utf-8")
FIXTURES = ROOT / "fixtures"


def python(code: str, *, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, env=clean_environment(), check=False, timeout=120
    )
    assert not done.stderr, done.stderr
    return done.stdout


class TestJudge:
    def test_it_says_what_a_scan_says(self) -> None:
        words = [sys.executable, "-m", "modelcheck", "scan", "--offline", "--format", "json", *FIXTURES.glob("*-*")]
        scanned = json.loads(subprocess.run(words, capture_output=True, env=clean_environment(), check=False).stdout)
        by_name = {Path(one["target"]).name: one for one in scanned["checkpoints"] if one["asked"]}
        assert len(by_name) > 6
        for name, one in by_name.items():
            found = judge(FIXTURES / name, offline=True)
            assert (found.label, round(found.p_instruct or 0, 4)) == (one["verdict"]["label"], one["verdict"]["p_instruct"])
            assert [row.because for row in found.evidence] == [row["because"] for row in one["verdict"]["evidence"]]
            assert found.sub_labels == tuple(one["verdict"]["sub_labels"])
            assert (found.capabilities is None) == (one["capabilities"] is None)
            if found.capabilities:
                assert found.capabilities.tools.supported == one["capabilities"]["tools"]["supported"]
                assert [stop.engine for stop in found.capabilities.stops] == [s["engine"] for s in one["capabilities"]["stops"]]

    def test_a_judgement_is_plain_data(self) -> None:
        found = judge(FIXTURES / "tiny-instruct", offline=True)
        assert pickle.loads(pickle.dumps(found)) == found
        assert json.loads(json.dumps(dataclasses.asdict(found)))["capabilities"]["chat"]["supported"] is True
        assert found.probability == found.p_instruct
        assert found == judge(str(FIXTURES / "tiny-instruct"), offline=True)

    def test_no_probability_where_the_evidence_does_not_decide(self) -> None:
        found = judge(FIXTURES / "wrong-eos", offline=True)
        assert found.label == "unknown"
        assert found.p_instruct
        assert found.probability is None

    def test_a_name_alone_is_judged_without_capabilities(self) -> None:
        found = judge("org/thing-7B-Instruct", offline=True)
        assert (found.label, found.capabilities, found.source) == ("instruct", None, "name")
        assert "only the name is known" in (found.note or "")

    @pytest.mark.parametrize(
        ("target", "kind", "says"),
        [
            ("no-such-folder", "not-found", "no file or folder"),
            (FIXTURES / "chat-on-base", "not-found", "contains no checkpoint"),
            (FIXTURES / "chat-on-base/compose.yaml", "not-found", "not a checkpoint"),
            ("", "not-found", "empty"),
            ("a\0b", "not-found", "empty"),
            ("http://127.0.0.1:9/v1", "offline", "server"),
        ],
    )
    def test_what_is_no_checkpoint_raises(self, target: str | Path, kind: str, says: str) -> None:
        with pytest.raises(modelcheck.TargetError, match=says) as raised:
            judge(target, offline=True)
        assert raised.value.kind == kind

    def test_a_file_that_cannot_be_read_is_a_problem_if_the_rest_decides(self) -> None:
        found = judge(FIXTURES / "broken-json", offline=True)
        assert found.label == "instruct"
        assert found.problems
        assert "config.json" in found.problems[0]

    @pytest.mark.parametrize("target", [None, 3, b"fixtures"])
    def test_a_target_of_another_type(self, target: object) -> None:
        with pytest.raises(TypeError):
            judge(target)  # type: ignore[arg-type]

    def test_a_budget_of_another_name(self) -> None:
        with pytest.raises(ValueError, match="files, network, weights, generate"):
            judge("a/b", budget="all")  # type: ignore[arg-type]

    def test_a_checkpoint_of_the_hub(self, tmp_path: Path) -> None:
        files = {path.name: path.read_bytes() for path in (FIXTURES / "tiny-instruct").iterdir() if path.is_file()}
        code = "import modelcheck; j = modelcheck.judge('org/thing'); print(j.label, j.source, j.capabilities.chat.supported)"
        with running_hub() as hub:
            hub.add("org/thing", files)
            env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path))
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
        assert done.stdout == "instruct hub True\n"

    def test_many_threads(self) -> None:
        targets = [FIXTURES / name for name in ("tiny-base", "tiny-instruct", "base-with-template", "shard-missing")] * 6
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda target: judge(target, offline=True), targets))
        assert [one.label for one in found] == ["base", "instruct", "base", "instruct"] * 6

    def test_configuration_files_are_not_read(self, tmp_path: Path) -> None:
        shutil.copytree(FIXTURES / "tiny-base", tmp_path / "tiny-base")
        (tmp_path / "modelcheck.toml").write_text("no such key = 1\n")
        assert python("import modelcheck; print(modelcheck.judge('tiny-base', offline=True).label)", cwd=tmp_path) == "base\n"


class TestImport:
    def test_importing_the_package_imports_nothing_else(self) -> None:
        names = python("import modelcheck, sys; print(*sorted(n for n in sys.modules if n.startswith('modelcheck')))").split()
        assert names == ["modelcheck", "modelcheck.version"]

    def test_judging_imports_no_rule_but_those_of_identity(self) -> None:
        code = f"import modelcheck, sys; modelcheck.judge({str(FIXTURES / 'tiny-base')!r}, offline=True); print(*sys.modules)"
        names = python(code).split()
        later = ("modelcheck_rules.card.", "modelcheck_rules.template.", "modelcheck_rules.config.", "modelcheck_rules.weights.")
        assert not [name for name in names if name.startswith(later)]
        assert not {"torch", "transformers", "huggingface_hub", "jinja2", "rich"} & set(names)

    def test_what_is_public(self) -> None:
        assert set(dir(modelcheck)) == set(modelcheck.__all__)
        assert all(getattr(modelcheck, name) is not None for name in modelcheck.__all__)
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            _ = modelcheck.nothing  # type: ignore[attr-defined]


class TestPage:
    def test_its_examples_print_what_it_says(self) -> None:
        pairs = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
        assert len(pairs) == 2
        for code, text in pairs:
            assert python(code) == text

    def test_its_modules_compile_and_use_what_is_public(self) -> None:
        modules = re.findall(r"```python (\S+\.py)\n(.*?)```", PAGE, re.DOTALL)
        assert len(modules) == 2
        for name, code in modules:
            compile(code, name, "exec")
            assert set(re.findall(r"modelcheck\.(\w+)", code)) <= set(modelcheck.__all__)

    def test_every_field_has_its_row(self) -> None:
        for kind in (modelcheck.Judgement, modelcheck.Capabilities):
            for field in dataclasses.fields(kind):
                assert f"`{field.name}`" in PAGE, field.name
        for kind in (modelcheck.Observation, modelcheck.Capability, modelcheck.Stops):
            for field in dataclasses.fields(kind):
                assert f"`{field.name}`" in PAGE, field.name
