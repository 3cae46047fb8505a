//! What is written is read back: types, names, metadata, geometry.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    FixedSizeListArray, Float64Array, Int64Array, LargeStringArray, RecordBatch, StringArray,
    StringViewArray, TimestampMicrosecondArray, UInt8Array,
};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::concat::concat_batches;
use parquet::file::reader::{FileReader, SerializedFileReader};
use poly_match_io::geo::{Crs, Metadata};
use poly_match_io::{
    Compression, Error, Format, ReadOptions, Reader, Source, Stop, WriteOptions, Writer, run,
};

const FORMATS: [Format; 3] = [Format::Parquet, Format::ArrowFile, Format::ArrowStream];

fn array(column: impl arrow_array::Array + 'static) -> ArrayRef {
    Arc::new(column)
}

/// A table of many types. `salt` makes another dictionary.
fn table(salt: &str) -> RecordBatch {
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a"), None]);
    lists.append_null();
    lists.append_value([Some("b")]);
    let kinds: DictionaryArray<Int32Type> = [Some("p"), Some(salt), None].into_iter().collect();
    let decimals = Decimal128Array::from(vec![1, 2, 3]).with_precision_and_scale(20, 2);
    RecordBatch::try_from_iter_with_nullable([
        ("id", array(Int64Array::from(vec![1, -1, (1 << 53) + 1])), false),
        ("small", array(UInt8Array::from(vec![Some(0), None, Some(255)])), true),
        ("x", array(Float64Array::from(vec![0.5, f64::NAN, -0.0])), false),
        ("is", array(BooleanArray::from(vec![Some(true), None, Some(false)])), true),
        ("name", array(StringArray::from(vec![Some("01001"), None, Some("é")])), true),
        ("long", array(LargeStringArray::from(vec!["a", "", "c"])), true),
        ("view", array(StringViewArray::from(vec!["a", "longer than twelve", ""])), true),
        ("wkb", array(BinaryArray::from(vec![Some(&b"\x01"[..]), None, Some(b"")])), true),
        ("day", array(Date32Array::from(vec![Some(0), None, Some(20_000)])), true),
        ("at", array(TimestampMicrosecondArray::from(vec![0, 1, 2]).with_timezone("UTC")), true),
        ("price", array(decimals.expect("it fits")), true),
        ("kind", array(kinds), true),
        ("tags", array(lists.finish()), true),
    ])
    .expect("a table")
}

fn write(batches: &[RecordBatch], format: Format, options: &WriteOptions) -> Vec<u8> {
    let mut file = Vec::new();
    let schema = batches[0].schema();
    let mut writer = Writer::new(&mut file, format, &schema, options).expect("started");
    for batch in batches {
        writer.write(batch).expect("written");
    }
    writer.finish().expect("finished");
    file
}

fn read(file: Vec<u8>) -> RecordBatch {
    let reader =
        Reader::open(Source::bytes("table", file), &ReadOptions::default()).expect("opened");
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>().expect("sound");
    concat_batches(&schema, &batches).expect("one schema")
}

#[test]
fn all_types_of_columns() {
    let batches = [table("q"), table("r")];
    for format in FORMATS {
        for compression in [Compression::Usual, Compression::Uncompressed, Compression::Lz4] {
            let mut options = WriteOptions::default();
            options.compression = compression;
            let back = read(write(&batches, format, &options));
            let expected = concat_batches(&batches[0].schema(), &batches).expect("one schema");
            for (i, field) in expected.schema().fields().iter().enumerate() {
                let (column, its) = (expected.column(i), back.column(i));
                match field.name().as_str() {
                    // NaN is not equal to itself.
                    "x" => {
                        let bits = |column: &ArrayRef| -> Vec<_> {
                            let numbers = column.as_primitive::<Float64Type>().values();
                            numbers.iter().map(|x| x.to_bits()).collect()
                        };
                        assert_eq!(bits(column), bits(its), "{format}");
                    }
                    "kind" if format == Format::ArrowFile => {
                        let kinds: Vec<_> = its.as_string::<i32>().iter().collect();
                        assert_eq!(kinds, [Some("p"), Some("q"), None, Some("p"), Some("r"), None]);
                    }
                    "kind" => {
                        assert_eq!(field.data_type(), its.data_type(), "{format}");
                        let kinds: Vec<_> = its
                            .as_dictionary::<Int32Type>()
                            .downcast_dict::<StringArray>()
                            .expect("texts")
                            .into_iter()
                            .collect();
                        assert_eq!(kinds, [Some("p"), Some("q"), None, Some("p"), Some("r"), None]);
                    }
                    _ => assert_eq!(column, its, "{format}: {field}"),
                }
            }
        }
    }
}

