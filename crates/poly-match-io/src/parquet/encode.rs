//! Encodes the columns of Parquet in threads.
//!
//! A column is encoded by one thread at a time, in the order of its pieces, so the bytes do not depend on
//! which thread is first. A thread takes the column that is furthest behind.
//!
//! The caller adds steps: a piece of all columns, or the end of their row group. It waits only if many
//! steps are not done yet, and learns of each in its order.

use std::any::Any;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowLeafColumn};
use parquet::errors::ParquetError;

use crate::error::Result;

/// Columns that threads encode. The threads end when it is dropped.
pub(super) struct Encoder {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// A step that all columns have done.
pub(super) enum Done {
    /// A piece is encoded.
    Piece {
        /// About how many bytes the row group has with it.
        bytes: usize,
    },
    /// The row group is encoded; these are its columns.
    Group(Vec<ArrowColumnChunk>),
}

/// What the caller and the threads share.
struct Shared {
    state: Mutex<State>,
    /// A column is ready, or all is over.
    is_ready: Condvar,
    /// The first step is done, or a thread has failed.
    is_done: Condvar,
}

struct State {
    columns: Vec<Column>,
    /// The columns that a thread may take, by the number of their next step.
    ready: BinaryHeap<Reverse<(usize, usize)>>,
    /// The steps that the caller does not know to be done.
    steps: VecDeque<Step>,
    /// How many steps there were before these.
    before: usize,
    failure: Option<Failure>,
    is_over: bool,
}

#[derive(Default)]
struct Column {
    /// What encodes it, of the current row group first. A thread takes it out while it encodes.
    writers: VecDeque<Box<ArrowColumnWriter>>,
    tasks: VecDeque<Task>,
    /// How many tasks are done: the number of the next step.
    done: usize,
    is_taken: bool,
}

enum Task {
    Write(ArrowLeafColumn),
    Close,
}

struct Step {
    /// How many columns have not done it.
    left: usize,
    bytes: usize,
    /// The columns of the row group, if the step is its end.
    chunks: Option<Vec<Option<ArrowColumnChunk>>>,
}

/// What a thread made of a task.
enum Encoded {
    Piece(Box<ArrowColumnWriter>, usize),
    Chunk(Box<ArrowColumnChunk>),
}

enum Failure {
    Error(ParquetError),
    Panic(Box<dyn Any + Send>),
}

impl Encoder {
    /// Starts the threads. There are as many columns as the leaves of the schema.
    pub(super) fn new(columns: usize, threads: usize) -> Result<Self> {
        let state = State {
            columns: (0..columns).map(|_| Column::default()).collect(),
            ready: BinaryHeap::new(),
            steps: VecDeque::new(),
            before: 0,
            failure: None,
            is_over: false,
        };
        let shared =
            Shared { state: Mutex::new(state), is_ready: Condvar::new(), is_done: Condvar::new() };
        let mut encoder = Self { shared: Arc::new(shared), threads: Vec::new() };
        for _ in 0..threads.min(columns) {
            let shared = encoder.shared.clone();
            let thread = Builder::new().name("parquet".to_owned()).spawn(move || shared.work())?;
            encoder.threads.push(thread);
        }
        Ok(encoder)
    }

    /// Starts the columns of a row group.
    pub(super) fn start(&mut self, writers: Vec<ArrowColumnWriter>) {
        let mut state = self.shared.lock();
        for (column, writer) in state.columns.iter_mut().zip(writers) {
            column.writers.push_back(Box::new(writer));
        }
    }

    /// Adds a piece of each column.
    pub(super) fn add(&mut self, leaves: Vec<ArrowLeafColumn>) {
        self.shared.add(leaves.into_iter().map(Task::Write), None);
    }

    /// Ends the row group.
    pub(super) fn close(&mut self) {
        let columns = self.shared.lock().columns.len();
        let chunks = (0..columns).map(|_| None).collect();
        self.shared.add((0..columns).map(|_| Task::Close), Some(chunks));
    }

