//! Reads, works and writes at the same time.
//!
//! One thread reads, one works, and the caller's thread writes. Between them are channels of a few
//! batches, so a slow part holds the others up, and memory stays bounded. The order is kept.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::stop::Stop;

/// Batches that may wait between two parts.
const WAITING: usize = 2;

/// How often the caller's thread calls `poll` while it waits.
const STEP: Duration = Duration::from_millis(20);

/// Reads items, works on each, and writes the results in their order, all at the same time.
///
/// `work` runs in a thread of its own; `write` and `poll` run in the caller's. `poll` is called at
/// least every 20 ms, except while `write` runs. All threads have ended when this returns.
///
/// ```
/// use poly_match_io::{Error, Stop, run};
///
/// let mut squares = Vec::new();
/// let write = |square| {
///     squares.push(square);
///     Ok(())
/// };
/// run((1..4).map(Ok), |i| Ok::<_, Error>(i * i), write, || Ok(()), &Stop::new())?;
/// assert_eq!(squares, [1, 4, 9]);
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// The first error in the order of items: what was read before it is written. An error of `write` or
/// of `poll` ends the run at once, and makes the request `stop`; a [`Source`](crate::Source) with the
/// same request then ends its wait for a pipe.
pub fn run<T: Send, U: Send, E: Send>(
    read: impl IntoIterator<Item = Result<T, E>, IntoIter: Send>,
    mut work: impl FnMut(T) -> Result<U, E> + Send,
    mut write: impl FnMut(U) -> Result<(), E>,
    mut poll: impl FnMut() -> Result<(), E>,
    stop: &Stop,
) -> Result<(), E> {
    let read = read.into_iter();
    thread::scope(|scope| {
        let (send_read, receive_read) = sync_channel(WAITING);
        let (send_done, receive_done) = sync_channel(WAITING);
        scope.spawn(move || pass_on(read, &send_read));
        scope.spawn(move || {
            let done = receive_read.into_iter().map(|item: Result<T, E>| item.and_then(&mut work));
            pass_on(done, &send_done);
        });
        let ended = take(&receive_done, &mut write, &mut poll);
        if ended.is_err() {
            stop.stop();
        }
        // The other threads end when nobody receives.
        drop(receive_done);
        ended
    })
}

/// Sends items until the first error or until nobody receives.
fn pass_on<T, E>(items: impl Iterator<Item = Result<T, E>>, to: &SyncSender<Result<T, E>>) {
    for item in items {
        let is_last = item.is_err();
        if to.send(item).is_err() || is_last {
            return;
        }
    }
}

/// Writes what comes, and calls `poll` before each item and while it waits.
fn take<U, E>(
    from: &Receiver<Result<U, E>>,
    write: &mut impl FnMut(U) -> Result<(), E>,
    poll: &mut impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    loop {
        poll()?;
        match from.recv_timeout(STEP) {
            Ok(item) => write(item?)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use super::*;

    fn no_poll() -> Result<(), String> {
        Ok(())
    }

    #[test]
    fn the_order_is_kept_and_the_first_error_wins() {
        for fails_at in [0, 1, 17, 99] {
            let mut written = Vec::new();
            let read = (0..100).map(|i| if i == 50 { Err("read".to_owned()) } else { Ok(i) });
            let work = |i| if i == fails_at { Err(format!("work {i}")) } else { Ok(i) };
            let write = |i| {
                written.push(i);
                Ok(())
            };
            let error = run(read, work, write, no_poll, &Stop::new()).expect_err("it fails");
            let (last, what) = match fails_at {
                99 => (50, "read".to_owned()),
                _ => (fails_at, format!("work {fails_at}")),
            };
            assert_eq!(error, what);
            assert!(written.into_iter().eq(0..last));
        }
    }

    #[test]
    fn few_items_are_read_ahead() {
        let read = AtomicUsize::new(0);
        let written = AtomicUsize::new(0);
        let items = (0..100).map(|i| {
            let ahead = read.fetch_add(1, Ordering::SeqCst) - written.load(Ordering::SeqCst);
            // Two channels, one item in each thread, and one that is being written.
            assert!(ahead <= 2 * WAITING + 3, "{ahead}");
            Ok(i)
        });
        let write = |_: i32| {
            thread::sleep(Duration::from_millis(1));
            written.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        run(items, Ok, write, no_poll, &Stop::new()).expect("no error");
        assert_eq!(written.into_inner(), 100);
    }

    #[test]
    fn an_error_of_writing_ends_an_endless_source() {
        let stop = Stop::new();
        let mut count = 0;
        let write = |_| {
            count += 1;
            if count == 3 { Err("closed".to_owned()) } else { Ok(()) }
        };
        assert_eq!(run((0..).map(Ok), Ok, write, no_poll, &stop), Err("closed".to_owned()));
        assert!(stop.is_stopped());
    }

    #[test]
    fn poll_ends_a_wait() {
        let stop = Stop::new();
        let waits = std::iter::from_fn(|| {
            while !stop.is_stopped() {
                thread::sleep(Duration::from_millis(1));
            }
            None::<Result<(), String>>
        });
        let started = Instant::now();
        let poll = || {
            let is_late = started.elapsed() > Duration::from_millis(50);
            if is_late { Err("interrupted".to_owned()) } else { Ok(()) }
        };
        assert_eq!(run(waits, Ok, |()| Ok(()), poll, &stop), Err("interrupted".to_owned()));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_passed_on() {
        let work = |_: i32| panic!("no work");
        let _: Result<(), String> = run((0..9).map(Ok), work, |()| Ok(()), no_poll, &Stop::new());
    }
}
