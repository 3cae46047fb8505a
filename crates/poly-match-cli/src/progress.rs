//! A progress bar for long work.
//!
//! Short work shows no bar. Nothing is shown if stderr is not a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// The work, with its bar. Dropping it removes the bar.
pub(crate) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    waiting: bool,
}

impl Progress {
    /// Starts work on rows, whose number is not known.
    pub(crate) fn of_rows(label: &'static str, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let template = "{msg:>8} {spinner} {human_pos} rows, {per_sec}";
        if let Ok(style) = ProgressStyle::with_template(template) {
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

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
