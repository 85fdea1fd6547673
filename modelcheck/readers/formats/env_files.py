"""Files of variables: ``.env`` and its like, and the properties of SageMaker's LMI containers."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.declarations import reader
from modelcheck.documents import TextFile
from modelcheck.documents.located import Lines
from modelcheck.facts.model_use import ModelUse
from modelcheck.patterns import lazy
from modelcheck.readers.launch.engines import TEXT_GENERATION_WEBUI
from modelcheck.readers.launch.launches import read_arguments
from modelcheck.readers.launch.model_variables import named_models
from modelcheck.readers.launch.plain_lines import Logical, place_words
from modelcheck.readers.launch.uses import uses_of_launch
from modelcheck.readers.launch.variables import read_env_file

_WEBUI_ARGUMENTS = lazy(r"CLI_ARGS|EXTRA_LAUNCH_ARGS|COMMANDLINE_ARGS")
_PROPERTY = lazy(r"(?m)^[ \t]*option\.(?P<name>\w+)[ \t]*[=:][ \t]*(?P<value>\S+)")


@reader(files=(".env", ".env.*", "*.env", "env.example", "*.env.example"), mentions=("model",))
def env_file(file: TextFile) -> Iterator[ModelUse]:
    """The models that an environment file names, by a variable or among the arguments that one holds."""
    variables = read_env_file(file.path, file.text)
    yield from named_models(variables, "env")
    lines = Lines(file.path, file.text)
    for name, value in variables.items():
        if _WEBUI_ARGUMENTS.fullmatch(name) and "--model " in value.text:
            start = lines.offset(value.at.line or 1, value.at.column or 1)
            argv = place_words(value.text.split(), Logical(start, value.text), lines)
            yield from uses_of_launch(read_arguments(TEXT_GENERATION_WEBUI, argv), variables, "env")


@reader(files=("serving.properties",), mentions=("model",))
def properties(file: TextFile) -> Iterator[ModelUse]:
    """The file of SageMaker's LMI containers (DJL): ``option.`` and the name of the container's variable."""
    lines = Lines(file.path, file.text)
    variables = {f"OPTION_{found['name'].upper()}": lines.group(found, "value") for found in _PROPERTY.finditer(file.text)}
    yield from named_models(variables, "properties")
