//! Compares every word of the rule with a naive loop over the same tables.

use std::fmt::Write as _;

use crate::bench::Bench;
use crate::shop::{NEARS, Near, Shop, Shopper, Zone};

#[test]
fn every_near_with_every_best_and_tie() {
    let shop = Shop::new();
    let area = |zone: usize| shop.area(zone);
    let priority = |zone: usize| f64::from(shop.zones[zone].priority);
    for (near, naive) in NEARS {
        let first = shop.expected(naive, |zone, _| zone, 1);
        assert_eq!(shop.found(&format!("{near} --best first")), first, "{near}");
        let nearest = shop.expected(naive, |_, distance| distance, 1);
        assert_eq!(shop.found(&format!("{near} --best nearest")), nearest, "{near}");
        let smallest = shop.expected(naive, |zone, _| area(zone), 1);
        assert_eq!(shop.found(near), smallest, "{near}");
        assert_eq!(shop.found(&format!("{near} --best area --tie index")), smallest, "{near}");
        let closer = shop.expected(naive, |zone, distance| (area(zone), distance), 1);
        assert_eq!(shop.found(&format!("{near} --tie distance")), closer, "{near}");
        let by_key = shop.expected(naive, |zone, _| priority(zone), 1);
        assert_eq!(shop.found(&format!("{near} --best key:priority")), by_key, "{near}");
        let closer = shop.expected(naive, |zone, distance| (priority(zone), distance), 1);
        let options = format!("{near} --best key:priority --tie distance");
        assert_eq!(shop.found(&options), closer, "{near}");
        let matched = first.iter().filter(|found| !found.is_empty()).count();
        assert!((20..=130).contains(&matched), "{near}: {matched} tell little");
    }
}

#[test]
fn the_k_best_of_every_near() {
    let shop = Shop::new();
    for (near, naive) in NEARS {
        for k in [1, 2, 3, 100] {
            let expected = shop.expected(naive, |zone, _| shop.area(zone), k);
            assert_eq!(shop.found(&format!("{near} --k {k}")), expected, "{near}, {k}");
        }
    }
    // A huge k gives all candidates, and allocates no memory for more.
    let all = shop.found("--max-dist inf --k 1000000000000 --workers 2");
    assert!(all.iter().all(|found| found.len() == shop.zones.len()));
}

#[test]
fn a_distance_for_each_point() {
    let shop = Shop::new();
    let naive: Near = |zone, at| Some(zone.to_center(at.at)).filter(|&d| d < at.reach);
    let expected = shop.expected(naive, |zone, _| shop.area(zone), 1);
    assert_eq!(shop.found("--max-dist-column reach"), expected);
    let naive: Near = |zone, at| Some(zone.to_boundary(at.at)).filter(|&d| d <= at.reach);
    let expected = shop.expected(naive, |_, distance| distance, 2);
    let options = "--near boundary --max-dist-column reach --inclusive --best nearest --k 2";
    assert_eq!(shop.found(options), expected);
}

#[test]
fn only_equal_labels_match() {
    let shop = Shop::new();
    for (near, naive) in NEARS {
        // Without a label, nothing matches.
        let is_equal = |zone: &Zone, at: &Shopper| zone.level == at.floor && !at.floor.is_empty();
        let grouped = |zone: &Zone, at: &Shopper| naive(zone, at).filter(|_| is_equal(zone, at));
        let expected = shop.expected(grouped, |zone, _| shop.area(zone), 1);
        let options = format!("{near} --group-by floor=level");
        assert_eq!(shop.found(&options), expected, "{near}");
        let expected = shop.expected(grouped, |zone, _| shop.zones[zone].priority, 2);
        let options = format!("{options} --best key:priority --k 2");
        assert_eq!(shop.found(&options), expected, "{near}");
    }
}

#[test]
fn rules_and_outputs_go_together() {
    let shop = Shop::new();
    let options = "--near boundary --max-dist-column reach --group-by floor=level --k 3 \
                   --best key:priority --tie distance -q";
    let line = format!("match points.csv zones.csv {options}");
    let whole = shop.bench.run(&line).ok();
    for workers in [1, 2, 7] {
        assert_eq!(shop.bench.run(&format!("{line} --workers {workers}")).ok(), whole);
    }
    let inner = shop.bench.run(&format!("{line} --how inner --plot p.png")).ok();
    let matched: Vec<_> = whole.lines().filter(|line| !line.ends_with(",,")).collect();
    assert_eq!(inner.lines().collect::<Vec<_>>(), matched);
    let json = shop.bench.run(&format!("{line} --output-format geojson")).ok();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let ranks = json["features"].as_array().expect("features").iter().map(|feature| {
        let rank = &feature["properties"]["rank"];
        rank.as_u64().map(|rank| rank.to_string()).unwrap_or_default()
    });
    let column = whole.lines().skip(1).map(|line| line.split(',').nth(4).expect("five").to_owned());
    assert!(ranks.eq(column));
}

