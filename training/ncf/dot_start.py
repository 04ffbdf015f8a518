"""A GMF that is a dot product with biases, trained by SGD (training/linear/sgd.py).

Rendle et al. (RecSys 2020) found it the better GMF. Two of the g factors hold the biases: a user is
[p | user bias | 1], an item [q | 1 | item bias], and the output weights are 1.
"""

import numpy as np
import torch

from training.linear.sgd import train_logistic
from training.ncf.models import Recommender


def dot_gmf(interactions, settings, seed):
    """A trained GMF. settings: of NeuMF; `dot` has those of `train_logistic`."""
    own = {**settings, **settings["dot"], "width": settings["factors"] - 2}
    p, q, user_bias, item_bias, mean = train_logistic(interactions, own, seed)
    model = Recommender("gmf", interactions.users, interactions.items, settings["factors"], None)
    users = np.column_stack([p, user_bias, np.ones_like(user_bias)])
    items = np.column_stack([q, np.ones_like(item_bias), item_bias])
    # Logits fall by the logarithm of the negatives: NeuMF may have another number of them.
    mean = mean + np.float32(np.log(own["negatives"] / settings["negatives"]))
    with torch.no_grad():
        model.gmf.user.weight.copy_(torch.from_numpy(users))
        model.gmf.item.weight.copy_(torch.from_numpy(items))
        model.output.bias.copy_(torch.from_numpy(mean))
    return model.eval()
