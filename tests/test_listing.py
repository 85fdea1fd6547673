from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from modelcheck.declarations import Declared, Fact, Reader, Rule, Signal, Unimported
from modelcheck.errors import PluginError
from modelcheck.listing import Listing
from modelcheck.plugins import Plugins
from modelcheck.registry import Registry

from tools.listing import FOLDERS, declared, listings


def test_functions_are_listed_by_module_and_by_name() -> None:
    entry = "signal", ("name",), "name: CheckpointName, other: CheckpointName | None", ()
    facts = {"CheckpointName": "modelcheck.facts.checkpoint_name"}
    listing = Listing("pack", {"near.one": entry, "near.many:two": entry, "far.three": entry}, facts)
    assert [one.name for one in listing.below("pack", "acme")] == ["near/one", "many/two", "far/three"]
    assert [one.name for one in listing.below("pack", "acme", ("pack.far",))] == ["near/one", "many/two"]
    assert [one.name for one in listing.below("pack.far", "acme")] == ["far/three"]
    one = listing.of("pack.near.one", "acme")
    assert one and [need.optional for need in one.needs] == [False, True]
    assert listing.of("pack.near.many", "acme") is None and listing.of("other.near.one", "acme") is None


@pytest.mark.parametrize("path", [folder / "_listed.py" for folder in FOLDERS.values()], ids=FOLDERS)
def test_a_list_is_what_the_signatures_say(path: Path) -> None:
    assert path.read_text("utf-8") == listings()[path], "run python tests/tools/generate_docs.py"


def seen(one: Declared) -> tuple[Any, ...]:
    """Everything that the engine knows of a function before it calls it."""
    needs = [(need.parameter, need.kind, need.optional) for need in one.needs]
    options = [(option.name, option.kind, option.default) for option in one.options]
    match one:
        case Rule():
            own: tuple[Any, ...] = one.severity, one.since, one.default
        case Signal():
            own = (one.group,)
        case Fact():
            own = one.kind, one.cost, one.local, one.reads
        case Reader():
            own = one.files, one.mentions
    return type(one), one.name, one.function, needs, options, own


def test_the_registry_knows_of_listed_functions_what_it_knows_of_imported_ones() -> None:
    registry = Plugins().registry
    registry.complete()
    listed = [*registry.rules.values(), *registry.signals.values(), *registry.readers.values(), *registry.facts.values()]
    own = {one.name: one for one in listed if one.plugin in FOLDERS}
    by_signature = {one.name: one for package in FOLDERS for one in declared(package).values()}
    assert len(own) > 250
    assert own.keys() == by_signature.keys()
    for name, one in own.items():
        assert seen(one) == seen(by_signature[name]), name


def test_a_listed_function_is_imported_when_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "listedpack/area").mkdir(parents=True)
    (tmp_path / "listedpack/area/one.py").write_text("def one(name):\n    yield name\n")
    monkeypatch.syspath_prepend(tmp_path)
    entry = "rule", ("ERROR", "0.1", True), "name: CheckpointName", ()
    facts = {"CheckpointName": "modelcheck.facts.checkpoint_name"}
    registry = Registry()
    registry.scan("listedpack", listed=({"area.one": entry, "area.none": entry}, facts))
    assert isinstance(registry.ready["area/one"].origin, Unimported)
    assert list(registry.ready["area/one"].function("x")) == ["x"]
    with pytest.raises(ModuleNotFoundError):
        _ = registry.ready["area/none"].function


def test_a_function_whose_parameters_are_not_the_listed_ones_is_not_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stalepack/area").mkdir(parents=True)
    (tmp_path / "stalepack/area/one.py").write_text("def one(card):\n    yield card\n")
    monkeypatch.syspath_prepend(tmp_path)
    entry = "rule", ("ERROR", "0.1", True), "name: CheckpointName", ()
    registry = Registry()
    facts = {"CheckpointName": "modelcheck.facts.checkpoint_name"}
    registry.scan("stalepack", listed=({"area.one": entry}, facts))
    with pytest.raises(PluginError, match="its signature is not the listed one"):
        _ = registry.ready["area/one"].function
