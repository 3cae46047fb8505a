//! The command `check`: findings as CSV, a summary, and the exit status.

use std::fs;

use crate::bench::Bench;

const ZONES: &str = "\
id,wkt
A,\"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))\"
B,\"POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))\"
C,\"POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))\"
";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("odd.csv", ZONES);
    bench
}

#[test]
fn findings_are_lines_of_csv() {
    let bench = bench();
    let ran = bench.run("check odd.csv --id id");
    assert_eq!(ran.stderr, "poly-match: 3 polygons, 2 findings (1 invalid)\n");
    let expected = "\
polygon,polygon_id,finding,x,y,message
1,B,self-intersection,2.0,2.0,\"a ring crosses itself, or runs along itself\"
2,C,duplicate,0.0,0.0,it has the same rings as the polygon at position 0
";
    assert_eq!(ran.ok(), expected);
    let quiet = bench.run("check odd.csv --quiet -o out.csv");
    assert_eq!(quiet.stderr, "");
    assert_eq!(quiet.ok(), "");
    assert_eq!(bench.read("out.csv"), expected.replace("1,B", "1,").replace("2,C", "2,"));
}

#[test]
fn strict_refuses_findings() {
    let bench = bench();
    for (line, status) in
        [("check odd.csv", 0), ("check odd.csv --strict", 1), ("check zones.csv --strict", 0)]
    {
        let ran = bench.run(line);
        assert_eq!(ran.status, Some(status), "{line}");
        assert!(ran.stdout.starts_with("polygon,"), "{}", ran.stdout);
    }
}

#[test]
fn degrees_are_checked_where_the_file_declares_them() {
    let bench = bench();
    let strait = "[[[170,60],[-170,60],[-170,66],[170,66],[170,60]]]";
    let feature = |id: &str| {
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":null,
               "geometry":{{"type":"Polygon","coordinates":{strait}}}}}"#
        )
    };
    let features = [feature("a"), feature("b")].join(",");
    bench.write(
        "strait.geojson",
        format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#),
    );
    bench.write("strait.csv", "wkt\n\"POLYGON ((170 60, -170 60, -170 66, 170 66, 170 60))\"\n");
    let kinds = |line: &str| {
        let out = bench.run(line).ok();
        let kind = |line: &str| line.split(',').skip(1).take(2).collect::<Vec<_>>().join(" ");
        out.lines().skip(1).map(kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("check strait.geojson"), ["a wide-edge", "b wide-edge", "b duplicate"]);
    assert_eq!(kinds("check strait.geojson --planar"), ["b duplicate"]);
    assert_eq!(kinds("check strait.csv"), [""; 0]);
    bench.write("srid.csv", "wkt\n\"SRID=4326;POLYGON ((170 60, -170 60, -170 66, 170 60))\"\n");
    assert_eq!(kinds("check srid.csv"), [" wide-edge"]);
    assert_eq!(kinds("check srid.csv --planar"), [""; 0]);
    assert_eq!(kinds("check strait.csv --degrees"), [" wide-edge"]);
}

#[test]
fn what_holds_no_polygon_is_a_finding() {
    let bench = Bench::new();
    let wkt = ["POINT (1 1)", "POLYGON EMPTY", "", "POLYGON ((0 0, 4 4, 4 0, 0 4, 0 0))"];
    let rows = wkt.map(|wkt| format!("\"{wkt}\"\n")).concat();
    bench.write("odd.csv", format!("wkt\n{rows}"));
    let ran = bench.run("check odd.csv --plot a.png");
    assert_eq!(ran.stderr, "poly-match: 4 polygons, 4 findings (1 invalid)\n");
    let out = ran.ok();
    let lines: Vec<_> = out.lines().collect();
    for (position, line) in lines[1..4].iter().enumerate() {
        assert!(line.starts_with(&format!("{position},,empty,,,")), "{line}");
    }
    assert!(lines[4].starts_with("3,,self-intersection,2.0,2.0,"), "{out}");
    bench.run("check odd.csv --on-invalid raise").fails("line 2");
}

#[test]
fn findings_are_marked_in_a_picture() {
    let bench = bench();
    bench.run("check odd.csv --plot a.png -o a.csv").ok();
    assert!(fs::read(bench.file("a.png")).expect("a picture").starts_with(b"\x89PNG"));
    bench.run("check odd.csv --plot a.svg -o a.csv").ok();
    let svg = bench.read("a.svg");
    assert!(
        svg.contains("\n2 findings in 2 of 3 polygons\n") && svg.contains("invalid: 1"),
        "{svg}"
    );
    assert_eq!(svg.matches("stroke=\"#C8102E\"").count(), 2, "{svg}"); // a mark, and the legend's
    assert_eq!(svg.matches("stroke=\"#D97706\"").count(), 2, "{svg}");
}

#[test]
fn wrong_usage_shows_the_usage_of_check() {
    let bench = bench();
    for (line, expected) in [
        ("check", "required arguments"),
        ("check odd.csv --degrees --planar", "cannot be used with"),
        ("check odd.csv --plot out.gif", ".png or .svg"),
        ("check odd.csv --format xlsx", "csv, tsv, geojson"),
        ("check odd.csv -o out.xlsx", "names no known format"),
        ("check odd.csv --max-dist 4", "unexpected argument"),
    ] {
        let ran = bench.run(line);
        ran.is_wrong_usage(expected);
        assert!(ran.stderr.contains("poly-match check"), "{}", ran.stderr);
    }
    bench.run("check none.csv").fails("none.csv: No such file");
    let help = bench.run("help check").ok();
    for word in ["--strict", "--plot", "Examples:", "Exit status", "repeated-vertex"] {
        assert!(help.contains(word), "{word}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
}
