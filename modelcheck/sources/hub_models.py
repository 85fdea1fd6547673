"""The models of an author on the Hub."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import quote, urlencode, urlsplit

from modelcheck.errors import TargetError
from modelcheck.records import record
from modelcheck.sources import Access
from modelcheck.sources.hub_client import MAX_ANSWER, HubClient

_MOST = 20_000
_PAGE = 1_000
_NEXT = re.compile(r"<([^<>]*)>; *rel=\"?next\"?")


@record(eq=True)
class ListedModel:
    """A model as the Hub lists it: its id, and its newest commit and the time of that (ISO 8601), where the Hub says them."""

    id: str
    commit: str | None = None
    modified: str | None = None


def models_of(author: str, tag: str | None, limit: int | None, access: Access) -> list[str]:
    """Return the ids of an author's models, ``limit`` at most, those with a tag. Raises TargetError, also for more than 20,000."""
    return [one.id for one in _some(_listed(_query(author, tag), author, access), author, limit)]


def commits_of(author: str, tag: str | None, limit: int | None, access: Access) -> list[ListedModel]:
    """The same with the newest commit of each: a page of a thousand models is one request."""
    query = _query(author, tag) | {"expand[]": ["sha", "lastModified"]}
    return _some(_listed(query, author, access), author, limit)


def collection(slug: str, access: Access) -> list[str]:
    """The ids of the models in a collection of the Hub (``owner/title-hash``). Raises TargetError."""
    answer = HubClient(slug, access).get(f"/api/collections/{quote(slug)}", MAX_ANSWER)
    try:
        return [str(item["id"]) for item in json.loads(answer.body)["items"] if item.get("type") == "model"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise TargetError("unreadable", f"the Hub's collection {slug} does not have the expected form") from None


def _query(author: str, tag: str | None) -> dict[str, str | list[str]]:
    return {"author": author, "limit": str(_PAGE), **({"filter": tag} if tag else {})}


def _some(models: Iterator[ListedModel], author: str, limit: int | None) -> list[ListedModel]:
    found = list(islice(models, limit or _MOST + 1))
    if len(found) > _MOST:
        raise TargetError("unreadable", f"the Hub lists more than {_MOST:,} models of {author}: scan some of them with --limit")
    return found


def _listed(query: Mapping[str, str | list[str]], author: str, access: Access) -> Iterator[ListedModel]:
    """Every model once. A page that brings none is the last: a Hub could name pages without end."""
    client = HubClient(author, access)
    page: str | None = f"/api/models?{urlencode(query, doseq=True)}"
    seen: set[str] = set()
    while page:
        answer = client.get(page, MAX_ANSWER)
        try:
            models = {str(one["id"]): one for one in json.loads(answer.body)}
            new = [
                ListedModel(id_, _text(one, "sha"), _text(one, "lastModified")) for id_, one in models.items() if id_ not in seen
            ]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise TargetError("unreadable", f"the Hub's list of the models of {author} does not have the expected form") from None
        seen.update(one.id for one in new)
        yield from new
        link = _NEXT.search(answer.headers.get("link", ""))
        page = _path(link[1]) if link and new else None


def _text(model: Mapping[str, object], key: str) -> str | None:
    value = model.get(key)
    return value if isinstance(value, str) and value else None


def _path(address: str) -> str:
    """Path and query below the Hub's address: the next page is asked of the same Hub, wherever the link leads."""
    from huggingface_hub import constants

    parts = urlsplit(address.removeprefix(constants.ENDPOINT))
    return f"{parts.path}?{parts.query}"
