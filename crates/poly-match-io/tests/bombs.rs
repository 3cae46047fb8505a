//! Small files that claim, or become, very much: one clear error, and little memory.

mod common;

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Int64Array, ListArray, NullArray, RecordBatch, StringArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions};
use arrow_schema::{DataType, Field};
use common::{peak, read, reset_peak};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::file::reader::{FileReader, SerializedFileReader};
use poly_match_io::{Error, Format, ReadOptions, Reader, Source, WriteOptions, Writer};

/// The peak of memory is that of the process, so only one test runs at a time.
static ONE: Mutex<()> = Mutex::new(());

/// Calls `work`, and checks that memory has grown by less than this many MiB.
fn within<T>(mib: u64, work: impl FnOnce() -> T) -> T {
    reset_peak();
    let before = peak();
    let done = work();
    let grown = peak().saturating_sub(before) >> 20;
    assert!(grown < mib, "{grown} MiB");
    done
}

fn table(name: &str, column: impl Into<ArrayRef>) -> RecordBatch {
    RecordBatch::try_from_iter([(name, column.into())]).expect("a table")
}

fn array(column: impl arrow_array::Array + 'static) -> ArrayRef {
    Arc::new(column)
}

fn parquet(batch: &RecordBatch, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let properties = properties.set_statistics_enabled(EnabledStatistics::None).build();
    let mut writer =
        ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).expect("started");
    writer.write(batch).expect("written");
    writer.into_inner().expect("finished")
}

fn zstd() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()))
}

fn little_memory() -> ReadOptions {
    let mut options = ReadOptions::default();
    options.limits.memory = 1 << 20;
    options
}

fn refused(bytes: Vec<u8>, format: Format, options: &ReadOptions) -> String {
    let error: Error = read(bytes, format, options).expect_err("refused");
    error.to_string()
}

/// A number in the variable length of Thrift.
fn varint(number: i32) -> Vec<u8> {
    let mut left = u64::from((number << 1 ^ number >> 31).cast_unsigned());
    let mut bytes = Vec::new();
    while left > 0x7f {
        bytes.push(u8::try_from(left & 0x7f | 0x80).expect("a byte"));
        left >>= 7;
    }
    bytes.push(u8::try_from(left).expect("a byte"));
    bytes
}

/// A file whose only page claims sizes.
fn claims(uncompressed: i32, compressed: i32, values: i32) -> Vec<u8> {
    let ids = array(Int64Array::from_iter_values(0..100));
    let properties = WriterProperties::builder().set_dictionary_enabled(false);
    let mut bytes = parquet(&table("id", ids), properties);
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).expect("sound");
    let start = file.metadata().row_group(0).column(0).data_page_offset();
    let start = usize::try_from(start).expect("inside");
    // The header of a data page; its values have three encodings.
    let mut header = vec![0x15, 0x00, 0x15];
    header.extend(varint(uncompressed));
    header.push(0x15);
    header.extend(varint(compressed));
    header.extend([0x2c, 0x15]);
    header.extend(varint(values));
    header.extend([0x15, 0x00, 0x15, 0x06, 0x15, 0x06, 0x00, 0x00]);
    bytes[start..start + header.len()].copy_from_slice(&header);
    bytes
}

#[test]
fn a_page_header_that_claims_too_much() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let options = ReadOptions::default();
    let place = r#"hostile: row group 0, column "id": "#;
    for (file, expected) in [
        (claims(i32::MAX, 100, 100), "needs 4294967294 bytes of memory, expected at most"),
        (claims(100, i32::MAX, 100), "a page header claims 2147483647 bytes"),
        (claims(-1, 100, 100), "a page header claims 100 bytes, -1 after decompression"),
        (claims(100, 100, -1), "-1 values; its column chunk has"),
    ] {
        let line = within(64, || refused(file, Format::Parquet, &options));
        assert!(line.starts_with(place) && line.contains(expected), "{line}");
    }
}

#[test]
fn a_page_that_becomes_too_much() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let zeros = table("id", array(Int64Array::from(vec![0; 1 << 19])));
    let page = |bytes| {
        zstd()
            .set_dictionary_enabled(false)
            .set_data_page_size_limit(bytes)
            .set_data_page_row_count_limit(usize::MAX)
            .set_write_batch_size(1024)
    };
    // 4 MiB in one page; in pages of 64 KiB, of which one is open at a time.
    let large = parquet(&zeros, page(8 << 20));
    let small = parquet(&zeros, page(1 << 16));
    assert!(large.len() < 4096);
    let line = refused(large.clone(), Format::Parquet, &little_memory());
    assert!(line.contains("decoding a batch of rows needs"), "{line}");
    let mut options = little_memory();
    options.limits.rows = 1 << 12;
    assert_eq!(read(small, Format::Parquet, &options).expect("in pieces"), 1 << 19);
    assert_eq!(read(large, Format::Parquet, &ReadOptions::default()).expect("fits"), 1 << 19);
}

