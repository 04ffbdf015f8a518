"""The training loop of all models: Adam over a number of epochs."""

import torch
from tqdm import tqdm


def run_epochs(model, title, settings, count, epoch):
    """Trains `model` in place. The step size falls linearly to 0.

    epoch: a function that yields (loss to report, loss to minimise) for each batch.
    count: the progress bar shows the reported loss of an epoch divided by this.
    """
    rate = settings["learning_rate"]
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    progress = tqdm(range(settings["epochs"]), desc=title, unit="epoch")
    for number in progress:
        optimiser.param_groups[0]["lr"] = rate * (1 - number / settings["epochs"])
        total = 0.0
        for loss, minimised in epoch():
            total += loss.item()
            optimiser.zero_grad()
            minimised.backward()
            optimiser.step()
        progress.set_postfix(loss=f"{total / count:.4f}")
    return model.eval()
