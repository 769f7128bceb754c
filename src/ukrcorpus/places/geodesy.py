"""Distances on the earth."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

RADIUS_KM = 6371.0088
"""Mean radius of WGS 84: two equatorial radii and a polar one, by three."""


def distance_km(lat: ArrayLike, lon: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Any:
    """Kilometres between points in degrees, along the great circle of a sphere, by the haversine formula.

    Numbers or arrays; nan where a coordinate is.

    Example:
        >>> round(float(distance_km(0, 0, 0, 180)), 1)  # half the equator
        20015.1
    """
    phi, lambda_, phi2, lambda2 = (np.radians(np.asarray(angle, "float64")) for angle in (lat, lon, lat2, lon2))
    haversine = np.sin((phi2 - phi) / 2) ** 2 + np.cos(phi) * np.cos(phi2) * np.sin((lambda2 - lambda_) / 2) ** 2
    return 2 * RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1)))
