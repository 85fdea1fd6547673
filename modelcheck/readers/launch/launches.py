"""Engine launches in command lines: which program a command starts, and its arguments by role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from types import MappingProxyType

from modelcheck.documents.located import Lines, Located
from modelcheck.facts.model_use import Method
from modelcheck.patterns import lazy
from modelcheck.readers.launch.engines import ENGINES, Engine, Role, engine_of_argv, engine_of_image
from modelcheck.readers.launch.likeness import looks_like_model
from modelcheck.readers.launch.programs import PROGRAMS
from modelcheck.readers.launch.trainers import LAUNCHERS, METHODS, NOT_TRAINING, SCRIPT, TRAINERS
from modelcheck.records import mutable, replace

_LIKE_A_MODEL = lazy(r"^(hf://)?[\w.-]+/[\w.:@-]+$|\$")
_SHELLS = ("sh", "bash", "zsh", "ash", "dash")
_NOT_OF_MODELS = frozenset(
    "docker podman nerdctl git curl wget echo printf export kubectl helm oc cat sed grep rg awk test [ [[ if for set source cd cp "
    "mv rm mkdir ssh scp rsync tar pip npm npx yarn aws gcloud az terraform claude aider codex gemini cursor".split()
)
"""Programs whose ``--model`` is none of a checkpoint, or that have none."""
_CHAT_ROLES = frozenset(("chat", "template", "tool-parser", "reasoning-parser"))


@mutable
class Launch:
    """An engine launch and its arguments by role. ``chat_cues`` are the arguments that only a chat deployment sets, as written.

    ``method`` is how a trainer trains, where the command names it; ``implied``: the model is the engine's own default. ``script``
    is the program that a launcher of programs starts.
    """

    engine: Engine
    arguments: dict[Role, list[Located]] = field(default_factory=dict)
    chat_cues: list[str] = field(default_factory=list)
    method: Method | None = None
    implied: bool = False
    likely: bool = False
    script: str | None = None

    def last(self, role: Role) -> Located | None:
        """The last value given for a role, which is the one that the engines' own parsers use."""
        return self.arguments[role][-1] if self.arguments.get(role) else None


def find_launches(
    image: str | None,
    argv: Sequence[Located],
    lines: Lines,
    variables: Mapping[str, Located] = MappingProxyType({}),
    *,
    entrypoint: bool,
) -> Iterator[Launch]:
    """The engines that a container or process starts. ``entrypoint``: ``argv`` replaces the image's own entry point.

    ``variables`` are those of a script among its arguments, as in ``sh -c "…"``.
    """
    if argv and argv[0].text.rpartition("/")[2] in _SHELLS:
        from modelcheck.readers.launch.inner_scripts import commands_of

        commands = commands_of(argv, lines, variables)
        if commands is not None:
            for command in commands:
                yield from launches_of_command(command)
            return
    found = list(launches_of_command(argv))
    yield from found
    engine = engine_of_image(image) if image else None
    if engine and not found and not _own_program(engine, argv) and (not entrypoint or (argv and argv[0].text.startswith("-"))):
        yield read_arguments(engine, argv)
    elif engine is None and not found and not image and argv and argv[0].text.startswith("--"):
        yield from _by_flags(argv)


def _by_flags(argv: Sequence[Located]) -> Iterator[Launch]:
    """The launch of an image that is built elsewhere, where its flags are those of one engine: the model's, and another."""
    launches = [(engine, read_arguments(engine, argv)) for engine in ENGINES if engine.flags]
    known = {engine.name: sum(len(words) for words in launch.arguments.values()) for engine, launch in launches}
    engine, launch = max(launches, key=lambda pair: known[pair[0].name])
    model = launch.last("model")
    if model is not None and known[engine.name] > 1 and (looks_like_model(model.text) or "$" in model.text):
        yield launch


def _own_program(engine: Engine, argv: Sequence[Located]) -> bool:
    """Whether a container's argv begins with a program of its own instead of the engine's arguments."""
    first = argv[0].text if argv else "-"
    if first.startswith("-") or first in engine.verbs or _LIKE_A_MODEL.search(first):
        return False
    # An engine that takes its model as a bare argument takes a folder too.
    return not (
        engine.positional and first.startswith("/") and len(argv) > 1 and argv[1].text.startswith("--") and "/bin/" not in first
    )


def launches_of_command(argv: Sequence[Located]) -> Iterator[Launch]:
    """The launch of one simple command: a server, a trainer, or a script with a flag that can only hold a model."""
    texts = [argument.text for argument in argv]
    for engines in ((*ENGINES, *TRAINERS, *PROGRAMS), LAUNCHERS):
        found = engine_of_argv(texts, engines)
        if found:
            launch = read_arguments(found[0], argv[found[1] :])
            stage = launch.last("method")
            launch.method = METHODS.get(stage.text if stage else _words(texts[found[1] - 1])[-1])
            kind = launch.last("repository-kind")
            if kind is not None and kind.text != "model":  # a dataset or a Space
                return
            if engines is LAUNCHERS:
                _read_script(launch, texts[found[1] :])
                yield from _of_any_program(launch)
            elif "models" in launch.arguments:
                yield from (replace(launch, arguments={**launch.arguments, "model": [one]}) for one in _listed(launch))
            else:
                yield _without_prefix(launch)
            return
    yield from _of_unknown_program(argv)


