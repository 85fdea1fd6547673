"""Which languages the conversations are in, by py3langid, for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from modelcheck.compare.conversation import Conversation

_SHORTEST, _MOST = 40, 500
"""Characters: a shorter text tells too little. Conversations that are looked at."""


def languages(conversations: Sequence[Conversation]) -> dict[str, int]:
    """The number of conversations in each language (ISO 639-1), the largest first; empty without py3langid."""
    try:
        from py3langid import classify  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return {}
    texts = ["\n".join(message.content for message in one.messages if message.role != "system") for one in conversations[:_MOST]]
    return dict(Counter(str(classify(text[:2000])[0]) for text in texts if len(text) >= _SHORTEST).most_common())
