"""Which weights are kept as the best."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """The best weights are those for which a value of the validation part was the lowest, or the
    `highest`."""

    watch: str
    highest: bool = False

    def better(self, values: Mapping[str, float], before: Mapping[str, float]) -> bool:
        """Whether values are better than the best ones before, if there were any."""
        value = values.get(self.watch, math.nan)
        if math.isnan(value):
            return False
        best = before.get(self.watch, math.nan)
        return math.isnan(best) or (value > best if self.highest else value < best)