def _listed(launch: Launch) -> Iterator[Located]:
    """The models of a list, by blanks or commas."""
    for word in launch.arguments.pop("models", ()):
        start = 0
        for part in word.text.split(","):
            yield Located(part, word.at.part(start, start + len(part), len(word.text)), word.node)
            start += len(part) + 1


def _without_prefix(launch: Launch) -> Launch:
    """A launch whose model is named with the program's own prefix: ``hf/org/name``."""
    model, engine = launch.last("model"), launch.engine
    prefix = next((one for one in engine.prefixes if model is not None and model.text.startswith(one)), None)
    bare = prefix == "openai/" and model is not None and "/" not in model.text[len(prefix) :]  # a model of that company
    if model is not None and prefix and not bare:
        launch.arguments["model"] = [model.after(len(prefix))]
        launch.engine = replace(engine, name="ollama") if prefix.startswith("ollama") else engine
    elif engine.others_hosted and model is not None and "$" not in model.text:
        del launch.arguments["model"]
    return launch


def _of_unknown_program(argv: Sequence[Located]) -> Iterator[Launch]:
    """Any other program with a flag that can only hold a model: a script's use; of another program a likely one."""
    program = argv[0].text.rpartition("/")[2] if argv else ""
    if not program or program in _NOT_OF_MODELS or program.startswith("-"):
        return
    for launch in _of_any_program(read_arguments(SCRIPT, argv[1:])):
        launch.likely = not program.endswith(".py")
        yield launch


def _words(program: str) -> list[str]:
    """The parts of a program's name: ``trl/scripts/dpo.py`` → trl, scripts, dpo."""
    return re.split(r"[.\s/]", program.removesuffix(".py"))


def _read_script(launch: Launch, arguments: Sequence[str]) -> None:
    """What the name of the script says that a launcher of many processes starts: how it trains, or that it does not."""
    launch.script = next((one for one in arguments if one.endswith(".py")), None)
    if launch.script is None or launch.engine is SCRIPT:
        return
    words = re.split(r"[-_]", _words(launch.script)[-1].lower())
    methods = {METHODS[word] for word in words if word in METHODS}
    launch.method = launch.method or (methods.pop() if len(methods) == 1 else None)
    trains = launch.method or any(word.startswith(("train", "finetune", "tune")) for word in words)
    if not trains and any(NOT_TRAINING.fullmatch(word) for word in words):
        launch.engine = replace(launch.engine, purpose=None)


def _of_any_program(launch: Launch) -> Iterator[Launch]:
    """The launches of a program that is not known, one for each model: what its ``--model`` holds must look like a model."""
    models = [
        *launch.arguments.pop("models", ()),
        *(one for one in launch.arguments.get("model", ()) if re.search(r"[/$]", one.text)),
    ]
    if launch.engine is SCRIPT:
        models = [model for model in models if "$" in model.text or looks_like_model(model.text)]
    else:
        models = models[-1:]
    for model in models:
        yield replace(launch, arguments={**launch.arguments, "model": [model]})


def read_arguments(engine: Engine, argv: Sequence[Located]) -> Launch:
    """Sort the arguments after an engine's name by their roles."""
    launch = Launch(engine)
    place = 0
    while place < len(argv):
        argument = _without_default(argv[place])
        place += 1
        if not _is_flag(argument.text):
            key, equals, _ = argument.text.partition("=")
            role = engine.overrides.get(key.lstrip("+")) if equals else None
            if role:
                launch.arguments.setdefault(role, []).append(argument.after(len(key) + 1))
            elif engine.positional and engine.positional_role not in launch.arguments:
                launch.arguments[engine.positional_role] = [argument]
            continue
        dashes = len(argument.text) - len(argument.text.lstrip("-"))
        flag, equals, glued = argument.text[dashes:].partition("=")
        flag = flag.replace("_", "-")
        role = engine.flags.get(flag)
        values = [argument.after(len(argument.text) - len(glued))] if equals else []
        if not equals and not engine.switches.fullmatch(flag):
            many = role in ("adapter", "served", "trained", "models")
            while place < len(argv) and not _is_flag(argv[place].text) and (many or not values):
                values.append(argv[place])
                place += 1
        if role in _CHAT_ROLES:
            launch.chat_cues.append(argument.text[:dashes] + flag)
        if role:
            launch.arguments.setdefault(role, []).extend(values or [argument.after(len(argument.text))])
    _take_model_args(launch)
    return launch


def _without_default(argument: Located) -> Located:
    """``${EXTRA---flag`` is how a default that is a flag begins, once the shell's argv are cut."""
    found = re.match(r"\$\{\w+:?-(?=--)", argument.text)
    return argument.after(found.end()) if found else argument


def _is_flag(text: str) -> bool:
    return len(text) > 1 and text[0] == "-" and not text[1].isdigit() and " " not in text.partition("=")[0]


def _take_model_args(launch: Launch) -> None:
    """lm-eval's ``--model_args pretrained=X,revision=…,tokenizer=…,peft=…``."""
    given = launch.last("model-args")
    roles: dict[str, Role] = {
        "pretrained": "model",
        "model_name": "model",
        "model": "model",
        "revision": "revision",
        "tokenizer": "tokenizer",
        "peft": "adapter",
    }
    start = 0
    for part in given.text.split(",") if given else ():
        key, equals, value = part.partition("=")
        role = roles.get(key.strip())
        if given and equals and role:
            begin = start + len(key) + 1
            whole = given.after(begin)
            at = whole.at.part(0, len(value), len(whole.text))
            launch.arguments[role] = [Located(value.strip("\"'"), at, given.node)]
        start += len(part) + 1
