"""What authors of plug-ins get wrong in hooks: the code of acme/__init__.py, the line that the message names, what it says."""

from __future__ import annotations

from author_mistakes import PACK

HOOKS = {
    "hook misspelt": (
        PACK.replace("modelcheck_register", "modelcheck_registr"),
        3,
        "there is no hook modelcheck_registr. Did you mean modelcheck_register?",
    ),
    "hook not marked": (PACK.replace("@hookimpl\n", ""), 3, "modelcheck_register is not called. Write @hookimpl above it"),
    "no hook": ("X = 1\n", None, "acme has no hook, so it adds nothing. Write a function with @hookimpl"),
    "wrong arguments of a hook": (
        PACK + "\n@hookimpl\ndef modelcheck_open(tgt):\n    return None\n",
        7,
        "modelcheck_open has the parameter 'tgt', so it is not called. Write def modelcheck_open(target, access)",
    ),
    "a hook without its argument": (
        PACK.replace("(registry)", "()"),
        3,
        "modelcheck_register has no parameter 'registry', so it is not called. Write def modelcheck_register(registry)",
    ),
    "an async hook": (PACK.replace("def ", "async def "), 3, "modelcheck_register is an async function, which nothing awaits"),
    "a hook that yields": (
        PACK.replace("registry.scan", "yield registry.scan"),
        3,
        "modelcheck_register yields, and a hook returns: what is in it would never run",
    ),
    "a format that modelcheck has": (
        PACK + "\ndef mine(report, style):\n    return ''\n\n@hookimpl\ndef modelcheck_reporters():\n    return {'json': mine}\n",
        7,
        "modelcheck.reporters.formats brings the format json already, and it stays. Give yours a name of its own",
    ),
    "a source for every target": (
        "from modelcheck.testing import MemorySource\n"
        + PACK
        + "\n@hookimpl\ndef modelcheck_open(target):\n    return MemorySource({'config.json': '{}'})\n",
        8,
        "modelcheck opens itself, which it does. Return None for all targets but those of a scheme of your own",
    ),
    "the plug-in cannot be imported": ("import not_there\n", 1, "Install not_there"),
    "the hook fails": (
        PACK.replace("registry.scan(__name__)", "registry.scan('acme.nowhere')"),
        5,
        "No module named 'acme.nowhere'",
    ),
    "the hook calls what is not there": (PACK.replace("registry.scan", "registry.scna"), 5, "has no attribute 'scna'"),
    "reporters are no mapping": (
        PACK + "\n@hookimpl\ndef modelcheck_reporters():\n    return [1]\n",
        7,
        "modelcheck_reporters returned list where a mapping",
    ),
    "a format with an odd name": (
        PACK + "\n@hookimpl\ndef modelcheck_reporters():\n    return {'My Format': print}\n",
        7,
        "returned the name 'My Format': a format has a name of lower-case letters",
    ),
    "a reporter that is none": (
        PACK + "\n@hookimpl\ndef modelcheck_reporters():\n    return {'mine': 3}\n",
        7,
        "returned int for mine, which cannot be called",
    ),
}
