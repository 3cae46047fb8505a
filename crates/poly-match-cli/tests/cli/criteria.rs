//! Criteria in order: `--best nearest,max:priority`, and the values of columns.

use crate::bench::{Bench, Ran};
use crate::shop::{NEARS, Near, Shop};

const WORDS: [&str; 7] =
    ["smallest", "largest", "nearest", "first", "min:priority", "key:priority", "max:priority"];

/// What a criterion compares: the smallest is best.
fn value(shop: &Shop, word: &str, zone: usize, distance: f64) -> f64 {
    let priority = f64::from(shop.zones[zone].priority);
    match word {
        "smallest" | "area" => shop.area(zone),
        "largest" => -shop.area(zone),
        "nearest" => distance,
        "first" => f64::from(u32::try_from(zone).expect("few")),
        "min:priority" | "key:priority" => priority,
        "max:priority" => -priority,
        other => panic!("{other}"),
    }
}

/// Holds a list of criteria against the naive loop.
#[track_caller]
fn check(shop: &Shop, near: (&str, Near), list: &[&str], k: usize) {
    let key = |zone, distance| {
        list.iter().map(|word| value(shop, word, zone, distance)).collect::<Vec<_>>()
    };
    let expected = shop.expected(near.1, key, k);
    let options = format!("{} --best {} --k {k}", near.0, list.join(","));
    assert_eq!(shop.found(&options), expected, "{options}");
}

#[test]
fn every_pair_of_criteria_for_every_near() {
    let shop = Shop::new();
    for (near, naive) in NEARS {
        for (i, first) in WORDS.iter().enumerate() {
            for second in WORDS.iter().filter(|second| *second != first) {
                let same = ["min:priority", "key:priority"];
                if same.contains(first) && same.contains(second) {
                    continue;
                }
                check(&shop, (near, naive), &[first, second], 1 + i % 3);
            }
        }
    }
}

#[test]
fn three_criteria() {
    let shop = Shop::new();
    for list in [
        ["min:priority", "nearest", "largest"],
        ["max:priority", "nearest", "smallest"],
        ["nearest", "max:priority", "largest"],
        ["nearest", "smallest", "first"],
        ["smallest", "max:priority", "nearest"],
        ["max:priority", "largest", "nearest"],
        ["first", "nearest", "smallest"],
    ] {
        for near in NEARS {
            check(&shop, near, &list, 1);
            check(&shop, near, &list, 4);
        }
    }
}

#[test]
fn a_tie_by_distance_is_one_more_criterion() {
    let shop = Shop::new();
    for (near, _) in NEARS {
        for best in ["smallest", "max:priority,largest", "nearest,smallest"] {
            let nearest = if best.contains("nearest") { "" } else { ",nearest" };
            let tie = shop.found(&format!("{near} --best {best} --tie distance"));
            assert_eq!(tie, shop.found(&format!("{near} --best {best}{nearest}")), "{near} {best}");
        }
    }
}

#[test]
fn the_nearest_needs_no_distance() {
    let shop = Shop::new();
    let center: Near = |zone, at| Some(zone.to_center(at.at));
    let boundary: Near = |zone, at| Some(zone.to_boundary(at.at));
    for (near, naive) in [("", center), ("--near boundary", boundary)] {
        check(&shop, (near, naive), &["nearest"], 1);
        check(&shop, (near, naive), &["nearest", "smallest"], 2);
        let found = shop.found(&format!("{near} --best nearest,smallest"));
        assert!(found.iter().all(|found| found.len() == 1));
    }
    // A distance that is given counts.
    check(&shop, NEARS[2], &["nearest", "smallest"], 1);
}

/// Matches one point to zones that all contain it: each has a name, here its position, and a cell.
fn ranked(column: &str, cells: &[&str], best: &[&str]) -> Ran {
    let bench = Bench::new();
    bench.write("points.csv", "x,y\n5,5\n");
    let zone = |cell: &&str| format!("\"POLYGON ((0 0, 9 0, 9 9, 0 9))\",{cell}\n");
    let zones: String = cells.iter().map(zone).collect();
    bench.write("zones.csv", format!("wkt,\"{column}\"\n{zones}"));
    let mut command = bench.command("match points.csv zones.csv --near covers --k 9");
    best.iter().for_each(|option| {
        command.arg(option);
    });
    command.output().expect("it starts").into()
}

/// The positions of the zones, the best first.
#[track_caller]
fn order(cells: &[&str], best: &[&str]) -> Vec<usize> {
    let out = ranked("p", cells, best).ok();
    let position = |row: &str| row.split(',').nth(3).expect("four").parse().expect("a position");
    out.lines().skip(1).map(position).collect()
}

