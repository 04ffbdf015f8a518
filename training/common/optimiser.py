"""The training loop of all models: Adam over a number of epochs."""

import torch
from tqdm import tqdm


def run_epochs(model, title, settings, count, epoch, after=None):
    """Trains `model` in place. The step size falls linearly to 0.

    epoch: a function that yields (loss to report, loss to minimise) for each batch.
    count: the progress bar shows the reported loss of an epoch divided by this.
    after: called with (number of the epoch, model) after each epoch.
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
        if after:
            after(number, model)
    return model.eval()
