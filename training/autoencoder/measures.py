"""Metrics of the float64 reference. users: [(history, ratings, held-out items, their ratings)]."""

from training.common import metrics


def measure_rankings(model, users):
    """Recall@20 and NDCG@100 of the held-out films in the whole catalogue."""
    rated = model.input["values"] == "rating"
    rankings = []
    for history, ratings, _, _ in users:
        raw = model.raw(history, ratings if rated else None)
        rankings.append(metrics.top_items(raw, history, 100))
    return metrics.ranking_metrics(rankings, [held_out for _, _, held_out, _ in users])


def measure_ratings(model, users):
    """RMSE and MAE of the held-out films' predicted ratings."""
    predicted = [
        model.scores(model.raw(history, ratings, targets)) for history, ratings, targets, _ in users
    ]
    return metrics.rating_metrics(predicted, [actual for _, _, _, actual in users])
