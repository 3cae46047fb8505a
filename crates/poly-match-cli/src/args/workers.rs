//! The number of threads: an option, or else a variable of the environment.

use std::env;
use std::num::NonZeroUsize;

use clap::Args;
use clap::error::ErrorKind;

use super::wrong::{Wrong, wrong};

/// The variable that stands for `--workers` where the option is not given.
const VARIABLE: &str = "POLY_MATCH_WORKERS";

#[derive(Debug, Args)]
pub(super) struct Workers {
    /// Number of threads [default: one per core]
    ///
    /// It does not change the output. The variable POLY_MATCH_WORKERS of the environment sets another
    /// default.
    #[arg(long, value_name = "N", value_parser = threads)]
    workers: Option<NonZeroUsize>,
}

impl Workers {
    /// The number that is given; `None` means one per core.
    pub(super) fn number(&self) -> Result<Option<NonZeroUsize>, Wrong> {
        if self.workers.is_some() {
            return Ok(self.workers);
        }
        match env::var_os(VARIABLE) {
            Some(value) if !value.is_empty() => {
                let value = value.to_string_lossy();
                let refused = |why| {
                    let message = format!("invalid value '{value}' for {VARIABLE}: {why}");
                    wrong(ErrorKind::InvalidValue, message)
                };
                threads(&value).map(Some).map_err(refused)
            }
            _ => Ok(None),
        }
    }
}

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    number(text).ok_or_else(|| "expected a number of threads, 1 or more".to_owned())
}

/// A number from 1 on.
pub(super) fn number(text: &str) -> Option<NonZeroUsize> {
    text.trim().parse().ok()
}
