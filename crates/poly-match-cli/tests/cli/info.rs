//! Tests of the verb `info`: what it says of files of every format, for people and for scripts.

use serde_json::{Value, json};

use crate::bench::Bench;

const EXTENSIONS: [&str; 9] =
    ["csv", "tsv", "geojson", "geojsonl", "parquet", "arrow", "arrows", "fgb", "gpkg"];

fn info(bench: &Bench, line: &str) -> Value {
    let text = bench.run(&format!("info {line} --json")).ok();
    serde_json::from_str(&text).expect("one JSON object")
}

fn names(info: &Value, key: &str) -> Vec<String> {
    let columns = info["columns"].as_array().expect("columns");
    columns.iter().map(|column| column[key].as_str().expect("text").to_owned()).collect()
}

#[test]
fn a_table_is_described_for_people() {
    let bench = Bench::new();
    let expected = "\
File        points.csv
Format      CSV (UTF-8, commas)
Size        35 bytes
Rows        4
Points      columns x and y (guessed by their names)
CRS         unknown
Extent      x 1 to 50, y 1 to 50
Columns     3
  name  text
  x     text (looks like an integer)
  y     text (looks like an integer)

First 2 rows
  name  x  y
  a     1  1
  b     8  5
";
    assert_eq!(bench.run("info points.csv --rows 2").ok(), expected);
    let all = bench.run("info points.csv").ok();
    assert!(all.contains("\nAll 4 rows\n"), "{all}");
    let none = bench.run("info points.csv -n 0").ok();
    assert!(none.ends_with("  y     text (looks like an integer)\n"), "{none}");
    let zones = bench.run("info zones.csv").ok();
    assert!(zones.contains("Geometry    column wkt (guessed by its name)\n"), "{zones}");
    assert!(zones.contains("Types       2 Polygon; 10 vertices\n"), "{zones}");
    assert!(zones.contains("  wkt   text (looks like geometry)\n"), "{zones}");
    assert!(zones.lines().all(|line| line.chars().count() <= 80), "{zones}");
}

#[test]
fn every_format_tells_the_same() {
    let bench = Bench::new();
    for extension in EXTENSIONS.into_iter().chain(["shp"]) {
        bench.write("corners.csv", "id,lon,lat,n\na,1,2,\nb,-3,4,7\nc,5,-6,8\n");
        let line = "match corners.csv zones.csv --near boundary --best nearest --planar";
        bench.run(&format!("{line} -o m.{extension}")).ok();
        let info = info(&bench, &format!("m.{extension}"));
        assert_eq!(info["format"], extension);
        assert_eq!(info["rows"], 3, "{extension}");
        assert_eq!(info["extent"], json!([-3.0, -6.0, 5.0, 4.0]), "{extension}");
        let names = names(&info, "name");
        for name in ["id", "lon", "lat", "n", "polygon", "distance"] {
            assert!(names.iter().any(|its| its == name), "{extension}: {names:?}");
        }
        let rows = info["first_rows"].as_array().expect("rows");
        assert_eq!(rows.len(), 3, "{extension}");
        let id = names.iter().position(|name| name == "id").expect("there");
        assert_eq!(rows[1][id], "b", "{extension}");
        // The names of the columns declare degrees, unless there is a column of geometry.
        let declares = match extension {
            "fgb" | "gpkg" | "shp" => Value::Null,
            _ => "geographic".into(),
        };
        assert_eq!(info["crs"]["kind"], declares, "{extension}");
    }
}

