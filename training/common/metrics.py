"""Metrics of rankings and of predicted ratings. Rankings are item rows, best first."""

import numpy as np


def top_items(scores, history, count):
    """The best `count` rows of the catalogue without the history; ties go to the lower row."""
    scores = np.array(scores, dtype=np.float64)
    scores[history] = -np.inf
    return np.argsort(-scores, kind="stable")[:count]


def recall(ranked, held_out, k=20):
    """Held-out items among the first k, divided by min(k, number of held-out items)."""
    return np.isin(ranked[:k], held_out).sum() / min(k, len(held_out))


def ndcg(ranked, held_out, k=100):
    """Discounted cumulative gain of the first k, divided by that of the ideal ranking."""
    discount = 1 / np.log2(np.arange(k) + 2)
    gain = np.isin(ranked[:k], held_out) @ discount[: len(ranked[:k])]
    return gain / discount[: min(k, len(held_out))].sum()


def ranking_metrics(rankings, held_out):
    """Recall@20 and NDCG@100, means over users. Both arguments hold one list of rows per user."""
    pairs = list(zip(rankings, held_out))
    return {
        "Recall@20": float(np.mean([recall(*pair) for pair in pairs])),
        "NDCG@100": float(np.mean([ndcg(*pair) for pair in pairs])),
    }


def strong_metrics(score_user, users):
    """`ranking_metrics` of `score_user(history)` ([I] scores). users: [(history, held_out)]."""
    rankings = [top_items(score_user(history), history, 100) for history, _ in users]
    return ranking_metrics(rankings, [held_out for _, held_out in users])


def rating_metrics(predicted, ratings):
    """RMSE and MAE over all ratings, each with the same weight. One array per user."""
    errors = np.concatenate(predicted) - np.concatenate(ratings)
    return {"RMSE": float(np.sqrt(np.mean(errors**2))), "MAE": float(np.mean(np.abs(errors)))}


def leave_one_out_metrics(scores):
    """HR@10 and NDCG@10 of [users, candidates] scores, the positive in column 0.

    Only a strictly greater score counts as ahead: some lists of the authors' split contain the
    positive among its own negatives.
    """
    rank = (scores[:, 1:] > scores[:, :1]).sum(axis=1)
    hit = rank < 10
    gain = hit * np.log(2) / np.log(rank + 2)
    return {"HR@10": float(hit.mean()), "NDCG@10": float(gain.mean())}


def as_text(measured, digits=4):
    return "  ".join(f"{name} {value:.{digits}f}" for name, value in measured.items())
