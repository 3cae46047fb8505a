//! Tells how much of a table is read: of its rows if their number is known, or else of its bytes.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Tells how much of a table a [`Reader`](crate::Reader) has read, also from another thread.
///
/// Where only bytes are counted, a reader that reads ahead is somewhat behind what is told.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    read: AtomicU64,
    /// 0 if the total is not known.
    total: AtomicU64,
}

impl Meter {
    /// Which share of the table has been read, from 0 to 1. `None` if that is not known, as of a pipe.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // of a share
    pub fn share(&self) -> Option<f64> {
        let (read, total) = (self.0.read.load(Relaxed), self.0.total.load(Relaxed));
        (total > 0).then(|| (read as f64 / total as f64).min(1.0))
    }

    /// Nothing is read of this total.
    pub(crate) fn start(&self, total: u64) {
        self.0.read.store(0, Relaxed);
        self.0.total.store(total, Relaxed);
    }

    pub(crate) fn read(&self) -> u64 {
        self.0.read.load(Relaxed)
    }

    pub(crate) fn set_read(&self, read: u64) {
        self.0.read.store(read, Relaxed);
    }

    pub(crate) fn add(&self, read: u64) {
        self.0.read.fetch_add(read, Relaxed);
    }
}

/// A stream whose bytes are counted.
pub(crate) struct Metered<R>(pub(crate) R, pub(crate) Meter);

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.add(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::{ReadOptions, Reader, Source, Stop};

    /// The shares that are told after each batch.
    fn shares(mut reader: Reader) -> Vec<Option<f64>> {
        let meter = reader.meter();
        assert!(meter.share().is_none_or(|share| share < 0.9), "nothing is read");
        let told = reader.by_ref().map(|batch| batch.map(|_| meter.share()));
        told.collect::<Result<_, _>>().expect("read")
    }

    #[test]
    fn shares_grow_to_one() {
        let mut options = ReadOptions::default();
        options.limits.rows = 100;
        let rows: String = (0..100_000).map(|i| format!("{i},{i}\n")).collect();
        let text = format!("x,y\n{rows}");
        let folder = tempfile::tempdir().expect("a folder");
        let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
        paths.iter().for_each(|path| fs::write(path, &text).expect("written"));
        let features = (0..1000)
            .map(|i| format!(r#"{{"type":"Feature","geometry":null,"properties":{{"i":{i}}}}}"#));
        let features: Vec<_> = features.collect();
        let geojson =
            format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        for reader in [
            Reader::open(Source::bytes("a.csv", text.clone()), &options),
            Reader::open(Source::open(&paths[0], &Stop::new()).expect("opened"), &options),
            Reader::open_all(&paths, &options, &Stop::new()),
            Reader::open(Source::bytes("a.geojson", geojson), &options),
        ] {
            let shares: Vec<_> = shares(reader.expect("opened"))
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect();
            assert!(shares.is_sorted(), "{shares:?}");
            assert!(
                shares[0] < 0.9 && shares.last().is_some_and(|&last| last > 0.99),
                "{shares:?}"
            );
        }
        let stream = Source::stream("a.csv", std::io::Cursor::new(text));
        let told = shares(Reader::open(stream, &options).expect("opened"));
        assert!(told.iter().all(Option::is_none));
    }
}
