"""A checkpoint on the Hub: one question pins the commit and lists the files; a file comes only when a fact asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from modelcheck.errors import Absent, Broken, Kind, TargetError
from modelcheck.findings import Span
from modelcheck.hookspecs import hookimpl
from modelcheck.sources import Access, Source
from modelcheck.sources.target import Target

TIMEOUT = 10.0
"""Seconds that one answer may take."""


class HubSource:
    """One repository at one commit. Files are downloaded into the Hub's own cache."""

    kind = "hub"

    def __init__(self, info: Any, access: Access) -> None:
        self.name: str = info.id
        self.revision: str | None = info.sha
        self._access = access
        self._files: dict[str, int | None] = {sibling.rfilename: sibling.size for sibling in info.siblings or ()}

    def files(self) -> Mapping[str, int | None]:
        """The files of the commit, with their sizes."""
        return self._files

    def read(self, path: str, limit: int) -> bytes:
        """Download a file that the listing names. Raises Absent (also where access is withheld), Broken, TargetError."""
        from huggingface_hub import hf_hub_download

        size = self._files.get(path, -1)
        if size == -1:
            raise Absent(f"no {path}")
        if size is not None and size > limit:
            raise Broken(Span(path), f"is {size:,} bytes long; modelcheck reads at most {limit:,} of such a file")
        try:
            with _faults(self.name, self._access):
                local = hf_hub_download(self.name, path, revision=self.revision, etag_timeout=TIMEOUT)
        except TargetError as error:
            raise Absent(f"{path} could not be read: {error}") from None
        with open(local, "rb") as file:  # noqa: PTH123 - a path that the library made, as a string
            content = file.read(limit + 1)
        if len(content) > limit:
            raise Broken(Span(path), f"is longer than the {limit:,} bytes that modelcheck reads of such a file")
        return content

    def shown(self, path: str) -> str:
        """The path from the repository's root."""
        return path


@contextmanager
def _faults(id_: str, access: Access) -> Iterator[None]:
    """Turns what the library raises into a TargetError of the right kind."""
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError:  # before its parent, RepositoryNotFoundError
        raise TargetError("gated", f"{id_} is gated: accept its conditions on its page and set HF_TOKEN") from None
    except errors.RevisionNotFoundError:
        raise TargetError("not-found", f"{id_} has no such revision") from None
    except errors.RepositoryNotFoundError:
        raise TargetError("not-found", f"the Hub knows no {id_}, or it is private: check the spelling, or set HF_TOKEN") from None
    except errors.OfflineModeIsEnabled:
        raise TargetError("offline", f"{id_} was not asked for: HF_HUB_OFFLINE is set") from None
    except errors.HfHubHTTPError as error:
        raise _refused(id_, error) from None
    except errors.LocalEntryNotFoundError:
        raise _unreachable(id_, access) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TargetError("unreadable", f"the Hub's answer about {id_} is not of the form that it should have") from None
    except Exception as error:
        if not type(error).__module__.startswith(("httpx", "httpcore", "requests", "urllib3")) and not isinstance(error, OSError):
            raise
        if "Timeout" in type(error).__name__:
            raise TargetError("timeout", f"the Hub did not answer about {id_} within {TIMEOUT:.0f} seconds") from None
        raise _unreachable(id_, access) from None


def _refused(id_: str, error: Any) -> TargetError:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status == 429:
        wait = error.response.headers.get("Retry-After")
        return TargetError(
            "rate-limited", f"the Hub asks to wait{f' {wait} seconds' if wait else ''} before {id_} is asked for again"
        )
    kind: Kind = "gated" if status in (401, 403) else "unreadable"
    return TargetError(kind, f"the Hub answered {status or 'with an error'} for {id_}")


def _unreachable(id_: str, access: Access) -> TargetError:
    access.unreachable = f"{id_}: the Hub cannot be reached; --offline judges from the cache and the name"
    return TargetError("offline", access.unreachable)


@hookimpl
def modelcheck_open(target: Target, access: Access) -> Source | None:
    """Opens a Hub id over the network. Raises TargetError."""
    if target.kind != "hub" or target.id is None or not access.network:
        return None
    if access.unreachable:
        raise TargetError("offline", access.unreachable)
    from huggingface_hub import HfApi

    with _faults(target.id, access):
        info = HfApi().model_info(target.id, revision=target.revision, files_metadata=True, timeout=TIMEOUT)
    return HubSource(info, access)
