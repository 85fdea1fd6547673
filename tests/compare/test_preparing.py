"""What each start reads: the rows of a conversation are its own, whatever the files of the data are called."""

from __future__ import annotations

import json
from pathlib import Path

from modelcheck.compare.data import read_data
from modelcheck.compare.preparing import prepare
from modelcheck.compare.starts import open_starts
from modelcheck.config import Settings
from modelcheck.plugins import Plugins

from conftest import ROOT, write_tree


def test_two_files_of_one_name_in_different_folders_are_not_confused(tmp_path: Path) -> None:
    for folder in ("spring", "autumn"):
        rows = [{"prompt": f"{folder} question {number}", "completion": f"{folder} answer {number}"} for number in range(20)]
        write_tree(tmp_path, {f"{folder}/chats.jsonl": "".join(f"{json.dumps(row)}\n" for row in rows)})
    data = read_data([tmp_path / "spring/chats.jsonl", tmp_path / "autumn/chats.jsonl"])
    starts = open_starts(
        [str(ROOT / "fixtures" / name) for name in ("tiny-base", "tiny-instruct")], Plugins(), Settings(offline=True)
    )
    made = prepare(starts, data.conversations, 0.25, tmp_path)
    for one in made.starts:
        rows = json.loads(one.rows.read_text("utf-8"))
        for side, conversations in (("train", made.split.train), ("held", made.split.held)):
            assert [answer for _, _, answer, _, _ in rows[side]] == [conversation.answer for conversation in conversations]
            assert all(answer.replace("answer", "question") in before for _, before, answer, _, _ in rows[side])
