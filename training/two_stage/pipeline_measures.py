"""Both stages together, for short histories of users that were not trained on.

As `npx pocketrec-cli evaluate --protocol few` draws them, from another generator. No re-ranking.
"""

import numpy as np

from training.common import metrics
from training.two_stage.impressions import LIKED, History

SHOTS, DRAWS, SPARE = (1, 3, 5, 10, 20), 3, 5
QUERY_SEED = 9  # every model is measured on the same histories
LISTS, METRICS = ("server", "device"), ("Recall@20", "NDCG@100")


def queries_of(timelines):
    """[(user, shots, History)]: liked films are given, all others are to be found."""
    generator = np.random.default_rng(QUERY_SEED)
    queries = []
    for user, timeline in enumerate(timelines):
        liked = np.flatnonzero(timeline.ratings >= LIKED)
        for _ in range(DRAWS):
            order = generator.permutation(liked)
            queries += [
                (user, shots, History(timeline, np.sort(order[:shots])))
                for shots in SHOTS
                if shots + SPARE <= len(liked)
            ]
    return queries


def measure(ranker, first_stage, queries):
    """{metric: mean over users}. ranker: with `raw`, as StoredTwoStage."""
    found = first_stage.found([history for _, _, history in queries])
    values = {}
    for (user, shots, history), of_device in zip(queries, found):
        raw = ranker.raw(history.features, history.watched)
        targets = history.rest[0]
        for name, films in zip(LISTS, (np.setdiff1d(first_stage.served, history.rows), of_device)):
            ranked = films[np.argsort(-raw[films], kind="stable")]
            of_list = metrics.recall(ranked, targets), metrics.ndcg(ranked, targets)
            values.setdefault((name, shots), {}).setdefault(user, []).append(of_list)
    measured = {}
    for (name, shots), users in sorted(values.items()):
        means = np.mean([np.mean(draws, axis=0) for draws in users.values()], axis=0)
        for metric, mean in zip(METRICS, means):
            measured[f"{metric} {name} {shots}"] = round(float(mean), 4)
    return measured
