"""The `provenance` of a weights file."""

from training.datasets.movielens import LICENCES


def provenance(script, arguments, settings, interactions):
    """Where the weights come from. No time and no path: the same training gives the same file."""
    return {
        "data_set": arguments.dataset,
        "licence": LICENCES[arguments.dataset],
        "script": script,
        "settings": settings,
        "seed": arguments.seed,
        "split_seed": arguments.split_seed,
        "training_users": interactions.users,
        "training_interactions": len(interactions.user),
    }
