"""What each fault of the Hub is called, how long it is waited for, and that nothing else is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Command, clean_environment
from hub.server import PAPERS, Fault, Hub, running_hub

FAULTS = {
    "401": (Fault("x", 401), "not-found"),
    "403": (Fault("x", 403), "gated"),
    "404": (Fault("x", 404), "unreadable"),
    "429 that asks for longer than there is": (Fault("x", 429, headers={"Retry-After": "60"}), "rate-limited"),
    "500": (Fault("x", 500), "unreadable"),
    "503": (Fault("x", 503), "unreadable"),
    "a hang": (Fault("x", 200, seconds=30), "timeout"),
    "HTML for JSON": (Fault("x", 200, body=b"<html>"), "unreadable"),
    "JSON of another form": (Fault("x", 200, body=b'{"sha": 3}'), "unreadable"),
    "a list for an object": (Fault("x", 200, body=b"[]"), "unreadable"),
    "a redirect to a host that is not there": (Fault("x", 302, headers={"Location": "http://localhost:9/x"}), "unreadable"),
    "a missing revision": (Fault("x", 404, headers={"X-Error-Code": "RevisionNotFound"}), "not-found"),
    "a private repository": (Fault("x", 401, headers={"X-Error-Code": "RepoNotFound"}), "not-found"),
    "a body that is cut off": (Fault("x", 200, headers={"X-Cut": "1"}, body=b'{"sha": "' + b"0" * 2000), "unreadable"),
}
TIMEOUT = 4


@pytest.mark.parametrize("among", [1, 10])
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_kind_and_its_exit_code_alone_and_among_ten(
    name: str, among: int, hub: Hub, modelcheck: Command
) -> None:
    fault, kind = FAULTS[name]
    others = [f"acme/good-{number}-base" for number in range(among - 1)]
    for other in others:
        hub.add(other, PAPERS)
    hub.faults.append(Fault("/api/models/acme/bad", fault.status, headers=fault.headers, seconds=fault.seconds, body=fault.body))
    targets = [*others[:5], "acme/bad", *others[5:]]
    started = time.monotonic()
    done = modelcheck("scan", *targets, "--format", "json", "--timeout", str(TIMEOUT), env={"HF_ENDPOINT": hub.address})
    assert time.monotonic() - started < TIMEOUT + 8
    assert [(error["target"], error["kind"]) for error in done.json["errors"]] == [("acme/bad", kind)]
    assert [checkpoint["target"] for checkpoint in done.json["checkpoints"]] == others, "in order, and none lost"
    assert {checkpoint["verdict"]["label"] for checkpoint in done.json["checkpoints"]} <= {"base"}
    assert done.code == 4
    assert "Traceback" not in done.err


def test_what_passes_is_asked_again(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/model", PAPERS)
    hub.faults += [Fault("/api/models/", 429, times=1, headers={"Retry-After": "1"}), Fault("config.json", 503, times=1)]
    done = modelcheck("scan", "acme/model", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert (done.code, done.json["errors"]) == (0, [])
    assert hub.asked().count("GET /api/models/acme/model") == 2


def test_a_body_that_is_cut_off_is_no_absence(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/model", PAPERS)
    hub.breaking = "README.md"
    done = modelcheck("scan", "acme/model", "--format", "json", "-v", env={"HF_ENDPOINT": hub.address})
    reasons = [skipped["reason"] for skipped in done.json["checkpoints"][0]["skipped"] if skipped["rule"] == "card/license-missing"]
    assert reasons == ["README.md could not be read: the Hub's answer about acme/model broke off"]
    hub.breaking = "/api/models"
    done = modelcheck("scan", "acme/model", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert [error["kind"] for error in done.json["errors"]] == ["unreadable"]


def test_the_token_does_not_follow_a_redirect_to_another_host(hub: Hub, modelcheck: Command) -> None:
    token = "hf_" + "s3cretTokenForTests" * 2
    with running_hub() as elsewhere:
        elsewhere.add("cdn/files", PAPERS)
        place = f"{elsewhere.address.replace('127.0.0.1', 'localhost')}/cdn/files/resolve/main/config.json"
        hub.add("acme/model", PAPERS)
        hub.faults.append(Fault("resolve/.*/config.json", 302, headers={"Location": place}))
        done = modelcheck("scan", "acme/model", "--format", "json", env={"HF_ENDPOINT": hub.address, "HF_TOKEN": token})
        assert done.code == 0, done.err
        assert elsewhere.requests, "the redirect was followed"
        assert not any(token in str(headers) for _, _, headers in elsewhere.requests)
        assert token not in done.out + done.err


def test_a_missing_revision_lists_the_near_ones(hub: Hub, modelcheck: Command) -> None:
    repo = hub.add("acme/model", PAPERS)
    repo.revisions["it-SFT"] = {}
    done = modelcheck("scan", "acme/model@it-SFF", env={"HF_ENDPOINT": hub.address})
    assert "no such revision; it has it-SFT, main" in " ".join(done.out.split())


def test_a_connection_that_fails_once_is_tried_again(modelcheck: Command) -> None:
    started = time.monotonic()
    done = modelcheck("scan", "acme/a", "acme/b", "acme/c", "--jobs", "1", "--format", "json")
    assert [error["kind"] for error in done.json["errors"]] == ["offline"] * 3
    assert 1.5 < time.monotonic() - started < 10, "tried again for the first, and for nobody after that"


def test_what_the_hub_does_not_know_is_not_found(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/model", PAPERS)
    hub.add("acme/private", PAPERS, private=True)
    targets = ("acme/missing", "acme/private", "acme/model@no-such-branch")
    done = modelcheck("scan", *targets, "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert [(error["target"], error["kind"]) for error in done.json["errors"]] == [(target, "not-found") for target in targets]
    assert done.code == 4


def test_a_hub_that_is_not_there_is_waited_for_once(modelcheck: Command) -> None:
    done = modelcheck("scan", "acme/a", "acme/b", "--format", "json", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert [error["kind"] for error in done.json["errors"]] == ["offline", "offline"]
    assert "--offline" in done.json["errors"][0]["message"]
    assert done.code == 4


def test_the_token_goes_to_the_hub_and_nowhere_else(hub: Hub, modelcheck: Command) -> None:
    token = "hf_" + "s3cretTokenForTests" * 2
    hub.add("acme/model", PAPERS, gated=True)
    done = modelcheck("scan", "acme/model", "-vv", env={"HF_ENDPOINT": hub.address, "HF_TOKEN": token})
    assert done.code == 0, done.err
    assert any(headers.get("authorization", headers.get("Authorization")) == f"Bearer {token}" for _, _, headers in hub.requests)
    assert token not in done.out + done.err


def test_ctrl_c_among_many_ends_with_what_was_done(hub: Hub, tmp_path: Path) -> None:
    for number in range(6):
        hub.add(f"acme/m{number}-chat", PAPERS)
    hub.faults.append(Fault("acme/m[45]-chat", 200, seconds=60))
    command = [
        sys.executable,
        "-P",
        "-m",
        "modelcheck",
        "scan",
        *(f"acme/m{number}-chat" for number in range(6)),
        "--format",
        "json",
    ]
    env = clean_environment(HF_ENDPOINT=hub.address, HF_HOME=str(tmp_path))
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    time.sleep(5)
    os.kill(running.pid, signal.SIGINT)
    started = time.monotonic()
    out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (130, "")
    assert time.monotonic() - started < 5, "it does not wait for the answers that hang"
    assert [checkpoint["target"] for checkpoint in json.loads(out)["checkpoints"]] == [
        f"acme/m{number}-chat" for number in range(4)
    ]
    assert json.loads(out)["interrupted"]
