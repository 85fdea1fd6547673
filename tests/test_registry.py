from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.declarations import fact, rule, signal
from modelcheck.discovery import ByFileName, Content, DeferredFile, _declared
from modelcheck.errors import PluginError
from modelcheck.facts.model_use import ModelUse
from modelcheck.findings import Cost, Evidence, Finding
from modelcheck.registry import Registry
from modelcheck.signatures import read_signature
from modelcheck.sources import Source

from conftest import write_tree


@dataclass(frozen=True, slots=True)
class Cheap:
    text: str


@dataclass(frozen=True, slots=True)
class Dear:
    text: str


@dataclass(frozen=True, slots=True)
class OfUse:
    text: str


@fact()
def cheap(source: Source) -> Cheap:
    return Cheap(source.name)


@fact(cost="generate")
def dear(cheap: Cheap) -> Dear:
    return Dear(cheap.text)


@fact()
def of_use(use: ModelUse) -> OfUse:
    return OfUse(use.model)


def registry(*functions: Any) -> Registry:
    made = Registry(roots=(Source,), per_use=(ModelUse,))
    for function in functions:
        made.add(function)
    made.check()
    return made


@rule(severity="note", since="0.1")
def plain(cheap: Cheap, *, most: int = 3, words: tuple[str, ...] = ()) -> Iterator[Finding]:
    """A title.

    A text.
    """
    yield Finding(f"{cheap.text} {most} {words}")


def test_a_rule_stays_a_function() -> None:
    assert [finding.message for finding in plain(Cheap("x"), most=1)] == ["x 1 ()"]


def test_name_cost_scope_and_options_come_from_the_signature() -> None:
    @rule(severity="error", since="0.1")
    def needs_dear(dear: Dear, use: OfUse) -> Iterator[Finding]:
        yield from ()

    @rule(severity="error", since="0.1")
    def may_have_dear(dear: Dear | None, cheap: Cheap) -> Iterator[Finding]:
        yield from ()

    made = registry(cheap, dear, of_use, plain, needs_dear, may_have_dear)
    rules = {name.rpartition("/")[2]: found for name, found in made.rules.items()}
    assert set(rules) == {"plain", "needs-dear", "may-have-dear"}
    assert made.cost(rules["needs-dear"]) is Cost.GENERATE
    assert made.cost(rules["may-have-dear"]) is Cost.FILES, "what is optional makes nothing dearer"
    assert made.scope(rules["needs-dear"]) == "use"
    assert made.scope(rules["plain"]) == "checkpoint"
    assert [(option.name, option.default, option.type_name) for option in rules["plain"].options] == [
        ("most", 3, "integer"),
        ("words", (), "list of strings"),
    ]


def test_a_fact_that_nobody_makes_is_refused_with_the_known_ones() -> None:
    @rule(severity="note", since="0.1")
    def asks(dear: Dear) -> Iterator[Finding]:
        yield from ()

    with pytest.raises(PluginError, match=r"needs Dear, which no plug-in provides. Known facts: .*Cheap"):
        registry(cheap, asks)


@dataclass(frozen=True)
class Hen:
    pass


@dataclass(frozen=True)
class Egg:
    pass


def test_a_cycle_is_refused_with_its_chain() -> None:
    @fact()
    def hen(egg: Egg) -> Hen:
        return Hen()

    @fact()
    def egg(hen: Hen) -> Egg:
        return Egg()

    with pytest.raises(PluginError, match="Hen → Egg → Hen"):
        registry(hen, egg)


def test_two_things_of_one_name_are_refused() -> None:
    @rule(severity="note", since="0.1")
    def plain(cheap: Cheap) -> Iterator[Finding]:
        yield from ()

    made = registry(cheap, globals()["plain"])
    made.plugin = "another"
    with pytest.raises(PluginError, match="both modelcheck and another bring"):
        made.add(plain)


def no_type(x):  # type: ignore[no-untyped-def]
    pass


def two_facts(x: Cheap | Dear) -> None:
    pass


def stars(*x: Cheap) -> None:
    pass


def odd_option(x: Cheap, *, y: dict[str, int]) -> None:
    pass


def no_default(x: Cheap, *, y: int) -> None:
    pass


def unknown_name(x: Nowhere) -> None:  # type: ignore[name-defined]  # noqa: F821
    pass