#[test]
fn many_columns_that_become_too_much_together() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let zeros = array(Int64Array::from(vec![0; 1 << 15]));
    let columns = (0..10).map(|i| (i.to_string(), zeros.clone()));
    let batch = RecordBatch::try_from_iter(columns).expect("a table");
    let file = parquet(&batch, zstd().set_dictionary_enabled(false));
    // Each column has a page of 256 KiB.
    let line = refused(file, Format::Parquet, &little_memory());
    assert!(line.contains("decoding a batch of rows needs"), "{line}");
}

#[test]
fn a_long_text_that_all_rows_have() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = arrow_array::Int32Array::from(vec![0; 2000]);
    let text = array(StringArray::from(vec!["x".repeat(1 << 20)]));
    let all = DictionaryArray::<Int32Type>::try_new(keys, text).expect("keys are below 1");
    let file = without_arrow_schema(&parquet(&table("text", array(all)), zstd()));
    // As plain texts, they are 2 GB.
    let mut options = ReadOptions::default();
    options.format = Some(Format::Parquet);
    within(256, || {
        let source = Source::bytes("hostile", file.clone());
        let mut reader = Reader::open(source, &options).expect("opened");
        let rows = reader.next().expect("a batch").expect("sound").num_rows();
        assert!(rows <= 64, "{rows}");
    });
    let line = refused(file, Format::Parquet, &little_memory());
    assert!(line.contains("needs"), "{line}");
}

#[test]
fn texts_that_share_a_long_start() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let start = "x".repeat(10_000);
    let texts = (0..2000).map(|i| Some(format!("{start}{i:04}")));
    let file = parquet(
        &table("text", array(texts.collect::<StringArray>())),
        zstd().set_dictionary_enabled(false).set_encoding(Encoding::DELTA_BYTE_ARRAY),
    );
    assert!(file.len() < 40_000, "{}", file.len());
    let line = refused(file.clone(), Format::Parquet, &little_memory());
    assert!(line.contains(r#"column "text": decoding a batch of rows needs"#), "{line}");
    assert_eq!(read(file, Format::Parquet, &ReadOptions::default()).expect("fits"), 2000);
}

#[test]
fn a_list_of_very_many_items() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let len = 1 << 21;
    let nulls = Int64Array::new(vec![0; len].into(), Some(NullBuffer::new_null(len)));
    let item = Arc::new(Field::new("item", DataType::Int64, true));
    // On average, a list is short.
    let lengths = OffsetBuffer::from_lengths(std::iter::repeat_n(0, 10_000).chain([len]));
    let list = ListArray::new(item, lengths, array(nulls), None);
    let file = parquet(&table("list", array(list)), zstd());
    assert!(file.len() < 8192, "{}", file.len());
    let line = refused(file.clone(), Format::Parquet, &little_memory());
    assert!(line.contains("column \"list.list.item\": decoding a batch of rows needs"), "{line}");
    assert_eq!(read(file, Format::Parquet, &ReadOptions::default()).expect("fits"), 10_001);
}

#[test]
fn a_hundred_thousand_columns() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let ids = array(Int64Array::from(vec![1, 2]));
    let columns = (0..100_000).map(|i| (format!("c{i}"), ids.clone()));
    let batch = RecordBatch::try_from_iter(columns).expect("a table");
    let file = parquet(&batch, WriterProperties::builder().set_dictionary_enabled(false));
    let mib = 256 + (file.len() as u64 >> 20);
    let options = ReadOptions::default();
    let refused = |file: Vec<u8>, format: Format, mib: u64| {
        let error = within(mib, || read(file, format, &options)).expect_err("refused").to_string();
        assert!(error.contains("a table of 100000 columns needs "), "{error}");
    };
    refused(file.clone(), Format::Parquet, mib);
    let mut one = ReadOptions::default();
    one.columns = Some(vec!["c77777".to_owned()]);
    assert_eq!(within(mib, || read(file, Format::Parquet, &one)).expect("fits"), 2);

    let write = |batch: &RecordBatch| {
        let options = WriteOptions::default();
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, Format::Parquet, &batch.schema(), &options)?;
        writer.write(batch)?;
        writer.finish()
    };
    let error = within(256, || write(&batch)).expect_err("refused").to_string();
    assert!(error.starts_with("a table of 100000 columns in Parquet needs "), "{error}");
    let narrower = batch.project(&(0..1 << 14).collect::<Vec<_>>()).expect("columns");
    within(256, || write(&narrower)).expect("it can be written");

    let file = ipc(&batch, None);
    let mib = 256 + (file.len() as u64 >> 20);
    refused(file.clone(), Format::ArrowFile, mib);
    assert_eq!(within(mib, || read(file, Format::ArrowFile, &one)).expect("fits"), 2);
}

fn ipc(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(compression).expect("compiled");
    let mut writer =
        FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).expect("started");
    writer.write(batch).expect("written");
    writer.into_inner().expect("finished")
}

