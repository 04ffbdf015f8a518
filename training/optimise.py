"""What training has in common, whatever the model: Adam over some epochs, and where the weights come from."""

import torch
from presets import LICENCES
from tqdm import tqdm


def run_epochs(model, title, settings, count, epoch):
    """Trains `model` in place: Adam, its step size falling linearly to 0. `epoch()` yields (loss, what is minimised) a
    batch; the progress bar has the loss over `count`."""
    optimiser = torch.optim.Adam(model.parameters(), lr=settings["learning_rate"])
    progress = tqdm(range(settings["epochs"]), desc=title, unit="epoch")
    for number in progress:
        optimiser.param_groups[0]["lr"] = settings["learning_rate"] * (
            1 - number / settings["epochs"]
        )
        total = 0.0
        for loss, minimised in epoch():
            total += loss.item()
            optimiser.zero_grad()
            minimised.backward()
            optimiser.step()
        progress.set_postfix(loss=f"{total / count:.4f}")
    return model.eval()


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