#[test]
fn which_centre_counts() {
    let bench = Bench::new();
    // The points are the mean of the vertices, the centroid, and the middle of the bounding box.
    bench.write("zones.csv", "wkt\n\"POLYGON ((0 0, 3 0, 6 0, 0 6, 0 0))\"\n");
    bench.write("points.csv", "x,y\n2.25,1.5\n2,2\n3,3\n");
    let matched = |options: &str| {
        let out = bench.run(&format!("match points.csv zones.csv --max-dist 1e-9 {options}")).ok();
        out.lines().skip(1).map(|line| line.contains(",0,")).collect::<Vec<_>>()
    };
    assert_eq!(matched(""), [true, false, false]);
    assert_eq!(matched("--center vertex_mean"), [true, false, false]);
    assert_eq!(matched("--center centroid"), [false, true, false]);
    assert_eq!(matched("--center bbox"), [false, false, true]);
}

const RING: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"p":2,"s":"x"},"geometry":{"type":"Polygon","coordinates":[
  [[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[8,2],[8,8],[2,8],[2,2]]]}},
{"type":"Feature","properties":{"p":"1","s":7},"geometry":{"type":"MultiPolygon","coordinates":[
  [[[0,0],[1,0],[1,1],[0,1],[0,0]]],[[[20,0],[30,0],[30,10],[20,0]]]]}}]}"#;

#[test]
fn holes_parts_and_degrees() {
    let bench = Bench::new();
    bench.write("zones.geojson", RING);
    bench.write("points.csv", "x,y,s\n5,5,x\n2,5,x\n1,5,x\n28,1,7\n0.5,0.5,7\n");
    let column = |options: &str| {
        let out = bench.run(&format!("match points.csv zones.geojson {options}")).ok();
        let cell = |line: &str| line.split(',').nth(3).expect("four").to_owned();
        out.lines().skip(1).map(cell).collect::<Vec<_>>()
    };
    // These rules measure no distance, so degrees are allowed.
    assert_eq!(column("--near covers"), ["", "0", "0", "1", "1"]);
    assert_eq!(column("--near contains"), ["", "", "0", "1", "1"]);
    assert_eq!(column("--near covers --best first"), ["", "0", "0", "1", "0"]);
    assert_eq!(column("--near covers --best key:p"), ["", "0", "0", "1", "1"]);
    // Labels are compared as text, whatever their type in JSON.
    assert_eq!(column("--near covers --group-by s=s"), ["", "0", "0", "1", "1"]);
    let line = "match points.csv zones.geojson --near boundary --max-dist 4";
    bench.run(line).fails("degrees are not a distance");
    let planar = "--near boundary --max-dist 4 --planar --best first";
    assert_eq!(column(planar), ["0", "0", "0", "1", "0"]);
    let out = bench.run(&format!("match points.csv zones.geojson {planar}")).ok();
    assert!(out.contains("5,5,x,0,3.0\n"), "{out}"); // in the hole: the way to its edge
}

#[test]
fn rules_on_geojson_points() {
    let bench = Bench::new();
    bench.write(
        "points.geojson",
        r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"r":"4.5","s":"S"},"geometry":{"type":"Point","coordinates":[5,1]}},
{"type":"Feature","properties":{"s":"L","r":3},"geometry":{"type":"Point","coordinates":[5,1]}},
{"type":"Feature","properties":null,"geometry":null}]}"#,
    );
    let line = "match points.geojson zones.csv --planar --max-dist-column r --on-invalid unmatched";
    let out = bench.run(&format!("{line} --group-by s=id")).ok();
    assert_eq!(
        out,
        "r,s,x,y,polygon,distance\n4.5,S,5.0,1.0,1,3.5355339059327378\n3,L,5.0,1.0,,\n,,,,,\n"
    );
    let failed = bench.run("match points.geojson zones.csv --near covers --group-by s=id");
    failed.fails("points.geojson: features[2]: expected a Point, got null");
    let line = "match points.geojson zones.csv --near covers --on-invalid unmatched";
    let expected = r#"points.geojson: no feature has a property "t"; found "r", "s""#;
    bench.run(&format!("{line} --group-by t=id")).fails(expected);
    bench.write("points.geojson", r#"{"type":"FeatureCollection","features":[]}"#);
    bench.run(&format!("{line} --group-by t=id")).ok();
}

