"""A DataFrame of Spark: a DataFrame out."""

import poly_match.spark
from pyspark.sql import DataFrame, SparkSession

zones = {"name": ["hall"], "wkt": ["POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"]}


def matched(points: DataFrame, polygons: DataFrame) -> DataFrame:
    near = poly_match.spark.join(points, zones, near="covers", columns=["name"], how="inner")
    cells = poly_match.spark.cells(near, polygons, near="boundary", max_dist=2.0)
    print(cells, cells.copies)
    return poly_match.spark.join(
        near, polygons, near="boundary", max_dist=2.0, partition=cells, order_by="id"
    )


def main() -> None:
    spark = SparkSession.builder.getOrCreate()
    matched(spark.table("points"), spark.table("polygons")).show()
