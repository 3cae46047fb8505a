"""Files: a file of points and a file of polygons in, the points with the name of theirs out."""
