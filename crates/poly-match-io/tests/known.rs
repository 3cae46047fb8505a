//! What is known of a table before its rows are read: it agrees with the rows, in files of all formats.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use poly_match_io::{
    Codec, Format, Known, ReadOptions, Reader, ShapefileParts, Source, Stop, WriteOptions, Writer,
};

/// Points at (0, 0), (1, -1) and so on, with an id that is missing once.
fn points(count: usize) -> RecordBatch {
    #[allow(clippy::cast_precision_loss)] // few
    let point = |i: usize| {
        let numbers = [i as f64, -(i as f64)].map(f64::to_le_bytes).concat();
        [vec![1, 1, 0, 0, 0], numbers].concat()
    };
    let wkb: Vec<_> = (0..count).map(point).collect();
    let metadata = [
        ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
        (
            "ARROW:extension:metadata".to_owned(),
            r#"{"crs":"EPSG:25832","crs_type":"authority_code"}"#.to_owned(),
        ),
    ];
    let geometry = Field::new("geometry", DataType::Binary, true).with_metadata(metadata.into());
    let schema = Schema::new(vec![
        Field::new("id", DataType::Int64, true),
        Field::new("x", DataType::Float64, true),
        geometry,
    ]);
    let ids: Int64Array =
        (0..count).map(|i| (i != 1).then(|| i64::try_from(i).expect("few"))).collect();
    #[allow(clippy::cast_precision_loss)] // few
    let xs: Float64Array = (0..count).map(|i| Some(i as f64)).collect();
    let columns: Vec<ArrayRef> =
        vec![Arc::new(ids), Arc::new(xs), Arc::new(BinaryArray::from_iter_values(wkb)) as ArrayRef];
    RecordBatch::try_new(Arc::new(schema), columns).expect("a table")
}

fn write(path: &Path, format: Format, batches: &[RecordBatch]) {
    let schema = batches[0].schema();
    let options = WriteOptions::default();
    if format == Format::Shapefile {
        let mut files: ShapefileParts<Vec<u8>> = ShapefileParts::default();
        let mut writer = Writer::shapefile(files.each_mut(), &schema).expect("started");
        batches.iter().for_each(|batch| writer.write(batch).expect("written"));
        writer.finish().expect("finished");
        let ShapefileParts { shp, shx, dbf, prj, cpg } = files;
        for (extension, content) in
            ShapefileParts::<()>::EXTENSIONS.into_iter().zip([shp, shx, dbf, prj, cpg])
        {
            fs::write(path.with_extension(extension), content).expect("written");
        }
        return;
    }
    let mut file = Vec::new();
    let mut writer = Writer::new(&mut file, format, &schema, &options).expect("started");
    batches.iter().for_each(|batch| writer.write(batch).expect("written"));
    writer.finish().expect("finished");
    fs::write(path, file).expect("written");
}

fn open(path: &Path) -> Reader {
    let source = Source::open(path, &Stop::new()).expect("there");
    Reader::open(source, &ReadOptions::default()).expect("opened")
}

/// The formats that this build has.
fn formats() -> impl Iterator<Item = Format> {
    Format::ALL.into_iter().filter(|format| match format {
        Format::FlatGeobuf => cfg!(feature = "flatgeobuf"),
        Format::GeoPackage => cfg!(feature = "geopackage"),
        Format::Shapefile => cfg!(feature = "shapefile"),
        _ => true,
    })
}

fn written(folder: &Path, format: Format, batches: &[RecordBatch]) -> PathBuf {
    let path = folder.join("table").with_extension(format.word());
    write(&path, format, batches);
    path
}

fn read(reader: Reader) -> u64 {
    reader.map(|batch| batch.expect("sound").num_rows() as u64).sum()
}

#[test]
fn the_number_of_rows_is_exact_or_not_known() {
    for format in formats() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = written(folder.path(), format, &[points(3), points(4)]);
        let reader = open(&path);
        let expected = tells_rows(format).then_some(7);
        assert_eq!(reader.total_rows(), expected, "{format}");
        assert_eq!(reader.known().expect("sound").rows, expected, "{format}");
        assert_eq!(read(reader), 7, "{format}");
    }
}

#[test]
fn of_several_files_it_is_the_sum() {
    for format in formats() {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = ["a", "b"].map(|name| folder.path().join(name).with_extension(format.word()));
        write(&paths[0], format, &[points(3)]);
        write(&paths[1], format, &[points(5)]);
        let reader = Reader::open_all(&paths, &ReadOptions::default(), &Stop::new());
        let reader = reader.expect("opened");
        let known = reader.known().expect("sound");
        let expected = tells_rows(format).then_some(8);
        assert_eq!(reader.total_rows(), expected, "{format}");
        assert_eq!(known.rows, expected, "{format}");
        if tells_extent(format) {
            assert_eq!(extent(&reader, &known), Some([0.0, -4.0, 4.0, 0.0]), "{format}");
        }
        assert_eq!(read(reader), 8, "{format}");
    }
}

/// Whether a format tells the number of rows. FlatGeobuf could, but is written as a stream here.
fn tells_rows(format: Format) -> bool {
    !matches!(format, Format::Csv | Format::Tsv | Format::ArrowStream | Format::FlatGeobuf)
}

/// Whether a format has the extent in its metadata.
fn tells_extent(format: Format) -> bool {
    matches!(format, Format::Parquet | Format::GeoPackage | Format::Shapefile)
}

