//! Finds the files that a name stands for: a file, a folder of part files, or a pattern.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::foreign::Foreign;

/// Finds the files that `name` stands for, in the order of their paths.
///
/// - A folder stands for the files in it, as Spark and Polars write them. Those whose names begin with
///   `.` or `_` are passed over. A folder in it is an error.
/// - If there is no such file, a name with `*`, `?` or `[` is a pattern. `**` stands for any folders.
/// - Any other name stands for itself, also a pipe. A File Geodatabase, which is a folder, is not read.
///
/// ```
/// use std::path::PathBuf;
///
/// let folder = tempfile::tempdir()?;
/// for name in ["part-1.csv", "part-0.csv", "_SUCCESS", ".part-0.csv.crc"] {
///     std::fs::write(folder.path().join(name), "x,y\n")?;
/// }
/// let expected = ["part-0.csv", "part-1.csv"].map(|name| folder.path().join(name));
/// assert_eq!(poly_match_io::find_inputs(folder.path())?, expected);
/// assert_eq!(poly_match_io::find_inputs(&folder.path().join("p*[01].csv"))?, expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If nothing is found, if a pattern is malformed, and the system's errors.
pub fn find_inputs(name: &Path) -> Result<Vec<PathBuf>> {
    found(name).map_err(|error| error.in_file(name.display()))
}

fn found(name: &Path) -> Result<Vec<PathBuf>> {
    match name.metadata() {
        Ok(metadata) if metadata.is_dir() => match Foreign::of_folder(name) {
            Some(format) => Err(format.error(name)),
            None => parts(name),
        },
        Ok(_) => Ok(vec![name.to_owned()]),
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_pattern(name) => matches(name),
        // Whoever opens the file tells the error.
        Err(_) => Ok(vec![name.to_owned()]),
    }
}

fn is_pattern(name: &Path) -> bool {
    name.to_str().is_some_and(|name| name.contains(['*', '?', '[']))
}

/// The files that match a pattern. A folder among them stands for the files in it.
fn matches(pattern: &Path) -> Result<Vec<PathBuf>> {
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let text = pattern.to_str().unwrap_or_default();
    let paths = glob::glob_with(text, options)
        .map_err(|error| Error::malformed(format_args!("the pattern is malformed: {error}")))?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|error| Error::from(io::Error::from(error)))?;
        if path.is_dir() {
            // `**` finds a folder beside the files in it.
            if !text.contains("**") {
                found.extend(parts(&path)?);
            }
        } else {
            found.push(path);
        }
    }
    if found.is_empty() {
        return Err(Error::from(io::Error::new(
            io::ErrorKind::NotFound,
            "no file matches the pattern",
        )));
    }
    Ok(found)
}

/// The files in a folder, in the order of their names.
fn parts(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(['.', '_']) {
            continue;
        }
        if path.is_dir() {
            return Err(Error::unsupported(format_args!(
                "expected a folder of files, got a folder in it: {name}"
            )));
        }
        found.push(path);
    }
    found.sort();
    if found.is_empty() {
        let what = "the folder has no files whose names begin with neither . nor _";
        return Err(Error::from(io::Error::new(io::ErrorKind::NotFound, what)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        for name in ["b.csv", "a.csv", ".c.csv", "_d.csv", "e[1].csv"] {
            std::fs::write(path(name), "").expect("written");
        }
        std::fs::create_dir(path("in")).expect("made");
        std::fs::create_dir(path("_temporary")).expect("made");
        std::fs::create_dir(path("empty")).expect("made");
        std::fs::write(path("in/p.csv"), "").expect("written");
        std::fs::write(path("in/_SUCCESS"), "").expect("written");
        for (name, expected) in [
            ("a.csv", &["a.csv"][..]),
            // A file may have the name of a pattern.
            ("e[1].csv", &["e[1].csv"]),
            ("[ab].csv", &["a.csv", "b.csv"]),
            ("in", &["in/p.csv"]),
            ("i*", &["in/p.csv"]),
            ("**/*.csv", &["a.csv", "b.csv", "e[1].csv", "in/p.csv"]),
            ("missing.csv", &["missing.csv"]),
        ] {
            let mut found = find_inputs(&path(name)).expect("found");
            found.retain(|path| !path.ends_with("_d.csv"));
            let expected: Vec<_> = expected.iter().map(|name| path(name)).collect();
            assert_eq!(found, expected, "{name}");
        }
        for (name, expected) in [
            ("x*", "no file matches the pattern"),
            ("***", "the pattern is malformed: "),
            ("empty", "the folder has no files whose names"),
            ("", "expected a folder of files, got a folder in it: "),
        ] {
            let error = find_inputs(&path(name)).expect_err("nothing").to_string();
            assert!(error.starts_with(&format!("{}: {expected}", path(name).display())), "{error}");
        }
    }
}
