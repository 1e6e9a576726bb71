"""Multi-head attention."""

import torch.nn.functional as F
from torch import Tensor, nn


class MultiHeadAttention(nn.Module):
    """Every position gathers values from all others (Vaswani et al. 2017).

    `input` (N, T, embed_dim), `context` (N, S, context_dim) or the input itself;
    the output is (N, T, embed_dim).
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
        if embed_dim % num_heads:
            raise ValueError(f"{num_heads} heads do not divide {embed_dim} features")
        source = embed_dim if context_dim is None else context_dim
        self.num_heads = num_heads
        self.causal = causal
        self.dropout = dropout
        self.query = nn.Linear(embed_dim, embed_dim, bias=bias)
        self.key = nn.Linear(source, embed_dim, bias=bias)
        self.value = nn.Linear(source, embed_dim, bias=bias)
        self.output = nn.Linear(embed_dim, embed_dim, bias=bias)

    def heads(self, features: Tensor) -> Tensor:
        """Split the features: (N, T, C) -> (N, heads, T, C / heads)."""
        batch, length, width = features.shape
        split = features.view(batch, length, self.num_heads, width // self.num_heads)
        return split.transpose(1, 2)

    def forward(self, input: Tensor, context: Tensor | None = None) -> Tensor:
        context = input if context is None else context
        gathered = F.scaled_dot_product_attention(
            self.heads(self.query(input)),
            self.heads(self.key(context)),
            self.heads(self.value(context)),
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.causal,
        )
        output: Tensor = self.output(gathered.transpose(1, 2).flatten(2))
        return output
