"""Chooses colours: one hue for each class, all of similar lightness, and greys for the rest.

The program's pictures have the same hues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from poly_match._result import Floats, Positions

# A polygon that no point matches.
IDLE = np.array([176, 176, 172]) / 255
# A point without a match.
UNMATCHED = np.array([128, 128, 130]) / 255
# A point, if there is no result.
PLAIN = np.array([45, 105, 190]) / 255

GOLDEN_ANGLE = 137.507_764_050_037_85
# Hues repeat after this many classes, which nobody can see.
HUES = 3600


def of_points(classes: Positions) -> Floats:
    """Return the colour of the points of each class, sRGB of shape (N, 3)."""
    return oklch(np.array([0.56, 0.48, 0.63])[classes % 3], 0.15, _hues(classes))


def of_polygons(classes: Positions) -> Floats:
    """Return the colour of the polygons of each class, sRGB of shape (N, 3)."""
    return oklch(np.full(len(classes), 0.72), 0.12, _hues(classes))


def of_counts(share: npt.ArrayLike) -> Floats:
    """Return the colour of a number of matched points, from few (0) to many (1)."""
    share = np.asarray(share)
    return oklch(0.86 - 0.62 * share, 0.09 + 0.24 * share * (1 - share), 210 + 85 * share)


def of_unmatched_counts(share: npt.ArrayLike) -> Floats:
    """Return the grey of a number of unmatched points, from few (0) to many (1)."""
    share = np.asarray(share)
    return oklch(0.80 - 0.45 * share, 0.0, np.zeros_like(share))


def _hues(classes: Positions) -> Floats:
    # Steps by the golden angle, so that neighbours have different hues.
    return np.asarray((classes % HUES) * GOLDEN_ANGLE + 255.0) % 360.0


# From OKLCH to sRGB. In OKLCH, unlike HSL, colours of equal lightness look equally light.
# B. Ottosson, "A perceptual color space for image processing" (2020), gives the matrices.
_TO_CONES = np.array(
    [
        [1.0, 0.396_337_777_4, 0.215_803_757_3],
        [1.0, -0.105_561_345_8, -0.063_854_172_8],
        [1.0, -0.089_484_177_5, -1.291_485_548_0],
    ]
)
_TO_LINEAR = np.array(
    [
        [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
        [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
        [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
    ]
)


def oklch(lightness: Floats, chroma: float | Floats, hue: Floats) -> Floats:
    """Convert OKLCH, with the hue in degrees, to sRGB from 0 to 1."""
    angle = np.radians(hue)
    lab = np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], axis=-1)
    linear = np.clip((lab @ _TO_CONES.T) ** 3 @ _TO_LINEAR.T, 0.0, 1.0)
    encoded: Floats = np.where(
        linear <= 0.003_130_8, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return encoded
