"""What to do about a mistake in a plug-in: names that are nearly right, and how to write what was written wrongly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from modelcheck.blame import blame
from modelcheck.code_places import place_of_error
from modelcheck.errors import Crash, PluginError

_DECORATORS = {
    "rule": '@rule(severity="warning", since="1.0"), and default=False for one that runs only when selected',
    "signal": '@signal(group="…")',
    "fact": '@fact(cost="files")',
    "reader": '@reader(files=("*.yaml",), mentions=("model",))',
}


def hinted(error: PluginError, package: str) -> PluginError:
    """The mistake with a hint, if one is known and it has none. ``package`` is the plug-in's own."""
    cause = error.cause
    text = str(cause)
    found = re.search(r"cannot import name '(\w+)' from 'modelcheck\.", text)
    unknown = error.unknown or (found[1] if found else (cause.name or "" if isinstance(cause, NameError) else ""))
    called = re.match(r"(rule|signal|fact|reader)\(\) (?:got|takes|missing)", text)
    if error.hint:
        pass
    elif called:
        error.hint = f"Write {_DECORATORS[called[1]]}"
    elif unknown:
        error.hint = _near(unknown)
    elif isinstance(cause, ModuleNotFoundError) and cause.name and cause.name.partition(".")[0] != package:
        error.hint = f"Install {cause.name}, or name it in the dependencies of the package"
    return error


def _near(unknown: str) -> str:
    from difflib import get_close_matches

    from modelcheck.api import DEFERRED_FACTS, ON_DEMAND, __all__

    near = get_close_matches(unknown, (*__all__, *ON_DEMAND, *DEFERRED_FACTS), 1)
    if near and near[0] == unknown:
        return f"Import it: from modelcheck.api import {unknown}"
    if near:
        return f"Did you mean {near[0]}, from modelcheck.api?"
    return "A class of your own becomes a fact by a function with @fact that returns it"


@contextmanager
def loading(plugin: str, tell: Callable[[PluginError], None], module: str = "") -> Iterator[None]:
    """Runs code of a plug-in; what it raises is told as a mistake of the plug-in. ``module`` is where its code is."""
    try:
        with blame("loading", plugin, allow=(PluginError,)):
            yield
    except PluginError as error:
        tell(error)
    except Crash as crash:
        cause = crash.__cause__ or crash
        place = place_of_error(cause, module.partition(".")[0])
        tell(PluginError(f"failed to load: {crash.cause}", plugin=plugin, at=place, cause=cause))
