//! Small sound files, of which the cases are made.

use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, DictionaryArray, Float64Array,
    Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};
use arrow_schema::{Field, Schema};
use poly_match_io::{Codec, Compression, Error, Format, WriteOptions, Writer};

use crate::inputs::{Input, Kind};

/// Sound inputs of a kind.
pub(crate) fn of(kind: Kind) -> Result<Vec<Input>, Error> {
    let texts = |texts: &[&str]| {
        texts.iter().map(|text| Input::one(kind, text.as_bytes().to_vec())).collect::<Vec<_>>()
    };
    Ok(match kind {
        Kind::File(Format::Shapefile) => vec![shapefile()],
        Kind::File(format) => {
            let mut seeds = Vec::new();
            for table in [geometries(), values()] {
                for options in options(format) {
                    seeds.push(Input::one(kind, write(&table, format, &options)?));
                }
            }
            if format == Format::GeoJson || format == Format::GeoJsonLines {
                seeds.extend(texts(&GEOJSON));
            }
            if format == Format::Csv {
                seeds.extend(texts(&CSV));
            }
            seeds
        }
        Kind::Wkb => shapes().into_iter().map(|wkb| Input::one(kind, wkb)).collect(),
        Kind::Wkt => texts(&WKT),
        Kind::GeoJsonCell => texts(&CELLS),
    })
}

const CSV: [&str; 3] = [
    "x,y,\"a \"\"b\"\"\"\r\n1,2,\"line\nend\"\r\n-1.5e3,0.25,\r\n",
    "wkt,name\n\"POLYGON ((0 0, 1 0, 1 1, 0 0))\",a\n\"MULTIPOLYGON EMPTY\",b\n",
    "geometry\n\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[1,2]}\"\n0101000000000000000000F03F0000000000000040\n",
];

const GEOJSON: [&str; 4] = [
    r#"{"type":"Point","coordinates":[1.5,-2,3]}"#,
    r#"{"crs":{"type":"name","properties":{"name":"EPSG:25832"}},"type":"FeatureCollection","features":[{"type":"Feature","id":1,"geometry":{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[0,0],[1,1]]}]},"properties":{"a":[1,{"b":null}],"c":"\u00e4\ud83d\ude00","d":1e300}},{"type":"Feature","geometry":null,"properties":null}]}"#,
    "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]},\"properties\":{\"n\":NaN}}\n{\"type\":\"Feature\",\"id\":\"b\",\"geometry\":null,\"properties\":{\"n\":2}}\n",
    "\u{1e}{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"n\":true}}\n",
];

const WKT: [&str; 5] = [
    "POINT (1.5 -2e3)",
    "SRID=4326;POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1), (0.1 0.1 2, 0.2 0.1 2, 0.2 0.2 2, 0.1 0.1 2))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), EMPTY)",
    "GEOMETRYCOLLECTION (POINT EMPTY, LINESTRING (0 0, 1 1), GEOMETRYCOLLECTION (MULTIPOINT ((1 2))))",
    "MULTIPOINT M (1 2 3, 4 5 6)",
];

const CELLS: [&str; 3] = [
    r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[]]}"#,
    r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[]},{"type":"Polygon","coordinates":[[[0,0,1],[1,0,1],[1,1,1],[0,0,1]]]}]}"#,
    r#"{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[1,2]]},"properties":{}}"#,
];

/// Options that change how a format is written.
fn options(format: Format) -> Vec<WriteOptions> {
    let compressed = |compression| {
        let mut options = WriteOptions::default();
        options.compression = compression;
        options
    };
    match format {
        Format::Parquet => {
            [Compression::Uncompressed, Compression::Snappy, Compression::Lz4, Compression::Zstd]
                .map(compressed)
                .to_vec()
        }
        Format::ArrowFile | Format::ArrowStream => {
            [Compression::Uncompressed, Compression::Lz4, Compression::Zstd]
                .map(compressed)
                .to_vec()
        }
        _ if format.is_text() => {
            let mut options = vec![WriteOptions::default(); 3];
            (options[1].codec, options[2].codec) = (Some(Codec::Gzip), Some(Codec::Zstd));
            // Plain text is more fruitful.
            options.extend([WriteOptions::default(), WriteOptions::default()]);
            options
        }
        _ => vec![WriteOptions::default()],
    }
}

fn write(table: &RecordBatch, format: Format, options: &WriteOptions) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    let mut writer = Writer::new(&mut file, format, &table.schema(), options)?;
    writer.write(table)?;
    writer.finish()?;
    Ok(file)
}

