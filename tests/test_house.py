"""The house rules that a machine can hold: layers, names, sizes, and what is imported when."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from modelcheck import api
from modelcheck.plugins import FIRST_PARTY, Plugins

from benchmarks.startup import SETTINGS
from conftest import ROOT, clean_environment
from tools.generate_docs import consequences

PACKAGE = ROOT / "modelcheck"
RULES = ROOT / "rules" / "modelcheck_rules"
SOURCES = sorted([*PACKAGE.rglob("*.py"), *RULES.rglob("*.py")])
LONGEST_FILE = 300
LONGEST_FUNCTION = 50

# Layer → the layers of ours that it may import, besides records. docs/architecture.md tells why.
LAYERS = {
    "records": set(),
    "read_only": set(),
    "version": set(),
    "findings": set(),
    "errors": {"findings"},
    "code_places": {"findings"},
    "blame": {"code_places", "errors", "plugin_code"},
    "plugin_code": {"code_places", "errors", "findings"},
    "diverted": {"errors", "plugin_code"},
    "limits": {"errors"},
    "printable": {"patterns"},
    "documents": {"findings", "errors", "limits", "patterns"},
    "writing": set(),
    "piped": set(),
    "hooks": set(),
    "hookspecs": {"hooks", "registry", "report", "sources"},
    "sources": {"findings", "errors", "hooks", "patterns", "piped", "writing"},
    "pages": {"patterns"},
    "signatures": {"errors"},
    "discovery": {"patterns"},
    "listing": {"declarations", "discovery", "findings", "signatures"},
    "graph": set(),
    "groups": set(),
    "handles": {"findings", "sources", "verdict"},
    "declarations": {"errors", "pages", "signatures", "findings"},
    "decorator_arguments": {"declarations", "errors", "findings", "groups"},
    "registry": {
        "blame", "code_places", "declarations", "decorator_arguments", "discovery", "errors", "findings", "graph",
        "function_mistakes", "handles", "listing", "signatures",
    },
    "function_mistakes": {"code_places", "declarations", "errors", "signatures"},
    "sandbox": set(),
    "probe": {"vocabulary"},
    "vocabulary": {"patterns"},
    "fitted": set(),
    "families": {"patterns"},
    "patterns": set(),
    "verdict": {"findings", "fitted", "groups"},
    "served": {"errors", "patterns", "sources"},
    "matching": {"errors", "limits"},
    "facts": {
        "limits", "matching", "patterns", "served", "declarations", "findings", "errors", "documents", "sources", "sandbox",
        "probe", "vocabulary", "verdict", "hooks", "families", "handles", "registry",
    },
    "readers": {"patterns", "declarations", "registry", "findings", "errors", "documents", "sources", "facts", "hooks"},
    "config": {"registry", "findings", "errors", "piped", "probe"},
    "report": {"findings", "errors", "facts", "verdict"},
    "builtin": {"declarations", "findings", "registry", "hooks"},
    "engine": {
        "blame", "builtin", "code_places", "config", "declarations", "discovery", "documents", "errors", "facts",
        "findings", "handles", "limits", "patterns", "piped", "plugins", "probe", "read_only", "readers", "registry", "report",
        "sandbox", "sources", "verdict", "version", "writing",
    },
    "reporters": {
        "patterns", "printable", "findings", "errors", "facts", "probe", "report", "served", "verdict", "hooks", "version",
    },
    "plugin_mistakes": {"api", "blame", "code_places", "errors"},
    "wrong_hooks": {"code_places", "errors", "hookspecs"},
    "entry_points": set(),
    "plugin_reporters": {"blame", "errors", "printable", "report"},
    "plugin_advice": {"code_places", "declarations", "errors", "findings", "registry"},
    "plugins": {
        "blame", "code_places", "documents", "entry_points", "errors", "facts", "hookspecs", "plugin_advice",
        "plugin_mistakes", "plugin_reporters", "printable", "probe", "readers", "registry", "report", "sources", "wrong_hooks",
    },
    "rule_pages": {"declarations", "fitted", "registry"},
    "api": {
        "patterns", "vocabulary", "declarations", "findings", "errors", "registry", "facts", "documents", "readers", "sources",
        "verdict", "printable", "report",
        "hooks", "families", "handles",
    },
    "testing": {
        "blame", "config", "declarations", "discovery", "engine", "entry_points", "errors", "facts", "findings", "handles",
        "limits", "pages", "plugin_advice", "plugins", "registry", "report", "served", "signatures", "sources", "verdict",
    },
    "judgement": {"config", "engine", "errors", "facts", "findings", "plugins", "report", "verdict"},
    "fleet": {
        "config", "engine", "errors", "facts", "findings", "handles", "limits", "patterns", "plugins", "printable", "probe",
        "registry", "report", "reporters", "sources", "version", "writing",
    },
    "compare": {
        "config", "engine", "errors", "facts", "handles", "plugins", "printable", "probe", "reporters", "sandbox", "sources",
        "verdict", "writing",
    },
    "lineage": {"engine", "errors", "facts", "matching", "printable", "reporters", "version"},
    "commands": {
        "facts", "lineage", "matching",
        "blame", "commands", "compare", "config", "declarations", "diverted", "engine", "entry_points", "errors", "findings",
        "fleet", "piped", "plugins", "printable", "probe", "registry", "report", "reporters", "rule_pages", "sandbox", "sources",
        "limits", "plugin_code", "version", "writing",
    },
    "cli": {"commands", "errors", "printable", "version"},
    "__main__": {"cli"},
    "__init__": {"errors", "judgement", "version"},
}  # fmt: skip
HEAVY = {
    "torch",
    "transformers",
    "huggingface_hub",
    "numpy",
    "jinja2",
    "rich",
    "httpx",
    "httpx2",
    "requests",
    "pydantic",
    "tokenizers",
    "gguf",
    "hcl2",
    "lark",
    "sklearn",
    "tree_sitter",
    "tree_sitter_bash",
}


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def parsed(path: Path) -> ast.Module:
    """A source, parsed once for all tests that look into it."""
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a source."""
    return tuple(ast.walk(parsed(path)))


