"""Starts an inference engine with one of the real models, in the way that a setup describes, and ends it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from conftest import clean_environment
from served.server import free_port
from tools.real_engines.hub_cache import fill

_LLAMA_SERVER = Path(__file__).with_name("llama_server.py")
_LISTS_A_CACHE = ("mlx", "transformers")
_OF_GGUF = ("llama.cpp", "dasllama")
_HEALTH = {"dasllama": "/v1/models"}
_STARTS_IN = 300
"""Seconds. vLLM takes one minute on two cores."""


@dataclass(frozen=True)
class Setup:
    """How a model is served: ``model`` is ``instruct`` or ``base``.

    ``template`` is the text of a chat template, empty for none, and None for the model's own; ``names`` are those it is served
    under, by mlx-lm and transformers from a Hub cache; ``prefix`` is the path above ``/v1``; ``context`` is the longest prompt with
    its answer, in tokens. ``loaded`` is the Hub id that vLLM loads the folder by, from a Hub cache.
    """

    model: str
    template: str | None = None
    names: tuple[str, ...] = ()
    key: str = ""
    prefix: str = ""
    context: int = 1024
    loaded: str = ""


def cannot(engine: str, setup: Setup) -> str | None:
    """Why an engine cannot serve in this way; None if it can."""
    if engine in _LISTS_A_CACHE and setup.key:
        return "it has no option for a key"
    if engine in _LISTS_A_CACHE and setup.prefix:
        return "it has no option for a prefix of its routes"
    if engine in _LISTS_A_CACHE and setup.context < 1024:
        return "it has no option for the context"
    if engine in _OF_GGUF and setup.template == "":
        return "it takes ChatML where a model has no template"
    if engine != "vllm" and setup.loaded:
        return "it does not say what it loaded"
    if engine == "dasllama" and (setup.template or setup.names or setup.key or setup.prefix):
        return "it has no option for this"
    return None


@contextmanager
def serving(engine: str, python: Path, setup: Setup, model: Path, home: Path) -> Iterator[str]:
    """Serve on loopback; gives the address without its ``/v1``. ``model`` is a GGUF file for llama.cpp and dasllama, else a folder.

    Raises RuntimeError with the end of the log if it does not start.
    """
    port = free_port()
    if engine not in _OF_GGUF:
        model = _folder(model, setup, home)
    cache = home / "hub"
    cache.mkdir(parents=True, exist_ok=True)  # mlx-lm lists the models in it
    if engine in _LISTS_A_CACHE:
        fill(cache, model, setup.names)
    if setup.loaded:
        fill(cache, model, [setup.loaded])
    environment = clean_environment(
        HF_HOME=str(home), HF_HUB_CACHE=str(cache), HF_HUB_OFFLINE="1", OMP_NUM_THREADS="1", VLLM_CPU_KVCACHE_SPACE="1",
        VLLM_NO_USAGE_STATS="1",
    )  # fmt: skip
    log = home / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [python, *_arguments(engine, setup, model, port)],
            stdin=subprocess.PIPE, stdout=out, stderr=out, env=environment, cwd=home,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}{setup.prefix}"
    try:
        headers = {"Authorization": f"Bearer {setup.key}"} if setup.key else {}
        _wait(Request(address + _HEALTH.get(engine, "/health"), headers=headers), process, log)
        yield address
    finally:
        if engine != "llama.cpp":
            process.terminate()
        process.communicate(timeout=60)  # closes its input, which ends llama.cpp


def _arguments(engine: str, setup: Setup, model: Path, port: int) -> list[str]:
    where = ["--host", "127.0.0.1", "--port", str(port)]
    if engine == "vllm":
        limits = ["--max-model-len", str(setup.context), "--enforce-eager", "--max-num-seqs", "4"]
        names = ["--served-model-name", *setup.names] if setup.names else []
        key = ["--api-key", setup.key] if setup.key else []
        prefix = ["--root-path", setup.prefix] if setup.prefix else []
        return ["-m", "vllm.entrypoints.cli.main", "serve", setup.loaded or str(model), *where, *limits, *names, *key, *prefix]
    if engine == "mlx":
        return ["-m", "mlx_lm.server", *([] if setup.names else ["--model", str(model)]), *where]
    if engine == "transformers":
        pinned = [] if setup.names else [str(model)]
        return ["-m", "transformers.cli.transformers", "serve", *pinned, *where, "--device", "cpu"]
    if engine == "dasllama":
        here = ["--gpu", "off", "-t", "1", "-s", "1", "--ctx", str(setup.context), "--models-dir", str(model.parent)]
        return ["-c", "from dasllama._cli import dasllama_server; dasllama_server()", "-m", str(model), *where, *here]
    settings: dict[str, object] = {
        "model_alias": list(setup.names), "api_keys": [setup.key] if setup.key else [], "api_prefix": setup.prefix,
        "chat_template": setup.template or "", "n_ctx": setup.context,
    }  # fmt: skip
    wanted = {"model": str(model), "port": port, "settings": {name: value for name, value in settings.items() if value}}
    return [str(_LLAMA_SERVER), json.dumps(wanted)]


def _folder(model: Path, setup: Setup, home: Path) -> Path:
    """The checkpoint's folder, or one of links to its files with the template of the setup, or without one."""
    if setup.template is None:
        return model
    changed = home / model.parent.name
    changed.mkdir(parents=True, exist_ok=True)
    for file in model.iterdir():
        if file.name != "chat_template.jinja":
            (changed / file.name).symlink_to(file)
    if setup.template:
        (changed / "chat_template.jinja").write_text(setup.template)
    return changed


def _wait(health: Request, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _STARTS_IN
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(health, timeout=5):
                return
        except OSError:  # not listening yet, or 503 while the model loads
            time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
