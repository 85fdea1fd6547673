"""Tests mirror the code: a module has a test file of its own name, or a table says which tests run it."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

from conftest import ROOT
from test_house import PACKAGE, imports

# Modules without a test file of their own name → the tests that run them instead. docs/development.md states the rule.
TESTED_ELSEWHERE = {
    "api": "test_house.py",  # a list of names
    "blame": "test_plugin_faults.py",
    "builtin": "engine/test_suppressions.py",  # pages of what the engine reports
    "cli": "commands/test_others.py",
    "code_places": "test_plugin_mistakes.py",
    "commands/*": "commands",  # run as commands, as a user does
    "compare/*": "compare",  # by the command, in real processes
    "declarations": "test_registry.py",
    "decorator_arguments": "test_plugin_mistakes.py",
    "diverted": "test_plugin_code.py",
    "discovery": "test_registry.py",
    "documents/go_template/*": "documents/go_template",  # the parts of one evaluator
    "documents/gguf": "documents/test_binary.py",
    "documents/hidden": "readers/assembly",  # actions of a template while its YAML is parsed
    "documents/python_yaml": "facts/test_model_card.py",
    "documents/hcl": "readers/test_stacks.py",
    "documents/hcl_*": "readers/assembly/test_terraform.py",
    "documents/located": "readers/test_serving.py",
    "documents/safetensors": "documents/test_binary.py",
    "documents/shell/*": "documents/test_shell.py",  # parsed, expanded and followed together
    "documents/text": "documents/test_jsonfile.py",
    "engine/*": "commands",  # one target, many targets, lock, baseline: what the command does
    "errors": "commands/test_scan.py",  # exceptions, and the exit code of each
    "facts/asking": "served/test_served.py",
    "facts/conversations": "facts/test_behaviour.py",
    "facts/deferred/engine_stops": "facts/test_capabilities.py",
    "facts/deferred/*": "facts/test_deferred.py",  # and the examples of the rules that ask for them
    "facts/gguf_metadata": "facts/test_origins.py",
    "facts/interface": "rules",  # shown by the rules and signals that ask for them
    "facts/known_weights": "lineage/test_index.py",
    "facts/layer_*": "facts/test_weight_rows.py",
    "facts/weight_lineage": "hub/test_lineage.py",
    "facts/matrix": "facts/test_control_rows.py",
    "facts/model_files": "facts/test_behaviour.py",
    "facts/model_use": "readers/test_serving.py",
    "facts/parent": "facts/test_origins.py",
    "facts/reading": "facts/test_model_config.py",
    "facts/served": "served/test_served.py",
    "facts/sibling": "rules",
    "facts/tensor_index": "rules",
    "facts/verdict": "test_verdict.py",
    "lineage/*": "lineage",  # by the command, on checkpoints on disk
    "matching/*": "matching",
    "findings": "engine/test_fixes.py",  # data types
    "fitted": "tools/test_fitting.py",
    "function_mistakes": "test_plugin_mistakes.py",
    "handles": "engine/test_store.py",
    "hooks": "test_third_party.py",
    "hookspecs": "test_third_party.py",
    "pages": "rules/test_examples.py",
    "fleet/*": "fleet",  # by the command, on a store on disk
    "entry_points": "test_third_party.py",
    "facts/_listed": "test_listing.py",
    "plugin_advice": "test_plugin_mistakes.py",
    "plugin_reporters": "test_plugin_mistakes.py",
    "plugins": "test_third_party.py",
    "probe/*": "probe",  # a worker process: its parts are run together
    "readers/*": "readers",  # run through the registry, on whole files
    "report": "reporters/test_text.py",
    "reporters/*": "reporters",
    "rule_pages": "test_house.py",
    "served/*": "served/test_identity.py",  # by the command, against servers on loopback
    "sandbox/worker": "sandbox/test_client.py",
    "signatures": "test_registry.py",
    "wrong_hooks": "test_plugin_mistakes.py",
    "version": "commands/test_others.py",
    "sources/*": "hub",  # a Hub, a server and an Ollama store that answer as the real ones
    "testing/*": "test_third_party.py",
    "vocabulary": "facts/test_control_rows.py",
}


def own_test(path: Path) -> Path | None:
    """``tests/facts/test_lineage.py`` of ``modelcheck/facts/lineage.py``, if it exists."""
    mirrored = ROOT / "tests" / path.relative_to(PACKAGE).with_name(f"test_{path.stem}.py")
    flat = ROOT / "tests" / path.relative_to(PACKAGE).parts[0] / mirrored.name  # folders below a layer share its folder of tests
    return next((one for one in (mirrored, flat) if one.is_file()), None)


def test_a_module_has_a_test_of_its_own_name_or_is_tested_elsewhere() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if not path.stem.startswith("__")]
    names = {path.relative_to(PACKAGE).with_suffix("").as_posix() for path in modules if own_test(path) is None}
    unknown = {name for name in names if not any(fnmatch(name, pattern) for pattern in TESTED_ELSEWHERE)}
    assert not unknown, "write tests/…/test_NAME.py, or name the tests in TESTED_ELSEWHERE"
    assert not {pattern for pattern in TESTED_ELSEWHERE if not any(fnmatch(name, pattern) for name in names)}, "stale"
    assert not {place for place in TESTED_ELSEWHERE.values() if not (ROOT / "tests" / place).exists()}, "no such test"


def test_a_test_named_after_a_module_imports_it() -> None:
    """Not where tests run a command, the registry's readers on whole files, or the sandbox in its own process."""
    for path in PACKAGE.rglob("*.py"):
        test = own_test(path)
        if test is None or path.relative_to(PACKAGE).parts[0] in ("commands", "engine", "readers") or path.stem == "inspection":
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        assert any(name == module or name.startswith(f"{module}.") for name in imports(test)), (
            f"{test.name} does not import {module}"
        )
