"""Tables: the points' table in, the same table out, with the name of each point's polygon."""