    /// Waits until at most `most` steps are not done. Gives the first step, if there were more.
    ///
    /// A panic of a thread goes on in the caller's.
    ///
    /// # Errors
    /// The error of a thread.
    pub(super) fn next(&mut self, most: usize) -> Result<Option<Done>> {
        let mut state = self.shared.lock();
        loop {
            match state.failure.take() {
                Some(Failure::Error(error)) => return Err(error.into()),
                Some(Failure::Panic(panic)) => {
                    drop(state);
                    panic::resume_unwind(panic);
                }
                None => {}
            }
            if state.steps.len() <= most {
                return Ok(None);
            }
            if let Some(done) = state.first_done() {
                return Ok(Some(done));
            }
            state = self.shared.is_done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.is_ready.notify_all();
        for thread in self.threads.drain(..) {
            // Its panics are caught, and passed on by `next`.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a step: a task for each column.
    fn add(
        &self,
        tasks: impl Iterator<Item = Task>,
        chunks: Option<Vec<Option<ArrowColumnChunk>>>,
    ) {
        let mut state = self.lock();
        let State { columns, ready, steps, .. } = &mut *state;
        for (i, (column, task)) in columns.iter_mut().zip(tasks).enumerate() {
            column.tasks.push_back(task);
            if column.tasks.len() == 1 && !column.is_taken {
                ready.push(Reverse((column.done, i)));
            }
        }
        steps.push_back(Step { left: columns.len(), bytes: 0, chunks });
        drop(state);
        self.is_ready.notify_all();
    }

    /// What a thread does: it encodes until all is over.
    fn work(&self) {
        let mut state = self.lock();
        while !state.is_over {
            let Some((column, task, writer)) = state.take() else {
                state = self.is_ready.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(state);
            let encoded = panic::catch_unwind(AssertUnwindSafe(|| task.run(writer)));
            state = self.lock();
            let is_done = match encoded {
                Ok(Ok(encoded)) => state.put(column, encoded),
                Ok(Err(error)) => state.fail(Failure::Error(error)),
                Err(panic) => state.fail(Failure::Panic(panic)),
            };
            if is_done {
                self.is_done.notify_one();
            }
        }
    }
}

impl State {
    /// Takes the column that is furthest behind, with its next task.
    fn take(&mut self) -> Option<(usize, Task, Box<ArrowColumnWriter>)> {
        let Reverse((_, i)) = self.ready.pop()?;
        let column = &mut self.columns[i];
        let (task, writer) = (column.tasks.pop_front()?, column.writers.pop_front()?);
        column.is_taken = true;
        Some((i, task, writer))
    }

    /// Puts back what was taken. Says whether the first step is now done.
    fn put(&mut self, i: usize, encoded: Encoded) -> bool {
        let column = &mut self.columns[i];
        let position = column.done - self.before;
        let step = &mut self.steps[position];
        match encoded {
            Encoded::Piece(writer, bytes) => {
                column.writers.push_front(writer);
                step.bytes += bytes;
            }
            Encoded::Chunk(chunk) => {
                if let Some(chunks) = &mut step.chunks {
                    chunks[i] = Some(*chunk);
                }
            }
        }
        step.left -= 1;
        column.is_taken = false;
        column.done += 1;
        if !column.tasks.is_empty() {
            self.ready.push(Reverse((column.done, i)));
        }
        position == 0 && step.left == 0
    }

    /// Ends the work of all threads. Says that the caller need not wait.
    fn fail(&mut self, failure: Failure) -> bool {
        self.failure.get_or_insert(failure);
        self.is_over = true;
        true
    }

    /// Removes the first step, if all columns have done it.
    fn first_done(&mut self) -> Option<Done> {
        if self.steps.front()?.left > 0 {
            return None;
        }
        let step = self.steps.pop_front()?;
        self.before += 1;
        Some(match step.chunks {
            Some(chunks) => Done::Group(chunks.into_iter().flatten().collect()),
            None => Done::Piece { bytes: step.bytes },
        })
    }
}

impl Task {
    fn run(self, mut writer: Box<ArrowColumnWriter>) -> parquet::errors::Result<Encoded> {
        match self {
            Self::Write(leaf) => {
                writer.write(&leaf)?;
                let bytes = writer.get_estimated_total_bytes();
                Ok(Encoded::Piece(writer, bytes))
            }
            Self::Close => Ok(Encoded::Chunk(Box::new(writer.close()?))),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Int32Array};
    use arrow_schema::{DataType, Field, Schema};
    use parquet::arrow::ArrowSchemaConverter;
    use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
    use parquet::file::writer::SerializedFileWriter;

    use super::*;

    /// An encoder of two columns, with a row group that is started.
    fn encoder(kinds: [DataType; 2]) -> Encoder {
        let fields = kinds.map(|kind| Field::new("a", kind, false));
        let schema = Arc::new(Schema::new(fields.to_vec()));
        let columns = ArrowSchemaConverter::new().convert(&schema).expect("a schema");
        let file = SerializedFileWriter::new(Vec::new(), columns.root_schema_ptr(), Arc::default());
        let factory = ArrowRowGroupWriterFactory::new(&file.expect("a file"), schema);
        let mut encoder = Encoder::new(2, 2).expect("threads");
        encoder.start(factory.create_column_writers(0).expect("columns"));
        encoder
    }

    fn leaf(array: ArrayRef) -> ArrowLeafColumn {
        let field = Field::new("a", array.data_type().clone(), false);
        compute_leaves(&field, &array).expect("an array").remove(0)
    }

    fn integers() -> ArrowLeafColumn {
        leaf(Arc::new(Int32Array::from_iter_values(0..1000)))
    }

    #[test]
    fn steps_are_done_in_their_order() {
        let mut encoder = encoder([DataType::Int32, DataType::Int32]);
        let mut bytes = Vec::new();
        for _ in 0..20 {
            encoder.add(vec![integers(), integers()]);
            match encoder.next(3).expect("no error") {
                Some(Done::Piece { bytes: count }) => bytes.push(count),
                Some(Done::Group(_)) => panic!("the group is not ended"),
                None => {}
            }
        }
        encoder.close();
        assert_eq!(bytes.len(), 17);
        assert!(bytes.is_sorted_by(|a, b| a < b), "{bytes:?}");
        for _ in 0..3 {
            assert!(matches!(encoder.next(0), Ok(Some(Done::Piece { .. }))));
        }
        let Ok(Some(Done::Group(columns))) = encoder.next(0) else { panic!("a group is expected") };
        let rows: Vec<_> = columns.iter().map(|column| column.close().rows_written).collect();
        assert_eq!(rows, [20_000, 20_000]);
        assert!(matches!(encoder.next(0), Ok(None)));
    }

    #[test]
    fn the_threads_end_with_the_encoder() {
        let mut encoder = encoder([DataType::Int32, DataType::Int32]);
        for _ in 0..20 {
            encoder.add(vec![integers(), integers()]);
        }
        let shared = Arc::downgrade(&encoder.shared);
        drop(encoder);
        assert!(shared.upgrade().is_none());
    }

    #[test]
    #[should_panic(expected = "cannot be constructed for Int32")]
    fn a_panic_is_passed_on() {
        let mut encoder = encoder([DataType::Int32, DataType::Utf8]);
        encoder.add(vec![integers(), integers()]);
        let _ = encoder.next(0);
    }
}
