"""What the options of ``modelcheck scan`` mean for the settings of a run."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from modelcheck.commands.options import ScanOptions
from modelcheck.commands.scan import scan
from modelcheck.config import Settings
from modelcheck.findings import Cost, Severity


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_option_of_the_command_is_a_field_with_the_same_default() -> None:
    with scan.make_context("scan", []) as context:
        given = ScanOptions(**context.params)
    assert context.params.keys() == set(ScanOptions.__slots__)
    assert all(getattr(given, name) == getattr(ScanOptions(), name) for name in ScanOptions.__slots__)


def test_without_options_the_configuration_counts() -> None:
    configured = Settings(
        select=("card",), profiles=("a",), ignore={"x": "why"}, budget=Cost.WEIGHTS, fail_on=Severity.NOTE, exclude=("vendor/*",)
    )
    made = ScanOptions().settings(configured, {})
    for name in ("select", "profiles", "ignore", "budget", "fail_on", "exclude", "offline", "rules"):
        assert getattr(made, name) == getattr(configured, name), name


def test_options_override_or_extend_the_configuration() -> None:
    configured = Settings(select=("card",), profiles=("a",), ignore={"x": "why"}, budget=Cost.FILES, fail_on=Severity.NOTE)
    options = ScanOptions(select=("template",), profile=("b",), ignore=("y",), budget="weights", fail_on="never", timeout=3.0)
    made = options.settings(configured, {})
    assert (made.select, made.profiles) == (("template",), ("a", "b"))
    assert made.ignore == {"x": "why", "y": "ignored on the command line"}
    assert (made.budget, made.fail_on, made.timeout) == (Cost.WEIGHTS, None, 3.0)


@pytest.mark.parametrize(
    ("options", "environment", "offline", "jobs"),
    [
        (ScanOptions(), {}, False, 8),
        (ScanOptions(offline=True), {}, True, 1),
        (ScanOptions(), {"HF_HUB_OFFLINE": "1"}, True, 1),
        (ScanOptions(), {"HF_HUB_OFFLINE": "0"}, False, 8),
        (ScanOptions(offline=True, jobs=4), {}, True, 4),
    ],
)
def test_offline_by_option_or_environment(options: ScanOptions, environment: dict[str, str], offline: bool, jobs: int) -> None:
    assert options.settings(Settings(), environment).offline is offline
    assert options.parallel(offline=offline) == jobs


def test_the_lock_is_used_without_a_network_only_and_lies_next_to_the_configuration(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "modelcheck.lock").write_text("version = 1\n")
    configured = Settings(origin=folder / "pyproject.toml")
    assert ScanOptions().settings(configured, {}).lock is None
    assert ScanOptions(offline=True).settings(configured, {}).lock == Path("project/modelcheck.lock")
    locked = ScanOptions(locked=True).settings(configured, {})
    assert (locked.offline, locked.lock) == (True, Path("project/modelcheck.lock"))
    with pytest.raises(click.UsageError, match=r"--locked needs modelcheck\.lock, which does not exist"):
        ScanOptions(locked=True).settings(Settings(), {})


def test_the_probe_sets_the_budget_and_contradicts_a_lower_one() -> None:
    options = ScanOptions(probe=True, max_probe_gb=1.5, probe_timeout=60.0, device="cpu", trust_remote_code=True)
    made = options.settings(Settings(), {})
    assert made.budget is Cost.GENERATE
    assert (made.probe.max_bytes, made.probe.seconds, made.probe.device, made.probe.remote_code) == (
        1_500_000_000,
        60.0,
        "cpu",
        True,
    )
    with pytest.raises(click.UsageError, match="--probe needs --budget generate, not files"):
        ScanOptions(probe=True, budget="files").settings(Settings(), {})