#[test]
fn types_are_named_and_text_is_only_guessed() {
    let bench = Bench::new();
    let table = "id,code,n,x,day,at,flag,note\n\
                 a,01,1,0.5,2026-01-31,2026-01-31T08:00Z,true,\n\
                 b,02,,1e3,2026-02-01,2026-02-01 09:30,false,\n";
    bench.write("t.csv", table);
    let about = info(&bench, "t.csv");
    assert!(names(&about, "type").iter().all(|kind| kind == "text"));
    let looks = |i: usize| about["columns"][i]["looks_like"].clone();
    let expected = ["text", "text", "integer", "number", "date", "timestamp", "boolean"];
    assert!((0..7).map(looks).eq(expected.map(Value::from)), "{about}");
    assert_eq!(looks(7), Value::Null);
    assert_eq!(about["columns"][2]["empty"], 1);
    assert_eq!(about["columns"][7]["empty"], 2);
    let features = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"n":1,"x":1.5,"t":"a","b":true},"geometry":null},
        {"type":"Feature","properties":{"n":null,"x":2,"t":"b","b":false},
         "geometry":{"type":"Point","coordinates":[1,2]}}]}"#;
    bench.write("f.geojson", features);
    let about = info(&bench, "f.geojson");
    assert_eq!(names(&about, "type"), ["integer", "number", "text", "boolean", "geometry"]);
    assert_eq!(about["columns"][0]["nulls"], 1);
    assert_eq!(about["columns"][4]["nulls"], 1);
    assert_eq!(about["geometry_types"], json!([{"type": "Point", "count": 1}]));
    assert_eq!(about["first_rows"][1], json!([null, 2.0, "b", false, "POINT (1 2)"]));
}

#[test]
fn the_columns_are_those_that_match_takes() {
    let bench = Bench::new();
    bench.write("degrees.csv", "id,place\na,\"48.2, 16.3\"\nb,\"47, 15\"\n");
    let about = info(&bench, "degrees.csv --latlon place");
    let place = json!({"kind": "latlon", "columns": ["place"], "by": "option"});
    assert_eq!(about["points"], place);
    assert_eq!(about["extent"], json!([15.0, 47.0, 16.3, 48.2]));
    assert_eq!(about["crs"]["kind"], "geographic");
    let swapped = info(&bench, "points.csv --x y --y x");
    assert_eq!(swapped["points"]["columns"], json!(["y", "x"]));
    bench.run("info points.csv --x east --y y").fails("no column \"east\"");
    bench.run("info points.csv --geometry name2").fails("no column \"name2\"");
    // What `match` would say, if there is nothing to take.
    bench.write("plain.csv", "a,b\nc,d\n");
    let about = info(&bench, "plain.csv");
    assert_eq!(about["extent"], Value::Null);
    let reason = about["points"]["reason"].as_str().expect("a reason").to_owned();
    bench.run("match plain.csv zones.csv --near covers").fails(&reason);
    let shown = bench.run("info plain.csv").ok();
    assert!(shown.contains("Coordinates not found: no two columns look like"), "{shown}");
}

#[test]
fn rows_without_coordinates_or_geometry_are_counted() {
    let bench = Bench::new();
    bench.write("holes.csv", "x,y\n1,2\n,3\nnan,4\n5,6\n");
    let about = info(&bench, "holes.csv");
    assert_eq!(about["rows_without_coordinates"], 2);
    assert_eq!(about["extent"], json!([1.0, 2.0, 5.0, 6.0]));
    bench.write("odd.csv", "id,wkt\n1,POINT (1 2)\n2,nonsense\n3,POINT EMPTY\n");
    let about = info(&bench, "odd.csv");
    assert_eq!(about["unreadable_geometries"], 1);
    assert_eq!(about["geometry_types"], json!([{"type": "Point", "count": 2}]));
    let shown = bench.run("info odd.csv").ok();
    assert!(shown.contains("1 cell holds no geometry; the first is odd.csv: line 3: "), "{shown}");
}

#[test]
fn streams_folders_and_compressed_files() {
    let bench = Bench::new();
    let text = bench.read("points.csv");
    let ran = bench.run_with_stdin("info - --json", &text);
    let about: Value = serde_json::from_str(&ran.ok()).expect("JSON");
    assert_eq!((&about["file"], &about["bytes"]), (&json!("<stdin>"), &Value::Null));
    assert_eq!(about["rows"], 4);
    std::fs::create_dir(bench.file("parts")).expect("made");
    bench.write("parts/a.csv", &text);
    bench.write("parts/b.csv", "name,x,y\nz,-9,9\n");
    let about = info(&bench, "parts");
    assert_eq!((&about["files"], &about["rows"]), (&json!(2), &json!(5)));
    assert_eq!(about["extent"], json!([-9.0, 1.0, 50.0, 50.0]));
    bench.run("match points.csv zones.csv --max-dist 4 -o m.csv.gz").ok();
    assert_eq!(info(&bench, "m.csv.gz")["compression"], "gzip");
}

