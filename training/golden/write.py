"""Writes tests/golden: small random models with scores from PyTorch's own modules.

    python3 -m training.golden.write

The package must agree with them. Weights are float32, the modules compute in float64; inputs and
scores are the files' check vectors. Nothing is trained. The same version of PyTorch gives the same
bytes.
"""

import os

import numpy as np
import torch

from training.common import arguments as command_line
from training.common import safetensors_file
from training.golden import autoencoder, sequence, two_stage


def main():
    parser = command_line.new_parser(__doc__)
    parser.add_argument("--output", metavar="FOLDER", default="tests/golden", help="(%(default)s)")
    arguments = parser.parse_args()
    torch.manual_seed(1)
    os.makedirs(arguments.output, exist_ok=True)
    generator = np.random.default_rng(1)
    # The order matters: new models come last, so that the random numbers of the others stay.
    models = {
        **autoencoder.models(generator),
        **two_stage.models(generator),
        "recvae": autoencoder.recvae(19, 7, generator),
        **sequence.models(generator),
    }
    for name, (tensors, description) in models.items():
        path = os.path.join(arguments.output, f"{name}.safetensors")
        safetensors_file.write(path, tensors, {"format": 1, **description})


if __name__ == "__main__":
    main()
