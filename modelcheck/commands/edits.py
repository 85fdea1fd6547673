"""``scan --fix``, ``--diff`` and ``--add-ignore``: what a scan changes in files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.commands.options import ScanOptions
    from modelcheck.engine.fixes import Plan
    from modelcheck.registry import Registry
    from modelcheck.report import Report


def edits(report: Report, options: ScanOptions, registry: Registry) -> Plan | None:
    """Return the edits that the options ask for, made unless only their diff is asked for; None if they ask for none.

    Prints counts and what was left on standard error. Raises WriteError.
    """
    from modelcheck.commands.output import say, write_errors

    if options.add_ignore is not None:
        plan, would, did, one = _ignores(report, options.add_ignore, registry), "would add", "added", "comment"
    elif options.fix or options.diff:
        from modelcheck.engine.fixes import plan_fixes

        plan, would, did, one = plan_fixes(report.findings, unsafe=options.unsafe_fixes), "would fix", "fixed", "problem"
    else:
        return None
    if not options.diff:
        with write_errors():
            plan.write()
    for reason in plan.left:
        say(reason, error=True)
    say(f"{would if options.diff else did}: {_count(plan.made, one)} in {_count(len(plan.texts), 'file')}", error=True)
    return plan


def _ignores(report: Report, reason: str, registry: Registry) -> Plan:
    """Comments for the findings of rules about uses. The others are about checkpoints, whose files are not read for comments."""
    from modelcheck.engine.ignoring import plan_ignores

    of_uses = {name for name, rule in registry.ready.items() if registry.scope(rule) == "use"}
    plan = plan_ignores((found for found in report.findings if found.rule in of_uses), reason)
    plan.left += [
        f"{found.finding.at or found.target}: use per-file-ignores in the settings for {found.rule}, which is about a checkpoint"
        for found in report.findings
        if found.rule not in of_uses and "/" in found.rule  # the engine's own are about files and comments
    ]
    return plan


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
