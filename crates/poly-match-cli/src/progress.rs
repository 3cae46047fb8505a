//! A progress bar for long work: the rows so far, the rate, and, where it is known how much there is, the
//! percentage and the time left.
//!
//! Short work shows no bar. Nothing is shown if stderr is not a terminal.

use std::fmt::{self, Write};
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use poly_match_io::Meter;

use crate::numbers::grouped;

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// The length of a full bar.
const FULL: u64 = 1000;

/// The work, with its bar. Dropping it removes the bar.
pub(crate) struct Progress {
    /// `None` if nothing is shown.
    shown: Option<Shown>,
}

struct Shown {
    bar: ProgressBar,
    meter: Meter,
    rows: Arc<AtomicUsize>,
    work_begun: Instant,
    waiting: bool,
}

impl Progress {
    /// Starts work on the rows of a table, which is called `label`. The rate counts from `begun`. `meter`
    /// is asked only if something may be shown.
    pub(crate) fn new(
        label: &'static str,
        begun: Instant,
        quiet: bool,
        meter: impl FnOnce() -> Meter,
    ) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self { shown: None };
        }
        let (meter, rows) = (meter(), Arc::new(AtomicUsize::new(0)));
        let bar = ProgressBar::with_draw_target(Some(FULL), ProgressDrawTarget::hidden());
        let template = match meter.share() {
            Some(_) => "{msg} {wide_bar} {percent:>3}%, {rows}, {left} left",
            None => "{msg} {spinner} {rows}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            let counted = rows.clone();
            let told = move |_: &ProgressState, to: &mut dyn Write| {
                // A key has no way to report an error.
                let _ = tell_rows(to, counted.load(Relaxed), begun.elapsed());
            };
            let left = |state: &ProgressState, to: &mut dyn Write| {
                let _ = tell_left(to, state.fraction(), state.elapsed());
            };
            bar.set_style(style.with_key("rows", told).with_key("left", left));
        }
        bar.set_message(label);
        let shown = Shown { bar, meter, rows, work_begun: Instant::now(), waiting: true };
        Self { shown: Some(shown) }
    }

    /// Counts rows that are done.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // of a share of FULL
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn advance(&mut self, by: usize) {
        let Some(shown) = &mut self.shown else { return };
        shown.rows.fetch_add(by, Relaxed);
        match shown.meter.share() {
            Some(share) => shown.bar.set_position((share * FULL as f64) as u64),
            None => shown.bar.tick(),
        }
        if shown.waiting && shown.work_begun.elapsed() > PATIENCE {
            shown.waiting = false;
            shown.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(shown) = &self.shown {
            shown.bar.finish_and_clear();
        }
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn tell_rows(to: &mut dyn Write, rows: usize, elapsed: Duration) -> fmt::Result {
    let rate = rows as f64 / elapsed.as_secs_f64().max(1e-9);
    write!(to, "{} rows, {} rows/s", grouped(rows), grouped(rate as usize))
}

fn tell_left(to: &mut dyn Write, share: f32, elapsed: Duration) -> fmt::Result {
    if share <= 0.0 {
        return to.write_str("?");
    }
    let share = f64::from(share);
    let seconds = elapsed.as_secs_f64() * (1.0 - share) / share;
    match seconds {
        ..90.0 => write!(to, "{seconds:.0} s"),
        ..5400.0 => write!(to, "{:.0} min", seconds / 60.0),
        _ => write!(to, "{:.1} h", seconds / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(tell: impl Fn(&mut dyn Write) -> fmt::Result) -> String {
        let mut text = String::new();
        tell(&mut text).expect("text");
        text
    }

    #[test]
    fn rows_have_a_rate() {
        let rows = told(|to| tell_rows(to, 3_000_000, Duration::from_secs(2)));
        assert_eq!(rows, "3,000,000 rows, 1,500,000 rows/s");
        assert!(told(|to| tell_rows(to, 0, Duration::ZERO)).starts_with("0 rows, 0"));
    }

    #[test]
    fn the_time_left_is_in_fitting_units() {
        for (share, elapsed, text) in [
            (0.0, 5, "?"),
            (0.5, 10, "10 s"),
            (1.0, 10, "0 s"),
            (0.25, 60, "3 min"),
            (0.01, 3600, "99.0 h"),
        ] {
            assert_eq!(told(|to| tell_left(to, share, Duration::from_secs(elapsed))), text);
        }
    }
}
