//! Finds the files beside a `.shp` file, whatever the case of their extensions.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::source::Source;
use crate::stop::Stop;

/// The most bytes of a small text, such as a definition of a system.
const LONGEST: u64 = 1 << 20;

/// The path of the file with another extension, if it is there.
pub(super) fn find(path: &Path, extension: &str) -> Option<PathBuf> {
    let direct = path.with_extension(extension);
    if direct.is_file() {
        return Some(direct);
    }
    let stem = path.file_stem()?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let paths = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found = paths.filter(|path| {
        path.file_stem() == Some(stem)
            && path.extension().is_some_and(|its| its.eq_ignore_ascii_case(extension))
            && path.is_file()
    });
    found.next()
}

/// The content of a small text beside the file, if it is there. Bytes that are not UTF-8 are replaced.
pub(super) fn text(path: &Path, extension: &str, stop: &Stop) -> Result<Option<String>> {
    let Some(path) = find(path, extension) else { return Ok(None) };
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let read = Source::open(&path, stop)?.into_stream().take(LONGEST).read_to_end(&mut bytes);
    read.map_err(|error| Error::from(error).in_file(&name))?;
    if bytes.len() as u64 == LONGEST {
        let what = format_args!("expected less than {LONGEST} bytes");
        return Err(Error::malformed(what).in_file(name));
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}').trim_matches(['\0', ' ', '\t', '\r', '\n']);
    Ok((!text.is_empty()).then(|| text.to_owned()))
}
