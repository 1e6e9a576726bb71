"""LaTeX of formulas as plain text: for a terminal, for who has formulas read out, and inside of
sentences. What it does not know stays as it is written, without braces."""

from __future__ import annotations

import re
from collections.abc import Iterator

SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "zeta": "ζ", "xi": "ξ", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "Pi": "Π",
    "times": "×", "cdot": "·", "star": "⋆", "ast": "*", "odot": "⊙", "oplus": "⊕", "pm": "±",
    "otimes": "⊗", "div": "÷", "circ": "∘",
    "sum": "Σ", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "infty": "∞", "ell": "ℓ",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠", "approx": "≈",
    "equiv": "≡", "sim": "∼", "ll": "≪", "gg": "≫", "propto": "∝", "lt": "<", "gt": ">",
    "in": "∈", "notin": "∉", "cup": "∪", "cap": "∩", "subset": "⊂", "forall": "∀",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "mapsto": "↦", "Rightarrow": "⇒",
    "ldots": "…", "cdots": "⋯", "dots": "…", "vdots": "⋮",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "Vert": "‖", "vert": "|", "|": "‖",
    "langle": "⟨", "rangle": "⟩", "top": "T", "mid": " | ", "prime": "′", "neg": "¬",
    "wedge": "∧", "vee": "∨", "colon": ":",
    "{": "{", "}": "}", "_": "_", "%": "%", "&": "&", "#": "#", "$": "$",
    "quad": "  ", "qquad": "   ", ",": "", ";": " ", ":": " ", "!": "", " ": " ",
    "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "", "limits": "",
    "displaystyle": "", "label": "", "nonumber": "", "textstyle": "",
}  # fmt: skip
"""Commands without arguments."""

PASSED = re.compile(r"(?:text|math)(?:[a-z]{2})?|operatorname|boldsymbol|bm|mathcal|mathbb")
"""Commands of which only the argument counts."""

ACCENTS = {
    "hat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "vec": "\u20d7",
    "overline": "\u0304",
}
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\(begin|end)\{\w+\*?\}(\{[lcr|]*\})?")
_ALONE = re.compile(r"[^\W_]+[′'']*|[^\W_]")


def latex_as_text(latex: str, html: bool = False) -> str:
    """One line; `html` writes exponents and indices as such, and everything else escaped."""
    text = _ENVIRONMENT.sub("", latex).replace(r"\not=", r"\ne ")
    lines = re.split(r"\\\\", text.replace("&", " "))
    found = ("".join(_Reader(line, html).parts()) for line in lines)
    told = "; ".join(filter(None, (re.sub(r"\s+", " ", line).strip() for line in found)))
    return re.sub(r"\s+([,.)])", r"\1", told)


class _Reader:
    """Reads tokens one after the other."""

    def __init__(self, latex: str, html: bool) -> None:
        self._tokens = _TOKEN.findall(latex)
        self._at, self._html = 0, html

    def parts(self, end: str = "") -> Iterator[str]:
        """The text of what follows, up to a token."""
        while self._at < len(self._tokens):
            if self._tokens[self._at] == end:
                self._at += 1
                return
            yield self._part()

    def _part(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        if token == "{":
            return "".join(self.parts("}"))
        if token in ("_", "^"):
            return self._raised(token)
        if token.startswith("\\"):
            return self._command(token[1:])
        return self._escaped(token)

    def _command(self, name: str) -> str:
        if name == "frac" or name == "dfrac" or name == "tfrac":
            above, below = self._argument(), self._argument()
            return f"{_grouped(above)}/{_grouped(below)}"
        if name == "sqrt":
            return f"√{_grouped(self._argument())}"
        if name in ACCENTS:
            return f"{self._argument()}{ACCENTS[name]}"
        if PASSED.fullmatch(name):
            return self._argument()
        return self._escaped(SIGNS.get(name, name))

    def _argument(self) -> str:
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        return self._part() if self._at < len(self._tokens) else ""

    def _raised(self, sign: str) -> str:
        inside = self._argument().strip()
        if self._html:
            tag = "sub" if sign == "_" else "sup"
            return f"<{tag}>{inside}</{tag}>"
        return f"{sign}{inside if _ALONE.fullmatch(inside) else f'({inside})'}"

    def _escaped(self, text: str) -> str:
        if not self._html:
            return text
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _grouped(text: str) -> str:
    """In brackets, where it is more than one thing."""
    text = text.strip()
    return text if re.fullmatch(r"[\w.]+|[^\W\d](?:<su[bp]>\w+</su[bp]>)?", text) else f"({text})"
