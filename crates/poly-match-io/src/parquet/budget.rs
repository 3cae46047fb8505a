//! How many bytes the open pages and the batch that is being decoded may need.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Cause, Error, Result};

/// Counts the memory that decoding needs. All columns of a file share one.
///
/// A column has its dictionary and one data page open. A batch holds at most what the pages that are
/// opened for it hold, and what their values take beyond that.
#[derive(Debug)]
pub(super) struct Budget {
    limit: u64,
    open: AtomicU64,
    batch: AtomicU64,
    /// The first error of a column. On its way, `parquet` makes text of it.
    fault: Mutex<Option<Error>>,
}

impl Budget {
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, open: AtomicU64::new(0), batch: AtomicU64::new(0), fault: Mutex::default() }
    }

    /// The most bytes at one time.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// A new batch begins.
    pub(super) fn start_batch(&self) {
        self.batch.store(0, Ordering::Relaxed);
    }

    /// A page of `bytes` is opened in place of one of `closed` bytes.
    pub(super) fn open(&self, bytes: u64, closed: u64) -> Result<()> {
        self.close(closed);
        let open = self.open.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let batch = self.batch.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.check(open.saturating_add(batch))
    }

    /// Values of a page take more bytes than the page.
    pub(super) fn expand(&self, bytes: u64) -> Result<()> {
        let batch = self.batch.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        self.check(batch.saturating_add(self.open.load(Ordering::Relaxed)))
    }

    /// A page of `bytes` is closed.
    pub(super) fn close(&self, bytes: u64) {
        self.open.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// The error, if `bytes` are more than the limit.
    pub(super) fn check(&self, bytes: u64) -> Result<()> {
        if bytes <= self.limit {
            return Ok(());
        }
        let what = "decoding a batch of rows".to_owned();
        Err(Error::new(Cause::TooLarge { what, got: bytes, limit: self.limit }))
    }

    /// Keeps the first error of a column.
    pub(super) fn keep(&self, error: Error) {
        let mut fault = self.fault.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        fault.get_or_insert(error);
    }

    /// The first error of a column.
    pub(super) fn take_fault(&self) -> Option<Error> {
        self.fault.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_pages_and_the_batch_count_together() {
        let budget = Budget::new(100);
        budget.open(40, 0).expect("40 open, 40 in the batch");
        budget.start_batch();
        budget.open(30, 40).expect("30 open, 30 in the batch");
        budget.expand(40).expect("30 open, 70 in the batch");
        let error = budget.expand(1).expect_err("101");
        let line = "decoding a batch of rows needs 101 bytes of memory, expected at most 100";
        assert_eq!(error.to_string(), line);
        budget.start_batch();
        budget.close(30);
        budget.open(51, 0).expect_err("102");
    }
}
