"""Finds and loads plug-ins, and calls their hooks. modelcheck's own parts are registered by the same hooks."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

import pluggy

from modelcheck import hookspecs
from modelcheck.blame import blame
from modelcheck.code_places import place_of
from modelcheck.documents import TextFile
from modelcheck.documents.yamlfile import YamlFile
from modelcheck.entry_points import GROUP, installed_entry_points
from modelcheck.errors import Broken, Misuse, PluginError, TargetError
from modelcheck.facts.model_use import ModelUse
from modelcheck.plugin_mistakes import hinted, loading
from modelcheck.plugin_reporters import guarded, wrong_reporters
from modelcheck.probe import ProbeOptions
from modelcheck.readers import NeighbourFiles
from modelcheck.records import record
from modelcheck.registry import Registry
from modelcheck.report import Reporter
from modelcheck.sources import Access, Opened, Source
from modelcheck.sources.target import Target
from modelcheck.wrong_hooks import wrong_hooks

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

FIRST_PARTY = (
    "modelcheck.facts", "modelcheck.readers", "modelcheck_rules", "modelcheck.builtin",
    "modelcheck.sources.named", "modelcheck.sources.hub", "modelcheck.sources.cache", "modelcheck.sources.folder",
    "modelcheck.sources.ollama", "modelcheck.sources.endpoint", "modelcheck.sources.stream",
    "modelcheck.reporters.formats",
)  # fmt: skip
"""In the order of registration. The hook ``modelcheck_open`` is called in the reverse order."""


Before = Callable[[Mapping[str, str], Callable[[PluginError], None]], None]


@record(eq=True)
class Plugin:
    """One plug-in: its name, the distribution that it belongs to, why it is disabled, and its module.

    Distribution and module are empty for modelcheck's own.
    """

    name: str
    distribution: str
    disabled: str | None = None
    module: str = ""


class Plugins:
    """Every installed plug-in except the disabled ones (name → reason). Raises Misuse for one that is not installed.

    What is wrong in a plug-in is left out and listed in ``mistakes``; the rest of it and the others are loaded. ``before`` is
    called before the first one is, with their packages (package → plug-in) and the function that notes a mistake.
    """

    def __init__(self, disabled: dict[str, str] | None = None, before: Before | None = None) -> None:
        self._before = before
        self._manager = _Manager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._mistakes: list[PluginError] = []
        self.list: list[Plugin] = []
        for name in FIRST_PARTY:
            self._manager.register(importlib.import_module(name), name)
            self.list.append(Plugin(name, ""))
        self._third_parties(disabled or {})

    def _third_parties(self, disabled: dict[str, str]) -> None:
        found = sorted(installed_entry_points(), key=lambda entry: entry.name)
        for name in disabled:
            if name not in {entry.name for entry in found}:
                raise Misuse(f"disable-plugins names {name!r}, but no such plug-in is installed")
        packages = {entry.module.partition(".")[0]: entry.name for entry in found if entry.name not in disabled}
        if packages and self._before:
            self._before(packages, self.mistaken)
        for entry in found:
            distribution = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
            plugin = Plugin(entry.name, distribution, disabled.get(entry.name), entry.module)
            same = next((one for one in self.list if one.name == entry.name), None)
            if same is not None:
                self.mistaken(_same_name(same, plugin))
                continue
            self.list.append(plugin)
            if entry.name not in disabled:
                self._load(entry, plugin)

    def _load(self, entry: EntryPoint, plugin: Plugin) -> None:
        loaded = None
        with loading(plugin.name, self.mistaken, plugin.module):
            loaded = entry.load()
        if loaded is None:
            return
        with loading(plugin.name, self.mistaken, plugin.module):
            other = self._manager.get_name(loaded)
            if other:
                hint = "Name it once in the entry points of its package"
                raise PluginError(f"it is the same object as the plug-in {other}", plugin=plugin.name, hint=hint)
            for hook, mistake in wrong_hooks(loaded, plugin.name, self._manager.parse_hookimpl_opts):
                self._manager.left_out.add((id(loaded), hook))
                self.mistaken(mistake)
            try:
                self._manager.register(loaded, plugin.name)
            except pluggy.PluginValidationError as error:
                if self._manager.is_registered(loaded):
                    self._manager.unregister(loaded)
                raise PluginError(" ".join(str(error).split()), plugin=plugin.name) from None

    def mistaken(self, mistake: PluginError) -> None:
        """Note a mistake of a plug-in, once."""
        package = next((one.module.partition(".")[0] for one in self.list if one.name == mistake.plugin), "")
        if str(hinted(mistake, package)) not in map(str, self._mistakes):
            self._mistakes.append(mistake)

    @property
    def mistakes(self) -> list[PluginError]:
        """What is left out of third-party plug-ins so far, and why. More may follow when deferred files are imported."""
        for mistake in self.registry.mistakes:
            self.mistaken(mistake)
        return self._mistakes

    def advice(self) -> list[PluginError]:
        """What works in third-party plug-ins, but probably not as their authors think."""
        from modelcheck.plugin_advice import advice, unread_folders

        own = {plugin.name: plugin.module for plugin in self.list if plugin.module and plugin.disabled is None}
        unread = [one for name, module in own.items() for one in unread_folders(module, name)]
        return [*advice(self.registry, set(own)), *unread]

    @property
    def openers(self) -> list[str]:
        """The plug-ins that bring a source."""
        return [hook.plugin_name for hook in self._manager.hook.modelcheck_open.get_hookimpls()]

    @property
    def formats(self) -> dict[str, str]:
        """Output formats, and the plug-in that brings each."""
        return {name: plugin for name, (plugin, _) in self._reporters.items()}

    @cached_property
    def registry(self) -> Registry:
        """The table of the rules, signals, facts and readers of all plug-ins, checked."""
        registry = Registry((Source, ProbeOptions), (ModelUse,), (TextFile, YamlFile, NeighbourFiles))
        modules = {plugin.name: plugin.module for plugin in self.list if plugin.module}
        registry.lenient = set(modules)
        for implementation in self._manager.hook.modelcheck_register.get_hookimpls():
            registry.plugin = implementation.plugin_name
            if registry.plugin not in modules:
                implementation.function(registry)
                continue
            with loading(registry.plugin, self.mistaken, modules[registry.plugin]):
                implementation.function(registry)
        registry.check()
        return registry

    def open(self, target: Target, access: Access) -> Opened | None:
        """Return the first source that a plug-in returns for a target. Raises TargetError, Broken, and Crash for its other errors.

        Each hook is called here and not by pluggy, which does not say whose hook raised an exception.
        """
        arguments = {"target": target, "access": access}
        ours = target.kind not in ("other", "hub") or target.text.startswith(("hf://", "http"))
        theirs: tuple[Opened, Callable[..., object]] | None = None
        for hook in reversed(self._manager.hook.modelcheck_open.get_hookimpls()):
            with blame("modelcheck_open", hook.plugin_name, target.text, allow=(TargetError, Broken), code=hook.function):
                source = hook.function(*(arguments[name] for name in hook.argnames))
                if source is None:
                    continue
                if not isinstance(source, Source):
                    raise TypeError(f"it returned {type(source).__name__}, which is not a Source{_lacking(source)}")
            if not ours or hook.plugin_name in FIRST_PARTY:
                if theirs:
                    self.mistaken(_opens_ours(*theirs))
                return Opened(source, hook.plugin_name)
            theirs = theirs or (Opened(source, hook.plugin_name), hook.function)
        return theirs[0] if theirs else None

    @property
    def reporters(self) -> dict[str, Reporter]:
        """Output formats by name. Of two with the same name, the one registered first counts: modelcheck's own, say."""
        return {name: reporter for name, (_, reporter) in self._reporters.items()}

    @cached_property
    def _reporters(self) -> dict[str, tuple[str, Reporter]]:
        found: dict[str, tuple[str, Reporter]] = {}
        for hook in self._manager.hook.modelcheck_reporters.get_hookimpls():
            with loading(hook.plugin_name, self.mistaken, hook.function.__module__):
                reporters: object = hook.function()
                wrong = wrong_reporters(reporters)
                if wrong:
                    raise PluginError(f"modelcheck_reporters {wrong}", plugin=hook.plugin_name, at=place_of(hook.function))
                text = found["text"][1] if "text" in found else None
                for name, reporter in cast("Mapping[str, Reporter]", reporters).items():
                    if name in found:
                        message = f"{found[name][0]} brings the format {name} already, and it stays"
                        hint = f"Give yours a name of its own, such as {hook.plugin_name}-{name}"
                        self.mistaken(PluginError(message, plugin=hook.plugin_name, at=place_of(reporter), hint=hint))
                    else:
                        found[name] = hook.plugin_name, guarded(name, hook.plugin_name, reporter, text)
        return found


