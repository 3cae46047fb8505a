//! Tests of CSV as other programs write it: delimiters, quotes, decimal commas, encodings, no header.

use crate::bench::{Bench, Ran};

const ZONES: &str = "name,wkt\nhill,\"POLYGON((10 0,14 0,14 4,10 4,10 0))\"\n";

/// Runs with points in a file of this name, and `ZONES`. Options are separated by spaces.
fn points(name: &str, content: impl AsRef<[u8]>, options: &str) -> Ran {
    let bench = Bench::new();
    bench.write(name, content);
    bench.write("zones.csv", ZONES);
    bench.run(&format!("match {name} zones.csv --near covers -q {options}"))
}

/// Runs with these polygons, and one point at (12, 2).
fn zones(name: &str, content: impl AsRef<[u8]>, options: &str) -> Ran {
    let bench = Bench::new();
    bench.write("points.csv", "id,x,y\nb,12,2\n");
    bench.write(name, content);
    bench.run(&format!("match points.csv {name} --near covers -q {options}"))
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn the_delimiter_and_the_quote_are_found() {
    let expected = "id,lon,lat,polygon,distance\nb,12,2,0,0.0\n";
    for (name, content) in [
        ("p.csv", "id;lon;lat\nb;12;2\n"),
        ("p.csv", "id|lon|lat\nb|12|2\n"),
        ("p.csv", "id\tlon\tlat\nb\t12\t2\n"),
        ("p.tsv", "id,lon,lat\nb,12,2\n"),
        ("p.csv", "'id';'lon';'lat'\n'b';'12';'2'\n"),
        ("p.csv", "sep=;\r\nid;lon;lat\r\nb;12;2\r\n"),
        ("p.csv", "# made by hand, well\n\n#\nid,lon,lat\nb,12,2\n"),
        ("p.csv", "# id,lon,lat\nb,12,2\n"),
    ] {
        assert_eq!(points(name, content, "").ok(), expected, "{content}");
    }
    let out = points("tabs.tsv", "id\tlon\tlat\nb\t12\t2\n", "--points-format csv").ok();
    assert_eq!(out, expected);
    assert_eq!(points("p.csv", utf16("id;lon;lat\nb;12;2\n"), "").ok(), expected);
    let stdin = Bench::new();
    stdin.write("zones.csv", ZONES);
    let line = "match - zones.csv --near covers";
    assert_eq!(stdin.run_with_stdin(line, "id;lon;lat\nb;12;2\n").ok(), expected);
}

#[test]
fn the_delimiter_and_the_quote_can_be_said() {
    let expected = "id,lon,lat,polygon,distance\nb,12,2,0,0.0\n";
    for (content, options) in [
        ("id lon lat\nb 12 2\n", "--delimiter \u{20}"),
        ("id:lon:lat\nb:12:2\n", "--delimiter :"),
        ("id\tlon\tlat\nb\t12\t2\n", "--delimiter tab"),
        ("id\tlon\tlat\nb\t12\t2\n", "--delimiter \\t"),
    ] {
        let bench = Bench::new();
        bench.write("p.csv", content);
        bench.write("zones.csv", ZONES);
        let mut command = bench.command("match p.csv zones.csv --near covers -q --delimiter");
        let ran: Ran = command.arg(&options[12..]).output().expect("it starts").into();
        assert_eq!(ran.ok(), expected, "{options}");
    }
    let odd = "id\tx\ty\n\"b\t12\t2\n";
    points("p.tsv", odd, "").fails(
        "p.tsv: line 2: a quote opens a field here, and no quote closes it before the end of the file; \
         --quote none reads quotes as any other character",
    );
    let out = points("p.tsv", odd, "--quote none").ok();
    assert_eq!(out, "id,x,y,polygon,distance\n\"\"\"b\",12,2,0,0.0\n");
    points("p.csv", "id x y\nb 12 2\n", "").fails("--delimiter says what stands between cells");
    for wrong in ["--delimiter ab", "--delimiter é", "--quote x", "--decimal ;", "--encoding cp437"]
    {
        points("p.csv", "x,y\n", wrong).is_wrong_usage("invalid value");
    }
}

#[test]
fn decimal_commas_are_said() {
    let rows = "id,lon,lat,polygon,distance\nb,\"12,5\",\"2,25\",0,0.0\n";
    for (name, content) in [
        ("semi.csv", "id;lon;lat\nb;12,5;2,25\n"),
        ("comma.csv", "id,lon,lat\nb,\"12,5\",\"2,25\"\n"),
        ("tabs.tsv", "id\tlon\tlat\nb\t12,5\t2,25\n"),
    ] {
        let expected = format!(
            "{name}: line 2: \"lon\" must be a finite number, got \"12,5\"; --decimal , reads a decimal \
             comma"
        );
        points(name, content, "").fails(&expected);
        assert_eq!(points(name, content, "--decimal ,").ok(), rows);
    }
    points("p.csv", "x;y\n1.234,5;2\n", "--decimal ,").fails("\"x\" must be a finite number, got");
    points("p.csv", "x;y\n12.5;2\n", "--decimal ,").fails("--decimal , expects a decimal comma");
    let bench = Bench::new();
    bench.write("points.csv", "id;x;y;r\nb;12,5;2,25;0,5\n");
    bench.write("zones.csv", "name,wkt\nhill,\"POLYGON((13 0,14 0,14 4,13 4))\"\n");
    let line = "match points.csv zones.csv --near boundary --max-dist-column r --inclusive -q";
    bench.run(line).fails("\"x\" must be a finite number");
    let out = bench.run(&format!("{line} --decimal ,")).ok();
    assert_eq!(out, "id,x,y,r,polygon,distance\nb,\"12,5\",\"2,25\",\"0,5\",0,0.5\n");
}

#[test]
fn keys_may_have_decimal_commas() {
    let wkt = "\"POLYGON((10 0,14 0,14 4,10 4))\"";
    let content = format!("name;p;wkt\na;2,5;{wkt}\nb;2,25;{wkt}\nc;3;{wkt}\n");
    let line = "--best min:p --fields name";
    let ran = zones("z.csv", &content, line);
    ran.fails("z.csv: line 2: \"p\" must be a number, got \"2,5\"; --polygons-decimal , reads");
    let expected = "id,x,y,polygon,name,distance\nb,12,2,1,b,0.0\n";
    for decimal in ["--polygons-decimal ,", "--decimal ,"] {
        assert_eq!(zones("z.csv", &content, &format!("{line} {decimal}")).ok(), expected);
    }
    let bench = Bench::new();
    bench.write("z.csv", &content);
    bench.run("index z.csv --near covers --best min:#2 --decimal , -o z.plym").ok();
    zones("z.csv", &content, &format!("{line} --polygons-decimal .")).fails("\"2,5\"");
}

#[test]
fn encodings_are_said_or_marked() {
    let latin = b"id;lon;lat\nD\xfcne;12;2\n";
    let row = "id,lon,lat,polygon,distance\nDüne,12,2,0,0.0\n";
    points("p.csv", latin, "").fails(
        "p.csv: line 2: field 1 is not valid UTF-8; if it is Latin-1, say --encoding windows-1252",
    );
    for name in ["windows-1252", "latin1", "ISO-8859-1"] {
        assert_eq!(points("p.csv", latin, &format!("--encoding {name}")).ok(), row);
    }
    assert_eq!(points("p.csv", utf16("id;lon;lat\nDüne;12;2\n"), "").ok(), row);
    let unmarked = &utf16("id;lon;lat\nDüne;12;2\n")[2..];
    points("p.csv", unmarked, "").fails("say --encoding utf-16le");
    assert_eq!(points("p.csv", unmarked, "--encoding utf-16le").ok(), row);
    points("p.csv", b"id,x,y\na,1,2\n\x93", "--encoding shift_jis")
        .fails("p.csv: line 3: the text is not valid Shift_JIS");

    let zone =
        |name: &[u8]| [b"name,wkt\n", name, b",\"POLYGON((10 0,14 0,14 4,10 4))\"\n"].concat();
    let expected = "id,x,y,polygon,name,distance\nb,12,2,0,Düne,0.0\n";
    zones("z.csv", zone(b"D\xfcne"), "").fails("say --polygons-encoding windows-1252");
    for option in ["--polygons-encoding", "--encoding"] {
        let options = format!("--fields name {option} windows-1252");
        assert_eq!(zones("z.csv", zone(b"D\xfcne"), &options).ok(), expected);
    }
    // What is said of the points alone does not break polygons in UTF-8.
    let options = "--fields name --encoding windows-1252";
    assert_eq!(zones("z.csv", zone("Düne".as_bytes()), options).ok(), expected);

    let feature = |name: &[u8]| {
        let end = br#""}, "geometry": {"type": "Polygon", "coordinates": [[[10, 0], [14, 0], [14, 4]]]}}]}"#;
        let start = &b"{\"type\": \"FeatureCollection\", \"features\": [{\"type\": \"Feature\",\n\"properties\": {\"name\": \""[..];
        [start, name, end].concat()
    };
    let latin = feature(b"D\xfcne");
    zones("z.geojson", &latin, "--fields name").fails("say --polygons-encoding windows-1252");
    zones("z.geojson", &latin, "--fields name").fails("z.geojson: line 2, column ");
    let options = "--fields name --polygons-encoding latin1";
    assert_eq!(zones("z.geojson", &latin, options).ok(), expected);
    let text = String::from_utf8(feature("Düne".as_bytes())).expect("text");
    assert_eq!(zones("z.json", utf16(&text), "--fields name").ok(), expected);
}

#[test]
fn columns_are_named_by_number() {
    let rows = "b,12,2\nc,1,1\n";
    let out = points("rows.csv", rows, "--no-header --x #2 --y #3").ok();
    assert_eq!(out, "#1,#2,#3,polygon,distance\nb,12,2,0,0.0\nc,1,1,,\n");
    // What is written can be read.
    let again = points("again.csv", &out, "--x #2 --y #3").ok();
    assert_eq!(again.lines().nth(1), Some("b,12,2,0,0.0,0,0.0"));
    let looks = "the header looks like a row: it has names such as \"12\"; say --no-header if there is \
                 no header, then '#1' is the first column; or --header if it is one";
    points("rows.csv", rows, "--x 12 --y 2").fails(looks);
    points("rows.csv", rows, "--x #2 --y #3").fails(looks);
    points("rows.csv", "12,2\n1,1\n", "").fails("the header looks like a row");
    points("rows.csv", rows, "").fails("say --no-header, and e.g. --x '#1' --y '#2'");
    let out = points("p.csv", "0,1\n12,2\n", "--header --x 0 --y 1").ok();
    assert_eq!(out, "0,1,polygon,distance\n12,2,0,0.0\n");

    let twice = "id,lon,lat,lon\nb,12,2,99\n";
    points("twice.csv", twice, "").fails("(\"#2/lat\", \"#4/lat\"): use --x and --y");
    points("twice.csv", twice, "--x lon --y lat")
        .fails("2 columns are called \"lon\": name one by its number, '#2' or '#4'");
    let out = points("twice.csv", twice, "--x #2 --y lat").ok();
    assert_eq!(out, "id,lon,lat,lon_2,polygon,distance\nb,12,2,99,0,0.0\n");

    let wkt = "\"POLYGON((10 0,14 0,14 4,10 4))\"";
    let content = format!("hill;{wkt};7\nlow;{wkt};3\n");
    let options = "--polygons-no-header --geometry #2";
    let out =
        zones("z.csv", &content, &format!("{options} --fields #1:name,#3 --best min:#3")).ok();
    assert_eq!(out, "id,x,y,polygon,name,#3,distance\nb,12,2,1,low,3,0.0\n");
    zones("z.csv", &content, "--geometry #2")
        .fails("say --polygons-no-header if there is no header");
    let out = zones("z.csv", &content, &format!("{options} --id #1 --group-by #1=#1")).ok();
    assert_eq!(out, "id,x,y,polygon,polygon_id,distance\nb,12,2,,,\n");
    let out = zones("z.csv", format!("n,wkt\nhill,{wkt}\n"), "--fields #1 --x #2 --y #3").ok();
    assert_eq!(out, "id,x,y,polygon,n,distance\nb,12,2,0,hill,0.0\n");
}

#[test]
fn rows_of_other_lengths_are_named() {
    points("p.csv", "id;x;y\nb;12;2;9\n", "").fails(
        "p.csv: line 2: expected 3 fields as in the header, got 4; a field that holds ';' must stand in \
         quotes: \"",
    );
    points("p.csv", "# a\n\nid;x;y\nb;12;2\nb;1\n", "").fails("line 5: expected 3 fields");
    points("p.csv", "a;1;2\nb;1\n", "--no-header --x #2 --y #3")
        .fails("line 2: expected 3 fields as in the first row, got 2");
}

#[test]
fn index_and_check_take_the_options_for_their_table() {
    let bench = Bench::new();
    bench.write(
        "z.csv",
        b"D\xfcne|7,5|POLYGON((10 0,14 0,14 4,10 4))\nlow|3,5|POLYGON((0 0,1 0,1 1))\n",
    );
    let options = "--no-header --encoding latin1 --geometry #3 --delimiter |";
    let ran = bench.run(&format!("check z.csv {options} --id #1"));
    assert!(ran.stderr.contains("2 polygons, 0 findings"), "{}", ran.stderr);
    ran.ok();
    bench.run("check z.csv --no-header --geometry #3").fails("say --encoding windows-1252");
    let line =
        format!("index z.csv {options} --decimal , --near covers --best min:#2 --group-by #1");
    bench.run(&format!("{line} --fields #1:name -o z.plym")).ok();
    bench.write("p.csv", "id;x;y\nDüne;12;2\n");
    let out = bench.run("match p.csv z.plym --group-by id -q").ok();
    assert_eq!(out, "id,x,y,polygon,name,distance\nDüne,12,2,0,Düne,0.0\n");
    bench
        .run("match p.csv z.plym --polygons-encoding latin1")
        .is_wrong_usage("--polygons-encoding is decided in z.plym");
}
