"""A weights file of GMF, MLP or NeuMF in float64: the reference for what the package computes.

I items, g factors, e the width of a user's MLP vector, d1, ..., dL the widths of the tower.
"""

import numpy as np
import torch


class StoredModel:
    """The item side of a file, folded. It scores any user vector [gmf | mlp]."""

    def __init__(self, tensors, description):
        self.description = description
        self.tensors = {
            name: torch.from_numpy(array.astype(np.float64))
            for name, array in tensors.items()
            if array.dtype.kind == "f"
        }
        self.gmf_item = self.tensors.get("gmf.item")  # [I, g]
        self.item_hidden = self.tensors.get("mlp.item_hidden")  # [I, d1]
        self.blocks = [block for block in ("gmf", "mlp") if f"{block}.user_mean" in self.tensors]
        self.items = len(self.gmf_item if self.gmf_item is not None else self.item_hidden)
        self.factors = 0 if self.gmf_item is None else self.gmf_item.shape[1]
        self.depth = sum(
            name.endswith(".bias") and name.startswith("mlp.layers") for name in tensors
        )
        self.output = self.tensors["output.weight"][0]  # [g + dL]
        zeros = torch.zeros(self.items, dtype=torch.float64)
        self.offset = self.tensors["output.bias"] + self.tensors.get("item.bias", zeros)  # [I]

    def layer(self, depth):
        return self.tensors[f"mlp.layers.{depth}.weight"], self.tensors[f"mlp.layers.{depth}.bias"]

    def mean(self):
        """[g + e]"""
        return torch.cat([self.tensors[f"{block}.user_mean"] for block in self.blocks])

    def covariance(self):
        """[g + e, g + e]: zero between the two blocks."""
        blocks = [self.tensors[f"{block}.user_covariance"] for block in self.blocks]
        return torch.block_diag(*blocks)

    def trained_vector(self, user):
        """[g + e] of a training user, if the file has the user tables."""
        return torch.cat([self.tensors[f"{block}.user"][user] for block in self.blocks])

    def logits(self, vector, items=slice(None)):
        """[g + e] and [B] item rows to [B]; without rows, the whole catalogue."""
        logits = self.offset[items]
        if self.gmf_item is not None:
            weighted = vector[: self.factors] * self.output[: self.factors]
            logits = logits + self.gmf_item[items] @ weighted
        if self.item_hidden is not None:
            weight, bias = self.layer(0)  # [d1, e]: the user half
            hidden = torch.relu(self.item_hidden[items] + weight @ vector[self.factors :] + bias)
            for depth in range(1, self.depth):
                weight, bias = self.layer(depth)
                hidden = torch.relu(hidden @ weight.T + bias)
            logits = logits + hidden @ self.output[self.factors :]
        return logits
