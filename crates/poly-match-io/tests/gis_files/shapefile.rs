//! Shapefile.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::*;
use arrow_schema::DataType;
use poly_match_io::{Error, Places, ReadOptions, Reader, ShapefileParts, Source, Stop, Writer};

use super::{HOLE, ISLAND, OUTER, Random, Wkb, table};

fn written(batch: &RecordBatch) -> ShapefileParts<Vec<u8>> {
    let mut files = ShapefileParts::default();
    let mut writer = Writer::shapefile(files.each_mut(), &batch.schema()).expect("started");
    writer.write(batch).expect("written");
    writer.finish().expect("finished");
    files
}

fn put(files: &ShapefileParts<Vec<u8>>, folder: &Path) {
    let contents = [&files.shp, &files.shx, &files.dbf, &files.prj, &files.cpg];
    for (extension, content) in ShapefileParts::<()>::EXTENSIONS.into_iter().zip(contents) {
        fs::write(folder.join("zones").with_extension(extension), content).expect("written");
    }
}

fn read(folder: &Path) -> Result<Vec<RecordBatch>, Error> {
    let source = Source::open(&folder.join("zones.shp"), &Stop::new())?;
    Reader::open(source, &ReadOptions::default())?.collect()
}

fn binary(all: &[Option<Vec<u8>>]) -> Arc<BinaryArray> {
    Arc::new(all.iter().map(|wkb| wkb.as_deref()).collect())
}

fn point(x: f64) -> Option<Vec<u8>> {
    Some(Wkb::new(1).numbers(&[x, -x]).0)
}

#[test]
fn every_type_of_columns_is_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let doubles = [Some(0.1 + 0.2), None, Some(-2.225_073_858_507_201_4e-308), Some(f64::MAX)];
    let batch = table(
        vec![
            (
                "name",
                Arc::new(StringArray::from(vec![Some("\u{e4} "), None, Some("b"), Some(" c")]))
                    as _,
            ),
            (
                "long",
                Arc::new(Int64Array::from(vec![
                    Some(999_999_999_999_999_999),
                    None,
                    Some(-1),
                    Some(0),
                ])),
            ),
            ("exact", Arc::new(Float64Array::from(doubles.to_vec()))),
            ("is", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false), None]))),
            ("day", Arc::new(Date32Array::from(vec![Some(0), None, Some(-1), Some(20_000)]))),
        ],
        binary(&[point(1.), None, point(3.), point(4.)]),
    );
    put(&written(&batch), folder.path());
    let back = read(folder.path()).expect("sound");
    // The spaces at the end of text are those that fill a record.
    let names = back[0].column(0).as_string::<i32>();
    assert_eq!(names.iter().collect::<Vec<_>>(), [Some("\u{e4}"), None, Some("b"), Some(" c")]);
    assert_eq!(back[0].columns()[1..], batch.columns()[1..]);
    assert_eq!(back[0].schema(), batch.schema());
}

#[test]
fn rings_become_polygons_with_their_holes() {
    let folder = tempfile::tempdir().expect("a folder");
    // An island in a lake; its outer rings and its hole run the wrong way.
    let reversed = |ring: &[f64]| ring.chunks(2).rev().flatten().copied().collect::<Vec<_>>();
    let lake = Wkb::new(6).count(2).and(3).count(2);
    let lake = lake.ring(&reversed(&OUTER)).ring(&reversed(&HOLE)).and(3).count(1).ring(&ISLAND);
    let right = Wkb::new(6).count(2).and(3).count(2).ring(&OUTER).ring(&HOLE);
    let right = right.and(3).count(1).ring(&ISLAND);
    let plain = Wkb::new(3).count(1).ring(&OUTER).0;
    let batch = table(vec![], binary(&[Some(lake.0), Some(plain.clone())]));
    put(&written(&batch), folder.path());
    let back = read(folder.path()).expect("sound");
    let wkb = back[0].column(0).as_binary::<i32>();
    assert_eq!(wkb.iter().collect::<Vec<_>>(), [Some(&*right.0), Some(&*plain)]);
}

#[test]
fn every_type_of_shapes_is_read_back() {
    let line = |code: u32, width: usize| {
        Wkb::new(code).count(2).numbers(&[1., 2., 3., 4., 5., 6., 7., 8.][..2 * width]).0
    };
    for wkb in [
        Wkb::new(1001).numbers(&[1., 2., 3.]).0,
        Wkb::new(2001).numbers(&[1., 2., 3.]).0,
        Wkb::new(3001).numbers(&[1., 2., 3., 4.]).0,
        Wkb::new(4).count(2).and(1).numbers(&[1., 2.]).and(1).numbers(&[3., 4.]).0,
        line(2, 2),
        line(1002, 3),
        line(2002, 3),
        line(3002, 4),
        Wkb::new(5).count(2).and(2).ring(&[0., 0., 1., 1.]).and(2).ring(&[5., 5., 6., 6.]).0,
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let batch = table(vec![], binary(&[None, Some(wkb)]));
        put(&written(&batch), folder.path());
        assert_eq!(read(folder.path()).expect("sound"), [batch]);
    }
}