def no_class(x: "list[str]") -> None:  # noqa: UP037
    pass


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (no_type, "needs a type annotation"),
        (two_facts, "one fact or None"),
        (stars, "is not allowed"),
        (odd_option, "must be bool, int"),
        (no_default, "needs a default"),
        (unknown_name, "cannot read an annotation"),
    ],
)
def test_a_signature_that_says_too_little_is_refused(function: Any, says: str) -> None:
    with pytest.raises(PluginError, match=says):
        read_signature(function)


def test_a_function_without_a_decorator_is_an_error() -> None:
    with pytest.raises(PluginError, match=r"the plug-in modelcheck: .*has no decorator"):
        Registry().add(no_type)


@pytest.mark.parametrize(
    ("group", "says"), [("tempalte", "too close to 'template'"), ("My Group", "lower-case words"), ("", "lower-case")]
)
def test_the_group_of_a_signal_is_checked_and_the_plugin_named(group: str, says: str) -> None:
    @signal(group=group)
    def told(cheap: Cheap) -> Iterator[Evidence]:
        yield Evidence(1.0, "seen")

    made = Registry()
    made.plugin = "acme"
    with pytest.raises(PluginError, match=f"the plug-in acme: .*{says}"):
        made.add(told)


DEFERRED = {
    "pack/__init__.py": "",
    "pack/near/__init__.py": "",
    "pack/near/at_once.py": "{rule}def at_once(): yield",
    "pack/far/__init__.py": "",
    "pack/far/later_on.py": "{rule}def later_on(*, most: int = 3): yield",
    "pack/far/other.py": "{rule}def of_another_name(): yield",
    "pack/far/no_rule.py": "X = 1\n",
    "pack/far/_helper.py": "# @rule\n",
    "pack/optional/__init__.py": "",
    "pack/optional/asked_for.py": "{optional}def asked_for(): yield",
}


