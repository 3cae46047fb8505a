"""The peers, one file each; `catalog.py` lists them in the order of the tables."""
