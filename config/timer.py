"""The timer of background work: Celery's beat, which forgets what a wrong clock told it.

Beat keeps when it last sent each entry. Sent while the clock was a year ahead, an entry would not be sent again for a
year, restarts included: nobody would ring for lost jobs and no event would be sealed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

# Machines whose clocks agree to a minute are told nothing.
SLACK = timedelta(minutes=1)


class Timer(PersistentScheduler):
    def tick(self, *arguments: Any, **named: Any) -> float:
        """One turn: seconds until the next one."""
        late = [
            entry
            for entry in self.schedule.values()
            if entry.last_run_at is not None and entry.last_run_at > entry.default_now() + SLACK
        ]
        for entry in late:
            entry.last_run_at = entry.default_now()
        if late:
            self.populate_heap()
        waited: float = super().tick(*arguments, **named)
        return waited
