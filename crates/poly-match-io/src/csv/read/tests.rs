use arrow_array::cast::AsArray;

use super::*;
use crate::options::CsvOptions;

fn open(text: impl AsRef<[u8]>, options: &ReadOptions) -> Result<CsvBatches> {
    let text = std::io::Cursor::new(text.as_ref().to_vec());
    CsvBatches::new(Box::new(text), b',', options)
}

fn error(text: impl AsRef<[u8]>) -> String {
    let read = open(text, &ReadOptions::default()).and_then(Iterator::collect::<Result<Vec<_>>>);
    read.expect_err("refused").to_string()
}

#[test]
fn cells_stay_as_they_are() {
    let text = "\u{feff}id,a b,\u{e4}\r\n01001,\"two\nlines, \"\"x\"\"\",1.50\r\n, x ,";
    let mut batches = open(text, &ReadOptions::default()).expect("a header");
    let batch = batches.next().expect("rows").expect("sound");
    let names: Vec<_> = batch.schema_ref().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, ["id", "a b", "\u{e4}"]);
    for (column, expected) in
        batch.columns().iter().zip([["01001", ""], ["two\nlines, \"x\"", " x "], ["1.50", ""]])
    {
        assert_eq!(column.as_ref(), &StringArray::from(expected.to_vec()));
    }
    let places = batches.places().expect("lines");
    assert_eq!([places.of(0), places.of(1)], [Place::Line(2), Place::Line(4)]);
    assert!(batches.next().is_none());
}

#[test]
fn batches_are_bounded_by_rows_and_by_bytes() {
    let text = "a,b\n".to_owned() + &"12345678,x\n".repeat(10_000);
    for (rows, bytes, most) in [(999, 16 << 20, 999), (1 << 16, 1900, 100)] {
        let mut options = ReadOptions::default();
        (options.limits.rows, options.limits.bytes) = (rows, bytes);
        let batches = open(&text, &options).expect("a header");
        let counts: Vec<_> = batches.map(|batch| batch.expect("sound").num_rows()).collect();
        assert_eq!(counts.iter().sum::<usize>(), 10_000);
        assert!(counts.iter().all(|&count| count <= most), "{counts:?}");
        assert!(counts[0] == most, "{counts:?}");
    }
}

#[test]
fn columns_are_chosen_and_rows_without_columns_are_counted() {
    let choose = |names: &[&str]| ReadOptions {
        columns: Some(names.iter().map(|&name| name.to_owned()).collect()),
        ..ReadOptions::default()
    };
    let text = "a,b,c\n1,2,3\n4,5,6\n";
    let batch = open(text, &choose(&["c", "a"])).expect("open").next().expect("rows");
    let batch = batch.expect("sound");
    assert_eq!(**batch.column(1), StringArray::from(vec!["3", "6"]));
    assert_eq!(batch.num_columns(), 2);
    let batch = open(text, &choose(&[])).expect("open").next().expect("rows").expect("sound");
    assert_eq!((batch.num_rows(), batch.num_columns()), (2, 0));
    let error = open(text, &choose(&["d"])).err().expect("missing").to_string();
    assert_eq!(error, r#"expected a column "d", got the columns "a", "b", "c""#);
}

#[test]
fn errors_name_the_line() {
    let headless = ReadOptions {
        csv: CsvOptions { header: false, ..CsvOptions::default() },
        ..ReadOptions::default()
    };
    let error_of = |text: &str| {
        let read = open(text, &headless).and_then(Iterator::collect::<Result<Vec<_>>>);
        read.expect_err("refused").to_string()
    };
    assert_eq!(error_of(""), "the file is empty: expected a row");
    let many = "line 2: expected 2 fields as in the first row, got 3; a field that holds ',' must \
                stand in quotes: \"";
    assert_eq!(error_of("1,2\n3,4,5\n"), many);
    assert_eq!(error(""), "the file is empty: expected a header line");
    assert_eq!(error("\n\n"), "the file is empty: expected a header line");
    assert_eq!(error("a,b\n\n1,2\n3"), "line 4: expected 2 fields as in the header, got 1");
    assert_eq!(error(b"a,b\n1,2\n\xff,\xff\n"), "line 3: field 1 is not valid UTF-8");
    // Each cell is broken, but all of them together are not.
    assert_eq!(error(b"a\n\xc3\n\xa4\n"), "line 2: field 1 is not valid UTF-8");
    assert_eq!(error(b"a,\xff\n"), "line 1: field 2 is not valid UTF-8");
}

#[test]
fn rows_without_a_header_are_all_read() {
    let options = ReadOptions {
        csv: CsvOptions { header: false, ..CsvOptions::default() },
        ..ReadOptions::default()
    };
    let mut batches = open("# rows\n\nb;12,5\nc;1,0\n", &options).expect("rows");
    let batch = batches.next().expect("rows").expect("sound");
    let names: Vec<_> = batch.schema_ref().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, ["#1", "#2"]);
    assert_eq!(**batch.column(1), StringArray::from(vec!["12,5", "1,0"]));
    assert_eq!(batches.places().expect("lines").of(0), Place::Line(3));
}

