"""How callers wait for the writer and are answered: a thread by a lock, asyncio tasks by one wake-up per batch."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sealane.storage.transaction import Transaction

__all__ = ["AwaitedJob", "BlockingJob", "Job", "answer"]

Flow = Callable[["Transaction"], Any]


class Job:
    """A flow on its way through the writer, with its result or its error."""

    __slots__ = ("after", "error", "flow", "value")

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.value: Any = None
        self.error: BaseException | None = None
        self.after: list[Callable[[], None]] = []

    def fail(self, error: BaseException) -> None:
        """Set the error that the caller will get."""
        # A future refuses StopIteration, and would then never be answered at all.
        self.error = RuntimeError("The flow raised StopIteration.") if isinstance(error, StopIteration) else error


class BlockingJob(Job):
    """A flow whose caller blocks its own thread."""

    __slots__ = ("_answered",)

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._answered = threading.Lock()
        self._answered.acquire()

    def wait(self) -> Any:
        """Block until the writer answers; return the flow's result or raise its error."""
        self._answered.acquire()
        if self.error is not None:
            raise self.error
        return self.value

    def wake(self) -> None:
        """Let the caller go on; a second call does nothing."""
        with contextlib.suppress(RuntimeError):
            self._answered.release()


class AwaitedJob(Job):
    """A flow whose caller awaits a future of its event loop."""

    __slots__ = ("future", "loop")

    def __init__(self, flow: Flow, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(flow)
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()

    def wake(self) -> None:
        """Resolve the future, in its own loop; a caller that gave up is left alone."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


def answer(jobs: Iterable[Job]) -> None:
    """Hand results and errors to the callers, waking each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[AwaitedJob]] = {}
    for job in jobs:
        if isinstance(job, AwaitedJob):
            by_loop.setdefault(job.loop, []).append(job)
        elif isinstance(job, BlockingJob):
            job.wake()
    for loop, waiting in by_loop.items():
        # A loop that was closed meanwhile has nobody left who could hear the answer.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_wake_all, waiting)


def _wake_all(jobs: list[AwaitedJob]) -> None:
    for job in jobs:
        job.wake()
