"""``pytest --modelcheck-conformance``: a good plug-in passes, and each fault is found, with what to do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from modelcheck.testing.conformance.checks import Check, checks
from modelcheck.testing.conformance.imports import FORBIDDEN
from modelcheck.testing.conformance.outcomes import outcomes_elsewhere
from modelcheck.testing.conformance.pack import find_entry, find_pack

from conftest import clean_environment, plugin, plugin_path
from test_house import HEAVY
from testing import faulty
from testing.pack import installed_pack


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Check]]:
    with installed_pack(tmp_path_factory.mktemp("site"), faulty.FILES, "badpack"):
        yield {check.name: check for check in checks(find_pack("badpack"), ("bad://x",))}
    outcomes_elsewhere.cache_clear()


@pytest.mark.parametrize("name", faulty.FAULTS)
def test_a_fault_is_found_with_what_to_do(name: str, found: dict[str, Check]) -> None:
    with pytest.raises(AssertionError) as caught:
        found[name].run()
    message = " ".join(str(caught.value).split())
    assert re.search(faulty.FAULTS[name], message), message


def test_what_has_no_fault_passes(found: dict[str, Check]) -> None:
    mine = [check for name, check in found.items() if name.startswith("rule rules/all-is-well")]
    assert [check.name.partition(": ")[2] for check in mine] == ["page", "examples", "deterministic", "hostile files"]
    for check in mine:
        check.run()


def test_a_plugin_is_found_by_each_of_its_names(found: dict[str, Check]) -> None:
    assert found
    for name in ("badpack", "badpack-rules", "badpack_rules"):
        assert find_pack(name).name == "badpack"
    with pytest.raises(LookupError, match=r"no plug-in 'badpac' is installed; did you mean 'badpack'\? \(installed: badpack"):
        find_entry("badpac")


def test_what_a_plugin_may_not_import_is_what_we_may_not() -> None:
    assert FORBIDDEN == HEAVY


OURS = (
    "modelcheck.reporters.formats", "modelcheck.sources.folder", "modelcheck.sources.named", "modelcheck.sources.cache",
    "modelcheck.sources.ollama",
)  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_our_own_plugins_pass(name: str) -> None:
    for check in checks(find_pack(name)):
        if check.name != "source: protocol":  # which needs a target
            check.run()


@pytest.mark.parametrize("rule", ["deploy/chat-without-template", "card/license-missing"])
def test_our_own_rules_pass(rule: str) -> None:
    mine = [check for check in checks(find_pack("modelcheck_rules")) if check.name.startswith(f"rule {rule}: ")]
    assert len(mine) == 4
    for check in mine:
        if not check.name.endswith("deterministic"):  # which runs all rules
            check.run()


def run_pytest(folder: Path, site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *words]
    env = clean_environment(**plugin_path(site)) | {"COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env, check=False)


def test_pytest_runs_the_checks_beside_the_tests(tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", faulty.FILES, "badpack")
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    done = run_pytest(tmp_path, site, "--modelcheck-conformance", "badpack", "-k", "test_own or (no-fix and page)", "-rA")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "PASSED test_own.py::test_own" in done.stdout
    assert "FAILED ::badpack rule rules/no-fix: page - the docstring of rules/no-fix lacks ## Fix" in done.stdout
    assert "checks.py" not in done.stdout, "no traceback of ours"


def test_a_pack_in_the_settings_and_on_the_command_line_is_checked_once(tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", faulty.FILES, "badpack")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --modelcheck-conformance=badpack\n")
    done = run_pytest(tmp_path, site, "--modelcheck-conformance", "badpack", "-k", "no-fix and page", "-rA")
    assert done.stdout.splitlines()[-1].count("1 failed") == 1, done.stdout


@pytest.mark.parametrize(
    ("name", "files", "said"),
    [
        ("nothing", {}, "no plug-in 'nothing' is installed"),
        ("empty", {"empty/__init__.py": ""}, "the plug-in empty brings nothing: does it implement a hook?"),
        ("broken", {"broken/__init__.py": "import nothing_of_that_name\n"}, "nothing_of_that_name"),
    ],
)
def test_a_pack_that_cannot_be_checked_is_an_error(name: str, files: dict[str, str], said: str, tmp_path: Path) -> None:
    site = plugin(tmp_path / "site", files, name) if files else tmp_path
    done = run_pytest(tmp_path, site, "--modelcheck-conformance", name)
    assert (done.returncode, said in done.stdout + done.stderr) == (4, True), done.stdout + done.stderr


def test_a_part_that_is_left_out_fails_the_run_and_the_others_are_checked(tmp_path: Path) -> None:
    pack = "from modelcheck.api import hookimpl\n\n@hookimpl\ndef modelcheck_register(registry):\n    registry.scan(__name__)\n"
    head = "from modelcheck.api import Evidence, ModelCard, signal\n\n"
    good = '@signal(group="acme-own")\ndef {}(card: ModelCard):\n    """Says nothing."""\n    yield from ()\n'
    files = {
        "acme/__init__.py": pack,
        "acme/house/good.py": head + good.format("good"),
        "acme/house/bad.py": head + good.format("bad").replace("ModelCard)", "ModelCrad)"),
    }
    done = run_pytest(tmp_path, plugin(tmp_path / "site", files), "--modelcheck-conformance", "acme")
    assert done.returncode == 1, done.stdout
    assert "acme mistakes" in done.stdout
    assert re.search(r"house/bad.py:\d+: .*ModelCrad.*Did you mean ModelCard", done.stdout), done.stdout
    assert " passed" in done.stdout.splitlines()[-1]