#[test]
fn a_table_without_rows() {
    let empty = table("q").slice(0, 0);
    for format in FORMATS {
        let back = read(write(std::slice::from_ref(&empty), format, &WriteOptions::default()));
        assert_eq!((back.num_rows(), back.num_columns()), (0, 13), "{format}");
    }
}

#[test]
fn snappy_is_only_in_parquet() {
    let mut options = WriteOptions::default();
    options.compression = Compression::Snappy;
    assert_eq!(read(write(&[table("q")], Format::Parquet, &options)).num_rows(), 3);
    let error = Writer::new(Vec::new(), Format::ArrowFile, &table("q").schema(), &options);
    let line = "expected lz4 or zstd for Arrow IPC, got snappy";
    assert_eq!(error.expect_err("refused").to_string(), line);
}

#[test]
fn a_batch_of_another_table_is_refused() {
    let schema = table("q").schema();
    let mut writer = Writer::new(Vec::new(), Format::Parquet, &schema, &WriteOptions::default())
        .expect("started");
    let other = table("q").project(&[0]).expect("a column");
    let error = writer.write(&other).expect_err("refused").to_string();
    assert!(
        error.starts_with(r#"expected a batch with the columns ["id": Int64, "small""#),
        "{error}"
    );
    assert!(error.ends_with(r#", got ["id": Int64]"#), "{error}");
}

#[test]
fn large_tables_have_several_row_groups() {
    let ids = array(Int64Array::from_iter_values(0..1_500_000));
    let batch = RecordBatch::try_from_iter([("id", ids)]).expect("a table");
    let file = write(&[batch], Format::Parquet, &WriteOptions::default());
    let groups = SerializedFileReader::new(bytes::Bytes::from(file.clone())).expect("sound");
    assert_eq!(groups.num_row_groups(), 2);
    let reader = Reader::open(Source::bytes("ids", file), &ReadOptions::default()).expect("opened");
    let rows: Vec<_> = reader.map(|batch| batch.expect("sound").num_rows()).collect();
    assert_eq!(rows.iter().sum::<usize>(), 1_500_000);
    assert!(rows.iter().all(|&rows| rows <= 65_536), "{rows:?}");
}

/// A pipe whose reader has gone after some bytes.
struct Closed(usize);

impl Write for Closed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => self.0 = left,
            None => return Err(io::ErrorKind::BrokenPipe.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_ends_an_endless_table() {
    for format in FORMATS {
        // Noise, so that Parquet writes soon.
        let noise = (0..1_u64 << 20).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15).cast_signed());
        let batch =
            RecordBatch::try_from_iter([("id", array(Int64Array::from_iter_values(noise)))]);
        let batch = batch.expect("a table");
        let options = WriteOptions::default();
        let mut writer =
            Writer::new(Closed(1 << 16), format, &batch.schema(), &options).expect("started");
        let endless = std::iter::repeat_with(|| Ok::<_, Error>(batch.clone()));
        let done = run(endless, Ok, |batch| writer.write(&batch), || Ok(()), &Stop::new());
        assert!(done.expect_err("closed").is_broken_pipe(), "{format}");
    }
}

fn point(x: f64, y: f64) -> Vec<u8> {
    [vec![1, 1, 0, 0, 0], [x, y].map(f64::to_le_bytes).concat()].concat()
}

fn geometry_field(kind: DataType, name: &str, metadata: &str) -> Field {
    let metadata = [
        ("ARROW:extension:name".to_owned(), name.to_owned()),
        ("ARROW:extension:metadata".to_owned(), metadata.to_owned()),
    ];
    Field::new("geometry", kind, true).with_metadata(metadata.into())
}

/// The metadata of GeoParquet that was written, and the table that is read back.
fn geo(field: Field, column: ArrayRef, options: &WriteOptions) -> (Metadata, RecordBatch) {
    let schema = Arc::new(Schema::new(vec![field]));
    let batch = RecordBatch::try_new(schema, vec![column]).expect("a table");
    let file = write(&[batch], Format::Parquet, options);
    let sound = SerializedFileReader::new(bytes::Bytes::from(file.clone())).expect("sound");
    let keys = sound.metadata().file_metadata().key_value_metadata().expect("keys").clone();
    let text = keys.into_iter().find(|pair| pair.key == "geo").and_then(|pair| pair.value);
    (Metadata::parse(&text.expect("a text")).expect("sound"), read(file))
}

#[test]
fn well_known_binary_gets_a_covering() {
    let points: [Option<Vec<u8>>; 3] = [Some(point(3.0, 4.0)), None, Some(point(-1.0, 9.0))];
    let column = array(points.iter().map(Option::as_deref).collect::<BinaryArray>());
    let projjson = r#"{"type":"ProjectedCRS","name":"Local"}"#;
    for (metadata, crs) in [
        (r#"{"crs":"OGC:CRS84","crs_type":"authority_code"}"#.to_owned(), Crs::Default),
        ("{}".to_owned(), Crs::Unknown),
        (format!(r#"{{"crs":{projjson},"crs_type":"projjson"}}"#), Crs::Given(projjson.to_owned())),
    ] {
        let field = geometry_field(DataType::Binary, "geoarrow.wkb", &metadata);
        let (geo, back) = geo(field.clone(), column.clone(), &WriteOptions::default());
        let its = &geo.columns[0];
        assert_eq!((&its.crs, its.bbox), (&crs, Some([-1.0, 4.0, 3.0, 9.0])));
        assert_eq!(
            (&its.geometry_types[..], its.covering.as_deref()),
            (&["Point".to_owned()][..], Some("bbox"))
        );
        assert_eq!(back.column(0), &column);
        let schema = back.schema();
        assert_eq!(schema.field(0).extension_type_metadata(), Some(metadata.as_str()));
        assert_eq!(schema.field(1).name(), "bbox");
        // Written again, it has the same covering, and no other.
        let again =
            read(write(std::slice::from_ref(&back), Format::Parquet, &WriteOptions::default()));
        assert_eq!(again, back);
    }
    let mut options = WriteOptions::default();
    options.covering = false;
    let field = geometry_field(DataType::Binary, "ogc.wkb", "");
    let (geo, back) = geo(field, column, &options);
    assert_eq!((geo.columns[0].covering.as_deref(), back.num_columns()), (None, 1));
}

#[test]
fn interleaved_points_become_separated() {
    let numbers = array(Float64Array::from(vec![9.0, 9.0, 3.0, 4.0, -1.0, 9.0]));
    let item = Arc::new(Field::new("xy", DataType::Float64, false));
    let points = FixedSizeListArray::new(item, 2, numbers, None).slice(1, 2);
    let field = geometry_field(points.data_type().clone(), "geoarrow.point", "{}");
    let (geo, back) = geo(field, array(points), &WriteOptions::default());
    assert_eq!(geo.columns[0].bbox, Some([-1.0, 4.0, 3.0, 9.0]));
    let points = back.column(0).as_struct();
    let axis = |name| points.column_by_name(name).expect("an axis").as_primitive::<Float64Type>();
    assert_eq!(axis("x").values().to_vec(), [3.0, -1.0]);
    assert_eq!(axis("y").values().to_vec(), [4.0, 9.0]);
    assert_eq!(back.schema().field(0).extension_type_name(), Some("geoarrow.point"));
}
