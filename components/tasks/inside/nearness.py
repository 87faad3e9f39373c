"""Sentences as points: cosine similarities, and the two directions in which they differ most (PCA).

Knows vectors of length 1.
"""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]


def cosines(vectors: Numbers) -> Numbers:
    """Of each with each: 1 for the same direction, 0 for nothing in common."""
    return np.clip(vectors @ vectors.T, -1.0, 1.0)


def plane(vectors: Numbers) -> tuple[Numbers, tuple[float, float]]:
    """Each vector's place in the plane, and the share of all differences along its two directions.

    The principal components: the singular vectors of the centred vectors. Their signs are arbitrary; here the
    largest part of each direction is positive, so that the same sentences make the same picture.
    """
    centred = vectors - vectors.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:2]
    signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])
    places = centred @ (directions * signs[:, None]).T
    if places.shape[1] < 2:
        places = np.pad(places, ((0, 0), (0, 2 - places.shape[1])))
    whole = float((sizes**2).sum()) or 1.0
    shares = [float(size**2) / whole for size in sizes[:2]] + [0.0, 0.0]
    return places.astype(np.float32), (shares[0], shares[1])


def crowded(places: np.ndarray) -> list[bool]:
    """Whether the name of each point belongs below it, since another one's name is above nearly there."""
    wide, high = np.ptp(places, axis=0) * (0.3, 0.08)
    found = []
    for at, (x, y) in enumerate(places):
        near = [
            number
            for number, (a, b) in enumerate(places)
            if number != at and abs(a - x) <= wide and abs(b - y) <= high
        ]
        found.append(any((places[one][1], -one) > (y, -at) for one in near))
    return found