/// A table of geometries with ids.
fn geometries() -> RecordBatch {
    let shapes = shapes();
    let ids = Int64Array::from_iter_values(0..shapes.len() as i64);
    let metadata = [
        (EXTENSION_TYPE_NAME_KEY.to_owned(), "geoarrow.wkb".to_owned()),
        (EXTENSION_TYPE_METADATA_KEY.to_owned(), r#"{"crs":"EPSG:25832"}"#.to_owned()),
    ];
    let shapes: ArrayRef = Arc::new(shapes.iter().map(Some).collect::<BinaryArray>());
    let geometry = Field::new("geometry", shapes.data_type().clone(), true);
    let fields = vec![
        Field::new("id", ids.data_type().clone(), true),
        geometry.with_metadata(metadata.into()),
    ];
    table(fields, vec![Arc::new(ids), shapes])
}

/// A table of values of many types, without geometry.
fn values() -> RecordBatch {
    let mut lists = ListBuilder::new(Int32Builder::new());
    lists.append_value([Some(1), None]);
    lists.append_null();
    lists.append_value([]);
    let times = TimestampMillisecondArray::from(vec![Some(0), None, Some(1_700_000_000_123)]);
    let words = DictionaryArray::<Int32Type>::from_iter([Some("a"), Some("b"), None]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("x", Arc::new(Float64Array::from(vec![Some(1.5), None, Some(-1e300)]))),
        ("y", Arc::new(Float64Array::from(vec![2.0, 3.0, 4.0]))),
        ("text", Arc::new(StringArray::from(vec![Some("a\"b,\n"), None, Some("\u{e4}")]))),
        ("flag", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
        ("day", Arc::new(Date32Array::from(vec![Some(19_723), None, Some(-1)]))),
        ("time", Arc::new(times.with_timezone("UTC"))),
        ("list", Arc::new(lists.finish())),
        ("word", Arc::new(words)),
    ];
    let fields =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true));
    table(fields.collect(), columns.iter().map(|(_, array)| array.clone()).collect())
}

fn table(fields: Vec<Field>, columns: Vec<ArrayRef>) -> RecordBatch {
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("columns of one length")
}

/// Geometries of every usual type, in both orders of bytes.
fn shapes() -> Vec<Vec<u8>> {
    let ring = [[0.0, 0.0], [4.0, 0.0], [0.0, 5.0], [0.0, 0.0]];
    let bytes = |code: u32| [&[1][..], &code.to_le_bytes()].concat();
    let numbers =
        |numbers: &[f64]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>();
    let count = |count: u32| count.to_le_bytes().to_vec();
    let point = [bytes(1), numbers(&[1.0, 2.0])].concat();
    let line = [bytes(2), count(2), numbers(&[0.0, 0.0, 1.0, 1.0])].concat();
    let polygon = [bytes(3), count(1), count(4), numbers(ring.as_flattened())].concat();
    let with_z = [bytes(1003), count(1), count(1), numbers(&[0.0, 0.0, 9.0])].concat();
    let ewkb = [bytes(0x2000_0001), count(4326), numbers(&[1.0, 2.0])].concat();
    let big = [vec![0, 0, 0, 0, 1], [1.0_f64, 2.0].map(f64::to_be_bytes).concat()].concat();
    vec![
        [bytes(6), count(2), polygon.clone(), polygon.clone()].concat(),
        [bytes(7), count(3), point.clone(), polygon.clone(), line.clone()].concat(),
        [bytes(4), count(1), point.clone()].concat(),
        [bytes(5), count(1), line.clone()].concat(),
        point,
        line,
        polygon,
        with_z,
        ewkb,
        big,
    ]
}

/// A file of two polygons with its table and its coordinate system.
fn shapefile() -> Input {
    let ring = [[0.0_f64, 0.0], [0.0, 5.0], [4.0, 0.0], [0.0, 0.0]];
    let bounds = [0.0, 0.0, 4.0, 5.0].map(f64::to_le_bytes).concat();
    let mut content = [&5_u32.to_le_bytes()[..], &bounds].concat();
    content.extend([1_u32, 4, 0].map(u32::to_le_bytes).concat());
    content.extend(ring.as_flattened().iter().flat_map(|number| number.to_le_bytes()));
    let mut shp = Vec::new();
    for number in [1_u32, 2] {
        shp.extend(number.to_be_bytes());
        shp.extend(words(&content).to_be_bytes());
        shp.extend(&content);
    }
    let mut header = [&9994_u32.to_be_bytes()[..], &[0; 20]].concat();
    header.extend((50 + words(&shp)).to_be_bytes());
    header.extend([1000_u32, 5].map(u32::to_le_bytes).concat());
    header.extend(&bounds);
    header.extend([0; 32]);
    let shp = [header, shp].concat();
    let mut dbf = vec![3, 124, 1, 1, 2, 0, 0, 0, 97, 0, 12, 0];
    dbf.extend([0; 20]);
    for (name, kind, len) in [(b"NAME\0\0\0\0\0\0\0", b'C', 6), (b"LEVEL\0\0\0\0\0\0", b'N', 5)] {
        dbf.extend(name);
        dbf.extend([kind, 0, 0, 0, 0, len, 0]);
        dbf.extend([0; 14]);
    }
    dbf.push(13);
    dbf.extend(b" a\xe4     12.5 b         \x1a");
    let prj = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]]]"#;
    let parts = vec![
        ("shp", shp),
        ("dbf", dbf),
        ("prj", prj.as_bytes().to_vec()),
        ("cpg", b"ISO-8859-1".to_vec()),
    ];
    Input { parts, is_text: false }
}

/// A length in words of two bytes.
fn words(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len() / 2).expect("few bytes")
}
