"""What authors of plug-ins get wrong: code, the line that the message names, what it says. ``test_plugin_mistakes`` runs them."""

from __future__ import annotations

PACK = "from modelcheck.api import hookimpl\n\n@hookimpl\ndef modelcheck_register(registry):\n    registry.scan(__name__)\n"
PAGE = '''    """A title.

    ## Bad

    ```text README.md
    x
    ```

    ## Good

    ```text README.md
    y
    ```

    ## Fix

    Remove it.
    """
'''
GOOD = 'from modelcheck.api import Finding, ModelCard, rule\n\n@rule(severity="note", since="1.0")\ndef fine(card: ModelCard):\n'
GOOD += PAGE + "    yield Finding('it is fine')\n"
API = "from modelcheck.api import Evidence, Finding, ModelCard, Source, YamlFile, fact, reader, rule, signal\n"
RULE = '@rule(severity="error", since="1.0")\n'
BODY = PAGE + "    yield Finding('x')\n"
FACT = "class Thing:\n    pass\n\n"
READ = '@reader(files=("*.yaml",), mentions=("vllm",))\n'

CIRCLE = """class A:
    pass

class B:
    pass

@fact()
def a(b: B) -> A:
    return A()

@fact()
def b(a: A) -> B:
    return B()
"""

# Name → the code of acme/house/bad.py, the line that the message names, and what it says.
LEFT_OUT = {
    "severity misspelt": (
        '@rule(severity="warn", since="1.0")\ndef bad(card: ModelCard):\n' + BODY,
        2,
        "severity='warn' is not one of note, warning, error (did you mean 'warning'?)",
    ),
    "cost misspelt": (
        FACT + '@fact(cost="netwrok")\ndef bad(card: ModelCard) -> Thing:\n    return Thing()\n',
        5,
        "cost='netwrok' is not one of files, network, weights, generate (did you mean 'network'?)",
    ),
    "local cost misspelt": (
        FACT + '@fact(cost="weights", local="file")\ndef bad(card: ModelCard) -> Thing:\n    return Thing()\n',
        5,
        "local='file' is not one of files, network, weights, generate (did you mean 'files'?)",
    ),
    "unknown argument of a decorator": (
        '@rule(level="error", since="1.0")\ndef bad(card: ModelCard):\n' + BODY,
        2,
        "unexpected keyword argument 'level'. Write @rule(severity=",
    ),
    "decorator without its arguments": ("@rule\ndef bad(card: ModelCard):\n" + BODY, 2, "Write @rule(severity="),
    "since is no text": (
        '@rule(severity="note", since=1.0)\ndef bad(card: ModelCard):\n' + BODY,
        2,
        "since=1.0 must be a string",
    ),
    "default is no bool": (
        '@rule(severity="note", since="1", default="no")\ndef bad(card: ModelCard):\n' + BODY,
        2,
        "default='no' must be True or False",
    ),
    "positional option": (
        RULE + "def bad(card: ModelCard, marks: int = 1):\n" + BODY,
        2,
        "'marks' is an option, and options stand after a *. Write (…, *, marks: int = 1)",
    ),
    "positional option without default": (
        RULE + "def bad(card: ModelCard, names: tuple[str, ...]):\n" + BODY,
        2,
        "Write (…, *, names: tuple[str, ...] = …)",
    ),
    "option without default": (RULE + "def bad(card: ModelCard, *, marks: int):\n" + BODY, 2, "the option 'marks' needs a default"),
    "option of an odd type": (
        RULE + "def bad(card: ModelCard, *, marks: dict = {}):\n" + BODY,
        2,
        "the option 'marks' must be bool, int, float, str or tuple[str, ...]",
    ),
    "no annotation": (
        RULE + "def bad(card):\n" + BODY,
        2,
        "needs a type annotation that names a fact. For example card: ModelCard",
    ),
    "a fact in a text, misspelt": (
        RULE + 'def bad(card: "ModelCrad"):\n' + BODY,
        2,
        "name 'ModelCrad' is not defined. Did you mean ModelCard, from modelcheck.api?",
    ),
    "a fact misspelt": (RULE + "def bad(card: ChatTemplat):\n" + BODY, 3, "Did you mean ChatTemplate, from modelcheck.api?"),
    "a fact that is not imported": (
        RULE + "def bad(card: ChatTemplate):\n" + BODY,
        3,
        "Import it: from modelcheck.api import ChatTemplate",
    ),
    "an import misspelt": (
        "from modelcheck.api import TokenizerFiel\n" + RULE + "def bad(card: ModelCard):\n" + BODY,
        2,
        "Did you mean TokenizerFile, from modelcheck.api?",
    ),
    "a fact that nobody provides": (
        FACT + RULE + "def bad(thing: Thing):\n" + BODY,
        5,
        "house/bad needs Thing, which no plug-in provides",
    ),
    "two facts": (RULE + "def bad(card: ModelCard | Source):\n" + BODY, 2, "must be one fact, or one fact or None"),
    "star": (RULE + "def bad(*card: ModelCard):\n" + BODY, 2, "*card is not allowed"),
    "fact without return annotation": (
        FACT + "@fact()\ndef bad(card: ModelCard):\n    return Thing()\n",
        5,
        "must name the fact's class in its return annotation",
    ),
    "facts in a circle": (
        CIRCLE,
        None,
        "these facts need one another: ",
    ),
    "a second provider": (
        "from modelcheck.api import CheckpointName\n@fact()\ndef bad(card: ModelCard) -> CheckpointName:\n    return None\n",
        3,
        "both modelcheck.facts and acme bring the fact CheckpointName; rename or disable one of them",
    ),
    "mentions in upper case": (
        '@reader(files=("*.yaml",), mentions=("vLLM",))\ndef bad(file: YamlFile):\n    yield from ()\n',
        2,
        "mentions holds 'vLLM', which is not lower case: write 'vllm'",
    ),
    "mentions is one text": (
        '@reader(files=("*.yaml",), mentions="vllm")\ndef bad(file: YamlFile):\n    yield from ()\n',
        2,
        "mentions='vllm' must be a tuple of strings: mentions=('vllm',)",
    ),
    "files is one text": (
        '@reader(files="*.yaml", mentions=("vllm",))\ndef bad(file: YamlFile):\n    yield from ()\n',
        2,
        "files='*.yaml' must be a tuple of strings: files=('*.yaml',)",
    ),
    "reads is one text": (
        FACT + '@fact(reads="notes.json")\ndef bad(card: ModelCard) -> Thing:\n    return Thing()\n',
        5,
        "reads='notes.json' must be a tuple of strings: reads=('notes.json',)",
    ),
    "reads is None": (
        FACT + "@fact(reads=None)\ndef bad(card: ModelCard) -> Thing:\n    return Thing()\n",
        5,
        "reads=None must be a tuple of strings",
    ),
    "no mentions": (
        '@reader(files=("*.yaml",), mentions=())\ndef bad(file: YamlFile):\n    yield from ()\n',
        2,
        "mentions=() fits no file",
    ),
    "a reader of str": (
        READ + "def bad(file: str):\n    yield from ()\n",
        2,
        "it asks for str, which no reader can get. Readers can get TextFile, YamlFile, NeighbourFiles",
    ),
    "a reader of a fact": (
        READ + "def bad(file: ModelCard):\n    yield from ()\n",
        2,
        "it asks for ModelCard, which no reader can get",
    ),
    "a group misspelt": (
        '@signal(group="templat")\ndef bad(card: ModelCard):\n    yield Evidence(1.0, "x")\n',
        2,
        "too close to 'template'",
    ),
    "a group of two letters that are swapped": (
        '@signal(group="nmae")\ndef bad(card: ModelCard):\n    yield Evidence(1.0, "x")\n',
        2,
        "too close to 'name'",
    ),
    "files with a folder": (
        '@reader(files=("deploy/*.yaml",), mentions=("vllm",))\ndef bad(file: YamlFile):\n    yield from ()\n',
        2,
        "patterns are compared with a file's name, without folders: write '*.yaml'",
    ),
    "an async rule": (RULE + "async def bad(card: ModelCard):\n" + BODY, 2, "it is an async function, which nothing awaits"),
    "an async fact": (
        FACT + "@fact()\nasync def bad(card: ModelCard) -> Thing:\n    return Thing()\n",
        5,
        "a fact is called as it is. Write def without async",
    ),
    "a class in place of a function": (
        RULE + "class bad:\n    def __init__(self, card: ModelCard):\n        pass\n",
        2,
        "it is a class, and a rule is a function. Write def bad(…) in the module itself",
    ),
    "an object in place of a function": (
        "from functools import partial\ndef made(card: ModelCard):\n    yield from ()\n\nbad = " + RULE[1:-1] + "(partial(made))\n",
        3,
        "bad: it is a partial, and a rule is a function",
    ),
    "a method": (
        "class House:\n    " + RULE + "    def bad(self, card: ModelCard):\n        yield from ()\n",
        3,
        "House.bad: it is a method, and only functions of a module are found",
    ),
    "a generator in a cache": (
        "from functools import cache\n" + RULE + "@cache\ndef bad(card: ModelCard):\n" + BODY,
        3,
        "it is a generator in a cache: it yields in the first call only",
    ),
    "a default of another type": (
        RULE + "def bad(card: ModelCard, *, marks: int = 'x'):\n" + BODY,
        2,
        "the default of the option 'marks' is 'x', which is no int. Write marks: int = …",
    ),
    "a default that can be changed": (
        RULE + "def bad(card: ModelCard, *, marks: tuple[str, ...] = ['x']):\n" + BODY,
        2,
        "which is no tuple[str, ...]. Write marks: tuple[str, ...] = ('x',)",
    ),
    "a signal with an option": (
        '@signal(group="acme")\ndef bad(card: ModelCard, *, marks: int = 1):\n    yield Evidence(1.0, "x")\n',
        2,
        "'marks' is an option, which only rules have",
    ),
    "a fact that can be changed": (
        "import dataclasses\n@dataclasses.dataclass\n" + FACT + "@fact()\ndef bad(card: ModelCard) -> Thing:\n    return Thing()\n",
        7,
        "the fact Thing can be changed, and many rules share one. Write @dataclass(frozen=True)",
    ),
    "a fact of a built-in type": (
        "@fact()\ndef bad(card: ModelCard) -> str:\n    return ''\n",
        2,
        "str cannot be a fact: a fact is found by its class, so it has one of its own. Write a @dataclass(frozen=True)",
    ),
    "a fact or None": (
        FACT + "@fact()\ndef bad(card: ModelCard) -> Thing | None:\n    return None\n",
        5,
        "must name the fact's class in its return annotation. For example -> CardTitle; raise Absent(reason)",
    ),
    "a fact that asks for itself": (
        FACT + "@fact()\ndef bad(thing: Thing) -> Thing:\n    return thing\n",
        5,
        "these facts need one another: Thing → Thing",
    ),
    "a fact that is left out, and what needs it": (
        FACT + "@fact(cost='fiels')\ndef bad() -> 'Thing':\n    return Thing()\n\n" + RULE + "def worse(thing: Thing):\n" + BODY,
        5,
        "cost='fiels' is not one of",
    ),
    "syntax": (RULE + "def bad(card: ModelCard)\n" + BODY, 3, "SyntaxError: expected ':'"),
    "a module that is not installed": (
        "import not_there\n" + RULE + "def bad(card: ModelCard):\n" + BODY,
        2,
        "Install not_there, or name it in the dependencies of the package",
    ),
    "a module that ends the process": (
        "import sys\nsys.exit('needs Python 4')\n",
        3,
        "cannot be imported: SystemExit: needs Python 4",
    ),
    "code that fails at its import": ("LIMIT = 1 / 0\n", 2, "cannot be imported: ZeroDivisionError: division by zero"),
}
WARNED = {
    "function named otherwise than its file": (
        RULE + "def wrong(card: ModelCard):\n" + BODY,
        2,
        "since the function wrong is not called as the file bad.py is. For house/bad call the function bad",
    ),
    "second rule in a file": (
        RULE + "def bad(card: ModelCard):\n" + BODY + "\n" + RULE + "def worse(card: ModelCard):\n" + BODY,
        24,
        "bad/worse: it is the second one in bad.py, so its area is bad. Move it to worse.py for house/worse",
    ),
    "sections missing": (
        RULE + 'def bad(card: ModelCard):\n    """It is wrong."""\n    yield Finding("x")\n',
        2,
        "house/bad: its page has no ## Bad, ## Good, ## Fix",
    ),
    "no docstring": (RULE + 'def bad(card: ModelCard):\n    yield Finding("x")\n', 2, "it has no docstring, which is its page"),
}
