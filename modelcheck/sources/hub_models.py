"""The models of an author on the Hub."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode, urlsplit

from modelcheck.errors import TargetError
from modelcheck.sources import Access
from modelcheck.sources.hub_client import MAX_ANSWER, HubClient

_MOST = 20_000
_PAGE = 1_000
_NEXT = re.compile(r"<([^<>]*)>; *rel=\"?next\"?")


def models_of(author: str, tag: str | None, limit: int | None, access: Access) -> list[str]:
    """Return the ids of an author's models, ``limit`` at most, those with a tag. Raises TargetError, also for more than 20,000."""
    found = list(islice(_ids(author, tag, HubClient(author, access)), limit or _MOST + 1))
    if len(found) > _MOST:
        raise TargetError("unreadable", f"the Hub lists more than {_MOST:,} models of {author}: scan some of them with --limit")
    return found


def _ids(author: str, tag: str | None, client: HubClient) -> Iterator[str]:
    """Every id once. A page that brings none is the last: a Hub could name pages without end."""
    query = {"author": author, "limit": str(_PAGE), **({"filter": tag} if tag else {})}
    page: str | None = f"/api/models?{urlencode(query)}"
    seen: set[str] = set()
    while page:
        answer = client.get(page, MAX_ANSWER)
        try:
            ids = [str(model["id"]) for model in json.loads(answer.body)]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise TargetError("unreadable", f"the Hub's list of the models of {author} does not have the expected form") from None
        new = [id_ for id_ in dict.fromkeys(ids) if id_ not in seen]
        seen.update(new)
        yield from new
        link = _NEXT.search(answer.headers.get("link", ""))
        page = _path(link[1]) if link and new else None


def _path(address: str) -> str:
    """Path and query below the Hub's address: the next page is asked of the same Hub, wherever the link leads."""
    from huggingface_hub import constants

    parts = urlsplit(address.removeprefix(constants.ENDPOINT))
    return f"{parts.path}?{parts.query}"
