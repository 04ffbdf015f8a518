"""SASRec in plain PyTorch, under the names and in the forms of its common port.

    python3 torch_sequences.py OUT [more]

The earlier form takes the query from the norm, has positions 0 to L - 1 and sets padding to zeros
after each block. The present one has a position for padding, attends to padding as it becomes, and
normalises after each step, or before it (its `norm_first`). A file does not tell the latter two
apart, nor the number of heads. more: all three.
"""

import os
import sys

import numpy as np
import records
import torch
from torch import nn

from training import ITEMS, SEED, USERS, fit, rating_matrix

WINDOW, WIDTH, BLOCKS = 12, 16, 2

# By file: the order of norms, heads, and what the file does not tell.
FORMS = {
    "SASRec-query": ("query", 1, []),
    "SASRec-after": ("after", 2, ["--heads", "2"]),
    "SASRec-before": ("before", 2, ["--heads", "2", "--norm-order", "before"]),
}


def norm():
    return nn.LayerNorm(WIDTH, eps=1e-8)


class Feed(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(WIDTH, WIDTH, 1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 1)

    def forward(self, x):
        return self.conv2(torch.relu(self.conv1(x.transpose(1, 2)))).transpose(1, 2)


class SASRec(nn.Module):
    def __init__(self, order, heads):
        super().__init__()
        self.order = order
        self.item_emb = nn.Embedding(ITEMS + 1, WIDTH, padding_idx=0)
        if order == "query":
            self.pos_emb = nn.Embedding(WINDOW, WIDTH)
        else:
            self.pos_emb = nn.Embedding(WINDOW + 1, WIDTH, padding_idx=0)
        self.attention_layernorms = nn.ModuleList(norm() for _ in range(BLOCKS))
        self.attention_layers = nn.ModuleList(
            nn.MultiheadAttention(WIDTH, heads, batch_first=True) for _ in range(BLOCKS)
        )
        self.forward_layernorms = nn.ModuleList(norm() for _ in range(BLOCKS))
        self.forward_layers = nn.ModuleList(Feed() for _ in range(BLOCKS))
        self.last_layernorm = norm()

    def embedded(self, items, known):
        x = self.item_emb(items) * WIDTH**0.5
        if self.order == "query":
            return (x + self.pos_emb(torch.arange(WINDOW))) * known
        return x + self.pos_emb(torch.arange(1, WINDOW + 1) * (items != 0))

    def block(self, layer, x, known):
        norm_1, norm_2 = self.attention_layernorms[layer], self.forward_layernorms[layer]
        attention, feed = self.attention_layers[layer], self.forward_layers[layer]
        future = torch.triu(torch.ones(WINDOW, WINDOW, dtype=torch.bool), diagonal=1)
        if self.order == "after":
            x = norm_1(x + attention(x, x, x, attn_mask=future)[0])
            return norm_2(x + feed(x))
        query = norm_1(x)
        if self.order == "before":
            x = x + attention(query, query, query, attn_mask=future)[0]
            return x + feed(norm_2(x))
        x = norm_2(query + attention(query, x, x, attn_mask=future)[0])
        return (x + feed(x)) * known

    def forward(self, items):
        """[B, WINDOW] items, from 1, the newest last, 0 for padding -> [B, WINDOW, WIDTH]."""
        known = (items != 0).unsqueeze(-1)
        x = self.embedded(items, known)
        for layer in range(BLOCKS):
            x = self.block(layer, x, known)
        return self.last_layernorm(x)


def padded(history):
    newest = [row + 1 for row in history[-WINDOW:]]
    return [0] * (WINDOW - len(newest)) + newest


def all_histories():
    """The items of each user, in a random order that stands for time."""
    generator = np.random.default_rng(SEED)
    rows = rating_matrix().numpy()
    return [generator.permutation(np.flatnonzero(row)).tolist() for row in rows]


def next_item_loss(inputs, targets):
    negatives = torch.randint(1, ITEMS + 1, targets.shape)
    known = inputs != 0

    def loss(module):
        features = module(inputs)
        right, wrong = (
            (features * module.item_emb(items)).sum(-1)[known] for items in (targets, negatives)
        )
        return (nn.functional.softplus(-right) + nn.functional.softplus(wrong)).mean()

    return loss


def initialise(module):
    for parameter in module.parameters():
        if parameter.dim() > 1:
            nn.init.xavier_uniform_(parameter)
        else:
            nn.init.normal_(parameter, mean=parameter.detach().mean().item(), std=0.1)
    module.item_emb.weight.data[0] = 0
    if module.order != "query":
        module.pos_emb.weight.data[0] = 0


def train(order, heads):
    torch.manual_seed(SEED)
    module = SASRec(order, heads)
    initialise(module)
    histories = all_histories()
    inputs = torch.tensor([padded(history[:-1]) for history in histories])
    targets = torch.tensor([padded(history) for history in histories])
    return fit(module, next_item_loss(inputs, targets))


@torch.no_grad()
def user_records(module):
    """A whole history, one event, repeated events, a full window, and more than fit into it."""
    generator = np.random.default_rng(SEED)
    first, *_, last = all_histories()
    long = (first + last) * 2
    for history in (last, first[:1], first[:3] + first[1:3], long[:WINDOW], long):
        vector = module(torch.tensor([padded(history)]))[0, -1]
        raw = module.item_emb.weight[1:] @ vector
        yield records.user_record(raw, history=history, generator=generator)


def record(folder, name):
    order, heads, words = FORMS[name]
    module = train(order, heads)
    torch.save(module.state_dict(), os.path.join(folder, f"{name}.pth"))
    records.write(
        folder,
        [f"{name}.pth"],
        model=f"PyTorch {name}",
        kind="sasrec",
        convert=words,
        users=USERS,
        items=ITEMS,
        # In single precision PyTorch's own scores are off by as much as is allowed here.
        new=list(user_records(module.double())),
    )


def main():
    folder, *words = sys.argv[1:]
    for name in FORMS if "more" in words else ["SASRec-query"]:
        record(folder, name)


if __name__ == "__main__":
    main()
