"""Files of a checkpoint are fetched together: within the bound on requests, and each fault among them has its kind."""

from __future__ import annotations

import re
import time

import pytest

from conftest import Command
from hub.server import Fault, Hub, fixture_files

NAME = "acme/Model-7B-Instruct"
FILES = {"config.json", "README.md", "chat_template.jinja", "tokenizer_config.json", "generation_config.json"}
FAULTS = {
    "500": (Fault("x", 500), "unreadable"),
    "404": (Fault("x", 404), "unreadable"),
    "403": (Fault("x", 403), "gated"),
    # It comes when the others are under way: after it, nothing more is asked for.
    "429 that asks for longer than there is": (Fault("x", 429, headers={"Retry-After": "60"}, seconds=1.5), "rate-limited"),
    "a hang": (Fault("x", 200, seconds=30), "timeout"),
    "other bytes": (Fault("x", 200, body=b"{}"), "unreadable"),
    "a redirect to a host that is not there": (Fault("x", 302, headers={"Location": "http://localhost:9/x"}), "unreadable"),
    "a body that is cut off": (Fault("x", 200, headers={"X-Cut": "1"}, body=b"{" * 2000), "unreadable"),
}
TIMEOUT = 4


def read(hub: Hub) -> list[str]:
    return [asked.rpartition("/")[2] for asked in hub.asked() if "/resolve/" in asked]


def test_files_are_asked_for_together_and_each_once(hub: Hub, modelcheck: Command) -> None:
    hub.add(NAME, fixture_files("tiny-instruct"))
    hub.latency = 0.5
    done = modelcheck("scan", NAME, "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert done.json["checkpoints"][0]["verdict"]["label"] == "instruct"
    assert sorted(read(hub)) == sorted(FILES)
    assert hub.most_at_once == len(FILES)


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_are_under_way_than_allowed(jobs: int, hub: Hub, modelcheck: Command) -> None:
    hub.add(NAME, fixture_files("tiny-instruct"))
    hub.latency = 0.2
    done = modelcheck("scan", NAME, "--jobs", str(jobs), "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert done.json["checkpoints"][0]["verdict"]["label"] == "instruct"
    assert (sorted(read(hub)), hub.most_at_once) == (sorted(FILES), jobs)


def test_the_files_of_a_parent_come_together_too(hub: Hub, modelcheck: Command) -> None:
    hub.add(
        "acme/thing", {"config.json": '{"model_type": "llama"}', "adapter_config.json": f'{{"base_model_name_or_path": "{NAME}"}}'}
    )
    hub.add(NAME, fixture_files("tiny-instruct"))
    hub.latency = 0.5
    modelcheck("scan", "acme/thing", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert sorted(read(hub)[2:]) == sorted(FILES)
    assert hub.most_at_once == len(FILES)


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("file", ["README.md", "generation_config.json"])
def test_one_fault_among_files_has_its_kind_and_loses_no_other_file(name: str, file: str, hub: Hub, modelcheck: Command) -> None:
    fault, kind = FAULTS[name]
    hub.add(NAME, fixture_files("tiny-instruct"))
    hub.faults.append(Fault(file, fault.status, headers=fault.headers, seconds=fault.seconds, body=fault.body))
    started = time.monotonic()
    words = ("scan", NAME, "--format", "json", "-v", "--require-complete", "--timeout", str(TIMEOUT))
    done = modelcheck(*words, env={"HF_ENDPOINT": hub.address})
    assert time.monotonic() - started < TIMEOUT + 8
    assert [error["kind"] for error in done.json["errors"]] == [kind]
    assert kind == "gated" or file in done.json["errors"][0]["message"]
    (checkpoint,) = done.json["checkpoints"]
    assert checkpoint["verdict"]["label"] == "instruct"
    assert not [path for path in FILES - {file} if re.search(rf"(?<!\w){path}[^.]* could not be read", done.out)]
    assert done.code == 4
    assert "Traceback" not in done.err


def test_a_hub_that_asks_to_wait_is_not_asked_by_the_others_meanwhile(hub: Hub, modelcheck: Command) -> None:
    hub.add(NAME, fixture_files("tiny-instruct"))
    hub.faults.append(Fault("/api/models/", 429, times=1, headers={"Retry-After": "1"}))
    hub.faults.append(Fault("/resolve/", 429, times=2, headers={"Retry-After": "1"}))
    done = modelcheck("scan", NAME, "--jobs", "2", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert (done.json["errors"], done.code) == ([], 0)
    assert len(read(hub)) == len(FILES) + 2, "the two that were under way are asked for again, and no other"


def test_a_gated_repository_refuses_once(hub: Hub, modelcheck: Command) -> None:
    hub.add(NAME, fixture_files("tiny-instruct"), gated="manual")
    hub.faults.append(Fault("/resolve/", 403, headers={"X-Error-Code": "GatedRepo"}))
    modelcheck("scan", NAME, env={"HF_ENDPOINT": hub.address, "HF_TOKEN": "hf_" + "x" * 30})
    assert len(read(hub)) == 1


def test_a_gated_repository_with_access_is_read_in_one_round_trip_more(hub: Hub, modelcheck: Command) -> None:
    hub.add(NAME, fixture_files("tiny-instruct"), gated="manual")
    hub.latency = 0.5
    modelcheck("scan", NAME, env={"HF_ENDPOINT": hub.address, "HF_TOKEN": "hf_" + "x" * 30})
    assert (sorted(read(hub)), hub.most_at_once) == (sorted(FILES), len(FILES) - 1)