class _Manager(pluggy.PluginManager):
    """Registers plug-ins without the hooks that are ``left_out``: the id of the plug-in, and the hook's name."""

    def __init__(self, project: str) -> None:
        super().__init__(project)
        self.left_out: set[tuple[int, str]] = set()

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        """The options of a hook; None for what is no hook."""
        if not name.startswith("modelcheck_") and getattr(plugin, "__name__", "") in FIRST_PARTY:
            return None  # pluggy looks at every name of a module, as ``inspect`` does
        return None if (id(plugin), name) in self.left_out else super().parse_hookimpl_opts(plugin, name)


def _lacking(source: object) -> str:
    """What an object has to have to be a source."""
    lacking = [name for name in ("kind", "name", "revision", "files", "read", "read_range", "shown") if not hasattr(source, name)]
    return f": it has no {', '.join(lacking)}"


def _opens_ours(opened: Opened, hook: Callable[..., object]) -> PluginError:
    message = "modelcheck_open returned a source for a folder, a file or a scheme that modelcheck opens itself, which it does"
    hint = "Return None for all targets but those of a scheme of your own"
    return PluginError(message, plugin=opened.plugin, at=place_of(hook), hint=hint)


def _same_name(first: Plugin, second: Plugin) -> PluginError:
    packages = " and ".join(one.distribution or "modelcheck itself" for one in (first, second))
    hint = "Uninstall one of them, or rename it in the entry points of its package"
    return PluginError(f"{packages} both bring a plug-in of this name; the second is left out", plugin=second.name, hint=hint)
