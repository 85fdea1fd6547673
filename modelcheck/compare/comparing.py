"""Runs a comparison: first every start as it is, then its trainings."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from modelcheck.compare.comparison import Comparison, Outcome, Trained
from modelcheck.compare.data import Data
from modelcheck.compare.hashing import digest_of
from modelcheck.compare.instructions import INSTRUCTIONS
from modelcheck.compare.jobs import Job, Training
from modelcheck.compare.languages import languages
from modelcheck.compare.metrics import exact_match, metric
from modelcheck.compare.options import Options
from modelcheck.compare.plan import Plan, plan
from modelcheck.compare.preparing import Prepared, prepare
from modelcheck.compare.running import Result, run
from modelcheck.compare.starts import Start
from modelcheck.compare.versions import versions
from modelcheck.facts.behaviour import mean
from modelcheck.probe.client import fetch
from modelcheck.records import replace

Tell = Callable[[str], None]
"""Called with what is done now; with an empty text while it goes on."""
Run = Callable[[Job, Path, str, float | None, Callable[[], None]], Result]
"""Does a job: ``running.run``."""
_SAMPLES = 3
_FETCH_SECONDS = 6 * 3600.0


def compare(starts: Sequence[Start], data: Data, options: Options, tell: Tell, run: Run = run, at_once: int = 1) -> Comparison:
    """Compare the starts; ``run`` does the jobs, ``at_once`` at a time.

    An interrupt, or a start that cannot be run, leaves the rest. Raises Misuse for data that does not do.
    """
    prepared = prepare(starts, data.conversations, options.held, options.work)
    outcomes = [Outcome(one.start, one.format) for one in prepared.starts]
    made = Comparison(
        options, data, prepared.split, prepared.refused, outcomes, languages(data.conversations), versions=versions(),
    )  # fmt: skip
    end = time.monotonic() + options.seconds if options.seconds else None
    runner = _Runner(options, made.versions, end, tell, run)
    pairs = list(zip(prepared.starts, outcomes, strict=True))
    try:
        runner.each([partial(runner.triage, one, outcome) for one, outcome in pairs], at_once)
        if options.train is not None or options.steps is not None:
            for seeds in (options.seeds[:1], options.seeds[1:]):  # the first one chooses the rate for the others
                plans = [(*pair, plan(options, pair[0].train, seed), seed) for seed in seeds for pair in pairs]
                runner.each([partial(runner.train, *one) for one in plans], at_once)
                made.steps, made.full = (plans[-1][2].steps, plans[-1][2].full) if plans else (made.steps, made.full)
            for outcome in outcomes:
                outcome.trained.sort(key=lambda one: options.seeds.index(one.seed))
            if options.graft:
                made.outcomes += runner.grafts(prepared.starts, outcomes)
    except KeyboardInterrupt:
        made.interrupted = True
    return made


class _Runner:
    """Runs the jobs of a comparison, and puts what they found into the outcomes."""

    def __init__(self, options: Options, by: Mapping[str, str], end: float | None, tell: Tell, run: Run) -> None:
        self._options, self._end, self._tell, self._run_job = options, end, tell, run
        self._stopped = threading.Event()
        self._digests: dict[str, str] = {}
        self._by = "-".join(by.values())
        self._metric = metric(options.metric) if options.metric else exact_match

    def each(self, tasks: Sequence[Callable[[], None]], at_once: int) -> None:
        """Do the tasks, ``at_once`` at a time; an interrupt, or an error in one, ends those that run."""
        if at_once == 1:
            for task in tasks:
                task()
            return
        with ThreadPoolExecutor(at_once) as pool:
            running = [pool.submit(task) for task in tasks]
            try:
                for one in running:
                    one.result()
            except BaseException:
                self._stopped.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def triage(self, one: Prepared, outcome: Outcome) -> None:
        """Score a start as it is; fetches its files first if they are on the Hub, else reads them for a digest."""
        for place in (one.start.place, one.start.adapter):
            if place and place.repo:
                self._tell(f"{one.start.name}: fetched")
                seconds = _FETCH_SECONDS if self._end is None else max(self._end - time.monotonic(), 1.0)
                failed = fetch(place, seconds, seconds)
                if failed:
                    outcome.problem = failed[0]
                    return
        try:
            outcome.digest = self._digests[one.start.name] = digest_of(one.start.place, one.start.adapter)
        except OSError as error:
            outcome.problem = f"{error.filename}: {error.strerror}"
            return
        result = self._run(self._job(one, "score"), f"{one.start.name}: scored as it is")
        if not result.done:
            outcome.problem = (result.problem or "").replace("--max-probe-gb", "--max-gb")
            return
        outcome.run = result.found.get("run", {})
        outcome.triage = measures(result)

    def train(self, one: Prepared, outcome: Outcome, found: Plan, seed: int) -> None:
        """Train a start with one seed, unless it could not be run before."""
        if outcome.problem is not None:
            return
        results: list[Result] = []
        rate = outcome.trained[0].rate if outcome.trained else None
        for how in reversed(found.runs):  # the largest one chooses the rate
            rates = how.rates if rate is None else (rate,)
            training = replace(how, rates=rates)
            last = how is found.runs[-1]
            if last and self._options.graft and one.start.label == "base":
                training = replace(training, keep=self._kept(one, training))
            job = self._job(one, "train", training, written=self._options.written if last else 0)
            result = self._run(job, f"{one.start.name}: {how.steps[-1]} steps, seed {seed}")
            if not result.done:
                outcome.problem = result.problem
                return
            rate = result.found.get("rate", rates[0])
            results.insert(0, result)
        outcome.trained.append(self._trained(one, results, seed, float(rate or 0)))

    def grafts(self, starts: Sequence[Prepared], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """What each base model has learned, run on each instruct model: as starts of their own."""
        made = []
        for one, learned in zip(starts, outcomes, strict=True):
            for other in starts:
                if one.start.label == "base" and other.start.label == "instruct" and learned.trained:
                    grafted = replace(one.start, name=f"{one.start.name} on {other.start.name}", label="unknown", p_instruct=None)
                    outcome = Outcome(grafted, one.format, grafted=True)
                    self._graft(one, other, outcome, learned)
                    made.append(outcome)
        return made

    def _kept(self, one: Prepared, training: Training) -> str:
        """The folder, in the folder of results, of what a start has learned in this training."""
        said_ = (one.digest, self._digests[one.start.name], self._by, training, self._options.length)
        return f"adapter-{hashlib.sha256(repr(said_).encode()).hexdigest()[:16]}"

    def _graft(self, one: Prepared, other: Prepared, outcome: Outcome, learned: Outcome) -> None:
        for seed in learned.trained:
            on = replace(one, start=replace(other.start, stops=one.start.stops))
            job = replace(self._job(on, "graft", written=self._options.written), graft=seed.kept)
            result = self._run(job, f"{outcome.name}: seed {seed.seed}")
            if not result.done:
                outcome.problem = result.problem
                return
            made = self._trained(one, [result], seed.seed, seed.rate)
            made.amounts = seed.amounts[-1:]
            outcome.trained.append(made)

    def _trained(self, one: Prepared, results: list[Result], seed: int, rate: float) -> Trained:
        points = [point for result in results for point in result.found["points"]]
        last, first = results[-1].found, results[0].found
        written = last.get("written", [])
        pairs = [(text["text"], answer) for text, (_, answer) in zip(written, one.held, strict=False)]
        followed = [_followed(found) for found in (last.get("asked_before"), last.get("asked_after"))]
        return Trained(
            seed=seed,
            amounts=tuple(int(point["examples"]) for point in points),
            losses=[by_conversation(one, point["held"]) for point in points],
            before=by_conversation(one, first["before"]),
            rate=rate,
            tried=last.get("tried", {}),
            matched=_grouped([index for index, _ in one.held[: len(pairs)]], [self._metric(*pair) for pair in pairs]),
            stopped=sum(text["stopped"] for text in written) / len(written) if written else None,
            raw=(mean(last["raw_before"]), mean(last["raw_after"])),
            asked=(followed[0], followed[1]) if followed[0] is not None and followed[1] is not None else None,
            seconds=float(last.get("trained_in", 0.0)),
            kept=last.get("kept"),
            memory=max(int(result.found.get("memory", 0)) for result in results),
            samples=tuple((one.start.name, text, answer) for text, answer in pairs[:_SAMPLES]),
        )

    def _job(self, one: Prepared, kind: str, training: Training | None = None, written: int = 0) -> Job:
        options, start = self._options, one.start
        length = min(options.length, start.context or options.length)
        return Job(
            kind=kind, place=start.place, adapter=start.adapter, need=start.need, rows=str(one.rows.absolute()),  # type: ignore[arg-type]
            rows_digest=one.digest, weights=f"{self._digests[start.name]} {self._by}", length=length, stops=start.stops,
            ends=one.ends,
            new_tokens=one.format.new, training=training, written=written, device=options.device, max_bytes=options.max_bytes,
            remote_code=options.remote_code, special=one.format.template is None,
        )  # fmt: skip

    def _run(self, job: Job, what: str) -> Result:
        self._tell(what)
        return self._run_job(job, self._options.work, job.kind, self._end, self._tick)

    def _tick(self) -> None:
        if self._stopped.is_set():
            raise KeyboardInterrupt
        self._tell("")


def by_conversation(one: Prepared, values: Sequence[float]) -> list[float]:
    """The mean of each held-back conversation's answers, in the order of conversations."""
    return _grouped([index for index, _ in one.held], values)


