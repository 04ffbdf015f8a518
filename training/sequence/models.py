"""SASRec (Kang and McAuley, ICDM 2018) with the layer norm after each part, as in BERT.

Scores of the next item from a causal transformer over the items so far. B batch, T positions,
L the window, d width, f width of the feed-forward layer. docs/format.md has the equations.
"""

import math

import torch
from torch import nn
from torch.nn import functional

INITIAL_DEVIATION = 0.02


class Block(nn.Module):
    """Attention over the positions so far, then a feed-forward layer at each position."""

    def __init__(self, width, inner, heads, dropout, epsilon):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.attention = (
            nn.Linear(width, width) for _ in range(4)
        )
        self.attention_norm = nn.LayerNorm(width, eps=epsilon)
        self.feed = nn.ModuleList([nn.Linear(width, inner), nn.Linear(inner, width)])
        self.feed_norm = nn.LayerNorm(width, eps=epsilon)
        self.dropout = nn.Dropout(dropout)

    def split(self, values):
        """[B, T, d] to [B, heads, T, d / heads]."""
        batch, length, width = values.shape
        return values.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

    def attend(self, inputs, mask):
        query, key, value = (
            self.split(layer(inputs)) for layer in (self.query, self.key, self.value)
        )
        logits = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        weights = self.dropout(torch.softmax(logits + mask, dim=-1))
        mixed = (weights @ value).transpose(1, 2).reshape(inputs.shape)
        return self.dropout(self.attention(mixed))

    def forward(self, inputs, mask):
        """[B, T, d] to [B, T, d]. mask: [T, T], 0 or minus infinity."""
        hidden = self.attention_norm(inputs + self.attend(inputs, mask))
        inner = functional.relu(self.feed[0](hidden))
        return self.feed_norm(hidden + self.dropout(self.feed[1](inner)))


class SASRec(nn.Module):
    """The oldest item of the window is at position 0, and shorter sequences end in padding."""

    def __init__(self, items, settings):
        super().__init__()
        width, epsilon = settings["width"], settings["epsilon"]
        self.window = settings["window"]
        self.item = nn.Embedding(items, width)
        self.position = nn.Embedding(self.window, width)
        self.norm = nn.LayerNorm(width, eps=epsilon)
        self.dropout = nn.Dropout(settings["dropout"])
        shape = width, settings["inner"], settings["heads"], settings["dropout"], epsilon
        self.blocks = nn.ModuleList(Block(*shape) for _ in range(settings["blocks"]))
        self.bias = nn.Parameter(torch.zeros(items))
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=INITIAL_DEVIATION)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, rows):
        """[B, T] item rows, T <= L, to [B, T, d]: each position has seen itself and before.

        What stands after a sequence's end does not reach its positions.
        """
        length = rows.shape[1]
        inputs = self.item(rows) + self.position.weight[:length]
        hidden = self.dropout(self.norm(inputs))
        mask = torch.full((length, length), -math.inf).triu(1)
        for block in self.blocks:
            hidden = block(hidden, mask)
        return hidden

    def logits(self, hidden):
        """[N, d] to raw scores [N, I]."""
        return functional.linear(hidden, self.item.weight, self.bias)