#[test]
fn the_mark_of_a_comment_is_no_part_of_a_name() {
    for (text, expected) in
        [("# id,x\na,1\n", "id"), ("#1,#2\na,1\n", "#1"), ("##\tid,x\na,1\n", "id")]
    {
        let batches = open(text, &ReadOptions::default()).expect("a header");
        assert_eq!(batches.schema().field(0).name(), expected);
    }
}

/// Small numbers that look random, and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// A table, and its text in some dialect.
fn written(random: &mut Random) -> (Vec<Vec<String>>, String) {
    const CELLS: [&str; 16] = [
        "a",
        "",
        "12.5",
        "-3,25",
        "7",
        "two\nlines",
        "x;y",
        "p|q",
        "a\tb",
        "say \"no\"",
        "Smith, J",
        "POLYGON((0 0,1 0,1 1,0 0))",
        "{\"a\": [1, 2]}",
        "D\u{fc}ne",
        "it's",
        "2026-01-31",
    ];
    let (width, count) = (2 + random.below(4), 1 + random.below(20));
    let mut table: Vec<Vec<_>> = vec![(0..width).map(|i| format!("name{i}")).collect()];
    for _ in 0..count {
        table.push((0..width).map(|_| CELLS[random.below(CELLS.len())].to_owned()).collect());
    }
    let delimiter = [',', ';', '\t', '|'][random.below(4)];
    let quote = ['"', '\''][random.below(2)];
    let (quotes_all, end) = (random.below(3) == 0, ["\n", "\r\n"][random.below(2)]);
    let cell = |cell: &String| {
        let is_special = cell.contains([delimiter, quote, '\n']);
        let doubled = cell.replace(quote, &format!("{quote}{quote}"));
        if quotes_all || is_special { format!("{quote}{doubled}{quote}") } else { cell.clone() }
    };
    let line = |row: &Vec<String>| {
        row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + end
    };
    let text = table.iter().map(line).collect();
    (table, text)
}

#[test]
fn any_table_in_any_dialect_is_read_back() {
    let mut random = Random(7);
    for _ in 0..4000 {
        let (table, text) = written(&mut random);
        let read = open(&text, &ReadOptions::default()).and_then(|batches| {
            let names = batches.schema().fields().iter().map(|f| f.name().clone()).collect();
            let mut rows: Vec<Vec<String>> = vec![names];
            for batch in batches {
                let batch = batch?;
                let columns: Vec<_> =
                    batch.columns().iter().map(|column| column.as_string::<i32>()).collect();
                let row = |i: usize| columns.iter().map(|c| c.value(i).to_owned()).collect();
                rows.extend((0..batch.num_rows()).map(row));
            }
            Ok(rows)
        });
        assert_eq!(read.map_err(|error| error.to_string()), Ok(table), "{text}");
    }
}

#[test]
fn long_records_and_wide_tables_are_refused() {
    let endless = std::io::repeat(b'a');
    let header = std::io::Cursor::new("a\n1\n").chain(endless);
    let batches = CsvBatches::new(Box::new(header), b',', &ReadOptions::default());
    let error = batches.expect("a header").find_map(Result::err).expect("it does not end");
    assert_eq!(error.place(), Some(&Place::Line(3)));
    assert!(matches!(error.cause(), Cause::TooLarge { limit: 67_108_864, .. }), "{error}");
    let wide = ",".repeat(99_999) + "\n";
    let error = self::error(&wide);
    assert!(error.starts_with("a table of 100000 columns needs "), "{error}");
    let error = self::error(",".repeat(20 << 20));
    assert!(error.starts_with("line 1: a record needs "), "{error}");
}
