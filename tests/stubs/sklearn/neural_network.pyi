from typing import Any

from numpy.typing import NDArray

class MLPClassifier:
    def __init__(
        self,
        hidden_layer_sizes: tuple[int, ...],
        *,
        alpha: float = ...,
        max_iter: int = ...,
        random_state: int = ...,
    ) -> None: ...
    def fit(self, X: NDArray[Any], y: NDArray[Any]) -> MLPClassifier: ...
    def predict(self, X: NDArray[Any]) -> NDArray[Any]: ...
    def predict_proba(self, X: NDArray[Any]) -> NDArray[Any]: ...