def _grouped(conversations: Sequence[int], values: Sequence[float]) -> list[float]:
    found: dict[int, list[float]] = {}
    for index, value in zip(conversations, values, strict=True):
        found.setdefault(index, []).append(value)
    return [mean(found[index]) for index in sorted(found)]


def measures(result: Result) -> dict[str, list[float]]:
    """The measures of a start as it is, by conversation; a larger value is for it in each of them.

    Likelihoods are in bits a byte of the answer, below zero: the log-probability. ``end`` is the probability of an answer's end.
    """
    grouped: dict[int, list[dict[str, float]]] = {}
    for row in sorted(result.scores, key=lambda row: row["row"]):
        bits = math.log(2) * row["bytes"]
        grouped.setdefault(row["conversation"], []).append({
            "own": -row["own"] / bits, "plain": -row["plain"] / bits, "shots": (row["plain"] - row["shots"]) / bits,
            "end": math.exp(row["end"]) if row["cut_end"] == 0 else 0.0, "first": float(row["first"]),
            "tokens": -row["tokens"] / row["plain_tokens"],
            "fits": float(row["cut"] == 0),
        })  # fmt: skip
    return {
        name: [mean([row[name] for row in grouped[index]]) for index in sorted(grouped)]
        for name in ("own", "plain", "shots", "end", "first", "tokens", "fits")
    }


def _followed(texts: list[str] | None) -> float | None:
    if not texts:
        return None
    return sum(one.holds(text) for one, text in zip(INSTRUCTIONS, texts, strict=True)) / len(INSTRUCTIONS)