@pytest.fixture
def deferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A registry of a pack whose folders far and optional are imported later."""
    declared = 'from modelcheck.declarations import rule\n\n@rule(severity="note", since="0.1"{})\n'
    kinds = {"{rule}": declared.format(""), "{optional}": declared.format(", default=False")}
    for path, text in DEFERRED.items():
        for name, head in kinds.items():
            text = text.replace(name, head)  # noqa: PLW2901
        write_tree(tmp_path, {path: text})
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "pack"]:
        monkeypatch.delitem(sys.modules, name)
    made = Registry()
    made.scan("pack", later=("far", "optional"))
    return made


def imported() -> set[str]:
    return {name for name in sys.modules if name.startswith(("pack.far.", "pack.optional."))}


def test_a_deferred_rule_is_known_by_its_file_and_not_imported(deferred: Registry) -> None:
    assert deferred.ready.keys() == {"near/at-once"}
    assert all(deferred.has(name) for name in ("near", "near/at-once", "far", "far/later-on", "optional/asked-for"))
    assert imported() == set()


def test_the_options_of_a_rule_import_its_file_alone(deferred: Registry) -> None:
    found = deferred.rule("far/later-on")
    assert found is not None
    assert [option.name for option in found.options] == ["most"]
    assert imported() == {"pack.far.later_on"}
    assert [rule.default for rule in deferred.area("optional")] == [False]
    assert imported() == {"pack.far.later_on", "pack.optional.asked_for"}
    assert deferred.rules.keys() == {"near/at-once", "far/later-on", "other/of-another-name", "optional/asked-for"}


def test_a_name_that_no_file_has_is_looked_for_in_all_of_them(deferred: Registry) -> None:
    assert deferred.has("other/of-another-name")
    assert not any(deferred.has(name) for name in ("far/no-rule", "far/-helper", "far/nothing", "nowhere"))
    assert deferred.rule("far/no-rule") is None


def unlisted_readers() -> Registry:
    """Our readers as those of a plug-in that has no list of them."""
    made = Registry()
    made.plugin = "modelcheck.readers"
    made.scan("modelcheck.readers", readers=("formats", "assembly", "launch"))
    return made


def test_the_names_that_a_readers_text_declares_are_those_of_its_decorator() -> None:
    registry = unlisted_readers()
    deferred = {file.module: _declared(file)[0] for file in registry._deferred_readers._waiting}
    assert len(deferred) > 15
    for reader in registry.readers.values():
        assert set(reader.files) <= set(deferred[reader.function.__module__] or ()), reader.name


def test_a_scanned_file_imports_only_readers_that_declare_its_name() -> None:
    registry = unlisted_readers()
    yaml = set(registry.readers_for("compose.yaml"))
    declared = {name: reader for name, reader in unlisted_readers().readers.items() if "*.yaml" in reader.files}
    modules = {reader.function.__module__ for reader in declared.values()}
    assert declared.keys() <= yaml
    assert {unlisted_readers().readers[name].function.__module__ for name in yaml} == modules
    assert set(registry.readers_for("main.tf")) > yaml
    assert set(registry.readers_for("x.unknown")) == set(registry.readers_for("y.unknown"))
    assert len(registry.readers) > len(registry.readers_for("compose.yaml")) - 1


def test_a_file_imports_only_readers_that_mention_a_word_of_it() -> None:
    registry = unlisted_readers()
    assert registry.may_read("x.yaml") and not registry.may_read("x.unknown")
    plain = set(registry.readers_for("x.yaml", Content(b"services: {}")))
    assert "assembly/compose" in plain and "assembly/ansible" not in plain
    assert "assembly/ansible" in registry.readers_for("x.yaml", Content(b"{{ x }}"))
    every = unlisted_readers().readers
    words = {file.module: words for file, words in unlisted_readers()._deferred_readers._waiting.items() if words is not None}
    for reader in every.values():
        known = words.get(reader.function.__module__)
        assert known is None or {mention.encode() for mention in reader.mentions} <= set(known)


def test_readers_whose_text_does_not_declare_their_names_are_imported_at_once(tmp_path: Path) -> None:
    file = tmp_path / "odd.py"
    file.write_text("FILES = ('*.odd',)\n\n\n@reader(files=FILES, mentions=('x',))\ndef odd(file): ...\n")
    assert _declared(DeferredFile("acme", "acme.odd", file)) == (None, None)
    assert _declared(DeferredFile("acme", "acme.none", tmp_path / "missing.py")) == (None, None)
    file.write_text('X = 1\n\n\n@reader(\n    files=("*.a", "B*"),\n    mentions=("x",),\n)\ndef a(file): ...\n')
    assert _declared(DeferredFile("acme", "acme.a", file)) == (["*.a", "B*"], (b"x",))


@given(st.lists(st.text("ab*?.[]", max_size=6), max_size=4), st.text("ab.", max_size=6))
def test_file_names_match_as_shell_patterns_do(patterns: list[str], name: str) -> None:
    table = ByFileName[str]()
    for pattern in patterns:
        table.add((pattern,), pattern)
    assert set(table.match(name)) == {pattern for pattern in patterns if fnmatchcase(name, pattern)}


def test_a_pattern_that_is_added_after_a_name_was_looked_up_counts() -> None:
    table = ByFileName[str]()
    table.add(("*.tf",), "terraform")
    assert table.match("a.tf") == table.match("a.tf") == ["terraform"]
    table.add(("a*",), "any")
    assert set(table.match("a.tf")) == {"terraform", "any"}
    assert table.match("b.tf") == ["terraform"]


def test_a_word_is_searched_without_regard_to_case_and_unknown_words_may_be_there() -> None:
    content = Content(b"VLLM serve")
    assert content.mentions((b"x", b"vllm")) and content.mentions(None)
    assert not content.mentions((b"sglang",)) and not content.mentions(())


def test_two_threads_that_need_one_deferred_reader_both_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one thread imports a reader, it is neither waiting nor there: the other has to wait for it."""
    made = unlisted_readers()
    imports, started = importlib.import_module, threading.Event()

    def slowly(name: str) -> ModuleType:
        started.set()
        time.sleep(0.2)
        return imports(name)

    monkeypatch.setattr("modelcheck.registry.importlib.import_module", slowly)
    content = Content(b"from vllm\n")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(made.readers_for, "dockerfile", content)
        started.wait(5)
        second = pool.submit(lambda: (made.may_read("dockerfile"), [*made.imported_readers]))
        third = pool.submit(lambda: [*made.readers_for("dockerfile", content)])
        waiting, there = second.result()
        assert waiting or "formats/dockerfile" in there
        assert "formats/dockerfile" in third.result()
        assert "formats/dockerfile" in first.result()
