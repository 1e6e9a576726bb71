"""Attention as torch has it, with each projection a layer of its own."""

import torch.nn.functional as F
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    """Attention of several heads (Vaswani et al. 2017).

    (N, T, embed_dim) -> (N, T, embed_dim); keys and values come from `context`
    (N, S, context_dim), or from the input itself.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        context_dim: int | None = None,
        causal: bool = False,
        dropout: float = 0.0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.causal = causal
        self.dropout = dropout
        source_dim = embed_dim if context_dim is None else context_dim
        self.query = nn.Linear(embed_dim, embed_dim, bias=bias)
        self.key = nn.Linear(source_dim, embed_dim, bias=bias)
        self.value = nn.Linear(source_dim, embed_dim, bias=bias)
        self.output = nn.Linear(embed_dim, embed_dim, bias=bias)

    def heads(self, x: Tensor) -> Tensor:
        """(N, T, embed_dim) -> (N, num_heads, T, embed_dim / num_heads)."""
        return x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        source = x if context is None else context
        attended = F.scaled_dot_product_attention(
            self.heads(self.query(x)),
            self.heads(self.key(source)),
            self.heads(self.value(source)),
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.causal,
        )
        return self.output(attended.transpose(1, 2).flatten(2))
