//! Geometry and coordinates in the cells of tables, in any notation.

use crate::bench::Bench;

const WKT: &str = "POLYGON ((10 0, 14 0, 14 4, 10 4, 10 0))";
const GEOJSON: &str =
    r#"{"type": "Polygon", "coordinates": [[[10, 0], [14, 0], [14, 4], [10, 4], [10, 0]]]}"#;
const HEX: &str = "010300000001000000050000000000000000002C4000000000000000000000000000002C400000000000001040\
                   00000000000024400000000000001040000000000000244000000000000000000000000000002C400000000000000000";

fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// HEX as PostGIS writes it, with an SRID.
fn with_srid(srid: u32) -> String {
    let srid: String = srid.to_le_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
    format!("0103000020{srid}{}", &HEX[10..])
}

#[test]
fn polygons_in_every_notation() {
    let bench = Bench::new();
    bench.write("p.csv", "id,x,y\nb,12,2\n");
    let feature = format!(r#"{{"type": "Feature", "properties": {{}}, "geometry": {GEOJSON}}}"#);
    let quoted = serde_json::to_string(GEOJSON).expect("text");
    for text in [
        WKT,
        &format!("SRID=3857;{WKT}"),
        HEX,
        &HEX.to_lowercase(),
        &format!(r"\x{}", HEX.to_lowercase()),
        &format!("0x{HEX}"),
        &with_srid(3857),
        GEOJSON,
        &feature,
        &quoted,
        "MULTIPOLYGON (EMPTY, ((10 0, 14 0, 14 4, 10 4, 10 0)))",
    ] {
        for column in ["geometry", "geom", "geojson", "Geo Shape"] {
            bench.write("z.csv", format!("name,{column}\nhill,{}\n", cell(text)));
            let ran = bench.run("match p.csv z.csv --near covers --fields name");
            assert_eq!(ran.ok(), "id,x,y,polygon,name,distance\nb,12,2,0,hill,0.0\n", "{text}");
        }
    }
}

#[test]
fn notations_may_differ_from_row_to_row() {
    let bench = Bench::new();
    let rows: Vec<_> = [WKT, HEX, GEOJSON, "", "null"].map(cell).into();
    bench.write("z.csv", format!("geom\n{}\n", rows.join("\n")));
    bench.write("p.csv", "x,y\n12,2\n");
    let ran = bench.run("match p.csv z.csv --near covers --best first --k 9 --on-invalid skip");
    assert!(ran.stderr.contains("5 polygons (2 skipped)"), "{}", ran.stderr);
    assert_eq!(ran.ok(), "x,y,rank,polygon,distance\n12,2,1,0,0.0\n12,2,2,1,0.0\n12,2,3,2,0.0\n");
}

#[test]
fn points_in_every_notation() {
    let bench = Bench::new();
    let rows: Vec<_> = [
        "POINT (1.5 1.5)",
        "SRID=0;POINT(1.5 1.5)",
        "0101000000000000000000F83F000000000000F83F",
        r#"{"type":"Point","coordinates":[1.5,1.5,7]}"#,
        "",
    ]
    .map(cell)
    .into();
    bench.write("p.csv", format!("geometry\n{}\n", rows.join("\n")));
    let ran = bench.run("match p.csv zones.csv --near covers --on-invalid skip");
    let matched = ran.ok().lines().filter(|line| line.ends_with(",1,0.0")).count();
    assert_eq!(matched, 4);
}

#[test]
fn a_cell_declares_a_system_by_its_srid_or_crs() {
    let bench = Bench::new();
    bench.write("p.csv", "id,lon,lat\nb,12,2\n");
    let crs = |name: &str| {
        let crs = format!(r#"{{"crs":{{"type":"name","properties":{{"name":"{name}"}}}},"#);
        GEOJSON.replacen('{', &crs, 1)
    };
    for (text, other) in [
        (with_srid(25832), Some("EPSG:25832")),
        (crs("EPSG:25832"), Some("EPSG:25832")),
        (with_srid(4326), None),
        (crs("urn:ogc:def:crs:OGC:1.3:CRS84"), None),
        (with_srid(0), None),
        (GEOJSON.to_owned(), None),
    ] {
        bench.write("z.csv", format!("geom\n{}\n", cell(&text)));
        let ran = bench.run("match p.csv z.csv --near covers");
        match other {
            None => assert!(ran.ok().ends_with("b,12,2,0,0.0\n"), "{text}"),
            Some(other) => {
                assert_eq!(ran.status, Some(1), "{text}");
                assert!(ran.stderr.contains(other), "{}", ran.stderr);
            }
        }
    }
    bench
        .write("z.csv", format!("geom\n{}\n{}\n", cell(&with_srid(4326)), cell(&crs("EPSG:3857"))));
    let ran = bench.run("match p.csv z.csv --near covers");
    ran.fails("z.csv: line 3: the SRID says EPSG:3857, and in a row before EPSG:4326");
}

#[test]
fn a_malformed_cell_is_named_with_its_place() {
    let bench = Bench::new();
    for (text, expected) in [
        ("here", "expected WKT, WKB in hexadecimal digits or GeoJSON, got \"here\""),
        ("12", "expected WKT, WKB in hexadecimal digits or GeoJSON, got \"12\""),
        ("POLYGON ((0 0, 1 x))", "malformed WKT: expected a number at character 18, got \"x\""),
        (r"\x01g0", "malformed WKB: expected a hexadecimal digit at character 5, got 'g'"),
        ("010", "malformed WKB: expected an even number of hexadecimal digits, got 3"),
        ("0103000000", "malformed WKB: expected 4 bytes at byte 5, got 0"),
        (
            "{\"type\": \"Polygon\"",
            "malformed GeoJSON: EOF while parsing an object at line 1 column 18",
        ),
        ("{\"type\": 7}", "malformed GeoJSON: a \"type\" must be a string, got a number"),
    ] {
        bench.write("z.csv", format!("geom\n{}\n{}\n", cell(WKT), cell(text)));
        bench
            .run("match points.csv z.csv --near covers")
            .fails(&format!("z.csv: line 3: {expected}"));
    }
}

#[test]
fn two_numbers_in_a_cell() {
    let bench = Bench::new();
    for (option, column, cells) in [
        ("--latlon where", "where", ["1.5, 1", "(1.5 1)"]),
        ("--lonlat where", "where", ["1;1.5", "[1, 1.5]"]),
        ("", "Lat/Lng", ["1.5 / 1", "1.5,1"]),
        ("", "lon_lat", ["1 1.5", " 1 , 1.5 "]),
    ] {
        let rows = cells.map(cell).join("\n");
        bench.write("p.csv", format!("{column}\n{rows}\n"));
        let ran = bench.run(&format!("match p.csv zones.csv --near covers --fields id {option}"));
        let matched = ran.ok().lines().filter(|line| line.ends_with(",1,S,0.0")).count();
        assert_eq!(matched, 2, "{option} {column}");
        // They are degrees.
        let ran = bench.run(&format!("match p.csv zones.csv --max-dist 2 {option}"));
        assert_eq!(ran.status, Some(1));
        assert!(ran.stderr.contains("degrees"), "{}", ran.stderr);
    }
}

#[test]
fn a_cell_without_two_numbers_is_an_invalid_point() {
    let bench = Bench::new();
    bench.write("p.csv", "where\n\"1, 1\"\nhere\n\"1,91,3\"\n");
    let line = "match p.csv zones.csv --near covers --latlon where";
    bench.run(line).fails(
        "p.csv: line 3: \"where\" must hold latitude and longitude, as in \"48.2, 16.3\", got \"here\"; \
         --on-invalid skip passes over such points",
    );
    let ran = bench.run(&format!("{line} --on-invalid skip"));
    assert!(ran.stderr.contains("(2 without usable coordinates)"), "{}", ran.stderr);
    assert!(ran.ok().starts_with("where,polygon,distance\n\"1, 1\",1,0.0\nhere,,\n"));
}

#[test]
fn the_order_of_two_numbers_is_not_guessed() {
    let bench = Bench::new();
    for column in ["location", "geo_point_2d", "Position", "coordinates"] {
        bench.write("p.csv", format!("id,{column}\na,\"1, 1\"\n"));
        bench.run("match p.csv zones.csv --near covers").fails(&format!(
            "p.csv: no two columns look like coordinates: use --x and --y, or --latlon or --lonlat with \
             {column:?} if a cell holds both numbers, or --points-geometry if it holds geometry"
        ));
        let ran = bench.run(&format!("match p.csv zones.csv --near covers --latlon {column}"));
        assert!(ran.ok().ends_with("a,\"1, 1\",1,0.0\n"));
    }
}
