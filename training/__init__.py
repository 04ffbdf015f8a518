"""PyTorch scripts that train the demo's models and write the golden files of the tests.

Run them from the root of the repository: python3 -m training.ncf.train --help
"""

import os

# Sums depend on the number of threads: one gives the same bytes on every machine. NumPy reads this
# when it is imported, so it is set in the package that every script imports first.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
