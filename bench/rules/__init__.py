"""The other rules beside their peers: which polygon covers a point, which is nearest, and more."""
