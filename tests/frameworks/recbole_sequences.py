"""RecBole's models of sequences. A history is in the order of time."""

import numpy as np
import records
import torch
from recbole.data.interaction import Interaction
from recbole_training import SEED, SMALL, tokens_of, train

WINDOW = 20
SEQUENCE = {**SMALL, "MAX_ITEM_LIST_LENGTH": WINDOW, "train_batch_size": 1024, "epochs": 1}
ENTROPY = {**SEQUENCE, "train_neg_sample_args": None}
# Larger initial weights than RecBole's: such a short training would leave scores near 0.
SASREC = {"n_layers": 2, "n_heads": 2, "hidden_size": 16, "inner_size": 40}
SASREC = {**SASREC, "initializer_range": 0.3}
GRU = {"embedding_size": 12, "hidden_size": 18, "num_layers": 1}

MODELS = {
    "SASRec": ("SASRec", {**ENTROPY, **SASREC}),
    "GRU4Rec": ("GRU4Rec", {**ENTROPY, **GRU}),
}

MORE = {
    "SASRec-BPR": (
        "SASRec",
        {**SEQUENCE, **SASREC, "n_layers": 1, "n_heads": 4, "hidden_act": "relu"}
        | {"loss_type": "BPR"},
    ),
    "GRU4Rec-two-layers": ("GRU4Rec", {**ENTROPY, **GRU, "hidden_size": 12, "num_layers": 2}),
}


def scores_of(model, history):
    """Scores of all items and the padding, after the newest events of a history."""
    newest = history[-WINDOW:]
    sequence = torch.zeros(1, WINDOW, dtype=torch.long)
    sequence[0, : len(newest)] = torch.tensor(newest)
    known = {model.ITEM_SEQ: sequence, model.ITEM_SEQ_LEN: torch.tensor([len(newest)])}
    return model.full_sort_predict(Interaction(known)).view(-1)


def histories(model, data):
    """A short one, one event, repeated events, a full window, and more than fit into it."""
    known = data.dataset.inter_feat
    for row in (0, len(known) // 2, len(known) - 1):
        count = int(known[model.ITEM_SEQ_LEN][row])
        yield known[model.ITEM_SEQ][row, :count].tolist()
    first = next(iter(known[model.ITEM_SEQ])).tolist()[:9]
    yield from (first[:1], first[:4] + first[1:3] + first[:1], (first * 3)[:WINDOW], first * 3)


@torch.no_grad()
def user_records(model, data):
    generator = np.random.default_rng(SEED)
    for history in histories(model, data):
        raw = scores_of(model, history)
        yield records.user_record(raw, history=history, padding=1, generator=generator)


def record(name, folder):
    kind, settings = {**MODELS, **MORE}[name]
    model, (train_data, valid_data, _) = train(kind, settings, f"{name}.pth")
    dataset = train_data.dataset
    records.write(
        folder,
        [f"{name}.pth"],
        model=f"RecBole {name}",
        kind=kind.lower(),
        users=dataset.user_num,
        padding=1,
        items=dataset.item_num - 1,
        tokens=tokens_of(dataset),
        new=list(user_records(model, valid_data)),
    )
