"""How good a ranking is. One user at a time; the caller averages."""

import numpy as np


def top_items(scores, history, count):
    """The best `count` rows of the catalogue, the history left out; ties go to the lower row."""
    scores = np.array(scores, dtype=np.float64)
    scores[history] = -np.inf
    return np.argsort(-scores, kind="stable")[:count]


def recall(ranked, held_out, k=20):
    """The share of the held-out items among the first k, out of as many as k places can hold."""
    return np.isin(ranked[:k], held_out).sum() / min(k, len(held_out))


def ndcg(ranked, held_out, k=100):
    """Discounted gain of the first k against the best that the held-out items allow."""
    discount = 1 / np.log2(np.arange(k) + 2)
    gain = np.isin(ranked[:k], held_out) @ discount[: len(ranked[:k])]
    return gain / discount[: min(k, len(held_out))].sum()


def ranking_metrics(rankings, held_out):
    """Recall@20 and NDCG@100: the mean over people. rankings: 100 item rows each, held_out: what is to be found."""
    return {
        "Recall@20": float(
            np.mean([recall(ranked, wanted) for ranked, wanted in zip(rankings, held_out)])
        ),
        "NDCG@100": float(
            np.mean([ndcg(ranked, wanted) for ranked, wanted in zip(rankings, held_out)])
        ),
    }


def strong_metrics(score_user, people):
    """`ranking_metrics` over [(history, held_out)]; `score_user(history)` gives a score an item."""
    rankings = [top_items(score_user(history), history, 100) for history, _ in people]
    return ranking_metrics(rankings, [held_out for _, held_out in people])


def rating_metrics(predicted, ratings):
    """Root mean squared and mean absolute error, every rating weighing the same. Lists of one array a person."""
    errors = np.concatenate(predicted) - np.concatenate(ratings)
    return {"RMSE": float(np.sqrt(np.mean(errors**2))), "MAE": float(np.mean(np.abs(errors)))}


def leave_one_out_metrics(scores):
    """HR@10 and NDCG@10 from [users, candidates], the positive first. Only a strictly greater score is ahead of it:
    some lists of the authors' split name the positive among its own negatives."""
    rank = (scores[:, 1:] > scores[:, :1]).sum(axis=1)
    hit = rank < 10
    return {
        "HR@10": float(hit.mean()),
        "NDCG@10": float((hit * np.log(2) / np.log(rank + 2)).mean()),
    }
