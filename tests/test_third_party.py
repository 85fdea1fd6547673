"""Somebody else's rule, built as a wheel and installed beside modelcheck into a fresh environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import write_tree
from environments import make_environment, run_in

PLUGIN = {
    "pyproject.toml": """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-rules"
version = "1.2"
[project.entry-points.modelcheck]
acme = "acme_rules"
[tool.hatch.build.targets.wheel]
packages = ["acme_rules"]
""",
    "acme_rules/__init__.py": """from modelcheck.api import hookimpl

@hookimpl
def modelcheck_register(registry):
    registry.scan(__name__)
""",
    "acme_rules/house/__init__.py": "",
    "acme_rules/house/title_shouts.py": '''from modelcheck.api import Finding, ModelCard, Span, rule


@rule(severity="warning", since="1.0")
def title_shouts(card: ModelCard, *, marks: int = 1):
    """The card's title shouts.

    Nobody reads a title that shouts.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    # The best model!
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    ---
    # A model
    ```

    ## Fix

    Remove the exclamation marks.
    """
    for number, line in card.lines():
        if line.startswith("# ") and line.count("!") >= marks:
            yield Finding("the title shouts", at=Span(card.path, number, 1))
''',
    "acme_rules/house/falls_over.py": '''from modelcheck.api import CheckpointName, rule


@rule(severity="note", since="1.0", default=False)
def falls_over(name: CheckpointName):
    """It falls over."""
    raise RuntimeError("the sky is down")
    yield
''',
    "tests/test_title_shouts.py": """def test_examples(modelcheck_examples, modelcheck_check):
    modelcheck_examples("house/title-shouts")
    assert modelcheck_check("house/title-shouts", {"README.md": "---\\nlicense: mit\\n---\\n# A!\\n"})
    assert not modelcheck_check("house/title-shouts", {"README.md": "---\\nlicense: mit\\n---\\n# A!\\n"}, options={"marks": 2})
""",
}
MODEL = {"model/README.md": "---\nlicense: mit\n---\n# The best!\n", "model/config.json": '{"model_type": "llama"}'}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a fresh environment ``venv`` that has both wheels, and a model."""
    folder = tmp_path_factory.mktemp("third-party")
    write_tree(folder / "acme", PLUGIN)
    make_environment(folder, [folder / "acme"])
    write_tree(folder, MODEL)
    return folder


def run(environment: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run_in(environment / "venv", "modelcheck", *words, cwd=environment)


@pytest.mark.slow
class TestThirdParty:
    def test_the_wheel_is_whole(self, environment: Path) -> None:
        done = run(environment, "scan", "acme/Llama-3-8B", "--offline", "-v")
        assert "acme/Llama-3-8B: base" in done.stdout, "families.toml is shipped"
        assert "statements.toml" in subprocess.run(
            [sys.executable, "-m", "zipfile", "-l", next((environment / "wheels").glob("modelcheck-*.whl"))],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    def test_it_is_found_and_listed(self, environment: Path) -> None:
        assert "acme-rules 1.2" in run(environment, "plugins").stdout
        assert "house/title-shouts" in run(environment, "rules").stdout
        assert "- `marks`: integer, default `1`" in run(environment, "explain", "house/title-shouts").stdout

    def test_it_runs_and_fails_the_run(self, environment: Path) -> None:
        done = run(environment, "scan", "model", "--offline", "--fail-on", "warning")
        assert done.returncode == 1
        assert "model/README.md:4:1: warning: the title shouts [house/title-shouts]" in done.stdout

    def test_its_options_are_set_and_checked(self, environment: Path) -> None:
        write_tree(
            environment,
            {"two.toml": '[rules."house/title-shouts"]\nmarks = 2\n', "bad.toml": '[rules."house/title-shouts"]\nmarks = "x"\n'},
        )
        assert "the title shouts" not in run(environment, "scan", "model", "--offline", "--config", "two.toml").stdout
        done = run(environment, "scan", "model", "--offline", "--config", "bad.toml")
        assert (done.returncode, "must be of the type integer" in done.stderr) == (2, True)

    def test_a_crash_exits_3_keeps_the_rest_and_shows_its_traceback_only_when_asked(self, environment: Path) -> None:
        words = ("scan", "model", "--offline", "--select", "house/falls-over", "--select", "house/title-shouts")
        done = run(environment, *words)
        assert done.returncode == 3
        assert "house/falls-over of acme crashed: RuntimeError: the sky is down" in " ".join(done.stdout.split())
        assert "the title shouts" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr
        assert "Traceback" in run(environment, *words, "-vv").stderr

    def test_it_is_disabled_with_a_reason(self, environment: Path) -> None:
        write_tree(environment, {"off.toml": '[disable-plugins]\nacme = "it shouts itself"\n'})
        done = run(environment, "scan", "model", "--offline", "--config", "off.toml")
        assert (done.returncode, "the title shouts" in done.stdout) == (0, False)

    def test_a_plugin_that_does_not_load_is_named(self, environment: Path) -> None:
        broken = next((environment / "venv/lib").glob("python*/site-packages")) / "acme_rules/house/wrong.py"
        broken.write_text("import nothing_of_that_name\n")
        try:
            done = run(environment, "scan", "model", "--offline")
        finally:
            broken.unlink()
        assert done.returncode == 3
        assert "plug-in acme" in done.stdout
        assert "nothing_of_that_name" in done.stdout
        assert "the title shouts" in done.stdout, "the rest of it is loaded"
        assert "Traceback" not in done.stdout + done.stderr

    def test_its_author_tests_it_with_what_we_ship(self, environment: Path) -> None:
        tests = environment / "acme/tests"
        done = run_in(environment / "venv", "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, cwd=tests)
        assert done.returncode == 0, done.stdout + done.stderr
