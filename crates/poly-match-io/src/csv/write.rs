//! Writes batches as text: a header, then one record per row. Cells are quoted if they must be.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use memchr::{memchr, memchr3};

use crate::codec::Encoded;
use crate::error::{Error, Place, Result};
use crate::options::{Sink, WriteOptions};
use crate::values::Values;

/// Bytes that are written at once.
const PIECE: usize = 1 << 18;

/// Takes batches and writes text.
pub(super) struct CsvSink<W: Write> {
    out: Encoded<W>,
    delimiter: u8,
    schema: SchemaRef,
    /// The number of rows so far.
    count: u64,
    text: Vec<u8>,
}

impl<W: Write> CsvSink<W> {
    /// Writes the header.
    pub(super) fn new(
        out: W,
        delimiter: u8,
        schema: &SchemaRef,
        options: &WriteOptions,
    ) -> Result<Self> {
        let out = Encoded::new(out, options.codec)?;
        let mut sink = Self { out, delimiter, schema: schema.clone(), count: 0, text: Vec::new() };
        for (position, field) in schema.fields().iter().enumerate() {
            sink.separate(position);
            let is_alone = schema.fields().len() == 1;
            write_cell(field.name().as_bytes(), delimiter, is_alone, &mut sink.text);
        }
        sink.text.push(b'\n');
        Ok(sink)
    }

    fn separate(&mut self, position: usize) {
        if position > 0 {
            self.text.push(self.delimiter);
        }
    }
}

/// Writes a cell, with quotes if it needs them. A blank line would be no record, so a cell that is
/// alone needs them if it is empty.
fn write_cell(cell: &[u8], delimiter: u8, is_alone: bool, text: &mut Vec<u8>) {
    let must_be_quoted = is_special(delimiter, cell) || (is_alone && cell.is_empty());
    if !must_be_quoted {
        text.extend_from_slice(cell);
        return;
    }
    text.push(b'"');
    for (i, part) in cell.split(|&byte| byte == b'"').enumerate() {
        if i > 0 {
            text.extend_from_slice(b"\"\"");
        }
        text.extend_from_slice(part);
    }
    text.push(b'"');
}

/// Whether text needs quotes in a cell.
fn is_special(delimiter: u8, text: &[u8]) -> bool {
    memchr3(delimiter, b'"', b'\n', text).is_some() || memchr(b'\r', text).is_some()
}

impl<W: Write> Sink for CsvSink<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let fields = self.schema.fields().iter().zip(batch.columns());
        let columns = fields.map(|(field, array)| Values::new(field, array));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let (delimiter, is_alone) = (self.delimiter, self.schema.fields().len() == 1);
        let special = |text: &[u8]| is_special(delimiter, text);
        // For most columns one look tells that no cell needs quotes.
        let columns: Vec<_> = columns
            .into_iter()
            .map(|values| (!is_alone && values.is_without(special), values))
            .collect();
        let mut cell = Vec::new();
        for row in 0..batch.num_rows() {
            for (position, (is_plain, values)) in columns.iter().enumerate() {
                self.separate(position);
                let at = |error: Error| error.at(Place::Row(self.count));
                if *is_plain {
                    values.write_cell(row, &mut self.text).map_err(at)?;
                } else {
                    cell.clear();
                    values.write_cell(row, &mut cell).map_err(at)?;
                    write_cell(&cell, delimiter, is_alone, &mut self.text);
                }
            }
            self.text.push(b'\n');
            self.count += 1;
            if self.text.len() >= PIECE {
                self.out.write_all(&self.text)?;
                self.text.clear();
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.out.write_all(&self.text)?;
        Ok(self.out.finish()?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Array, Int64Array, StringArray};

    use super::*;
    use crate::codec::Codec;

    fn written(columns: Vec<(&str, Arc<dyn Array>)>, delimiter: u8) -> String {
        let batch = RecordBatch::try_from_iter(columns).expect("a batch");
        let mut out = Vec::new();
        let options = WriteOptions::default();
        let mut sink =
            Box::new(CsvSink::new(&mut out, delimiter, &batch.schema(), &options).expect("begun"));
        sink.write(&batch).expect("written");
        sink.finish().expect("finished");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn cells_are_quoted_if_they_must_be() {
        let names = || Arc::new(StringArray::from(vec!["a,b", "say \"x\"", "two\nlines", "\t"]));
        let ids = || Arc::new(Int64Array::from(vec![Some(1), None, Some(-3), Some(4)]));
        let text = written(vec![("n,\"", names()), ("id", ids())], b',');
        let expected = "\"n,\"\"\",id\n\"a,b\",1\n\"say \"\"x\"\"\",\n\"two\nlines\",-3\n\t,4\n";
        assert_eq!(text, expected);
        let text = written(vec![("n", names()), ("id", ids())], b'\t');
        assert_eq!(text, "n\tid\na,b\t1\n\"say \"\"x\"\"\"\t\n\"two\nlines\"\t-3\n\"\t\"\t4\n");
    }

    #[test]
    fn a_cell_alone_is_no_blank_line() {
        let text = written(vec![("a", Arc::new(Int64Array::from(vec![None, Some(1)])))], b',');
        assert_eq!(text, "a\n\"\"\n1\n");
    }

    #[test]
    fn text_is_compressed_to_its_end() {
        let batch = RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(vec![1])) as _)]);
        let batch = batch.expect("a batch");
        for codec in [Codec::Gzip, Codec::Zstd] {
            let mut out = Vec::new();
            let options = WriteOptions { codec: Some(codec), ..WriteOptions::default() };
            let sink = CsvSink::new(&mut out, b',', &batch.schema(), &options);
            let mut sink = Box::new(sink.expect("begun"));
            sink.write(&batch).expect("written");
            sink.finish().expect("finished");
            let mut source = crate::Source::bytes("a.csv", out);
            assert_eq!(source.format().expect("known"), crate::Format::Csv);
            let mut text = String::new();
            std::io::Read::read_to_string(&mut source.into_stream(), &mut text).expect("read");
            assert_eq!(text, "a\n1\n");
        }
    }
}
