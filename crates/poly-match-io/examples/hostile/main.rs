//! Reads small files of every format that were changed to do harm: `hostile CASES SEED [FORMAT...]`.
//!
//! A case must end with rows or with one error of a few lines, in seconds, without a panic that leaves the
//! reader, and with little memory. A case that fails is printed with its own seed: the same command with
//! one case repeats it.

mod inputs;
mod mutate;
mod read;
mod seeds;
mod watch;

use std::collections::BTreeMap;
use std::error::Error;
use std::panic;
use std::process::ExitCode;
use std::time::Instant;

use peak_alloc::PeakAlloc;

use inputs::Kind;
use mutate::Random;
use watch::Watch;

/// Bytes that a case may take beyond its input.
const MEMORY: usize = 256 << 20;
/// Lines and characters of a message, at most.
const LONGEST: (usize, usize) = (5, 2000);

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("hostile: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all cases of all formats are as they must be.
fn run() -> Result<bool, Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [cases, seed, words @ ..] = &arguments[..] else {
        return Err(
            "expected two numbers and perhaps formats: hostile CASES SEED [FORMAT...]".into()
        );
    };
    let (cases, seed): (u64, u64) = (cases.parse()?, seed.parse()?);
    let mut kinds = Kind::all();
    if let Some(word) = words.iter().find(|word| !kinds.iter().any(|kind| kind.word() == **word)) {
        let known: Vec<_> = kinds.iter().map(|kind| kind.word()).collect();
        return Err(format!("expected one of {}, got {word}", known.join(", ")).into());
    }
    kinds.retain(|kind| words.is_empty() || words.iter().any(|word| word == kind.word()));
    println!("seed {seed}");
    watch::count_panics();
    let watch = Watch::start();
    let mut is_sound = true;
    for kind in kinds {
        is_sound &= all(kind, cases, seed, &watch);
    }
    Ok(is_sound)
}

/// Runs the cases of a kind, and prints what came of them.
fn all(kind: Kind, cases: u64, seed: u64, watch: &Watch) -> bool {
    let word = kind.word();
    let seeds = match seeds::of(kind) {
        Ok(seeds) => seeds,
        Err(error) => {
            println!("{word}: left out: {error}");
            return true;
        }
    };
    let begin = Instant::now();
    let (mut read, mut most, mut failed) = (0_u64, 0, 0_u64);
    let mut messages = BTreeMap::new();
    for seed in (0..cases).map(|case| seed.wrapping_add(case)) {
        let mut random = Random::new(seed);
        let input = mutate::case(&seeds, &mut random);
        watch.begin(word, seed);
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        let done = panic::catch_unwind(|| read::to_the_end(kind, &input));
        let peak = ALLOCATED.peak_usage().saturating_sub(before);
        watch.end();
        most = most.max(peak);
        let wrong = match done {
            Err(_) => Some("a panic left the reader".to_owned()),
            Ok(_) if peak > MEMORY => Some(format!("{peak} bytes were allocated at once")),
            Ok(Ok(())) => {
                read += 1;
                None
            }
            Ok(Err(message)) => {
                let (lines, characters) = LONGEST;
                let is_long =
                    message.lines().count() > lines || message.chars().count() > characters;
                *messages.entry(kind_of(&message)).or_insert(0_u64) += 1;
                let start: String = message.chars().take(200).collect();
                is_long.then(|| format!("a message is long: {start}"))
            }
        };
        if let Some(wrong) = wrong {
            failed += 1;
            println!(
                "{word}: failed: {wrong}\n  repeat it: make hostile CASES=1 SEED={seed} FORMATS={word}"
            );
        }
    }
    let rate = cases as f64 / begin.elapsed().as_secs_f64();
    println!(
        "{word}: {cases} cases, {read} read, {} kinds of errors, {failed} failed; at most {:.1} MiB; \
         {rate:.0} cases a second",
        messages.len(),
        most as f64 / f64::from(1 << 20),
    );
    for (library, count) in watch::panics() {
        println!("  {count} panics that were caught, of {library}");
    }
    failed == 0
}

/// A message without what differs from case to case.
fn kind_of(message: &str) -> String {
    message.chars().filter(|c| c.is_ascii_alphabetic() || *c == ' ').take(60).collect()
}