def imports(path: Path, *, top_only: bool = False) -> Iterator[str]:
    for node in parsed(path).body if top_only else nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def of_each(paths: Iterable[Path], faults: Callable[[Path], Iterable[str]]) -> list[str]:
    """Every fault of every source, with its path: one test for all of them, since a test takes longer than a look at a source."""
    return [f"{path.relative_to(ROOT)}: {fault}" for path in paths for fault in faults(path)]


@cache
def layers() -> set[str]:
    return {layer(path) for path in PACKAGE.rglob("*.py")}


def test_each_layer_imports_what_it_may() -> None:
    def faults(path: Path) -> Iterator[str]:
        own = layer(path)
        for name in imports(path):
            parts = name.split(".")
            if parts[0] != "modelcheck":
                continue
            other = parts[1] if len(parts) > 1 and parts[1] in layers() else "__init__"
            if other not in (own, "records") and other not in LAYERS[own]:
                yield f"imports {name}"

    assert not of_each(sorted(PACKAGE.rglob("*.py")), faults)


def cycles(graph: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Every cycle that a walk of a graph meets, written as a chain."""
    done: set[str] = set()

    def walk(node: str, chain: tuple[str, ...]) -> Iterator[str]:
        if node in chain:
            yield " → ".join((*chain[chain.index(node) :], node))
        elif node not in done:
            for other in sorted(graph.get(node, ())):
                yield from walk(other, (*chain, node))
            done.add(node)

    for node in graph:
        yield from walk(node, ())


def test_no_layer_imports_one_that_imports_it() -> None:
    assert not list(cycles({name: others - {name} for name, others in LAYERS.items()}))


def test_no_module_imports_one_that_imports_it_not_even_for_its_types() -> None:
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in PACKAGE.rglob("*.py")
    }
    graph = {
        name: {module for found in imports(path) if (module := found if found in modules else found.rpartition(".")[0]) in modules}
        for name, path in modules.items()
    }
    assert not list(cycles({name: others - {name} for name, others in graph.items()}))


# Where code of plug-ins is called, where a process ends, and where the exceptions of a library are told apart by their names.
BOUNDARIES = {
    "blame.py", "cli.py", "compare/worker.py", "probe/fetch.py", "probe/worker.py", "sandbox/worker.py", "served/worker.py",
    "sources/transport.py",
}  # fmt: skip


def test_broad_excepts_are_at_boundaries_only() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "Exception")
    }
    assert found <= BOUNDARIES


def test_what_a_source_is_is_asked_by_protocols() -> None:
    def faults(path: Path) -> Iterator[str]:
        for node in nodes(path):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            if node.func.id not in ("getattr", "isinstance"):
                continue
            names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            if node.func.id == "getattr" and names & {"source", "tree"}:
                yield f"line {node.lineno}"
            if node.func.id == "isinstance" and any(name.endswith("Source") and name != "Source" for name in names):
                yield f"line {node.lineno}"

    assert not of_each(SOURCES, faults)


def test_every_layer_has_its_row() -> None:
    assert layers() == set(LAYERS)


def test_first_party_rules_import_the_api_and_the_standard_library_only() -> None:
    def faults(path: Path) -> Iterator[str]:
        for name in imports(path):
            top = name.split(".")[0]
            own = name.startswith((f"modelcheck_rules.{path.parent.name}._", "modelcheck_rules._listed"))
            if not (top in sys.stdlib_module_names or name.rpartition(".")[0] == "modelcheck.api" or own):
                yield f"imports {name}"

    assert not of_each(sorted(RULES.rglob("*.py")), faults)


def test_nothing_heavy_is_imported_at_the_top_of_a_module() -> None:
    def faults(path: Path) -> set[str]:
        if path.name in ("environment.py", "inspection.py"):  # imported by the worker process only
            return set()
        return HEAVY & {name.split(".")[0] for name in imports(path, top_only=True)}

    assert not of_each(SOURCES, faults)


def test_files_and_functions_are_short() -> None:
    def faults(path: Path) -> Iterator[str]:
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE:
            yield f"{lines} lines"
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                docstring = node.body[0] if ast.get_docstring(node) else None
                own = (node.end_lineno or 0) - node.lineno + 1
                own -= (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
                if own > LONGEST_FUNCTION:
                    yield f"{node.name}: {own} lines"

    assert not of_each(SOURCES, faults)


DEFERRED_FACTS = {
    name.rpartition(".")[2]: name.split(".")[-2] for name in imports(PACKAGE / "api.py") if name.startswith(f"{api.DEFERRED}.")
}


def test_the_api_exports_exactly_what_it_imports() -> None:
    helpers = {"TYPE_CHECKING", "Any", "import_module", "find_spec", "DEFERRED", "DEFERRED_FACTS", "ON_DEMAND", "PROVISIONAL"}
    names = {name for name in vars(api) if not name.startswith("_") and not inspect.ismodule(vars(api)[name])}
    assert names - helpers - DEFERRED_FACTS.keys() == set(api.__all__)
    on_demand = api.ON_DEMAND | api.PROVISIONAL
    assert {f"{module}.{name}" for name, module in on_demand.items()} <= set(imports(PACKAGE / "api.py")), "type checkers see it"
    assert not on_demand.keys() & set(api.__all__)
    assert all(getattr(api, name) is not None for name in on_demand)


def test_every_deferred_fact_is_in_the_api_and_in_the_file_that_its_name_says() -> None:
    folder = PACKAGE / "facts/deferred"
    assert set(api.DEFERRED_FACTS) == DEFERRED_FACTS.keys()
    assert set(DEFERRED_FACTS.values()) == {path.stem for path in folder.glob("*.py")} - {"__init__"}
    for name, module in DEFERRED_FACTS.items():
        assert getattr(api, name).__module__ == f"{api.DEFERRED}.{module}"
    with pytest.raises(AttributeError, match="no attribute 'NoSuchFact'"):
        _ = api.NoSuchFact


def test_file_function_rule_and_page_have_one_name() -> None:
    registry = Plugins().registry
    own = [rule for rule in (*registry.rules.values(), *registry.signals.values()) if rule.plugin == "modelcheck_rules"]
    files = {
        path.relative_to(RULES).with_suffix("").as_posix().replace("_", "-")
        for path in RULES.rglob("*.py")
        if not path.stem.startswith("_")
    }
    assert {rule.name for rule in own} == files
    for rule in own:
        assert rule.function.__name__ == Path(inspect.getfile(rule.function)).stem
    pages = {path.relative_to(ROOT / "docs/rules").with_suffix("").as_posix() for path in (ROOT / "docs/rules").rglob("*.md")}
    assert pages - {"README"} == {rule.name for rule in registry.rules.values() if rule.plugin in FIRST_PARTY}


def test_deferred_rules_are_known_by_the_names_of_their_files() -> None:
    registry = Plugins().registry
    files = {name for name, file in registry._deferred._table().items() if file.declares_rule()}
    assert files
    assert files.isdisjoint(registry.ready)
    assert files | registry.ready.keys() == registry.rules.keys()


def test_every_rule_has_a_page_with_its_sections() -> None:
    for rule in Plugins().registry.rules.values():
        assert rule.page.text, rule.name
        assert list(rule.page.sections) == ["Bad", "Good", "Fix"], rule.name


def test_a_severity_follows_from_what_happens_at_run_time() -> None:
    rules = {name: str(rule.severity) for name, rule in Plugins().registry.rules.items() if rule.plugin in FIRST_PARTY}
    rows = [(rule, one["severity"]) for one in consequences() for rule in one["rules"]]
    assert len(rows) == len(dict(rows)), "a rule has one row"
    assert dict(rows) == {name: severity for name, severity in rules.items() if severity != "note"}


def test_the_generated_pages_are_those_of_the_docstrings() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests/tools/generate_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_top_level_is_the_one_agreed_on() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    visible = {path.split("/")[0] for path in listed.stdout.split() if not path.startswith(".")}
    assert visible <= {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "modelcheck", "rules", "fixtures", "tests", "docs"}


def imported_by(*words: str, cwd: Path = ROOT) -> set[str]:
    """The modules that a command has imported when it ends."""
    script = (
        "import sys\nfrom modelcheck.cli import main\n"
        f"sys.argv = ['modelcheck', *{list(words)!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\nsys.stderr.write('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, cwd=cwd, env=clean_environment(), check=False
    )
    return set(done.stderr.split())


def test_help_imports_click_and_nothing_else_of_weight() -> None:
    modules = imported_by("--help")
    assert "click" in modules
    assert "modelcheck.commands.new_pack" not in modules
    heavy = HEAVY | {"yaml", "pluggy", "modelcheck.engine", "modelcheck.registry", "importlib.metadata", "asyncio", "dataclasses"}
    assert not modules & heavy


def test_the_hook_on_a_deployment_file_imports_no_heavy_module() -> None:
    modules = imported_by("scan", "--offline", "--budget", "files", "fixtures/chat-on-base/compose.yaml")
    assert "yaml" in modules
    others = {"subprocess", "asyncio", "json", "difflib", "pkgutil", "modelcheck.sandbox.client", "modelcheck.engine.cache"}
    assert not modules & (HEAVY | others)
    assert not [
        name for name in modules if name.startswith("modelcheck.commands.") and name.endswith((".fleet", ".compare", ".lock"))
    ]
    assert len([name for name in modules if name.startswith("modelcheck")]) <= 230, "the goal is fewer: each takes time"
    papers = ("modelcheck_rules.card", "modelcheck_rules.template", "modelcheck_rules.config", "modelcheck.facts.deferred")
    assert not [name for name in modules if name.startswith(papers)]


def test_a_simple_command_in_a_deployment_file_needs_no_parser_of_shell(tmp_path: Path) -> None:
    image = "services:\n  a:\n    image: vllm/vllm-openai\n    command: "
    for command in ("--model a/b --port 1", '["--model", "a/b"]', "vllm serve a/b"):
        (tmp_path / "compose.yaml").write_text(image + command + "\n")
        assert not [name for name in imported_by("scan", "--offline", "compose.yaml", cwd=tmp_path) if "shell" in name.split(".")]
    (tmp_path / "compose.yaml").write_text(image + "sh -c 'vllm serve a/b'\n")
    assert "tree_sitter" in imported_by("scan", "--offline", "compose.yaml", cwd=tmp_path)


def test_a_configuration_file_imports_no_rule_more(tmp_path: Path) -> None:
    """A hook on a deployment file, with a configuration file of every kind of key."""
    compose = str(ROOT / "fixtures/chat-on-base/compose.yaml")
    (tmp_path / "modelcheck.toml").write_text(SETTINGS)
    without = imported_by("scan", "--offline", "--budget", "files", compose)
    modules = imported_by("scan", compose, cwd=tmp_path)
    assert not modules & HEAVY
    added = {name for name in modules - without if name.startswith("modelcheck")}
    assert not [name for name in added if name.startswith("modelcheck_rules")]
    assert len(added) <= 10, sorted(added)


def test_a_template_is_rendered_in_another_process() -> None:
    modules = imported_by("scan", "--offline", "fixtures/tiny-instruct")
    assert "modelcheck.sandbox.client" in modules
    assert not modules & HEAVY
