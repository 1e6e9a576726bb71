"""Questions to the trainer: for each view one under way, and of those waiting only the newest."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from studio.model.messages import Look

Question = Callable[[int], Look]
"""Makes the message once its ticket is known."""


class Requests:
    """Sends looks, and knows which view an answer is for."""

    def __init__(self, send: Callable[[Look], None]) -> None:
        self._send = send
        self._tickets = count(1)
        self._under_way: dict[str, int] = {}
        self._waiting: dict[str, Question] = {}

    def ask(self, view: str, question: Question) -> None:
        """Ask now, or as soon as the view's last question is answered."""
        if view in self._under_way:
            self._waiting[view] = question
            return
        ticket = next(self._tickets)
        self._under_way[view] = ticket
        self._send(question(ticket))

    def answered(self, ticket: int) -> str | None:
        """The view that an answer is for; None where nobody wants it any more. Asks what
        waits."""
        view = next((name for name, sent in self._under_way.items() if sent == ticket), None)
        if view is not None:
            del self._under_way[view]
            if view in self._waiting:
                self.ask(view, self._waiting.pop(view))
        return view

    def forget(self, keep: frozenset[str] = frozenset()) -> None:
        """Want no answers any more, but for these views."""
        self._under_way = {name: t for name, t in self._under_way.items() if name in keep}
        self._waiting = {name: q for name, q in self._waiting.items() if name in keep}

    @property
    def idle(self) -> bool:
        """Whether every question is answered."""
        return not self._under_way
