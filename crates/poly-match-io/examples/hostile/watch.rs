//! Ends the program if a case takes too long, and counts panics.

use std::collections::BTreeMap;
use std::panic;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The longest time for a case. A busy machine is slow.
const LONGEST: Duration = Duration::from_secs(20);

/// The case that runs, and since when.
type Case = Option<(&'static str, u64, Instant)>;

/// Looks at the case that runs.
#[derive(Debug)]
pub(crate) struct Watch(Arc<Mutex<Case>>);

impl Watch {
    pub(crate) fn start() -> Self {
        let case = Arc::new(Mutex::new(None));
        let looks = case.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(200));
                let case: Case = *looks.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((word, seed, since)) = case
                    && since.elapsed() > LONGEST
                {
                    println!("{word}: failed: a case takes more than {LONGEST:?}");
                    println!("  repeat it: make hostile CASES=1 SEED={seed} FORMATS={word}");
                    process::exit(1);
                }
            }
        });
        Self(case)
    }

    pub(crate) fn begin(&self, word: &'static str, seed: u64) {
        self.set(Some((word, seed, Instant::now())));
    }

    pub(crate) fn end(&self) {
        self.set(None);
    }

    fn set(&self, case: Case) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = case;
    }
}

static PANICS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// Counts panics, and prints none.
pub(crate) fn count_panics() {
    panic::set_hook(Box::new(|panic| {
        let file = panic.location().map_or("", |location| location.file());
        // Libraries are in folders under `src/<registry>/`.
        let library = file.split("/registry/src/").nth(1).and_then(|rest| rest.split('/').nth(1));
        let library = library.unwrap_or(file).to_owned();
        *PANICS.lock().unwrap_or_else(PoisonError::into_inner).entry(library).or_insert(0) += 1;
    }));
}

/// How many panics there were since the last call, by library.
pub(crate) fn panics() -> BTreeMap<String, u64> {
    std::mem::take(&mut PANICS.lock().unwrap_or_else(PoisonError::into_inner))
}
