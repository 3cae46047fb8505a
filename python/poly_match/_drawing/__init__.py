"""Draws points, polygons and matches on axes of matplotlib, which is imported only here.

- `outlines`: the polygons as paths, with their boxes and areas.
- `palette`: colours, with the hues of the program's pictures.
- `classes`: which polygons share a colour, and what the legend calls them.
- `dots`, `density`: the points, one by one, or counted in bins where there are too many.
- `legend`: what the colours mean.
- `scene`: puts all of this on the axes.
"""
