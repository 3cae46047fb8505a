//! Saves matchers to files and loads them.
//!
//! A file appears complete or not at all; [`whole`] does this for any file. To load a matcher, its file
//! is mapped into memory: nothing is rebuilt or copied. Mapping needs `unsafe` (see `map.rs`). It is in
//! this crate so that the core, which handles only bytes, can forbid `unsafe`. The crate is for Unix.
//!
//! ```
//! use poly_match::{Matcher, Within};
//!
//! let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(5.0)?)?;
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("zones.plym");
//! poly_match_file::save(&matcher, &path, &[])?;
//! let again = poly_match_file::load(&path, || Ok::<(), poly_match_file::Error>(()))?.matcher;
//! assert!(again.match_points(&[[3.0, 4.5], [3.0, 3.5]])?.indices().eq([None, Some(0)]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod map;
mod wait;
pub mod whole;

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use poly_match::{Bytes, Matcher, Options, Saved, Unreadable};
use whole::{Scratch, Whole};

/// Why a file cannot be loaded.
#[derive(Debug)]
pub enum Error {
    /// The file cannot be opened or read.
    Io(io::Error),
    /// The file is not a saved matcher, or it is damaged.
    Core(poly_match::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Core(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<poly_match::Error> for Error {
    fn from(error: poly_match::Error) -> Self {
        Self::Core(error)
    }
}

/// Saves a matcher to a file, with named bytes of the caller; see [`Matcher::write_to`].
///
/// An existing file is replaced when all data is on the disk; see [`whole`]. A matcher that was loaded
/// from the old file still uses the old file. A device or a named pipe is written in place.
///
/// # Errors
/// The system's errors, those of opening `path` to write among them. After an error, no partial file
/// stays behind.
pub fn save(matcher: &Matcher, path: &Path, attached: &[(&str, &[u8])]) -> io::Result<()> {
    save_with(matcher, path, attached, || Ok(()))
}

/// Saves a matcher like [`save`], and calls `poll` regularly. An error of `poll` ends the work.
///
/// First it builds what the matcher would else build later; see [`Matcher::prepare`]. `poll` is also
/// called while a named pipe waits for its reader.
///
/// # Errors
/// The errors of [`save`] and of `poll`.
pub fn save_with<E: From<io::Error> + From<poly_match::Error>>(
    matcher: &Matcher,
    path: &Path,
    attached: &[(&str, &[u8])],
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    matcher.prepare_with(Options::default(), &mut poll)?;
    let scratch = Scratch::new();
    let mut file = Whole::create_with(path, &scratch, &mut poll)?;
    file.fill_with(|out| matcher.write_to(out, attached), &mut poll)?;
    let complete = file.complete_with(&mut poll)?;
    let appeared = complete.appear(&mut scratch.hold())?;
    Ok(appeared.sync()?)
}

/// Loads a saved matcher. The file is mapped into memory, checked, and used in place.
///
/// While the matcher exists, nobody may write into the file or truncate it. Replacing the file, as
/// [`save`] does, is safe. A named pipe is read to its end.
///
/// `poll` is called regularly, also while a named pipe waits for its writer. An error of `poll` ends
/// the work.
///
/// # Errors
/// The errors of the system and of `poll`, and [`poly_match::Error::Unreadable`] if the file is not a
/// saved matcher.
pub fn load<E: From<io::Error> + From<poly_match::Error>>(
    path: &Path,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Saved, E> {
    let file = wait::open_to_read(path, &mut poll)?;
    let bytes: Bytes = if file.metadata()?.is_file() {
        Arc::new(map::map(&file)?)
    } else {
        let mut len = None;
        Arc::new(wait::read(&file, &mut poll, |bytes| is_enough(bytes, &mut len))?)
    };
    Saved::read(bytes, poll)
}

/// The first bytes of a saved matcher, which hold its format and length.
const BEGINNING: usize = 64;

/// Whether `bytes` are more than the saved matcher holds. Reading stops then: a device has no end.
///
/// `len` is the expected length. It is set as soon as the beginning is read.
///
/// # Errors
/// If `bytes` do not begin like a saved matcher.
fn is_enough(bytes: &[u8], len: &mut Option<u64>) -> Result<bool, poly_match::Error> {
    if len.is_none() && bytes.len() >= BEGINNING {
        let beginning = Arc::new(bytes[..BEGINNING].to_vec());
        *len = match Saved::read(beginning, || Ok::<(), poly_match::Error>(())) {
            Err(poly_match::Error::Unreadable(Unreadable::Length { expected, .. })) => {
                Some(expected)
            }
            Err(error) => return Err(error),
            Ok(_) => Some(BEGINNING as u64),
        };
    }
    Ok(len.is_some_and(|len| bytes.len() as u64 > len))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    use poly_match::Within;

    fn matcher(count: u32) -> Matcher {
        let centers: Vec<_> = (0..count).map(|i| [f64::from(i), 0.0]).collect();
        let keys = vec![1.0; centers.len()];
        Matcher::from_arrays(&centers, &keys, Within::new(0.5).expect("legal")).expect("sound")
    }

    fn loaded(path: &Path) -> Result<Saved, Error> {
        load(path, || Ok(()))
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_the_loaded_one_lives_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("matcher");
        save(&matcher(2000), &path, &[("mine", b"my own")]).expect("it is written");
        let first = loaded(&path).expect("it is there");
        save(&matcher(3), &path, &[]).expect("it is written");
        let second = loaded(&path).expect("it is there");
        assert_eq!((first.matcher.len(), second.matcher.len()), (2000, 3));
        let found = first.matcher.match_points(&[[1999.0, 0.25]]).expect("finite");
        assert!(found.indices().eq([Some(1999)]));
        assert_eq!(first.attached("mine"), Ok(Some(b"my own".as_slice())));
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no scratch is left");
    }

    #[test]
    fn what_is_no_saved_matcher_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let refused = |path: &Path| loaded(path).expect_err("it is refused");
        assert!(
            matches!(refused(&path), Error::Io(error) if error.kind() == io::ErrorKind::NotFound)
        );
        let error = refused(folder.path());
        assert!(matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::IsADirectory));
        let error = save(&matcher(1), folder.path(), &[]).expect_err("a directory");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        let nowhere = save(&matcher(1), &path.join("file"), &[]).expect_err("no such directory");
        assert_eq!(nowhere.kind(), io::ErrorKind::NotFound);
        assert!(nowhere.raw_os_error().is_some(), "it is the system's: {nowhere}");
        for (bytes, got) in [(b"".as_slice(), b"".as_slice()), (b"a long enough text", b"a long e")]
        {
            fs::write(&path, bytes).expect("it is written");
            let foreign = Unreadable::Foreign { got: got.to_vec() };
            assert!(
                matches!(refused(&path), Error::Core(error) if error == poly_match::Error::Unreadable(foreign))
            );
        }
    }

    #[test]
    fn a_failure_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("matcher");
        save(&matcher(3), &path, &[]).expect("it is written");
        let too_long = [("a name that is too long", b"".as_slice())];
        save(&matcher(4), &path, &too_long).expect_err("the name");
        assert_eq!(loaded(&path).expect("it is there").matcher.len(), 3);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no scratch is left");
    }
}
