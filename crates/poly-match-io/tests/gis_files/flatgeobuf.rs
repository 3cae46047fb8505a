//! FlatGeobuf.

use std::sync::Arc;

use arrow_array::*;
use arrow_cast::cast;
use arrow_schema::DataType;
use poly_match_io::{Error, Format, Places, ReadOptions, Reader, Source, WriteOptions, Writer};

use super::{HOLE, ISLAND, OUTER, Random, Wkb, table};

fn written(batches: &[RecordBatch]) -> Vec<u8> {
    let mut file = Vec::new();
    let (schema, options) = (batches[0].schema(), WriteOptions::default());
    let mut writer =
        Writer::new(&mut file, Format::FlatGeobuf, &schema, &options).expect("started");
    batches.iter().for_each(|batch| writer.write(batch).expect("written"));
    writer.finish().expect("finished");
    file
}

fn read(file: Vec<u8>, options: &ReadOptions) -> Result<Vec<RecordBatch>, Error> {
    Reader::open(Source::stream("zones", std::io::Cursor::new(file)), options)?.collect()
}

fn geometries() -> BinaryArray {
    let all = [
        Some(Wkb::new(1).numbers(&[1., 2.])),
        None,
        Some(Wkb::new(2).ring(&[0., 0., 1., 1., 2., 0.])),
        Some(Wkb::new(3).count(2).ring(&OUTER).ring(&HOLE)),
        Some(Wkb::new(4).count(2).and(1).numbers(&[1., 2.]).and(1).numbers(&[3., 4.])),
        Some(Wkb::new(5).count(2).and(2).ring(&[0., 0., 1., 1.]).and(2).ring(&[5., 5., 6., 6.])),
        Some(
            Wkb::new(6)
                .count(2)
                .and(3)
                .count(2)
                .ring(&OUTER)
                .ring(&HOLE)
                .and(3)
                .count(1)
                .ring(&ISLAND),
        ),
        Some(Wkb::new(7).count(2).and(1).numbers(&[1., 2.]).and(3).count(1).ring(&ISLAND)),
    ];
    all.iter().map(|wkb| wkb.as_ref().map(|Wkb(bytes)| bytes.as_slice())).collect()
}

/// A column of each type that FlatGeobuf has.
fn every_type() -> RecordBatch {
    let rows = [Some(1), None, Some(0), Some(3), Some(4), Some(5), Some(6), Some(127)];
    let rows: ArrayRef = Arc::new(Int64Array::from_iter(rows));
    let types = [
        ("bool", DataType::Boolean),
        ("i8", DataType::Int8),
        ("u8", DataType::UInt8),
        ("i16", DataType::Int16),
        ("u16", DataType::UInt16),
        ("i32", DataType::Int32),
        ("u32", DataType::UInt32),
        ("i64", DataType::Int64),
        ("u64", DataType::UInt64),
        ("f32", DataType::Float32),
        ("f64", DataType::Float64),
        ("text", DataType::Utf8),
        ("bytes", DataType::Binary),
    ];
    let column = |(name, data_type): (&'static str, DataType)| {
        let from = if data_type == DataType::Binary {
            cast(&rows, &DataType::Utf8)
        } else {
            Ok(rows.clone())
        };
        (name, cast(&from.expect("text"), &data_type).expect("a type"))
    };
    table(types.into_iter().map(column).collect(), Arc::new(geometries()))
}

#[test]
fn every_type_and_geometry_is_read_back() {
    let batch = every_type();
    for rows in [1, 3, 100] {
        let mut options = ReadOptions::default();
        options.limits.rows = rows;
        let back = read(written(&[batch.clone(), batch.slice(2, 3)]), &options).expect("sound");
        let back = arrow_select::concat::concat_batches(&back[0].schema(), &back).expect("one");
        assert_eq!(back.schema(), batch.schema());
        assert_eq!(back.slice(0, 8), batch);
        assert_eq!(back.slice(8, 3), batch.slice(2, 3));
    }
}

#[test]
fn columns_are_chosen_and_rows_have_places() {
    let mut options = ReadOptions::default();
    options.columns = Some(vec!["geometry".into(), "i64".into()]);
    options.limits.rows = 3;
    let mut reader =
        Reader::open(Source::bytes("zones", written(&[every_type()])), &options).expect("opened");
    let names: Vec<_> = reader.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, ["i64", "geometry"]);
    reader.nth(1).expect("a batch").expect("sound");
    assert_eq!(reader.places(), Places::Features(3));
}

#[test]
fn z_and_m_are_kept() {
    for (code, numbers) in
        [(1001, &[1., 2., 3.][..]), (2001, &[1., 2., 4.]), (3001, &[1., 2., 3., 4.])]
    {
        let wkb = Wkb::new(code).numbers(numbers).0;
        let batch = table(vec![], Arc::new(BinaryArray::from(vec![wkb.as_slice()])));
        assert_eq!(
            read(written(std::slice::from_ref(&batch)), &ReadOptions::default()).expect("sound"),
            [batch]
        );
    }
    let flat = table(vec![], Arc::new(BinaryArray::from(vec![&*Wkb::new(1).numbers(&[1., 2.]).0])));
    let high = Wkb::new(1001).numbers(&[1., 2., 3.]).0;
    let high = table(vec![], Arc::new(BinaryArray::from(vec![high.as_slice()])));
    let options = WriteOptions::default();
    let mut writer =
        Writer::new(Vec::new(), Format::FlatGeobuf, &flat.schema(), &options).expect("started");
    writer.write(&flat).expect("flat");
    let error = writer.write(&high).expect_err("with z").to_string();
    assert!(error.starts_with("features[1]: its vertices have z, but"), "{error}");
}

#[test]
fn a_table_without_rows_or_geometry_is_read_back() {
    let batch = every_type();
    assert_eq!(
        read(written(&[batch.slice(0, 0)]), &ReadOptions::default()).expect("sound").len(),
        0
    );
    let ids = batch.project(&[7]).expect("a column");
    let back = read(written(&[ids]), &ReadOptions::default()).expect("sound");
    assert_eq!((back[0].num_columns(), back[0].column(1).null_count()), (2, 8));
}

#[test]
fn changed_files_give_an_error_or_rows() {
    let file = written(&[every_type()]);
    let mut random = Random(7);
    let mut failed = 0;
    for _ in 0..3000 {
        match read(random.change(&file), &ReadOptions::default()) {
            Ok(_) => {}
            Err(error) => {
                failed += 1;
                assert!(error.to_string().len() < 400, "{error}");
            }
        }
    }
    assert!(failed > 500, "{failed}");
}

#[test]
fn every_truncated_file_is_told() {
    let file = written(&[every_type().slice(0, 1)]);
    for len in 0..file.len() {
        let got = read(file[..len].to_vec(), &ReadOptions::default());
        // The end of the header is the end of a table without features.
        assert!(got.is_err() || got.is_ok_and(|batches| batches.is_empty()), "{len}");
    }
    let large = [&file[..], &u32::MAX.to_le_bytes()].concat();
    assert!(read(large, &ReadOptions::default()).is_err());
}
