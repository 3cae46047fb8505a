//! Tests of the program from outside: its files, streams and exit statuses.
//!
//! Each file tests one subject. All run the program with `bench`. `shop` has random tables.

mod bad_input;
mod bench;
mod check;
mod criteria;
mod fields;
mod formats;
mod interrupt;
mod labels;
mod output;
mod rules;
mod same_file;
mod shapes;
mod shop;
mod streams;
mod unmatched;
mod usage;
