"""One file per rung, each with the same face.

That is `Polygon(x, y)` and `main(polygons, points, max_dist)`, which returns (point, polygon)
pairs. `ladder/catalog.py` lists the rungs in order and says in which process each runs.
"""
