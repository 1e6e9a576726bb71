"""Which names nodes, boards and block parameters may have, and what variables are called."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Collection, Container

from nodes.declare import NodeType

_CODE = """self torch nn F math np Tensor main super make_networks STAGES DEVICE
    json random time Any Callable Iterable Iterator Mapping Sequence Protocol NamedTuple dataclass
    Path AbstractContextManager annotations import_module lru_cache nullcontext zipfile"""
_MODULE = """T_destination add_module apply bfloat16 buffers call_super_init children compile cpu
    cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state
    get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers
    named_children named_modules named_parameters parameters register_backward_hook
    register_buffer register_forward_hook register_forward_pre_hook
    register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
    register_parameter register_state_dict_post_hook register_state_dict_pre_hook
    requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train
    training type xpu zero_grad"""
LABELS: frozenset[str] = frozenset([*_MODULE.split(), *keyword.kwlist])
"""Words that can be no attribute of a module, and so no node's name."""

CODE: frozenset[str] = frozenset([*_CODE.split(), *keyword.softkwlist, *dir(builtins)])
"""Words that generated code needs for itself: no class may have such a name, nor a variable."""

LENGTH = 60


def malformed(name: str) -> str | None:
    """Why something is no name at all, or None where it is one."""
    if not name.isidentifier() or not name.isascii():
        return f"'{name[:LENGTH]}' is no name: use letters, digits and _, not starting with a digit"
    if len(name) > LENGTH:
        return f"'{name[:20]}…' is too long: use at most {LENGTH} characters"
    if name.startswith("_"):
        return f"'{name}' starts with _, which is kept for the code itself: choose another"
    return None


def problem_with(name: str) -> str | None:
    """Why a name cannot be a node's, or None where it can."""
    if (problem := malformed(name)) is not None or name not in LABELS:
        return problem
    return _needed(name)


def problem_with_class(name: str) -> str | None:
    """Why a name cannot be a board's or a block parameter's, or None where it can."""
    if (problem := problem_with(name)) is not None or name not in CODE:
        return problem
    return _needed(name)


def _needed(name: str) -> str:
    return f"'{name}' is a word that the code needs for itself: choose another"


def variables(ids: Collection[str], taken: Container[str] = ()) -> dict[str, str]:
    """The local variable that holds what each node of a board puts out: its name, with `_` behind
    where the code needs that name for itself, or has `taken` it."""
    found = {}
    for id in ids:
        name = id
        while name in CODE or name in taken or (name != id and name in ids):
            name += "_"
        found[id] = name
    return found


def unused(stem: str, taken: Container[str]) -> str:
    """The stem, or the stem with the first number that makes it unused and allowed."""
    if stem not in taken and problem_with(stem) is None:
        return stem
    stem, number = stem[: LENGTH - 4], 2
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def with_article(name: str) -> str:
    """`a ReLU`, `an Embedding`."""
    return f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}"


def stem(declared: NodeType) -> str:
    """What the first node of a type is called: `Conv2d` -> `conv`, as it declares, `CrossEntropy`
    -> `cross_entropy`."""
    return declared.short or "".join(
        f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(declared.name)
    )
