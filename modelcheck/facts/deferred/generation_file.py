"""``generation_config.json`` itself, whether or not it names a stop token."""

from __future__ import annotations

from modelcheck.declarations import fact
from modelcheck.documents.jsonfile import JsonFile
from modelcheck.facts.reading import read_json
from modelcheck.records import record
from modelcheck.sources import Source


@record()
class GenerationFile:
    """``file`` is the parsed file."""

    file: JsonFile


@fact(cost="files", reads=("generation_config.json",))
def generation_file(source: Source) -> GenerationFile:
    """From the file."""
    return GenerationFile(read_json(source, "generation_config.json"))
