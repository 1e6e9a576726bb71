from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

class Bunch:
    images: NDArray[np.float64]
    data: NDArray[np.float64]
    target: NDArray[np.int64]

def __getattr__(name: str) -> Callable[[], Bunch]: ...
