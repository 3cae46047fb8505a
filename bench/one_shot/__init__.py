"""One shot: polygons and points that are matched once, from one point to a million."""
