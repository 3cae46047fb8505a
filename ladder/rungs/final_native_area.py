"""Rung "poly_match, one shot": the product's own `Polygon` and `main`, nothing added."""

from poly_match import Polygon, main

__all__ = ["Polygon", "main"]
