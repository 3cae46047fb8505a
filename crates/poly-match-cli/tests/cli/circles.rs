//! Zones as circles, each with a radius of its own: `--circles`.

use crate::bench::Bench;

const CIRCLES: &str = "name,x,y,radius\nhome,0,0,10\nnear,0,0,100\n";
const PEOPLE: &str = "id,x,y\na,3,0\nb,60,0\nc,100,0\n";
const MATCHES: &str = "\
id,x,y,polygon,name,distance
a,3,0,0,home,3.0
b,60,0,1,near,60.0
c,100,0,,,
";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("circles.csv", CIRCLES);
    bench.write("people.csv", PEOPLE);
    bench
}

#[test]
fn the_smallest_circle_that_holds_a_point_wins() {
    let bench = bench();
    let line = "match people.csv circles.csv --circles radius --fields name";
    for best in ["", " --best min:radius", " --best smallest", " --near center --best nearest"] {
        assert_eq!(bench.run(&format!("{line}{best}")).ok(), MATCHES, "{best}");
    }
    let inclusive = bench.run(&format!("{line} --inclusive")).ok();
    assert!(inclusive.ends_with("c,100,0,1,near,100.0\n"), "{inclusive}");
    let largest = bench.run(&format!("{line} --best largest --k 2")).ok();
    let ranks = "a,3,0,1,1,near,3.0\na,3,0,2,0,home,3.0\n";
    assert!(largest.contains(ranks), "{largest}");
}

#[test]
fn centres_are_found_in_every_kind_of_table() {
    let bench = bench();
    let run = |zones: &str, options: &str| {
        let line = format!("match people.csv {zones} --circles radius --fields name {options}");
        bench.run(&line)
    };
    bench.write("other.csv", "name,a,b,radius\nhome,0,0,10\nnear,0,0,100\n");
    assert_eq!(run("other.csv", "--polygons-x a --polygons-y b").ok(), MATCHES);
    run("other.csv", "").fails("use --polygons-x and --polygons-y");
    bench.write("wkt.csv", "name,at,radius\nhome,POINT(0 0),10\nnear,POINT(0 0),100\n");
    assert_eq!(run("wkt.csv", "--geometry at").ok(), MATCHES);
    let feature = |name: &str, radius: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}","radius":{radius}}},
            "geometry":{{"type":"Point","coordinates":[0,0]}}}}"#
        )
    };
    let features = [feature("home", "10"), feature("near", "\"100\"")].join(",");
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
    bench.write("zones.geojson", collection);
    assert_eq!(run("zones.geojson", "--planar").ok(), MATCHES);
    run("zones.geojson", "")
        .fails("add --planar, which treats them as plane coordinates, with radii");
}

#[test]
fn a_radius_that_is_no_radius_is_told_with_its_row() {
    let bench = bench();
    let line = "match people.csv bad.csv --circles radius";
    for (cell, got) in [("-1", "\"-1\""), ("", "\"\""), ("wide", "\"wide\"")] {
        bench.write("bad.csv", format!("x,y,radius\n0,0,1\n0,0,{cell}\n"));
        let expected =
            format!("\"radius\" must hold a radius of zero or more (inf means all), got {got}");
        let ran = bench.run(line);
        ran.fails(&expected);
        ran.fails("bad.csv: line 3");
        let skipped = bench.run(&format!("{line} --on-invalid skip"));
        if cell == "-1" {
            skipped.fails(&expected);
        } else {
            assert_eq!(skipped.status, Some(0), "{}", skipped.stderr);
            assert!(skipped.stderr.contains("(1 skipped)"), "{}", skipped.stderr);
        }
    }
    bench.write("bad.csv", "x,y,radius\n,0,1\n0,0,inf\n");
    bench.run(line).fails("\"x\" must be a finite number");
    let all = bench.run(&format!("{line} --on-invalid skip")).ok();
    assert_eq!(all, "id,x,y,polygon,distance\na,3,0,1,3.0\nb,60,0,1,60.0\nc,100,0,1,100.0\n");
    bench.run("match people.csv circles.csv --circles width").fails("there is no column \"width\"");
}

#[test]
fn options_that_a_radius_replaces_are_refused() {
    let bench = bench();
    let line = "match people.csv circles.csv --circles radius";
    for (option, why) in [
        ("--max-dist 5", "--max-dist has no meaning with --circles: each circle has a radius"),
        ("--max-dist-column id", "--max-dist-column has no meaning with --circles"),
        ("--near covers", "--near covers has no meaning with --circles: a circle is near by its"),
        ("--near boundary", "--near boundary has no meaning with --circles"),
        ("--center bbox", "--center has no meaning with --circles: the centres are in the table"),
        ("--vertices-of id", "cannot be used with"),
    ] {
        bench.run(&format!("{line} {option}")).is_wrong_usage(why);
    }
    let check = bench.run("check circles.csv --circles radius");
    check.is_wrong_usage("a circle has no outline to check");
}

#[test]
fn a_saved_matcher_keeps_its_circles() {
    let bench = bench();
    bench.run("index circles.csv --circles radius -o zones.plym --quiet").ok();
    let line = "match people.csv zones.plym --fields name";
    assert_eq!(bench.run(line).ok(), MATCHES);
    bench.run(&format!("{line} --circles radius")).is_wrong_usage("--circles is decided in");
    let own = bench.run(&format!("{line} --max-dist-column x"));
    own.fails("max_dist has no meaning where each circle has a radius of its own");
}

#[test]
fn circles_are_drawn_and_grouped() {
    let bench = bench();
    bench
        .write("zones.csv", "name,x,y,radius,floor\nhome,0,0,10,1\nnear,0,0,100,2\nno,0,0,inf,3\n");
    bench.write("points.csv", "id,x,y,floor\na,3,0,2\nb,60,0,1\nc,3,0,1\n");
    let line = "match points.csv zones.csv --circles radius --fields name --group-by floor \
                --plot zones.svg";
    let found = bench.run(line).ok();
    let expected = "\
id,x,y,floor,polygon,name,distance
a,3,0,2,1,near,3.0
b,60,0,1,,,
c,3,0,1,0,home,3.0
";
    assert_eq!(found, expected);
    assert!(bench.read("zones.svg").contains("<poly"), "circles are drawn");
    bench.write("points.csv", "id,x,y\na,5000,0\n");
    let apart = bench.run("match points.csv circles.csv --circles radius");
    assert!(apart.stderr.contains("the polygons at x -100 to 100"), "{}", apart.stderr);
}