#[test]
fn values_are_compared_exactly() {
    let max = |cells: &[&str]| order(cells, &["--best=max:p"]);
    assert_eq!(max(&["60", "80", "40"]), [1, 0, 2]);
    assert_eq!(order(&["60", "80", "40"], &["--best=min:p"]), [2, 0, 1]);
    assert_eq!(max(&["9007199254740992", "9007199254740993"]), [1, 0]);
    assert_eq!(max(&["9007199254740992", "9007199254740993", "0.5"]), [1, 0, 2]);
    assert_eq!(max(&["18446744073709551614", "18446744073709551615", "-1"]), [1, 0, 2]);
    assert_eq!(max(&["false", "true"]), [1, 0]);
    assert_eq!(max(&["2026-01-31", "2026-02-01", "1999-12-31"]), [1, 0, 2]);
    // 10:00 in Berlin is before 09:30 in London.
    let times = ["2026-01-31T10:00+01:00", "2026-01-31T09:30Z", "2026-01-31T09:30:00.001Z"];
    assert_eq!(max(&times), [2, 1, 0]);
}

#[test]
fn values_of_json() {
    let bench = Bench::new();
    bench.write("points.csv", "x,y\n5,5\n");
    let order = |values: [&str; 3], options: &str| {
        let square = r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}"#;
        let features = values.map(|value| {
            format!(r#"{{"type":"Feature","properties":{{{value}}},"geometry":{square}}}"#)
        });
        let features = features.join(",");
        let text = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
        bench.write("zones.geojson", text);
        bench.run(&format!("match points.csv zones.geojson --near covers --k 9 {options}"))
    };
    let positions = |ran: Ran| {
        let out = ran.ok();
        out.lines().skip(1).map(|row| row.split(',').nth(3).expect("four").to_owned()).collect()
    };
    let booleans = [r#""p":true"#, r#""p":false"#, r#""p":true"#];
    assert_eq!(
        positions(order(booleans, "--best min:p")),
        ["1", "0", "2"].map(str::to_owned).to_vec()
    );
    let exact = [r#""p":9007199254740992"#, r#""p":9007199254740993"#, r#""p":1e300"#];
    let found: Vec<String> = positions(order(exact, "--best max:p"));
    assert_eq!(found, ["2", "1", "0"]);
    let missing = [r#""p":null"#, "", r#""p":7"#];
    for best in ["min:p", "max:p"] {
        let found: Vec<String> = positions(order(missing, &format!("--best {best} --nulls-last")));
        assert_eq!(found, ["2", "0", "1"], "{best}");
    }
    order(missing, "--best max:p")
        .fails("zones.geojson: features[0]: \"p\" must be a number, got \"\"");
    let mixed = [r#""p":7"#, r#""p":true"#, r#""p":7"#];
    order(mixed, "--best max:p")
        .fails("features[1]: \"p\" must be a number, got \"true\"; all values");
    order(mixed, "--best max:q")
        .fails("zones.geojson: no feature has a property \"q\"; found \"p\"");
}

#[test]
fn polygons_without_a_value_come_last() {
    for best in ["--best=min:p", "--best=max:p"] {
        let cells = ["", "5", " ", "5", "NaN"];
        assert_eq!(order(&cells, &[best, "--nulls-last"]), [1, 3, 0, 2, 4], "{best}");
        let ran = ranked("p", &cells, &[best]);
        ran.fails(
            "zones.csv: line 2: \"p\" must be a number, got \"\"; --nulls-last puts polygons",
        );
    }
    // None has a value: the next criterion decides.
    assert_eq!(order(&["", ""], &["--best=max:p,smallest", "--nulls-last"]), [0, 1]);
    ranked("p", &["1", "high"], &["--best=max:p", "--nulls-last"])
        .fails("zones.csv: line 3: \"p\" must be a number, got \"high\"");
    ranked("p", &["1"], &["--best=max:q"])
        .fails("zones.csv: there is no column \"q\"; found \"wkt\", \"p\"");
}

#[test]
fn a_column_with_a_comma_needs_an_option_of_its_own() {
    let options = ["--best", "max:p, of all", "--best", "first"];
    let out = ranked("p, of all", &["1", "2"], &options).ok();
    assert_eq!(out, "x,y,rank,polygon,distance\n5,5,1,1,0.0\n5,5,2,0,0.0\n");
    let options = ["--best", "nearest", "--best", "max:p, of all"];
    assert_eq!(ranked("p, of all", &["1", "2"], &options).ok(), out);
    ranked("p, of all", &["1"], &["--best", "max:p, of all"]).is_wrong_usage("got \"of all\"");
}

/// A ring that crosses itself has two triangles, whose areas cancel.
#[test]
fn a_bow_tie_wins_by_its_area() {
    let bench = Bench::new();
    bench.write("points.csv", "id,x,y\np,5,50\n");
    let (kiosk, bow_tie) = ("4 48,6 48,6 52,4 52,4 48", "0 0,100 100,100 0,0 100,0 0");
    let zones =
        format!("name,wkt\nkiosk,\"POLYGON(({kiosk}))\"\nbowtie,\"POLYGON(({bow_tie}))\"\n");
    bench.write("zones.csv", zones);
    let out =
        bench.run("match points.csv zones.csv --near covers --best smallest --fields name").ok();
    assert_eq!(out, "id,x,y,polygon,name,distance\np,5,50,1,bowtie,0.0\n");
}
