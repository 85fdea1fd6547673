"""``generation_config.json`` itself, whether or not it names a stop token."""

from __future__ import annotations

from dataclasses import dataclass

from modelcheck.documents.jsonfile import JsonFile
from modelcheck.facts.reading import read_json
from modelcheck.registry import fact
from modelcheck.sources import Source


@dataclass(frozen=True, slots=True, eq=False)
class GenerationFile:
    """``file`` is the parsed file."""

    file: JsonFile


@fact(cost="files")
def generation_file(source: Source) -> GenerationFile:
    """From the file."""
    return GenerationFile(read_json(source, "generation_config.json"))
