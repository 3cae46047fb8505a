//! `--fields`: which columns of the polygons are written.

use crate::bench::{Bench, Ran};

/// A zone with odd names, in both formats.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("points.csv", "id,x,y\na,1,1\n");
    bench.write(
        "zones.geojson",
        r#"{"type": "FeatureCollection", "features": [{"type": "Feature",
            "properties": {"Name, official": "Hill", "Name": "hill", " official": "no", "a,b": 7},
            "geometry": {"type": "Polygon", "coordinates":
                [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]]}}]}"#,
    );
    bench.write(
        "zones.csv",
        "wkt,\"Name, official\",Name, official,\"a,b\"\n\"POLYGON((0 0,9 0,9 9,0 9))\",Hill,hill,no,7\n",
    );
    bench
}

/// Runs with a `--fields` for each text.
fn run(bench: &Bench, zones: &str, fields: &[&str]) -> Ran {
    let mut command = bench.command(&format!("match points.csv {zones} --near covers"));
    fields.iter().for_each(|text| {
        command.args(["--fields", text]);
    });
    command.output().expect("it starts").into()
}

#[test]
fn a_name_with_a_comma_is_a_name() {
    let bench = bench();
    for zones in ["zones.geojson", "zones.csv"] {
        for (fields, header, row) in [
            (&["Name, official"][..], "\"Name, official\"", "Hill"),
            (&["Name", "Name, official"], "Name,\"Name, official\"", "hill,Hill"),
            (&["Name, official", "a,b"], "\"Name, official\",\"a,b\"", "Hill,7"),
            // No column has this name, so commas part it.
            (&["Name,Name"], "Name,polygon_Name", "hill,hill"),
            (&[" official,Name"], " official,Name", "no,hill"),
            (&["Name"], "Name", "hill"),
        ] {
            let out = run(&bench, zones, fields).ok();
            let expected = format!("id,x,y,polygon,{header},distance\na,1,1,0,{row},0.0\n");
            assert_eq!(out, expected, "{zones} {fields:?}");
        }
    }
}

#[test]
fn names_that_are_not_there_are_refused() {
    let bench = bench();
    for (fields, missing) in
        [(&["Name,none"][..], r#""none""#), (&["Name", "none"], r#""none""#), (&[""], r#""""#)]
    {
        let ran = run(&bench, "zones.csv", fields);
        ran.fails(&format!("zones.csv: there is no column {missing}; found \"wkt\", "));
        let ran = run(&bench, "zones.geojson", fields);
        ran.fails(&format!("zones.geojson: no feature has a property {missing}; found "));
    }
}
