"""The options of ``modelcheck scan`` as one typed value, and the settings of a run that follow from it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import click

from modelcheck.config import Settings, is_file
from modelcheck.findings import Cost, Severity
from modelcheck.limits import processors
from modelcheck.probe import Device, ProbeOptions
from modelcheck.records import record, replace

LOCK = "modelcheck.lock"


@record(kw_only=True)
class ScanOptions:
    """One field for each option, as click converted it; None where an option was not given.

    ``more_targets`` is ``--targets``, ``-`` for standard input; ``probe_timeout`` and ``timeout`` are seconds.
    """

    targets: tuple[str, ...] = ()
    more_targets: Path | None = None
    stdin_name: str | None = None
    name: str | None = None
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    no_gitignore: bool = False
    no_cache: bool = False
    author: str | None = None
    limit: int | None = None
    tag: str | None = None

    offline: bool = False
    locked: bool = False
    budget: Literal["files", "network", "weights", "generate"] | None = None
    jobs: int | None = None
    timeout: float = 30.0
    require_complete: bool = False
    require_resolved: bool = False
    config: Path | None = None

    select: tuple[str, ...] = ()
    profile: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: Path | None = None
    baseline_update: bool = False
    baseline_prune: bool = False
    fail_on: Literal["note", "warning", "error", "never"] | None = None

    probe: bool = False
    device: Device | None = None
    max_probe_gb: float | None = None
    probe_timeout: float | None = None
    trust_remote_code: bool = False
    base: Path | None = None
    model: str | None = None
    against: Path | None = None
    expect: str | None = None

    fix: bool = False
    diff: bool = False
    unsafe_fixes: bool = False
    add_ignore: str | None = None

    format: tuple[str, ...] = ()
    output: Path | None = None
    no_color: bool = False
    why: bool = False
    plugin_trace: bool = False
    statistics: bool = False
    verbose: int = 0
    quiet: bool = False

    def settings(self, configured: Settings, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings of the run: ``configured``, read from a file, overridden by the options given.

        ``HF_HUB_OFFLINE`` in ``environment`` counts as ``--offline``. Raises UsageError for options that contradict each other, and
        for ``--locked`` without a lock.
        """
        if (self.baseline_update or self.baseline_prune) and not self.baseline:
            raise click.UsageError("--baseline-update and --baseline-prune need --baseline FILE")
        if self.add_ignore is not None and (self.fix or not self.add_ignore.strip() or "\n" in self.add_ignore):
            raise click.UsageError("--add-ignore needs a reason on one line, and does not go with --fix")
        offline_by_environment = environment.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")
        offline = configured.offline or self.offline or self.locked or offline_by_environment
        return replace(
            self._rules(configured),
            nested=None if self.config else self._rules,
            exclude=(*(_each(self.exclude) or configured.exclude), *_each(self.extend_exclude)),
            budget=self._budget(configured.budget),
            fail_on=self._fail_on(configured.fail_on),
            offline=offline,
            timeout=self.timeout,
            require_complete=self.require_complete,
            require_resolved=self.require_resolved,
            gitignore=configured.gitignore and not self.no_gitignore,
            cache=not self.no_cache,
            lock=self._lock(configured.origin, offline=offline),
            model=self.model,
            stdin_name=self.stdin_name,
            name=self.name,
            against=self.against,
            expect=self.expect,
            probe=self._probe_options(),
        )

    def _rules(self, configured: Settings) -> Settings:
        """Settings of a configuration file with the rules that the options add, choose or leave out."""
        return replace(
            configured,
            select=_each(self.select) or configured.select,
            profiles=(*configured.profiles, *_each(self.profile)),
            ignore=configured.ignore | dict.fromkeys(_each(self.ignore), "ignored on the command line"),
        )

    def parallel(self, *, offline: bool) -> int:
        """The number of targets to work on at a time: one without a network, where waiting costs nothing."""
        return self.jobs or (1 if offline else 8)

    def processes(self, targets: int) -> int:
        """How many processes may read the files of one target; several targets are read at a time already."""
        return min(self.jobs or processors(), processors()) if targets == 1 else 1

    def _budget(self, configured: Cost) -> Cost:
        if self.probe and self.budget not in (None, "generate"):
            raise click.UsageError(f"--probe needs --budget generate, not {self.budget}")
        if self.probe:
            return Cost.GENERATE
        return Cost[self.budget.upper()] if self.budget else configured

    def _fail_on(self, configured: Severity | None) -> Severity | None:
        if self.fail_on is None:
            return configured
        return None if self.fail_on == "never" else Severity[self.fail_on.upper()]

    def _lock(self, origin: Path | None, *, offline: bool) -> Path | None:
        """The lock file next to the configuration file, or in the working folder; only runs without a network use it."""
        folder = origin.parent if origin else Path.cwd()
        lock = Path(os.path.relpath(folder / LOCK))
        if self.locked and not is_file(lock):
            raise click.UsageError(f"--locked needs {lock}, which does not exist: create it with `modelcheck lock`")
        return lock if offline and is_file(lock) else None

    def _probe_options(self) -> ProbeOptions:
        return ProbeOptions(
            device=self.device or "auto",
            max_bytes=int(self.max_probe_gb * 1e9) if self.max_probe_gb else None,
            seconds=self.probe_timeout or 600.0,
            remote_code=self.trust_remote_code,
            base=str(self.base) if self.base else None,
        )


def _each(given: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a repeatable option, each of which may be a list with commas."""
    return tuple(part.strip() for one in given for part in one.split(",") if part.strip())
