//! Several files as one table.

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use poly_match_io::{
    Error, Format, Place, ReadOptions, Reader, Source, Stop, WriteOptions, Writer, find_inputs,
};

struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Reads all files in the folder.
    fn read(&self) -> Result<Vec<RecordBatch>, Error> {
        let inputs = find_inputs(self.0.path())?;
        Reader::open_all(&inputs, &ReadOptions::default(), &Stop::new())?.collect()
    }

    fn error(&self) -> String {
        let error = self.read().expect_err("refused").to_string();
        error.replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn texts(batches: &[RecordBatch], name: &str) -> Vec<Option<String>> {
    let cells = batches.iter().flat_map(|batch| batch[name].as_string::<i32>().iter());
    cells.map(|cell| cell.map(str::to_owned)).collect()
}

#[test]
fn tables_follow_each_other() {
    let folder =
        Folder::of(&[("b.csv", "id,x\n3,c\n"), ("a.csv", "id,x\n1,a\n2,b\n"), ("_x.csv", "?")]);
    let batches = folder.read().expect("sound");
    assert_eq!(texts(&batches, "id"), ["1", "2", "3"].map(|id| Some(id.to_owned())));
    let inputs = [folder.path("a.csv"), folder.path("b.csv")];
    let reader = Reader::open_all(&inputs, &ReadOptions::default(), &Stop::new());
    let mut reader = reader.expect("sound");
    for (path, line) in [(&inputs[0], 2), (&inputs[1], 2)] {
        reader.next().expect("a batch").expect("sound");
        assert_eq!(Path::new(reader.name()), path);
        assert_eq!(reader.places().of(0), Place::Line(line));
    }
    assert!(reader.next().is_none());
}

#[test]
fn other_columns_are_refused() {
    let first = ("a.csv", "id,x\n1,a\n");
    let folder = Folder::of(&[first, ("b.csv", "id,y\n")]);
    assert_eq!(
        folder.error(),
        r#"b.csv: expected the column "x": Utf8 as in a.csv, got "y": Utf8"#
    );
    let folder = Folder::of(&[first, ("b.csv", "id,x,y\n")]);
    assert_eq!(folder.error(), "b.csv: expected 2 columns as in a.csv, got 3");
    let folder = Folder::of(&[first, ("b.csv", "id,x\n1\n")]);
    assert_eq!(folder.error(), "b.csv: line 2: expected 2 fields as in the header, got 1");
    let folder = Folder::of(&[first, ("b.csv", "")]);
    assert_eq!(folder.error(), "b.csv: the file is empty: expected a header line");
}

#[test]
fn features_of_all_files_make_the_columns() {
    let feature = |properties: &str| {
        format!(r#"{{"type":"Feature","geometry":null,"properties":{{{properties}}}}}"#)
    };
    let (a, b) = (feature(r#""a":1"#), feature(r#""b":"x","a":"y""#));
    let folder = Folder::of(&[("a.geojsonl", &a), ("b.geojsonl", &b), ("c.geojsonl", "\n")]);
    let batches = folder.read().expect("sound");
    assert_eq!(texts(&batches, "a"), [Some("1".to_owned()), Some("\"y\"".to_owned())]);
    assert_eq!(texts(&batches, "b"), [None, Some("x".to_owned())]);
    let system = r#"{"type":"FeatureCollection","crs":null,"features":[]}"#;
    let folder = Folder::of(&[("a.json", &a), ("b.json", system)]);
    let expected = "b.json: expected coordinates in OGC:CRS84 as in a.json, got an unknown system";
    assert_eq!(folder.error(), expected);
    let folder = Folder::of(&[("a.json", &a), ("b.json", "{")]);
    assert!(folder.error().starts_with("b.json: line 1, column 2: "), "{}", folder.error());
}

#[test]
fn types_and_systems_must_be_the_same() {
    let folder = Folder::of(&[]);
    let write = |name: &str, text: &str, format: Format| {
        let source = Source::bytes("a.json", text.as_bytes().to_vec());
        let reader = Reader::open(source, &ReadOptions::default()).expect("sound");
        let file = std::fs::File::create(folder.path(name)).expect("made");
        let options = WriteOptions::default();
        let writer = Writer::new(file, format, &reader.schema(), &options);
        let mut writer = writer.expect("it can be written");
        reader.for_each(|batch| writer.write(&batch.expect("sound")).expect("written"));
        writer.finish().expect("finished");
    };
    let point = r#"{"type":"Point","coordinates":[1,2]}"#;
    let other = point.replace('}', r#","crs":null}"#);
    write("a.arrow", point, Format::ArrowFile);
    write("b.arrow", point, Format::ArrowFile);
    let rows: usize = folder.read().expect("sound").iter().map(RecordBatch::num_rows).sum();
    assert_eq!(rows, 2);
    write("b.arrow", &other, Format::ArrowFile);
    let error = folder.error();
    let expected = r#"b.arrow: column "geometry": expected a geometry as in a.arrow, {"crs":"OGC:"#;
    assert!(error.starts_with(expected), "{error}");
    let feature = r#"{"type":"Feature","geometry":null,"properties":{"a":1}}"#;
    let float = feature.replace('1', "1.5");
    write("a.arrow", feature, Format::ArrowFile);
    write("b.arrow", &float, Format::ArrowFile);
    let expected = r#"b.arrow: expected the column "a": Int64 as in a.arrow, got "a": Float64"#;
    assert_eq!(folder.error(), expected);
}

#[test]
fn a_pipe_among_several_files_is_refused() {
    let folder = Folder::of(&[("a.csv", "x\n1\n")]);
    let paths = [folder.path("a.csv"), PathBuf::from("/dev/null")];
    let error =
        Reader::open_all(&paths, &ReadOptions::default(), &Stop::new()).expect_err("refused");
    assert!(error.to_string().starts_with("/dev/null: expected a file, as there are several"));
}
