"""The words that a text contains which starts a server or a trainer. Imported by every format, so it imports little."""

from __future__ import annotations

from modelcheck.readers.launch.engines import MENTIONS
from modelcheck.readers.launch.programs import PROGRAM_MENTIONS
from modelcheck.readers.launch.trainers import TRAINER_MENTIONS

COMMAND_MENTIONS = (*MENTIONS, *TRAINER_MENTIONS, *PROGRAM_MENTIONS)

_CLIENT_MENTIONS = (b"chat", b"Chat", b"litellm_params", b"webui", b"anything", b"big-agi")
"""A file with a client of a chat server has one of these."""
_SCRIPTS = tuple(".sh .bash .sbatch .slurm .yml .yaml .mk .toml .json .ps1 .service makefile justfile".split())
"""Ends of the names of files that run programs."""
_RUN = (b"python", b"node ", b"tsx ")


def may_start(text: str) -> bool:
    """Whether a text names a server or a trainer, so that it is worth splitting into arguments."""
    lowered = text.lower()  # several times as fast as one pattern of all of them
    return any(mention in lowered for mention in COMMAND_MENTIONS)


def may_have_clients(name: str, content: bytes) -> bool:
    """Whether a file may ask a server for chats, or run a program of the tree that does."""
    return asks_itself(content) or runs_programs(name, content)


def asks_itself(content: bytes) -> bool:
    """Whether a file names an address, or a route, and something of chats."""
    return (b"http" in content or b"kind:" in content) and any(word in content for word in _CLIENT_MENTIONS)


def runs_programs(name: str, content: bytes) -> bool:
    """Whether a script or a deployment names an address and runs a program."""
    return b"http" in content and name.lower().endswith(_SCRIPTS) and any(word in content for word in _RUN)
