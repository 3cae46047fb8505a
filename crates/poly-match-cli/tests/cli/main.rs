//! Tests of the program from outside: its files, streams and exit statuses.
//!
//! Each file tests one subject. All run the program with `bench`.

mod bad_input;
mod bench;
mod formats;
mod interrupt;
mod output;
mod rules;
mod same_file;
mod streams;
mod unmatched;
mod usage;
