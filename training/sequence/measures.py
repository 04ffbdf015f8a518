"""Metrics of sequence models, by PyTorch in batches or by the float64 reference."""

import numpy as np
import torch

from training.common import metrics
from training.datasets.sequences import sampled_candidates
from training.sequence.batches import padded

NEGATIVES = 100  # sampled films, of the SASRec paper


@torch.no_grad()
def scores_of(model, histories, size=64):
    """[users, I] raw scores after each history, by PyTorch. The model is in `eval` mode."""
    scores = []
    for start in range(0, len(histories), size):
        chosen = [history[-model.window :] for history in histories[start : start + size]]
        inputs, filled = padded(chosen)
        last = model(inputs)[torch.arange(len(chosen)), filled.sum(1) - 1]
        scores.append(model.logits(last).numpy())
    return np.concatenate(scores)


def next_metrics(scores, histories, targets, candidates):
    """HR@10 and NDCG@10 of the next film among candidates, and in the whole catalogue.

    scores: [users, I]. candidates: [users, 1 + NEGATIVES] rows, the target first. The whole
    catalogue is ranked without the history.
    """
    users = np.arange(len(targets))
    sampled = metrics.leave_one_out_metrics(scores[users[:, None], candidates])
    target = scores[users, targets]
    ahead = (scores > target[:, None]).sum(axis=1)
    seen = [np.unique(history) for history in histories]
    ahead -= [int((row[rows] > best).sum()) for row, rows, best in zip(scores, seen, target)]
    hit = ahead < 10
    gain = hit / np.log2(ahead + 2)
    whole = {"HR@10, whole": float(hit.mean()), "NDCG@10, whole": float(gain.mean())}
    return {**sampled, **whole}


def measure_next(score_all, sequences, pairs, items, seed):
    """`next_metrics` of [(history, next film)]. score_all: histories to [users, I] scores."""
    histories, targets = zip(*pairs)
    measured = [sequence for sequence in sequences if len(sequence) >= 3]
    sampling = measured, targets, items, NEGATIVES, seed
    candidates = sampled_candidates(*sampling)
    return next_metrics(score_all(histories), histories, np.array(targets), candidates)


def measure_users(score_all, users):
    """Recall@20 and NDCG@100 of [(history, held-out films)] in the whole catalogue."""
    histories, held_out = zip(*users)
    scores = score_all(histories)
    rankings = [metrics.top_items(row, history, 100) for row, history in zip(scores, histories)]
    return metrics.ranking_metrics(rankings, held_out)
