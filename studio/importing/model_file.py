"""Models that a file defines, and what they are given to try them with."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from studio.importing.drafts import CannotImport


@dataclass(frozen=True)
class InputSpec:
    """One input: `1,3,224,224`, `2,9:int64`, by keyword `mask=2,9:bool`."""

    sizes: tuple[int, ...]
    dtype: str = "float32"
    name: str = ""

    @classmethod
    def read(cls, text: str) -> InputSpec:
        """What a person wrote. Raises CannotImport."""
        found = re.fullmatch(r"(?:([A-Za-z_]\w*)=)?([\d\s,x]+)(?::(\w+))?", text.strip())
        if found is None:
            raise CannotImport(
                f"'{text[:60]}' is no input: write sizes such as 1,3,224,224, and a type behind "
                "where they are no real numbers, such as 2,9:int64"
            )
        sizes = tuple(int(size) for size in re.split(r"[,x]", found[2]) if size.strip())
        dtype = found[3] or "float32"
        if not isinstance(getattr(torch, dtype, None), torch.dtype):
            raise CannotImport(f"'{dtype}' is no type of element; int64 and bool are")
        if not sizes or 0 in sizes:
            raise CannotImport(f"'{text[:60]}' is no input: sizes are from 1")
        return cls(sizes, dtype, found[1] or "")

    def example(self, generator: torch.Generator) -> Tensor:
        """A tensor to try a model with; whole numbers are 0 and 1, which most models know."""
        dtype: torch.dtype = getattr(torch, self.dtype)
        if dtype.is_floating_point or dtype.is_complex:
            return torch.randn(self.sizes, generator=generator).to(dtype)
        return torch.randint(0, 2, self.sizes, generator=generator).to(dtype)


def maker(place: str) -> Callable[[], nn.Module]:
    """What makes the model that `module.py:ClassName` names: a class or function without arguments,
    or the model itself. Runs the file. Raises CannotImport."""
    file, colon, name = place.rpartition(":")
    path = Path(file)
    if not colon or not name.isidentifier():
        raise CannotImport(f"'{place}' names no class: write the file and it, as in model.py:Net")
    if not path.is_file():
        raise CannotImport(f"There is no file {path}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise CannotImport(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.absolute().parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise CannotImport(f"{path} cannot be run: {_told(error)}") from error
    found = getattr(module, name, None)
    if found is None:
        known = [key for key, value in vars(module).items() if _is_own(value, module.__name__)]
        raise CannotImport(
            f"{path} has no {name}; it has {', '.join(known) or 'no class of nn.Module'}"
        )
    return lambda: _made(found, name)


def _is_own(value: object, module: str) -> bool:
    return inspect.isclass(value) and issubclass(value, nn.Module) and value.__module__ == module


def _made(found: object, name: str) -> nn.Module:
    if isinstance(found, nn.Module):
        return found
    if not callable(found):
        raise CannotImport(f"{name} is neither a class nor a function that makes a model")
    try:
        needed = [
            p.name
            for p in inspect.signature(found).parameters.values()
            if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        ]
    except (ValueError, TypeError):
        needed = []
    if needed:
        raise CannotImport(
            f"{name} needs {', '.join(needed)}: write a function without arguments that makes it, "
            "and name that"
        )
    try:
        made = found()
    except Exception as error:
        raise CannotImport(f"{name} cannot be made: {_told(error)}") from error
    if not isinstance(made, nn.Module):
        raise CannotImport(f"{name} makes a {type(made).__name__}, which is no nn.Module")
    return made


def examples(specs: Sequence[InputSpec]) -> tuple[list[Tensor], dict[str, Tensor]]:
    """Tensors for inputs, and those by keyword."""
    generator = torch.Generator().manual_seed(0)
    made = [(spec.name, spec.example(generator)) for spec in specs]
    return [t for name, t in made if not name], {name: t for name, t in made if name}


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
