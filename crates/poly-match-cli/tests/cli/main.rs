//! Tests of the program from outside: its files, streams and exit statuses.
//!
//! Each file tests one subject. All run the program with `bench`. `shop` has random tables.

mod bad_input;
mod bench;
mod cells;
mod check;
mod circles;
mod criteria;
mod degrees;
mod dialects;
mod fields;
mod formats;
mod full;
mod help;
mod info;
mod inputs_kept;
mod interrupt;
mod labels;
mod nothing_matched;
mod odd_features;
mod output;
mod rules;
mod same_file;
mod shapes;
mod shop;
mod streams;
mod summary;
mod swapped;
mod systems;
mod unmatched;
mod usage;

mod vertices;
mod wrapped;
