//! Decodes messages: the schema, dictionaries, and record batches.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{MessageHeader, convert, root_as_message};
use arrow_schema::{FieldRef, SchemaRef};

use super::check::check;
use crate::columns;
use crate::error::{Cause, Error, Result};
use crate::geo::{Column, Metadata};
use crate::guard::guarded;
use crate::known::KnownColumn;
use crate::options::ReadOptions;

/// The schema of the messages, and the dictionaries so far.
pub(super) struct Decoder {
    /// The schema of the file, and of the columns that are read.
    whole: SchemaRef,
    schema: SchemaRef,
    geo: Option<Metadata>,
    /// The columns that are read, if not all.
    columns: Option<Vec<usize>>,
    dictionaries: HashMap<i64, ArrayRef>,
    memory: u64,
}

impl Decoder {
    /// A decoder for the messages after a schema.
    pub(super) fn new(schema: arrow_ipc::Schema<'_>, options: &ReadOptions) -> Result<Self> {
        if !schema.endianness().equals_to_target_endianness() {
            return Err(Error::unsupported("it has another byte order than this machine"));
        }
        let mut whole = guarded(|| Ok(convert::fb_to_schema(schema)))?;
        // GeoPandas writes the metadata of GeoParquet into Feather, too.
        let mut geo = None;
        if let Some(text) = whole.metadata.remove("geo") {
            let metadata = Metadata::parse(&text)?;
            (whole, geo) = (metadata.describe(&whole), Some(metadata));
        }
        let whole = Arc::new(whole);
        let found = columns::find(whole.fields(), options.columns.as_deref())?;
        let schema = Arc::new(whole.project(&found)?);
        let columns = (found.len() < whole.fields().len()).then_some(found);
        let memory = options.limits.memory;
        let dictionaries = HashMap::new();
        Ok(Self { whole, schema, geo, columns, dictionaries, memory })
    }

    /// A decoder, from the first message of a stream.
    pub(super) fn of_message(metadata: &[u8], options: &ReadOptions) -> Result<Self> {
        match message(metadata)?.header_as_schema() {
            Some(schema) => Self::new(schema, options),
            None => Err(Error::malformed("the first message must be a schema")),
        }
    }

    /// The schema of the batches.
    pub(super) fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// The name of the primary geometry column.
    pub(super) fn primary_geometry(&self) -> Option<&str> {
        self.geo.as_ref()?.primary.as_deref()
    }

    /// What the metadata of GeoParquet says of the columns.
    pub(super) fn known(&self) -> Vec<KnownColumn> {
        let Some(geo) = &self.geo else { return Vec::new() };
        let known = |field: &FieldRef| {
            let said = geo.columns.iter().find(|said| said.name == *field.name());
            said.map_or_else(KnownColumn::default, Column::known)
        };
        self.schema.fields().iter().map(known).collect()
    }

    /// Decodes a message. A dictionary is kept; a record batch is given.
    ///
    /// `input` is the length of the file, or how much of a stream was read: memory may grow with it.
    pub(super) fn decode(
        &mut self,
        metadata: &[u8],
        body: &Buffer,
        input: u64,
    ) -> Result<Option<RecordBatch>> {
        let limit = self.memory.saturating_add(input);
        let message = message(metadata)?;
        let version = message.version();
        match message.header_type() {
            MessageHeader::RecordBatch => {
                let batch = message.header_as_record_batch().ok_or_else(no_content)?;
                check(batch, body, limit)?;
                let (schema, columns) = (self.whole.clone(), self.columns.as_deref());
                let dictionaries = &self.dictionaries;
                guarded(|| {
                    let read =
                        read_record_batch(body, batch, schema, dictionaries, columns, &version);
                    Ok(Some(read?))
                })
            }
            MessageHeader::DictionaryBatch => {
                let dictionary = message.header_as_dictionary_batch().ok_or_else(no_content)?;
                check(dictionary.data().ok_or_else(no_content)?, body, limit)?;
                let dictionaries = &mut self.dictionaries;
                guarded(|| {
                    Ok(read_dictionary(body, dictionary, &self.whole, dictionaries, &version)?)
                })?;
                let bytes = self.dictionaries.values().map(|values| values.get_array_memory_size());
                let got = bytes.sum::<usize>() as u64;
                if got > limit {
                    let what = "the dictionaries".to_owned();
                    return Err(Error::new(Cause::TooLarge { what, got, limit }));
                }
                Ok(None)
            }
            other => Err(Error::malformed(format_args!(
                "expected a record batch or a dictionary, got {}",
                other.variant_name().unwrap_or("an unknown message")
            ))),
        }
    }
}

/// The number of rows that the metadata of a record batch tells.
pub(super) fn rows(metadata: &[u8]) -> Option<u64> {
    u64::try_from(message(metadata).ok()?.header_as_record_batch()?.length()).ok()
}

fn message(metadata: &[u8]) -> Result<arrow_ipc::Message<'_>> {
    root_as_message(metadata).map_err(|error| {
        let cause = crate::error::one_line(&error.to_string());
        Error::malformed(format_args!("the metadata of a message is malformed: {cause}"))
    })
}

fn no_content() -> Error {
    Error::malformed("a message has no content")
}
