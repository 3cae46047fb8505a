//! Tests of the program from outside: its files, streams and exit statuses.
//!
//! Each file tests one subject. All run the program with `bench`.

mod bad_input;
mod bench;
mod fields;
mod formats;
mod interrupt;
mod labels;
mod output;
mod rules;
mod same_file;
mod shapes;
mod streams;
mod unmatched;
mod usage;
