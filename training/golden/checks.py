"""Sizes and check vectors that all golden models share."""

ITEMS, HISTORY, CHECKS = 90, 12, 3
TARGETS = 20


def histories(generator):
    """CHECKS random lists of item rows. The last one is empty."""
    for check in range(CHECKS):
        length = 0 if check == CHECKS - 1 else HISTORY
        yield generator.permutation(ITEMS)[:length]


def check_of(inputs, raw, scores, generator):
    """One check vector (docs/format.md). inputs: of the model. raw, scores: [ITEMS]."""
    items = generator.permutation(ITEMS)[:TARGETS]
    outputs = {"raw": raw[items].tolist(), "scores": scores[items].tolist()}
    return {**inputs, "items": items.tolist(), **outputs}
