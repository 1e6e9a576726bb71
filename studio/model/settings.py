"""How a project is trained: each setting declared once, for files, forms and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from nodes.declare import Kind, Param
from studio.model.parameters import problem_with_value

Precision = Literal["float32", "bf16", "fp16"]


def _asked(kind: Kind, summary: str, **limits: Any) -> dict[str, Any]:
    """How a setting is asked for: what its parameter has besides name and default."""
    return {"kind": kind, "summary": summary, **limits}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is true of the whole training. `extra` holds what a later version has added."""

    epochs: int = field(default=10, metadata=_asked("int", "Passes over the training part.", low=1))
    device: str = field(
        default="auto",
        metadata=_asked(
            "choice",
            "Where to train; auto: CUDA, else Apple's MPS, else the CPU.",
            choices=("auto", "cpu", "cuda", "mps"),
            pattern=r"cuda:[0-9]{1,3}",
        ),
    )
    precision: Precision = field(
        default="float32",
        metadata=_asked(
            "choice",
            "bf16 and fp16 compute with half the bits where that is safe: faster on a GPU.",
            choices=get_args(Precision),
        ),
    )
    seed: int = field(
        default=0,
        metadata=_asked(
            "int",
            "Where random numbers start: the same seed, the same run.",
            low=0,
            high=2**63 - 1,
        ),
    )
    watch: str = field(
        default="",
        metadata=_asked(
            "value",
            "Value of the validation part that chooses the best weights, such as "
            "metric/accuracy; empty: the loss, where there is one; last: the last weights are.",
        ),
    )
    weights: str = field(
        default="",
        metadata=_asked(
            "path",
            "Weights that a new run begins with: a file, such as an imported model's, or a run's "
            "folder; empty: fresh ones.",
        ),
    )
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def written(self) -> dict[str, Any]:
        """What a file says: all, but weights only where there are some."""
        return {name: value for name, value in self.values().items() if name != WEIGHTS or value}

    def values(self) -> dict[str, Any]:
        """Name -> value, without what a later version has added."""
        return {param.name: getattr(self, param.name) for param in SETTINGS}

    def overridden(self, values: Mapping[str, Any]) -> Settings:
        """The settings with those that others give; what is no setting is left out."""
        return replace(self, **{p.name: values[p.name] for p in SETTINGS if p.name in values})

    def changed(self, name: str, value: Any) -> Settings:
        """The settings with one changed. Raises ValueError, in a sentence, where it does not fit
        or there is no such setting."""
        param = next((param for param in SETTINGS if param.name == name), None)
        if param is None:
            known = ", ".join(param.name for param in SETTINGS)
            raise ValueError(f"there is no setting {name!r}; there are {known}.")
        if problem := problem_with_value(param, value):
            raise ValueError(problem)
        return replace(self, **{name: value})


WEIGHTS = "weights"
"""The setting that says what a new run begins with."""

OF_RUN = frozenset({"device", WEIGHTS})
"""Settings that are one for all stages of a run."""

LAST = "last"
"""What is watched where no weights are better than the last ones."""

SETTINGS: tuple[Param, ...] = tuple(
    Param(declared.name, default=declared.default, **declared.metadata)
    for declared in fields(Settings)
    if declared.metadata
)
"""The settings as parameters, in the order of the file."""
