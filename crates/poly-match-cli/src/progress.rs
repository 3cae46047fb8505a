//! Progress bars for long work.
//!
//! Short work shows no bar. Nothing is shown if stderr is not a terminal.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// One stage of the work, with its bar. Dropping the stage removes the bar.
pub(crate) struct Stage {
    bar: ProgressBar,
    begun: Instant,
    waiting: bool,
}

impl Stage {
    /// Starts a stage of `total` rows.
    pub(crate) fn rows(label: &'static str, total: usize, quiet: bool) -> Self {
        Self::new(label, Some(total as u64), "{human_pos} of {human_len} rows", quiet)
    }

    /// Starts a stage of bytes. Their number may be unknown.
    pub(crate) fn bytes(label: &'static str, total: Option<u64>, quiet: bool) -> Self {
        Self::new(label, total, "{bytes} of {total_bytes}", quiet)
    }

    fn new(label: &'static str, total: Option<u64>, counts: &str, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = match total {
            Some(_) => format!("{{msg:>8}} {{wide_bar}} {counts}, {{eta}} left"),
            None => "{msg:>8} {spinner} {bytes}".to_owned(),
        };
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(label);
        Self { bar, begun: Instant::now(), waiting: !quiet }
    }

    pub(crate) fn advance(&mut self, by: usize) {
        self.bar.inc(by as u64);
        if self.waiting && self.begun.elapsed() > PATIENCE {
            self.waiting = false;
            // Draws only if stderr is a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A reader that advances the bar of its stage.
pub(crate) struct Watched<R> {
    inner: R,
    stage: Stage,
}

impl<R: Read> Watched<R> {
    pub(crate) fn new(inner: R, stage: Stage) -> Self {
        Self { inner, stage }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.stage.advance(count);
        Ok(count)
    }
}
