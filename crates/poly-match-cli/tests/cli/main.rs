//! The program, as a shell sees it: files in, files out, exit statuses.
//!
//! Each file holds one subject; `bench` is how they all run the program.

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
