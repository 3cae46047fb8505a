//! The command `info`: what is in a file, for people or as JSON.
//!
//! `table` finds out about a table: by its metadata, or else by `look`, which goes through its rows;
//! `geometry` measures geometries, and `guess` says what columns of text look like. `saved` is about saved
//! matchers. `about` is what was found out; `shown` writes it for people, with `rows` as a table and
//! `words` for types, and `json` for scripts.

mod about;
mod geometry;
mod guess;
mod json;
mod look;
mod rows;
mod saved;
mod shown;
mod table;
mod words;

use std::io::{self, Write};

use crate::args::{About as Of, InfoPlan};
use crate::failure::Failure;
use crate::standard;

pub(crate) fn run(plan: &InfoPlan) -> Result<(), Failure> {
    let text = match &plan.about {
        Of::Table(input, given) => {
            let choice = input.choice();
            if choice.is_empty() {
                let about = table::about(input, given, plan.rows, plan.quiet)?;
                if plan.json { json::of_table(&about) } else { shown::of_table(&about) }
            } else {
                // Their columns differ, so no rows are shown.
                let layers = choice.iter().filter_map(|layer| input.of_layer(&layer.name));
                let about = |layer| table::about(&layer, given, 0, plan.quiet);
                let layers = layers.map(about).collect::<Result<Vec<_>, _>>()?;
                if plan.json { json::of_layers(&layers) } else { shown::of_layers(&layers) }
            }
        }
        Of::Saved(path) => {
            let about = saved::about(path, plan.rows)?;
            if plan.json { json::of_saved(&about) } else { shown::of_saved(&about) }
        }
    };
    let written = standard::stdout().and_then(|mut out| out.write_all(text.as_bytes()));
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(error).in_file("<stdout>"))
        }
        _ => Ok(()),
    }
}