#[test]
fn what_a_shapefile_cannot_hold_is_refused() {
    let refused = |column: ArrayRef, geometry| {
        let batch = table(vec![("a", column)], geometry);
        let mut files = ShapefileParts::<Vec<u8>>::default();
        let mut writer = Writer::shapefile(files.each_mut(), &batch.schema()).expect("started");
        writer.write(&batch).expect_err("refused").to_string()
    };
    let text: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(254), "y".repeat(255)]));
    let points = binary(&[point(1.), point(2.)]);
    let error = refused(text, points.clone());
    assert!(
        error.starts_with("features[1]: column \"a\": a Shapefile has at most 254 bytes of text"),
        "{error}"
    );
    let error = refused(Arc::new(Int64Array::from(vec![0, i64::MAX])), points.clone());
    assert!(error.contains("at most 18 characters of an integer, got 19"), "{error}");
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![0, 1]));
    let mixed = binary(&[point(1.), Some(Wkb::new(3).count(1).ring(&OUTER).0)]);
    let error = refused(ids, mixed);
    assert!(
        error.starts_with(
            "features[1]: all shapes of a Shapefile are of one type, here Point, got Polygon"
        ),
        "{error}"
    );
}

#[test]
fn deleted_records_and_other_files_are_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![10, 11, 12, 13]));
    let batch = table(vec![("id", ids)], binary(&[point(1.), point(2.), point(3.), point(4.)]));
    let mut files = written(&batch);
    let width = 1 + 18;
    let first = files.dbf.len() - 1 - 4 * width;
    files.dbf[first + width] = b'*';
    put(&files, folder.path());
    let open = || {
        let source = Source::open(&folder.path().join("zones.shp"), &Stop::new()).expect("opened");
        Reader::open(source, &ReadOptions::default()).expect("sound")
    };
    let mut reader = open();
    let mut found = Vec::new();
    while let Some(batch) = reader.next() {
        let batch = batch.expect("sound");
        let ids = batch.column(0).as_primitive::<types::Int64Type>().values().to_vec();
        found.push((ids, reader.places()));
    }
    assert_eq!(found, [(vec![10], Places::Features(0)), (vec![12, 13], Places::Features(2))]);
    // Without an index, without columns, and with other names.
    fs::remove_file(folder.path().join("zones.shx")).expect("removed");
    fs::rename(folder.path().join("zones.dbf"), folder.path().join("zones.DBF")).expect("renamed");
    assert_eq!(open().map(|batch| batch.expect("sound").num_rows()).sum::<usize>(), 3);
    fs::remove_file(folder.path().join("zones.DBF")).expect("removed");
    let rows: Vec<_> = open().collect::<Result<_, _>>().expect("sound");
    assert_eq!((rows[0].num_rows(), rows[0].num_columns()), (4, 1));
    let content = fs::read(folder.path().join("zones.shp")).expect("read");
    let error = Reader::open(Source::bytes("-", content), &ReadOptions::default());
    let error = error.expect_err("no path").to_string();
    assert!(error.contains("give the path of its .shp file"), "{error}");
}

#[test]
fn text_is_decoded_as_the_files_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: ArrayRef = Arc::new(StringArray::from(vec!["ab"]));
    let batch = table(vec![("name", names)], binary(&[point(1.)]));
    let mut files = written(&batch);
    let at = files.dbf.len() - 3;
    for (bytes, cpg, driver, expected) in [
        (b"\xe4b", "ISO-8859-1", 0, "\u{e4}b"),
        (b"\xe4b", "", 0x57, "\u{e4}b"),
        (b"\xe4b", "", 0, "\u{e4}b"),
        (b"\xc3\xa4", "UTF-8", 0x57, "\u{e4}"),
        (b"\xc3\xa4", "", 0, "\u{e4}"),
        (b"\xc6b", "1251", 0, "\u{416}b"),
    ] {
        files.dbf[at..at + 2].copy_from_slice(bytes);
        (files.dbf[29], files.cpg) = (driver, cpg.into());
        put(&files, folder.path());
        let back = read(folder.path()).expect("sound");
        assert_eq!(back[0].column(0).as_string::<i32>().value(0), expected, "{cpg}");
    }
}

#[test]
fn changed_files_give_an_error_or_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("c")]));
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0]));
    let zone = || Some(Wkb::new(3).count(2).ring(&OUTER).ring(&HOLE).0);
    let batch = table(vec![("name", names), ("number", numbers)], binary(&[zone(), None, zone()]));
    assert_eq!(batch.column(0).data_type(), &DataType::Utf8);
    let files = written(&batch);
    let mut random = Random(9);
    let mut failed = 0;
    for round in 0..600 {
        let files = ShapefileParts {
            shp: if round % 3 == 0 { random.change(&files.shp) } else { files.shp.clone() },
            shx: if round % 3 == 1 { random.change(&files.shx) } else { files.shx.clone() },
            dbf: if round % 3 == 2 { random.change(&files.dbf) } else { files.dbf.clone() },
            prj: files.prj.clone(),
            cpg: files.cpg.clone(),
        };
        put(&files, folder.path());
        if let Err(error) = read(folder.path()) {
            failed += 1;
            assert!(error.to_string().len() < 600, "{error}");
        }
    }
    assert!(failed > 80, "{failed}");
}
