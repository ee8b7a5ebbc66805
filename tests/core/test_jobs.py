"""The queue: claims, leases, retries, results, and workers that die."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core import jobs
from core.errors import DomainError
from core.jobs import Result, enqueue
from core.models import Job
from tests.databases import ROOT
from tests.server import Server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _handlers(media: Path) -> Iterator[None]:
    before = dict(jobs.handlers())
    yield
    jobs.handlers().clear()
    jobs.handlers().update(before)


def handle(handler: Callable[..., Result | None]) -> None:
    jobs.handlers()["test"] = handler


def run() -> Job:
    jobs.run_due()
    return Job.objects.get()


def test_a_job_is_run_once_and_its_file_kept_under_our_name(media: Path, tmp_path: Path) -> None:
    def export(job: Job, progress: jobs.Progress) -> Result:
        made = tmp_path / "out.csv"
        made.write_text("a,b\n1,2\n")
        progress(50)
        assert Job.objects.get(pk=job.pk).progress == 50
        return Result(made, "Usulan 2026.csv", rows=1)

    handle(export)
    enqueue("test", params={"kind": "requests"})
    job = run()
    assert (job.state, job.progress, job.rows, job.filename) == ("done", 100, 1, "Usulan 2026.csv")
    assert job.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert Path(job.file.path).read_text() == "a,b\n1,2\n"
    assert Path(job.file.path).is_relative_to(media / "jobs")
    assert jobs.run_due() == 0


def test_work_of_an_unknown_kind_is_not_accepted() -> None:
    with pytest.raises(LookupError):
        enqueue("nothing")


def test_news_that_nobody_works_on_leaves_no_work() -> None:
    jobs.announce("nothing")
    assert not Job.objects.exists()
    handle(lambda _job, _progress: Result(rows=3))
    jobs.announce("test", {"of": 1})
    assert (run().rows, Job.objects.get().params) == (3, {"of": 1})


def test_progress_is_written_at_most_once_a_second(django_assert_max_num_queries) -> None:
    def work(job: Job, progress: jobs.Progress) -> None:
        with django_assert_max_num_queries(4):
            for percent in range(100):
                progress(percent)

    handle(work)
    enqueue("test")
    assert run().state == "done"


def test_a_fault_is_tried_again_later_and_given_up_at_last() -> None:
    runs: list[int] = []

    def work(job: Job, progress: jobs.Progress) -> None:
        runs.append(job.attempts)
        raise RuntimeError("password=hunter2")

    handle(work)
    enqueue("test")
    waits = []
    for _ in range(jobs.MAX_ATTEMPTS):
        job = run()
        waits.append((job.run_at - timezone.now()).total_seconds())
        Job.objects.update(run_at=timezone.now())
    assert runs == [1, 2, 3, 4, 5]
    assert waits[0] < waits[1] < waits[2] < waits[3]
    assert (job.state, job.error) == ("failed", "internal_error")


def test_a_refusal_fails_at_once_in_its_own_words() -> None:
    def work(job: Job, progress: jobs.Progress) -> None:
        raise DomainError("too_many_rows", "Terlalu banyak baris.")

    handle(work)
    enqueue("test")
    job = run()
    assert (job.state, job.error, job.attempts) == ("failed", "Terlalu banyak baris.", 1)


def test_a_running_job_is_left_alone_until_its_lease_is_over() -> None:
    handle(lambda job, progress: None)
    enqueue("test")
    held = jobs.claim()
    assert held is not None
    assert jobs.claim() is None
    Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    again = jobs.claim()
    assert again is not None
    assert (again.pk, again.attempts) == (held.pk, 2)


def test_who_lost_the_lease_cannot_finish_the_job() -> None:
    def work(job: Job, progress: jobs.Progress) -> Result:
        Job.objects.update(attempts=2)  # another worker has taken it up meanwhile
        return Result(rows=1)

    handle(work)
    enqueue("test")
    job = run()
    assert (job.state, job.rows) == ("running", None)


def test_a_job_that_kills_every_worker_ends_as_failed() -> None:
    handle(lambda job, progress: None)
    enqueue("test")
    for _ in range(jobs.MAX_ATTEMPTS):
        assert jobs.claim() is not None
        Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert jobs.claim() is None
    assert Job.objects.get().state == "failed"


def test_a_worker_that_is_to_end_puts_its_job_back() -> None:
    stop = threading.Event()

    def work(job: Job, progress: jobs.Progress) -> None:
        stop.set()
        progress(10)

    handle(work)
    enqueue("test")
    jobs.run_due(stop)
    job = Job.objects.get()
    assert (job.state, job.attempts, job.leased_until) == ("queued", 0, None)


def test_results_are_removed_after_a_week(media: Path, tmp_path: Path) -> None:
    def export(job: Job, progress: jobs.Progress) -> Result:
        made = tmp_path / f"{job.pk}.csv"
        made.write_text("x")
        return Result(made, "x.csv")

    handle(export)
    enqueue("test")
    path = Path(run().file.path)
    jobs.sweep(timezone.now() + timedelta(days=6))
    assert path.exists()
    jobs.sweep(timezone.now() + timedelta(days=8))
    assert not path.exists()
    assert not Job.objects.exists()


WORKER = """
import sys, time
from datetime import timedelta
from core import jobs
from core.models import Job
jobs.LEASE, jobs.RENEW_SECONDS = timedelta(seconds=1.5), 0.3
def slow(job, progress):
    print("started", job.attempts, flush=True)
    if job.attempts == 1:
        time.sleep(60)
    return jobs.Result(rows=job.attempts)
jobs.handlers()["slow"] = slow
if sys.argv[-1] == "first":
    jobs.enqueue("slow")
deadline = time.monotonic() + 120
while time.monotonic() < deadline and Job.objects.exclude(state="done").exists():
    jobs.run_due()
    time.sleep(0.1)
print(Job.objects.get(kind="slow").state, Job.objects.get(kind="slow").rows, flush=True)
"""


def worker(server: Server, turn: str) -> subprocess.Popen[str]:
    code = f"import sys; sys.argv = ['x', '{turn}']\n" + WORKER
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", code]
    return subprocess.Popen(command, env=server.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.servers
def test_a_job_whose_worker_was_killed_is_taken_up_by_the_next() -> None:
    from tests.server import running

    with running(start=False) as server:
        first = worker(server, "first")
        assert first.stdout is not None
        assert first.stdout.readline() == "started 1\n"
        second = worker(server, "second")
        leases: set[str] = set()
        while len(leases) < 3:  # the living worker renews its lease, so the second one waits
            leases.add(str(server.rows("SELECT leased_until FROM core_job")))
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert second.communicate(timeout=150)[0] == "started 2\ndone 2\n"


def test_the_loop_ends_on_a_signal(server: Server) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "run_jobs", "--loop"]
    loop = subprocess.Popen(command, env=server.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert loop.stderr is not None
    while "jobs_started" not in loop.stderr.readline():
        assert loop.poll() is None
    loop.terminate()
    assert loop.wait(timeout=10) == 0