#[test]
fn no_polygons_match_nothing() {
    let bench = Bench::new();
    bench.write("zones.csv", "wkt,p,s\n");
    for options in ["--near covers", "--max-dist 4", "--near boundary --max-dist inf"] {
        for more in ["", "--k 3", "--group-by name=s", "--best key:p --group-by name=s --k 2"] {
            let out = bench.run(&format!("match points.csv zones.csv {options} {more}")).ok();
            assert_eq!(out.lines().count(), 5, "{options} {more}: {out}");
            assert!(out.lines().skip(1).all(|line| line.ends_with(",,")), "{out}");
        }
    }
}

#[test]
fn rule_columns_that_are_wrong() {
    let bench = Bench::new();
    let line = "match points.csv zones.csv --max-dist 4";
    let zones = |cell: &str| format!("wkt,p\n\"POLYGON ((0 0))\",1\n\"POLYGON ((1 1))\",{cell}\n");
    for bad in ["", "NaN", "one", "1 2", "0x1"] {
        bench.write("zones.csv", zones(bad));
        let expected = format!("zones.csv: line 3: \"p\" must be a number, got {bad:?}");
        bench.run(&format!("{line} --best key:p")).fails(&expected);
    }
    bench.write("zones.csv", zones(" -1e3 "));
    bench.run(&format!("{line} --best key:p")).ok();
    bench
        .run(&format!("{line} --best key:q"))
        .fails(r#"zones.csv: there is no column "q"; found "wkt", "p""#);
    bench
        .run(&format!("{line} --group-by name=q"))
        .fails(r#"zones.csv: there is no column "q"; found "wkt", "p""#);
    bench
        .run(&format!("{line} --group-by floor=p"))
        .fails(r#"points.csv: there is no column "floor"; found "name", "x", "y""#);
    bench
        .run("match points.csv zones.csv --max-dist-column r")
        .fails(r#"points.csv: there is no column "r"; found "name", "x", "y""#);
    for bad in ["", "NaN", "-1", "far"] {
        bench.write("points.csv", format!("x,y,r\n1,1,inf\n\n2,2,{bad}\n"));
        let expected =
            format!("points.csv: line 4: \"r\" must be zero or more (inf means all), got {bad:?}");
        bench.run("match points.csv zones.csv --max-dist-column r").fails(&expected);
    }
    bench.write("points.csv", "x,y,r\n1,1,1\n,,\n");
    let line = "match points.csv zones.csv --max-dist-column r --on-invalid unmatched";
    assert_eq!(bench.run(line).ok(), "x,y,r,polygon,distance\n1,1,1,1,0.0\n,,,,\n");

    bench.write("zones.geojson", RING.replace(r#""p":"1""#, r#""p":null"#));
    let line = "match points.csv zones.geojson --near covers --on-invalid unmatched";
    bench
        .run(&format!("{line} --best key:p"))
        .fails(r#"zones.geojson: features[1]: "p" must be a number, got """#);
    bench
        .run(&format!("{line} --best key:q"))
        .fails(r#"zones.geojson: no feature has a property "q"; found "p", "s""#);
    bench.run(&format!("{line} --group-by x=q")).fails(r#"no feature has a property "q""#);
}

/// Polygons of 1 mm at UTM coordinates, and one polygon at the origin.
#[test]
fn detail_that_is_fine_for_the_extent_is_told_apart() {
    let bench = Bench::new();
    let corner = |x: u32, y: u32| {
        format!("{:.3} {:.3}", 500_000.0 + f64::from(x) / 1e3, 5_500_000.0 + f64::from(y) / 1e3)
    };
    let mut zones = String::from("wkt,name\n\"POLYGON ((0 0, 1 0, 0 1, 0 0))\",stray\n");
    let mut points = String::from("x,y,expected\n");
    for (x, y) in (0..20).flat_map(|x| (0..20).map(move |y| (x, y))) {
        let [a, b, c, d] =
            [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)].map(|(x, y)| corner(x, y));
        let _ = writeln!(zones, "\"POLYGON (({a}, {b}, {c}, {d}, {a}))\",{x}-{y}");
        let _ = writeln!(points, "500000.{x:03}5,5500000.{y:03}5,{x}-{y}");
    }
    bench.write("zones.csv", zones);
    bench.write("points.csv", points);
    let out = bench.run("match points.csv zones.csv --near covers --fields name").ok();
    let rows: Vec<Vec<&str>> = out.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), 400);
    assert!(rows.iter().all(|row| row[4] == row[2]), "{out}");
}