/// The extent of the column of geometry.
fn extent(reader: &Reader, known: &Known) -> Option<[f64; 4]> {
    known.columns.get(reader.schema().index_of("geometry").ok()?)?.extent
}

#[test]
fn extents_and_types_are_those_of_the_rows() {
    for format in formats() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = written(folder.path(), format, &[points(3)]);
        let reader = open(&path);
        let known = reader.known().expect("sound");
        let expected = tells_extent(format).then_some([0.0, -2.0, 2.0, 0.0]);
        assert_eq!(extent(&reader, &known), expected, "{format}");
        if matches!(format, Format::Parquet | Format::Shapefile) {
            let column = reader.schema().index_of("geometry").expect("there");
            assert_eq!(known.columns[column].geometry_types, ["Point"], "{format}");
        }
    }
}

#[test]
fn a_chosen_column_keeps_what_is_known_of_it() {
    for format in formats() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = written(folder.path(), format, &[points(3)]);
        for chosen in ["x", "geometry"] {
            let mut options = ReadOptions::default();
            options.columns = Some(vec![chosen.to_owned()]);
            let source = Source::open(&path, &Stop::new()).expect("there");
            let reader = Reader::open(source, &options).expect("opened");
            let known = reader.known().expect("sound");
            let width = reader.schema().fields().len();
            assert!(known.columns.len() == width || known.columns.is_empty(), "{format} {chosen}");
            if tells_extent(format) && chosen == "geometry" {
                assert!(extent(&reader, &known).is_some(), "{format}");
            }
        }
    }
}

#[test]
fn statistics_of_parquet_tell_nulls_and_ranges() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), Format::Parquet, &[points(5)]);
    let known = open(&path).known().expect("sound");
    assert_eq!((known.columns[0].nulls, known.columns[0].range), (Some(1), Some([0.0, 4.0])));
    assert_eq!((known.columns[1].nulls, known.columns[1].range), (Some(0), Some([0.0, 4.0])));
    assert_eq!(known.columns[2].nulls, Some(0));
    assert_eq!(known.pieces, Some(1));
}

#[test]
fn pages_need_not_be_sound() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), Format::Parquet, &[points(500)]);
    let mut bytes = fs::read(&path).expect("there");
    let footer = bytes.len() - 8;
    let size = u32::from_le_bytes(bytes[footer..footer + 4].try_into().expect("four")) as usize;
    bytes[4..footer - size].fill(0xee);
    fs::write(&path, bytes).expect("written");
    let reader = open(&path);
    let known = reader.known().expect("the footer is sound");
    assert_eq!(known.rows, Some(500));
    assert_eq!(extent(&reader, &known), Some([0.0, -499.0, 499.0, 0.0]));
    assert!(reader.into_iter().any(|batch| batch.is_err()));
}

#[test]
fn text_says_how_it_is_written() {
    let semicolons = Source::bytes("a.csv", &b"id;name\n1;'a;b'\n2;'c;d'\n"[..]);
    let known = Reader::open(semicolons, &ReadOptions::default()).expect("opened").known();
    let known = known.expect("sound");
    assert_eq!(known.delimiter.zip(known.quote), Some((b';', b'\'')));
    assert_eq!((known.codec, known.encoding), (None, Some("UTF-8")));
    let utf16: Vec<u8> =
        "\u{feff}id\tx\n1\t2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let known = Reader::open(Source::bytes("a.tsv", utf16), &ReadOptions::default());
    let known = known.expect("opened").known().expect("sound");
    assert_eq!((known.delimiter, known.encoding), (Some(b'\t'), Some("UTF-16LE")));
    let mut options = ReadOptions::default();
    options.encoding = Some("latin1".parse().expect("known"));
    let known = Reader::open(Source::bytes("a.csv", &b"id,\xe9\n1,2\n"[..]), &options);
    assert_eq!(known.expect("opened").known().expect("sound").encoding, Some("windows-1252"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, b"id,x\n1,2\n").expect("in memory");
    let gzip = gzip.finish().expect("in memory");
    let known = Reader::open(Source::bytes("a.csv.gz", gzip), &ReadOptions::default());
    assert_eq!(known.expect("opened").known().expect("sound").codec, Some(Codec::Gzip));
}

#[cfg(feature = "shapefile")]
#[test]
fn deleted_rows_of_a_shapefile_do_not_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), Format::Shapefile, &[points(4)]);
    let dbf = path.with_extension("dbf");
    let mut bytes = fs::read(&dbf).expect("there");
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[header] = b'*';
    fs::write(&dbf, bytes).expect("written");
    let reader = open(&path);
    assert_eq!(reader.total_rows(), Some(3));
    assert_eq!(read(reader), 3);
    fs::remove_file(&dbf).expect("there");
    assert_eq!(open(&path).total_rows(), Some(4));
    fs::remove_file(path.with_extension("shx")).expect("there");
    assert_eq!(open(&path).total_rows(), None);
}

#[cfg(feature = "geopackage")]
#[test]
fn the_layers_of_a_geopackage_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), Format::GeoPackage, &[points(4)]);
    let known = open(&path).known().expect("sound");
    let layers: Vec<_> =
        known.layers.iter().map(|layer| (layer.geometry.is_some(), layer.is_read)).collect();
    assert_eq!(layers, [(true, true)]);
}
