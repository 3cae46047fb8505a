"""What all tests share: a BLAS that does not fuse, and the number of random cases."""

import os

from ladder.environment import EXACT

# Before NumPy is loaded, which reads it once: distances on the boundary are compared with those of
# `np.linalg.norm`, to the last bit.
os.environ.update(EXACT)

from hypothesis import HealthCheck, settings

settings.register_profile(
    "thorough",
    max_examples=2000,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", parent=settings.get_profile("thorough"), max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "thorough"))
