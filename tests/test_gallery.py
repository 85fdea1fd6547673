"""The gallery in ``fixtures/plugins``: third-party packs, installed from their wheels, tested by their own tests, and used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, write_tree
from environments import make_environment, run_in

PACKS = sorted(path.parent for path in (ROOT / "fixtures/plugins").glob("*/pyproject.toml"))
pytestmark = pytest.mark.slow
SCRIPT = "vllm serve acme/Thing-7B-Base --tool-call-parser hermes\n"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One environment with all of them: they do not get in each other's way."""
    return make_environment(tmp_path_factory.mktemp("gallery"), PACKS, ["boto3>=1.35", "moto[server]>=5"])


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_the_tests_of_each_pack(pack: Path, gallery: Path, tmp_path: Path) -> None:
    done = run_in(gallery, "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", pack / "tests", cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert " passed" in done.stdout


def test_all_are_listed_without_mistakes(gallery: Path, tmp_path: Path) -> None:
    done = run_in(gallery, "modelcheck", "plugins", "-v", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    for words in ("company", "2 rules", "s3 ", "1 source", "catalogue", "1 reader", "slack", "1 reporter"):
        assert words in done.stdout
    assert "error:" not in done.stdout
    assert "warning:" not in done.stdout


def test_rules_reader_and_reporter_in_one_run(gallery: Path, tmp_path: Path) -> None:
    settings = '[rules."company/model-not-approved"]\napproved = ["acme/*-Instruct"]\n'
    write_tree(
        tmp_path,
        {
            "modelcheck.toml": settings,
            "services.csv": "service,model,purpose\nsupport,acme/Thing-7B-Base,chat\nhelp,acme/Thing-7B-Instruct,chat\n",
        },
    )
    done = run_in(gallery, "modelcheck", "scan", ".", "--offline", "--format", "slack", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    texts = [block["text"]["text"] for block in json.loads(done.stdout)["blocks"]]
    assert texts[0] == "*modelcheck: 2 errors*"
    assert any("`services.csv:2:9`" in text and "_deploy/base-weights-behind-chat_" in text for text in texts)
    assert any("acme/Thing-7B-Base is not an approved model _company/model-not-approved_" in text for text in texts)


@pytest.fixture
def s3(gallery: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A real S3 server with one base model in a bucket, and the environment that names it."""
    import subprocess

    code = """import boto3, os, sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
server.start()
address = "http://%s:%s" % server.get_host_and_port()
client = boto3.client("s3", endpoint_url=address)
client.create_bucket(Bucket="models")
folder = sys.argv[1]
for name in os.listdir(folder):
    client.upload_file(os.path.join(folder, name), "models", "team/tiny-base/" + name)
print(address, flush=True)
sys.stdin.read()
"""
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
    command = [gallery / "bin/python", "-c", code, str(ROOT / "fixtures/tiny-base")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path, env=keys
    ) as server:
        assert server.stdout is not None
        address = next(line.strip() for line in server.stdout if line.startswith("http"))
        yield keys | {"AWS_ENDPOINT_URL_S3": address}
        server.terminate()


def test_a_checkpoint_in_a_bucket_by_itself_and_behind_a_script(gallery: Path, tmp_path: Path, s3: dict[str, str]) -> None:
    target = "s3://models/team/tiny-base"
    local = run_in(gallery, "modelcheck", "scan", ROOT / "fixtures/tiny-base", "--offline", "--format", "json", cwd=tmp_path)
    write_tree(tmp_path, {"run.sh": f"vllm serve {target} --tool-call-parser hermes\n"})
    done = run_in(gallery, "modelcheck", "scan", target, "run.sh", "--format", "json", cwd=tmp_path, **s3)
    assert done.returncode == 1, done.stdout[-1500:] + done.stderr
    found = json.loads(done.stdout)
    (checkpoint,) = [one for one in found["checkpoints"] if one["target"] == target]
    assert checkpoint["verdict"]["label"] == json.loads(local.stdout)["checkpoints"][0]["verdict"]["label"] == "base"
    assert [use["model"] for use in found["uses"]] == [target]
    assert "deploy/base-weights-behind-chat" in {one["rule"] for one in found["findings"]}
    offline = run_in(gallery, "modelcheck", "scan", target, "--offline", cwd=tmp_path, **s3)
    assert (offline.returncode, "needs the network" in offline.stdout) == (4, True)
