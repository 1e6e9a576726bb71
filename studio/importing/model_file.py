"""Models that a file defines, and what they are given to try them with."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from studio.importing.drafts import CannotImport


@dataclass(frozen=True, eq=False)
class Example:
    """An input to try a model with. `free` are the dimensions that may have any size, and what
    they are called; `name` that of a keyword."""

    tensor: Tensor
    name: str = ""
    free: Mapping[int, str] = field(default_factory=lambda: {0: "N"})

    @property
    def grown(self) -> Example:
        """The same with one entry more in each free dimension."""
        tensor = self.tensor
        for dim in self.free:
            tensor = torch.cat([tensor, tensor.narrow(dim, 0, 1)], dim)
        return replace(self, tensor=tensor)


def read_examples(texts: Sequence[str]) -> list[Example]:
    """Inputs as a person writes them: `1,3,224,224`, `2,9:int64`, by keyword `mask:2,9:bool`.
    Where none has names for what may have any size, as in `N=35,34`, that is the first. Whole
    numbers are 0 and 1, which most models know. Raises CannotImport."""
    generator = torch.Generator().manual_seed(0)
    named = any("=" in text for text in texts)
    return [_read(text, named, generator) for text in texts]


def _read(text: str, named: bool, generator: torch.Generator) -> Example:
    found = re.fullmatch(r"(?:([A-Za-z_]\w*):)?([\w\s,=]+)(?::(\w+))?", text.strip())
    parts = [part.strip() for part in found[2].split(",") if part.strip()] if found else []
    sizes: list[int] = []
    free: dict[int, str] = {}
    for place, part in enumerate(parts):
        name, equals, size = part.rpartition("=")
        if not size.isdecimal() or int(size) < 1 or (equals and not name.isidentifier()):
            parts = []
            break
        sizes.append(int(size))
        if equals or (place == 0 and not named):
            free[place] = name or "N"
    if found is None or not parts:
        raise CannotImport(
            f"'{text[:60]}' is no input: write sizes such as 1,3,224,224, and a type behind where "
            "they are no real numbers, such as 2,9:int64"
        )
    dtype = getattr(torch, found[3] or "float32", None)
    if not isinstance(dtype, torch.dtype):
        raise CannotImport(f"'{found[3]}' is no type of element; int64 and bool are")
    if dtype.is_floating_point or dtype.is_complex:
        tensor = torch.randn(sizes, generator=generator).to(dtype)
    else:
        tensor = torch.randint(0, 2, sizes, generator=generator).to(dtype)
    return Example(tensor, found[1] or "", free)


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


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__
