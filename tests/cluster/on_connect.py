"""A program: joins over Spark Connect, compared with those of one process."""

from __future__ import annotations

import poly_match
import poly_match.spark
import pytest
from pyspark.errors import PythonException

from tests.cluster import cases
from tests.cluster.sessions import session

if __name__ == "__main__":
    spark = session("connect:local[2]")
    points = spark.createDataFrame(cases.points())
    polygons = spark.createDataFrame(cases.polygons())
    by_cells = {"partition": "cells", "order_by": "id"}
    for name in ("center", "boundary", "covers", "by", "three best", "a distance each"):
        rule, wanted = cases.RULES[name], cases.expected(name)
        by_file = poly_match.spark.join(points, cases.polygons(), **rule)
        assert cases.rows(by_file.toArrow()) == wanted, name
        in_cells = poly_match.spark.join(points, polygons, **by_cells, **rule)
        assert cases.rows(in_cells.toArrow()) == wanted, name
    again = poly_match.spark.join(points, polygons, order_by="id", **cases.RULES["center"])
    assert cases.rows(again.toArrow()) == cases.expected("center")

    spoiled = points.selectExpr("if(pid = 7, double('NaN'), x) as x", "y")
    with pytest.raises(PythonException, match=r"x of point \d+ is missing; its row has x=nan, y="):
        poly_match.spark.join(spoiled, cases.polygons(), near="covers").collect()
    spark.stop()
    print("all answers are the same")
