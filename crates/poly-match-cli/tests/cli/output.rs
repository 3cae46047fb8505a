//! Output files appear complete or not at all, with the usual owner and mode. Pipes may close.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use crate::bench::{Bench, MATCHES};

const LINE: &str = "match points.csv zones.csv --max-dist 4";

#[test]
fn a_failure_leaves_the_old_output_as_it_was() {
    let bench = Bench::new();
    bench.write("out.csv", "old");
    bench.write("plot.png", "old");
    bench.write("points.csv", "x,y\n1,2\n3,nan\n");
    bench.run(&format!("{LINE} -o out.csv --plot plot.png")).fails("line 3");
    assert_eq!((bench.read("out.csv"), bench.read("plot.png")), ("old".into(), "old".into()));
    assert_eq!(bench.names(), ["out.csv", "plot.png", "points.csv", "zones.csv"]);
}

#[test]
fn success_leaves_the_output_and_nothing_else() {
    let bench = Bench::new();
    bench.write("out.csv", "old");
    assert_eq!(bench.run(&format!("{LINE} -o out.csv")).ok(), "");
    assert_eq!(bench.read("out.csv"), MATCHES);
    assert_eq!(bench.names(), ["out.csv", "points.csv", "zones.csv"]);
}

#[test]
fn output_that_cannot_be_written_is_named() {
    let bench = Bench::new();
    bench.run(&format!("{LINE} -o none/out.csv")).fails("poly-match: none: No such file");
    fs::create_dir(bench.file("d.csv")).expect("a directory");
    bench.run(&format!("{LINE} -o d.csv")).fails("poly-match: d.csv: is a directory");
}

#[test]
fn quiet_says_nothing() {
    let bench = Bench::new();
    let ran = bench.run(&format!("{LINE} --quiet"));
    assert_eq!((ran.stderr.as_str(), ran.status), ("", Some(0)));
}

#[test]
fn pictures_are_drawn() {
    let bench = Bench::new();
    bench.run(&format!("{LINE} -o out.csv --plot plot.png")).ok();
    let png = fs::read(bench.file("plot.png")).expect("a picture");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((size(16), size(20)), (1200, 1150)); // equal aspect, up to a limit
    bench.run(&format!("{LINE} -o out.csv --plot plot.svg")).ok();
    let svg = bench.read("plot.svg");
    assert!(svg.starts_with("<svg width=\"1200\" height=\"1150\" viewBox=\"0 0 3600 3450\""));
    assert!(svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("\n3 of 4 points matched to 2 of 2 polygons\n"));
    assert!(svg.matches("<circle").count() >= 4);
}

#[test]
fn a_picture_names_what_it_shows() {
    let bench = Bench::new();
    let zones = "id,name,wkt\n\
        r,Red & <co>,\"POLYGON ((0 50, 20 50, 20 60, 0 60, 0 50))\"\n\
        b,Blue,\"POLYGON ((20 50, 40 50, 40 60, 20 60, 20 50))\"\n\
        f,Far,\"POLYGON ((170 -60, 171 -60, 171 -61, 170 -60))\"\n";
    bench.write("zones.csv", zones);
    bench.write("points.csv", "lon,lat\n10,55\n30,58\n45,52\n,\n");
    let line = "match points.csv zones.csv --near covers --on-invalid skip -o o.csv";
    bench.run(&format!("{line} --fields name --plot p.svg")).ok();
    let svg = bench.read("p.svg");
    for words in [
        "2 of 4 points matched to 2 of 3 polygons",
        "outside all: 1",
        "1 point without coordinates, 1 polygon outside the view",
        "lon",
        "lat",
        "20°E",
        "55°N",
        "Red &amp; &lt;co&gt;",
        "Blue",
    ] {
        assert!(svg.contains(&format!("\n{words}\n")), "{words}: {svg}");
    }
    bench.run(&format!("{line} --id id --plot p.svg")).ok();
    let by_id = bench.read("p.svg");
    assert!(by_id.contains("\nb\n") && !by_id.contains("Blue"), "{by_id}");

    let feature = r#"{"type": "Feature", "properties": {}, "geometry":"#;
    bench.write(
        "p.geojsonl",
        format!("{feature} {{\"type\": \"Point\", \"coordinates\": [9, 55]}}}}\n"),
    );
    bench.run("match p.geojsonl zones.csv --near boundary --max-dist 1 --planar -o o.csv --plot p.svg").ok();
    let svg = bench.read("p.svg");
    for words in
        ["nothing near: 0", "longitude", "latitude", "1 of 1 point matched to 1 of 3 polygons"]
    {
        assert!(svg.contains(&format!("\n{words}\n")), "{words}: {svg}");
    }
}

#[test]
fn hostile_coordinates_make_a_picture_too() {
    let bench = Bench::new();
    let zones = "wkt\n\"POLYGON ((-1e300 -1e300, 1e300 -1e300, 0 1e300))\"\n\"POLYGON ((1 1))\"\n";
    bench.write("zones.csv", zones);
    for points in ["x,y\n0,0\n", "x,y\n-1.7e308,1.7e308\n1.7e308,0\n", "x,y\n1e300,1\n1e300,2\n"] {
        bench.write("points.csv", points);
        for max_dist in ["4", "inf"] {
            let line = format!("match points.csv zones.csv --max-dist {max_dist} -o o.csv -q");
            bench.run(&format!("{line} --plot p.png")).ok();
            bench.run(&format!("{line} --plot p.svg")).ok();
        }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::new();
    let points: String = (0..200_000).map(|i| format!("{i},0\n")).collect();
    bench.write("points.csv", format!("x,y\n{points}"));
    let mut command = bench.command(LINE);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut [0; 10]).expect("a start");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("ipe"), "{stderr}");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(bench: &Bench, name: &str) -> u32 {
        fs::metadata(bench.file(name)).expect("a file").permissions().mode() & 0o777
    }

    #[test]
    fn permissions_are_those_of_any_new_file_or_of_the_old_one() {
        let bench = Bench::new();
        bench.run(&format!("{LINE} -o out.csv")).ok();
        assert_eq!(mode(&bench, "out.csv"), mode(&bench, "points.csv"));
        let private = fs::Permissions::from_mode(0o640);
        fs::set_permissions(bench.file("out.csv"), private).expect("a file of ours");
        bench.run(&format!("{LINE} -o out.csv")).ok();
        assert_eq!(mode(&bench, "out.csv"), 0o640);
    }

    #[test]
    fn a_symbolic_link_is_written_through() {
        let bench = Bench::new();
        bench.write("real.csv", "old");
        symlink("real.csv", bench.file("link.csv")).expect("a link");
        bench.run(&format!("{LINE} -o link.csv")).ok();
        assert_eq!(bench.read("real.csv"), MATCHES);
        assert!(bench.file("link.csv").is_symlink());
    }

    #[test]
    fn a_device_is_written_in_place() {
        let bench = Bench::new();
        bench.run(&format!("{LINE} -o /dev/null --output-format csv")).ok();
        let ran = bench.run(&format!("{LINE} -o /dev/stdout --output-format csv"));
        assert_eq!(ran.ok(), MATCHES);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error() {
        let bench = Bench::new();
        let line = format!("{LINE} -o /dev/full --output-format csv");
        bench.run(&line).fails("poly-match: /dev/full: No space left on device");
        // Output to stdout cannot be undone, so the picture is written first.
        symlink("/dev/full", bench.file("plot.svg")).expect("a link");
        bench.run(&format!("{LINE} --plot plot.svg")).fails("plot.svg: No space left");
    }
}
