//! Shares work out among threads.
//!
//! Each thread takes the next piece when it has finished its last one. Every piece writes to its
//! own part of the output, so the answer is the same for any number of threads. The calling thread
//! works too. Between pieces, and whenever its piece asks, it calls `poll`, which can stop the work
//! (for Ctrl-C, for example).
//!
//! Threads live for one call. There is no thread pool, so nothing has to survive a `fork` or be
//! shut down.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::error::Error;

/// How often a waiting thread checks for interruption.
const WAIT: Duration = Duration::from_millis(10);

/// Runs `work` on all `pieces`, on up to `workers` threads including the calling one. `None` means
/// as many threads as this process may run at once.
///
/// `work` gets a function that tells whether to go on. It may call it as often as it likes. If the
/// answer is no, `work` returns and leaves its piece unfinished.
///
/// # Errors
/// What `poll` returns, or [`Error::WorkerPanicked`] if `work` panics on any thread. Pieces that
/// were not begun by then are left undone.
pub(crate) fn share_out<P, E>(
    pieces: impl ExactSizeIterator<Item = P> + Send,
    workers: Option<NonZeroUsize>,
    mut poll: impl FnMut() -> Result<(), E>,
    work: impl Fn(P, &mut dyn FnMut() -> bool) + Sync,
) -> Result<(), E>
where
    P: Send,
    E: From<Error>,
{
    let helpers = match pieces.len() {
        // Asking for the number of cores would cost more than the work.
        0 | 1 => 0,
        most => workers.unwrap_or_else(all_cores).get().min(most) - 1,
    };
    let stop = AtomicBool::new(false);
    let panicked = AtomicBool::new(false);
    let pieces = Mutex::new(pieces);
    // Does one piece; returns false if there is none left. After a panic the whole call fails, so
    // nobody sees the unfinished state of a piece. That is why `AssertUnwindSafe` is sound here.
    let step = |go_on: &mut dyn FnMut() -> bool| {
        if !go_on() {
            return false;
        }
        let Some(piece) = pieces.lock().unwrap_or_else(PoisonError::into_inner).next() else {
            return false;
        };
        let done = catch_unwind(AssertUnwindSafe(|| work(piece, go_on))).is_ok();
        if !done {
            panicked.store(true, Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
        }
        done
    };
    let mut result = Ok(());
    thread::scope(|scope| {
        for _ in 0..helpers {
            let run = || while step(&mut || !stop.load(Ordering::Relaxed)) {};
            if thread::Builder::new().spawn_scoped(scope, run).is_err() {
                break; // The system has no thread to spare: the others do the work.
            }
        }
        let mut go_on = || {
            if result.is_ok() {
                result = poll();
            }
            if result.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            !stop.load(Ordering::Relaxed)
        };
        while step(&mut go_on) {}
    });
    if panicked.into_inner() { Err(Error::WorkerPanicked.into()) } else { result }
}

/// Runs both closures, `one` on a new thread if the system can start one. Calls `wait` every 10 ms
/// while only that thread is still working.
pub(crate) fn join(one: impl FnOnce() + Send, other: impl FnOnce(), mut wait: impl FnMut()) {
    // Whoever runs it takes it: the new thread, or this one if no thread could be started.
    let one = Mutex::new(Some(one));
    let do_one = || {
        if let Some(one) = one.lock().unwrap_or_else(PoisonError::into_inner).take() {
            one();
        }
    };
    // The sender is dropped when the thread ends, even if it panics.
    let (works, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let on_its_own = || {
            let _works = works;
            do_one();
        };
        let spawned = thread::Builder::new().spawn_scoped(scope, on_its_own).is_ok();
        other();
        if !spawned {
            do_one();
        }
        while ended.recv_timeout(WAIT) == Err(RecvTimeoutError::Timeout) {
            wait();
        }
    });
}

/// The number of threads for work of `size`, in pieces of at least `piece`: up to `workers`, or all
/// cores. If there is only one piece, it does not ask for the number of cores: that takes some 30 µs.
pub(crate) fn threads_for(
    workers: Option<NonZeroUsize>,
    size: usize,
    piece: usize,
) -> NonZeroUsize {
    if size <= piece { NonZeroUsize::MIN } else { workers.unwrap_or_else(all_cores) }
}

/// The number of threads that this process may run at once; 1 if that is unknown.
pub(crate) fn all_cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn every_piece_is_done_once() {
        for count in [1, 2, 7, 100] {
            let mut out = [0; 50];
            let ok: Result<(), Error> = share_out(
                out.iter_mut(),
                NonZeroUsize::new(count),
                || Ok(()),
                |piece, _| *piece += 1,
            );
            assert_eq!(ok, Ok(()));
            assert!(out.iter().all(|&times| times == 1));
        }
    }

    #[test]
    fn both_are_done() {
        let (mut one, mut other) = (0, 0);
        join(|| one += 1, || other += 1, || ());
        assert_eq!((one, other), (1, 1));
    }

    #[test]
    fn a_waiting_thread_checks_for_interruption() {
        let stop = AtomicBool::new(false);
        let forever = || {
            while !stop.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        };
        join(forever, || (), || stop.store(true, Ordering::Relaxed));
    }

    #[test]
    fn poll_stops_the_work() {
        let (done, polls) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let stopped = Error::MaxDist { got: -1.0 };
        let poll = || match polls.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err(stopped.clone()),
        };
        let work = |_, _: &mut dyn FnMut() -> bool| {
            done.fetch_add(1, Ordering::Relaxed);
        };
        let result = share_out(0..1_000_000, NonZeroUsize::new(1), poll, work);
        assert_eq!(result, Err(stopped));
        assert_eq!(done.into_inner(), 1);
    }

    #[test]
    fn a_piece_may_ask_whether_to_go_on() {
        let stopped = Error::MaxDist { got: -1.0 };
        let mut polls = 0;
        let poll = || {
            polls += 1;
            if polls > 10 { Err(stopped.clone()) } else { Ok(()) }
        };
        let forever = |(), go_on: &mut dyn FnMut() -> bool| while go_on() {};
        let result = share_out([(); 4].into_iter(), NonZeroUsize::new(2), poll, forever);
        assert_eq!(result, Err(stopped.clone()));
    }

    #[test]
    fn a_panic_on_any_thread_is_an_error() {
        let caller = thread::current().id();
        for panics_in_caller in [true, false] {
            // The thread that does not panic sleeps, so that the other one gets a piece.
            let work = |_, _: &mut dyn FnMut() -> bool| {
                if (thread::current().id() == caller) == panics_in_caller {
                    panic!("on purpose");
                }
                thread::sleep(Duration::from_millis(1));
            };
            let result: Result<(), Error> =
                share_out(0..10_000, NonZeroUsize::new(2), || Ok(()), work);
            assert_eq!(result, Err(Error::WorkerPanicked));
        }
    }
}
