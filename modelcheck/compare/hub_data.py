"""Data sets of the Hub, by huggingface_hub: ``hf://datasets/owner/name``, ``…@revision``, ``…/path/to/file.jsonl``."""

from __future__ import annotations

import re
from pathlib import Path

from modelcheck.compare.rows import MOST_BYTES, SUFFIXES
from modelcheck.errors import Misuse
from modelcheck.sources.target import OWNED_ID
from modelcheck.sources.transport import TransportError, faults

SCHEME = "hf://datasets/"
_NAME = re.compile(rf"{SCHEME}(?P<id>{OWNED_ID})(?:@(?P<revision>[\w.-]+))?(?:/(?P<path>.+))?")
_MOST_FILES = 50
_NO_DATA = ("dataset_infos.json", "dataset_info.json", "config.json", "metadata.json")


def fetched(text: str, *, offline: bool) -> list[Path]:
    """The data files of a data set in the Hub's cache, fetched if they are not there; those of its training part if it says so.

    Raises Misuse for a name of another form, a data set that cannot be read, and one with too much data.
    """
    found = _NAME.fullmatch(text)
    if found is None:
        raise Misuse(f"{text}: a data set of the Hub is written {SCHEME}owner/name, with @revision and /path if needed")
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    id_, revision = found["id"], found["revision"]
    try:
        with faults():
            try:
                names = [found["path"]] if found["path"] else _listed(text, id_, revision, offline=offline)
                return [_file(id_, name, revision, offline=offline) for name in names]
            except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError, ValueError) as error:
                raise Misuse(f"{text}: {str(error).splitlines()[0][:200]}") from error
    except TransportError as error:
        raise Misuse(f"{text}: the Hub does not answer ({error.fault})") from error


def _file(id_: str, name: str, revision: str | None, *, offline: bool) -> Path:
    from huggingface_hub import hf_hub_download

    return Path(hf_hub_download(id_, name, revision=revision, repo_type="dataset", local_files_only=offline))


def _listed(text: str, id_: str, revision: str | None, *, offline: bool) -> list[str]:
    from huggingface_hub import HfApi

    if offline:
        raise Misuse(f"{text}: without a network, name a file of the data set that is in the Hub's cache")
    listed = HfApi().list_repo_tree(id_, recursive=True, revision=revision, repo_type="dataset")
    return _chosen(text, {one.path: getattr(one, "size", 0) or 0 for one in listed})


def _chosen(text: str, sizes: dict[str, int]) -> list[str]:
    data = [path for path in sorted(sizes) if path.endswith(SUFFIXES) and path.rpartition("/")[2] not in _NO_DATA]
    train = [path for path in data if "train" in path.lower()]
    chosen = train or data
    if not chosen:
        raise Misuse(f"{text}: it has no data file ({', '.join(SUFFIXES)})")
    if len(chosen) > _MOST_FILES or sum(sizes[path] for path in chosen) > MOST_BYTES:
        raise Misuse(f"{text}: {len(chosen)} data files are more than can be compared: name one, such as {text}/{chosen[0]}")
    return chosen
