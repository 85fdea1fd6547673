"""The checks of a plug-in, one for each part and property. A check that fails says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from modelcheck.declarations import Declared, Fact, Reader, Rule, Signal
from modelcheck.plugin_advice import SECTIONS, missing_sections
from modelcheck.records import record
from modelcheck.report import Style
from modelcheck.testing.checking import check_examples, installed
from modelcheck.testing.conformance.hostile import CHECKPOINT, GGUF_CHECKPOINT, NAMES, hostile_files, hostile_folders
from modelcheck.testing.conformance.imports import check_imports
from modelcheck.testing.conformance.outcomes import outcomes_elsewhere, reports
from modelcheck.testing.conformance.pack import Pack
from modelcheck.testing.conformance.running import (
    Folder,
    bounded,
    example_of,
    folders_of_rule,
    run_on_checkpoint,
    run_reader,
    run_rule,
)
from modelcheck.testing.conformance.targets import checks_of_source
from modelcheck.testing.judging import observe, read_fact
from modelcheck.testing.reading import read_uses

_SHOWN = 300


@record()
class Check:
    """One check: ``name`` is the part and the property; ``run`` raises AssertionError."""

    name: str
    run: Callable[[], None]


def checks(pack: Pack, targets: tuple[str, ...] = ()) -> Iterator[Check]:
    """Every check of a plug-in. ``targets`` are texts that it opens."""
    yield Check("imports", partial(check_imports, pack.name))
    yield Check("mistakes", partial(_mistakes, pack.name))
    for rule in pack.rules.values():
        yield Check(f"rule {rule.name}: page", partial(_page_of_rule, rule))
        yield Check(f"rule {rule.name}: examples", partial(check_examples, rule.name))
        yield from _of_declared("rule", rule, partial(_rule_on_hostile, rule, pack.name), pack.name)
    for signal in pack.signals.values():
        yield Check(f"signal {signal.name}: page", partial(_page, signal))
        yield from _of_declared("signal", signal, partial(_on_hostile, signal, pack.name), pack.name)
    for fact in pack.facts.values():
        yield Check(f"fact {fact.name}: page", partial(_page_of_fact, fact))
        yield from _of_declared("fact", fact, partial(_on_hostile, fact, pack.name), pack.name)
    for reader in pack.readers.values():
        yield Check(f"reader {reader.name}: page", partial(_page, reader))
        yield from _of_declared("reader", reader, partial(_reader_on_hostile, reader, pack.name), pack.name)
    for name, run in checks_of_source(pack, targets):
        yield Check(name, run)
    for name in pack.reporters:
        yield Check(f"reporter {name}: any report", partial(_reporter, name))
        yield Check(f"reporter {name}: deterministic", partial(_deterministic, pack.name, f"format {name}"))


def _of_declared(kind: str, part: Declared, hostile: Callable[[], None], pack: str) -> Iterator[Check]:
    example = None if isinstance(part, Rule) else example_of(part)
    if example is not None:
        yield Check(f"{kind} {part.name}: example", partial(_example, part, example))
    yield Check(f"{kind} {part.name}: deterministic", partial(_deterministic, pack, part.name))
    yield Check(f"{kind} {part.name}: hostile files", hostile)


def _mistakes(pack: str) -> None:
    """What ``modelcheck plugins`` tells of it: parts that are left out, and what works otherwise than it seems."""
    found = installed()
    told = [one.text for one in (*found.mistakes, *found.advice()) if one.plugin == pack]
    if told:
        raise AssertionError("\n".join(told))


def _page(part: Declared) -> None:
    if not (part.function.__doc__ or "").strip():
        where = f"{part.function.__module__}.{part.function.__qualname__}"
        raise AssertionError(f"{where} has no docstring: say in one sentence what it looks at; modelcheck explain shows it")


def _page_of_rule(rule: Rule) -> None:
    _page(rule)
    missing = missing_sections(rule)
    if missing:
        raise AssertionError(
            f"the docstring of {rule.name} lacks {', '.join(f'## {name}' for name in missing)}: "
            "Bad and Good need files, in fences such as ```json config.json, and Fix says what to do"
        )
    if not rule.page.text:
        raise AssertionError(f"the docstring of {rule.name} does not say why it matters: add a paragraph below its first line")
    given = [name for name in rule.page.sections if name in SECTIONS]
    if given != list(SECTIONS):
        raise AssertionError(f"the docstring of {rule.name} has its sections in the order {given}: it must be {list(SECTIONS)}")


def _page_of_fact(fact: Fact) -> None:
    _page(fact)
    if not (fact.kind.__doc__ or "").strip() or (fact.kind.__doc__ or "").startswith(f"{fact.kind.__name__}("):
        raise AssertionError(f"the class {fact.kind.__name__} has no docstring: describe its fields, with units")


def _example(part: Declared, example: Folder) -> None:
    found: object
    if isinstance(part, Signal):
        found = observe(part.name, example.files, name=example.name, others=example.others)
    elif isinstance(part, Reader):
        found = read_uses(example.files, reader=part.name)
    elif isinstance(part, Fact):
        found = read_fact(part.kind, example.files, name=example.name, others=example.others)
    if not found and found is not None and isinstance(found, list):
        raise AssertionError(f"{part.name} yields nothing for the files under ## Example of its docstring")


def _deterministic(pack: str, part: str) -> None:
    every = [text for outcomes in outcomes_elsewhere(pack) for text in outcomes[part]]
    other = next((text for text in every if text != every[0]), None)
    if other is None:
        return
    start = next((at for at, (a, b) in enumerate(zip(every[0], other, strict=False)) if a != b), 0)
    start = max(0, start - _SHOWN // 3)
    raise AssertionError(
        f"{part} gives another result in another run: sort what comes from a set, and use no time, no random number and no state "
        f"that one call leaves for the next.\nonce:  …{every[0][start : start + _SHOWN]}\nagain: …{other[start : start + _SHOWN]}"
    )


def _rule_on_hostile(rule: Rule, pack: str) -> None:
    for folder in (*folders_of_rule(rule), Folder(CHECKPOINT)):
        for how, files in hostile_folders(folder.files):
            run_rule(rule, Folder(files, folder.name, folder.others), pack, f"{rule.name}, where {how}")


def _on_hostile(part: Declared, pack: str) -> None:
    own = example_of(part)
    for folder in (*filter(None, (own,)), Folder(CHECKPOINT), Folder(GGUF_CHECKPOINT)):
        for how, files in hostile_folders(folder.files):
            run_on_checkpoint(part, Folder(files, folder.name, folder.others), pack, f"{part.name}, where {how}")
    for name in NAMES:
        run_on_checkpoint(part, Folder(CHECKPOINT, name), pack, f"{part.name}, where the checkpoint is called {name!r}")


def _reader_on_hostile(reader: Reader, pack: str) -> None:
    example = example_of(reader)
    for how, path, content in hostile_files(reader, example.files if example else {}):
        run_reader(reader, path, content, pack, f"{reader.name}, where {how}")


def _reporter(name: str) -> None:
    styles = [
        Style(color=color, width=width, verbosity=verbosity)
        for color, width, verbosity in product((False, True), (20, 200), (-1, 2))
    ]
    for report, style in product(reports(), (*styles, Style(statistics=True))):
        before = len(report.errors)
        bounded(f"the reporter {name}", partial(installed().reporters[name], report, style))
        for error in report.errors[before:]:
            raise AssertionError(f"{error.message} (for {style})\n{error.details}")
