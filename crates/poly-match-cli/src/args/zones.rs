//! Where the matcher comes from: a table of polygons, or a saved matcher.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::polygons::Build;
use crate::read::Fields;

/// Where the matcher comes from.
#[derive(Debug)]
pub(crate) enum Zones {
    Build(Box<Build>),
    /// A saved matcher, and which of its columns are wanted.
    Saved {
        path: PathBuf,
        fields: Fields,
        planar: bool,
    },
}

/// Whether a file is a saved matcher, as its first bytes or else its extension tells.
pub(super) fn is_saved(path: impl AsRef<Path>) -> bool {
    const START: [u8; 8] = *b"\x89PLY\r\n\x1a\n";
    let path = path.as_ref();
    let is_regular = path.metadata().is_ok_and(|there| there.is_file());
    let starts = || {
        let mut start = [0; START.len()];
        File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == START
    };
    let is_called =
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("plym"));
    is_called || (is_regular && starts())
}
