//! Many points against one index: pieces of the input shared out among threads.
//!
//! Every thread takes the next piece when it is done with its last. A piece writes to its own part
//! of the output, so the answer is the same for any number of threads. The calling thread works
//! along and, between pieces, calls `poll`, which may stop the work (for Ctrl-C, say).

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::Error;

/// Runs `work` on all `pieces`, on up to `workers` threads, the calling one among them.
///
/// # Errors
/// What `poll` returns, or [`Error::WorkerPanicked`]; the rest of the pieces is then left undone.
pub(crate) fn share_out<P, E>(
    pieces: impl ExactSizeIterator<Item = P> + Send,
    workers: NonZeroUsize,
    mut poll: impl FnMut() -> Result<(), E>,
    work: impl Fn(P) + Sync,
) -> Result<(), E>
where
    P: Send,
    E: From<Error>,
{
    let helpers = workers.get().min(pieces.len()).saturating_sub(1);
    let stop = AtomicBool::new(false);
    let pieces = Mutex::new(pieces);
    let next = || {
        let stopped = stop.load(Ordering::Relaxed);
        // A panic while the lock is held can only come from the iterator, which is then at its end.
        (!stopped).then(|| pieces.lock().unwrap_or_else(PoisonError::into_inner).next()).flatten()
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..helpers)
            // Where the system has no thread to give, those that there are do the work.
            .map_while(|_| {
                let run = || {
                    // Set on the way out of a panic too, so that the others do not go on in vain.
                    let on_panic = StopOnPanic(&stop);
                    while let Some(piece) = next() {
                        work(piece);
                    }
                    drop(on_panic);
                };
                thread::Builder::new().spawn_scoped(scope, run).ok()
            })
            .collect();
        let mut result = Ok(());
        while result.is_ok()
            && let Some(piece) = next()
        {
            work(piece);
            result = poll();
        }
        if result.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        // The others may still be at their last pieces.
        for thread in threads {
            if thread.join().is_err() && result.is_ok() {
                result = Err(Error::WorkerPanicked.into());
            }
        }
        result
    })
}

struct StopOnPanic<'a>(&'a AtomicBool);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// As many workers as the machine lets this process run at once.
pub(crate) fn all_cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn workers(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).expect("at least one")
    }

    #[test]
    fn every_piece_is_done_once() {
        for count in [1, 2, 7, 100] {
            let mut out = vec![0; 50];
            let ok: Result<(), Error> =
                share_out(out.iter_mut(), workers(count), || Ok(()), |piece| *piece += 1);
            assert_eq!(ok, Ok(()));
            assert!(out.iter().all(|&times| times == 1));
        }
    }

    #[test]
    fn poll_stops_the_work() {
        let done = AtomicUsize::new(0);
        let work = |_| {
            done.fetch_add(1, Ordering::Relaxed);
        };
        let stopped = Error::MaxDist { got: -1.0 };
        let result = share_out(0..1_000_000, workers(1), || Err(stopped.clone()), work);
        assert_eq!(result, Err(stopped));
        assert_eq!(done.into_inner(), 1);
    }

    #[test]
    fn a_panic_in_a_worker_is_an_error() {
        let caller = thread::current().id();
        let pause = std::time::Duration::from_millis(1);
        // The caller waits for the helper to take a piece, and the helper panics on its first.
        let work = |_| {
            if thread::current().id() != caller {
                panic!("on purpose");
            }
            thread::sleep(pause);
        };
        let result: Result<(), Error> = share_out(0..10_000, workers(2), || Ok(()), work);
        assert_eq!(result, Err(Error::WorkerPanicked));
    }
}
