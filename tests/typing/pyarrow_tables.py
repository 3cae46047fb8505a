"""pyarrow: a Table, a RecordBatch, and a stream of batches stay what they are."""

import poly_match
import pyarrow as pa
from typing_extensions import assert_type

points = pa.table({"x": [0.5, 9.0], "y": [0.5, 9.0]})
zones = pa.table({"name": ["hall"], "wkt": ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"]})

table = poly_match.join(points, zones, near="covers", columns=["name"])
assert_type(table, pa.Table)

batch = poly_match.join(points.to_batches()[0], zones, near="covers", columns=["name"])
assert_type(batch, pa.RecordBatch)

reader = poly_match.join(points.to_reader(), zones, near="covers", columns=["name"])
assert_type(reader, pa.RecordBatchReader)
assert_type(reader.read_all(), pa.Table)