#[test]
fn a_saved_matcher_tells_its_rule() {
    let bench = Bench::new();
    bench.write(
        "levels.csv",
        "id,level,wkt\na,1,\"POLYGON ((0 0, 1 0, 1 1, 0 0))\"\n\
                               b,2,\"POLYGON ((0 0, 2 0, 2 2, 0 0))\"\n",
    );
    bench.run("index levels.csv --max-dist 2 --group-by level --fields id -o z.plym").ok();
    let about = info(&bench, "z.plym");
    assert_eq!((&about["format"], &about["polygons"]), (&json!("plym"), &json!(2)));
    let rule = about["rule"].as_str().expect("text");
    assert!(rule.starts_with("max_dist=2.0, near='center', best='smallest'"), "{rule}");
    assert_eq!((&about["labels"], &about["labels_of"]), (&json!(["1", "2"]), &json!("level")));
    assert_eq!(names(&about, "name"), ["id"]);
    assert_eq!(about["first_rows"], json!([["a"], ["b"]]));
    let shown = bench.run("info z.plym").ok();
    assert!(shown.contains("Labels      2 of \"level\": 1, 2\n"), "{shown}");
    bench.run("info z.plym --x a --y b").is_wrong_usage("--x is for tables");
    bench.write("broken.plym", "no matcher");
    bench.run("info broken.plym").fails("broken.plym: ");
}

#[test]
fn what_cannot_be_read_is_one_line() {
    let bench = Bench::new();
    bench.run("info missing.csv").fails("missing.csv: ");
    bench.write("cut.parquet", b"PAR1 and no end");
    bench.run("info cut.parquet").fails("the file is truncated");
    bench.write("ragged.csv", "x,y\n1,2\n3\n");
    bench.run("info ragged.csv").fails("line 3: expected 2 fields");
    bench.write("a.xlsx", b"PK\x03\x04 and more");
    bench.run("info a.xlsx").fails("a.xlsx: ");
}

#[test]
fn parquet_is_described_without_its_pages() {
    let bench = Bench::new();
    bench.run("match points.csv zones.csv --max-dist 4 -o m.csv").ok();
    bench.run("match points.csv zones.csv --max-dist 4 -o text.parquet").ok();
    bench.run("match text.parquet zones.csv --max-dist 4 -o again.geojson").ok();
    // GeoJSON gives columns of numbers and of geometry.
    bench.run("match again.geojson zones.csv --max-dist 4 --planar -o m.parquet").ok();
    let mut bytes = std::fs::read(bench.file("m.parquet")).expect("there");
    let end = bytes.len() - 8;
    let size = u32::from_le_bytes(bytes[end..end + 4].try_into().expect("four")) as usize;
    bytes[4..end - size].fill(0xee);
    bench.write("m.parquet", bytes);
    let about = info(&bench, "m.parquet --rows 0");
    assert_eq!((&about["rows"], &about["rows_read"]), (&json!(4), &json!(false)));
    assert_eq!(about["extent"], json!([1.0, 1.0, 50.0, 50.0]));
    assert_eq!(about["geometry_types"], json!([{"type": "Point", "count": null}]));
    let shown = bench.run("info m.parquet --rows 0").ok();
    assert!(shown.contains("y 1 to 50 (declared)\n"), "{shown}");
    let ran = bench.run("info m.parquet");
    assert_eq!((ran.status, ran.stderr.lines().count()), (Some(1), 1), "{ran:?}");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let bench = Bench::new();
    bench.write("evil.csv", "a\u{1b}[31m,x,y\n\u{1b}]0;title\u{7},1,2\n");
    let shown = bench.run("info evil.csv").ok();
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
}

#[test]
fn the_help_is_short() {
    let bench = Bench::new();
    let help = bench.run("info -h").ok();
    assert!(help.lines().count() <= 60, "{}", help.lines().count());
}