#[test]
fn a_buffer_that_claims_or_becomes_too_much() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let zeros = table("id", array(Int64Array::from(vec![0; 543_210])));
    for codec in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
        let file = ipc(&zeros, Some(codec));
        let line = refused(file.clone(), Format::ArrowFile, &little_memory());
        assert!(line.contains("record batch 0: decompressing a batch needs"), "{line}");
        let options = ReadOptions::default();
        assert_eq!(read(file.clone(), Format::ArrowFile, &options).expect("fits"), 543_210);

        // The buffer begins with its length.
        let length = (8 * 543_210_u64).to_le_bytes();
        let at = file.windows(8).position(|bytes| bytes == length).expect("a length");
        for (claim, expected) in [
            (60_u64 << 30, "decompressing a batch needs 64424509440 bytes"),
            (u64::MAX - 1, "a buffer claims -2 bytes"),
            (8, "it cannot be decoded"),
        ] {
            let mut file = file.clone();
            file[at..at + 8].copy_from_slice(&claim.to_le_bytes());
            let line = within(64, || refused(file, Format::ArrowFile, &options));
            let is_short = claim == 8 && !line.is_empty();
            assert!(line.contains(expected) || is_short, "{codec:?}: {line}");
        }
    }
}

#[test]
fn rows_that_take_no_bytes() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let file = ipc(&table("nothing", array(NullArray::new(0x1234_5678))), None);
    let rows = 0x1234_5678_u64.to_le_bytes();
    let mut hostile = file.clone();
    for at in 0..hostile.len() - 8 {
        if hostile[at..at + 8] == rows {
            hostile[at..at + 8].copy_from_slice(&(1_u64 << 60).to_le_bytes());
        }
    }
    let line = refused(hostile, Format::ArrowFile, &ReadOptions::default());
    assert!(line.contains("a batch claims 1152921504606846976 rows"), "{line}");
    let rows = read(file, Format::ArrowFile, &ReadOptions::default()).expect("fits");
    assert_eq!(rows, 0x1234_5678);
}

#[test]
fn a_stream_that_claims_more_than_it_has() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let options = ReadOptions::default();
    let mut file = vec![0xff, 0xff, 0xff, 0xff];
    file.extend(0x7fff_ffff_u32.to_le_bytes());
    file.extend([7; 100]);
    let line = within(64, || refused(file, Format::ArrowStream, &options));
    assert!(
        line.ends_with("the stream is truncated: expected 2147483647 bytes, got 100"),
        "{line}"
    );
}

#[test]
fn very_many_columns_of_a_long_text_that_all_rows_have() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let keys = arrow_array::Int32Array::from(vec![0; 200]);
    let text = array(StringArray::from(vec!["x".repeat(4000)]));
    let all = array(DictionaryArray::<Int32Type>::try_new(keys, text).expect("keys are below 1"));
    let columns = (0..2000).map(|i| (format!("c{i}"), all.clone()));
    let file = parquet(&RecordBatch::try_from_iter(columns).expect("a table"), zstd());
    // They are read a part at a time, and are 1.6 GB together.
    let plain = without_arrow_schema(&file);
    let line = within(512, || refused(plain, Format::Parquet, &ReadOptions::default()));
    assert!(line.contains("needs"), "{line}");
}

/// The file under a name of metadata that nobody reads, so that dictionaries become plain columns.
fn without_arrow_schema(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let key = b"ARROW:schema";
    let at = file.windows(key.len()).position(|bytes| bytes == key).expect("a key");
    file[at] = b'X';
    file
}

#[test]
fn empty_files_and_other_files() {
    let options = ReadOptions::default();
    let no_parquet = "expected a Parquet file, which begins and ends with \"PAR1\"";
    let cut_parquet = "the file is truncated: a Parquet file ends with \"PAR1\", this one does not";
    let no_arrow = "expected an Arrow IPC file, which begins with \"ARROW1\"";
    let cut_arrow =
        "the file is truncated: an Arrow IPC file ends with \"ARROW1\", this one does not";
    for (format, bytes, expected) in [
        (Format::Parquet, &b""[..], "expected a Parquet file, got an empty file"),
        (Format::Parquet, b"PAR1", no_parquet),
        (Format::Parquet, b"x,y\n1,2\n3,4\n", no_parquet),
        (Format::Parquet, b"PAR1 and some more", cut_parquet),
        (Format::ArrowFile, b"", "expected an Arrow IPC file, got an empty file"),
        (Format::ArrowFile, b"x,y\n1,2\n", no_arrow),
        (Format::ArrowFile, b"ARROW1\0\0", cut_arrow),
        (Format::ArrowFile, b"ARROW1\0\0 and some more", cut_arrow),
        (Format::ArrowStream, b"", "expected an Arrow IPC stream, got no message"),
        (Format::ArrowStream, &[0; 100], "expected an Arrow IPC stream, got no message"),
        (Format::ArrowStream, b"x", "the stream is truncated in the length of a message"),
    ] {
        let line = refused(bytes.to_vec(), format, &options);
        assert_eq!(line, format!("hostile: {expected}"), "{bytes:?}");
    }
    let encrypted = refused(b"PARE and some more".to_vec(), Format::Parquet, &options);
    assert!(encrypted.starts_with("hostile: encrypted Parquet is not read; "), "{encrypted}");
    assert!(refused(vec![0xff; 100], Format::ArrowStream, &options).contains("truncated"));
}
