"""The number of threads follows the load."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from studio.run.thread_pace import LONGEST, SLOW, ThreadPace

Cost = Callable[[int, float], float]


def run(cost: Cost, seconds: float, threads: int = 2) -> list[tuple[float, int]]:
    """When the number of threads changed, where steps cost that with so many at that time."""
    changes: list[tuple[float, int]] = []
    now = 0.0
    pace = ThreadPace(threads, lambda count: changes.append((now, count)))
    while now < seconds:
        took = cost(pace.threads, now)
        now += took
        told = pace.took(took)
        assert bool(told) == bool(changes and changes[-1][0] == now) or "keeps" in told
    return changes


def quiet(threads: int, now: float) -> float:
    return 0.007 if threads == 1 else 0.0045


def busy(threads: int, now: float) -> float:
    """As measured with LeNet: two threads beside a busy process, and one."""
    return 0.0065 if threads == 1 else 0.024


def test_nothing_changes_while_nothing_does() -> None:
    assert run(quiet, 60) == []
    assert run(busy, 60) == [], "slow from the start is the usual"


def test_fewer_threads_beside_a_busy_process_and_all_again_after() -> None:
    changes = run(lambda threads, now: (busy if 5 < now < 60 else quiet)(threads, now), 200)
    at, threads = zip(*changes, strict=True)
    assert 5 < at[0] < 6.5
    assert threads[0] == 1
    assert threads[-1] == 2
    assert 60 < at[-1] < 60 + LONGEST
    tried = [b - a for (a, one), (b, _) in pairwise(changes) if one == 2]
    assert len(tried) < 6, "more are tried ever less often"


def test_steps_that_are_slow_whatever_is_done_are_left_alone() -> None:
    changes = run(lambda threads, now: quiet(2, now) * (3 if now > 5 else 1), 100)
    assert len(changes) < 12
    assert changes[-1][1] == 2


def test_many_threads_are_halved_step_by_step() -> None:
    def cost(threads: int, now: float) -> float:
        free = 3.0 if now > 5 else 16.0
        return 0.01 / threads if threads <= free else 0.01 * SLOW * threads

    assert [threads for _, threads in run(cost, 15, threads=16)][:3] == [8, 4, 2]


def test_the_number_is_put_back_at_the_end() -> None:
    found: list[int] = []
    ThreadPace(4, found.append).close()
    assert found == [4]


def test_runs_beside_each_other_share_the_threads() -> None:
    found: list[int] = []
    pace = ThreadPace(4, found.append)
    assert pace.share(1) == ""
    assert pace.share(2) == "uses 2 threads, as 2 runs share the cores"
    assert pace.share(9) == "uses 1 thread, as 9 runs share the cores"
    assert pace.share(1) == "", "more are tried when it is time"
    told = [pace.took(0.1) for _ in range(100)]
    assert "tries 2 threads, as steps take 100 ms" in told
    pace.close()
    assert found[-1] == 4
