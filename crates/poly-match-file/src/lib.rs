//! Saved matchers as files.
//!
//! A file appears whole or not at all (see [`whole`], which any other file may use, too), and is mapped
//! into memory when it is loaded: nothing is built again, and nothing copied. The core knows no files,
//! only bytes; this is a crate of its own so that the core forbids `unsafe`, which mapping needs (see
//! `map.rs`). It is for Unix.
//!
//! ```
//! use poly_match::{Matcher, Within};
//!
//! let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(5.0)?)?;
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("zones.plym");
//! poly_match_file::save(&matcher, &path, &[])?;
//! let again = poly_match_file::load(&path, || Ok::<(), poly_match_file::Error>(()))?.matcher;
//! assert_eq!(again.match_points(&[[3.0, 4.5], [3.0, 3.5]])?.index, [-1, 0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod map;
mod wait;
pub mod whole;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use poly_match::{Bytes, Matcher, Saved, Unreadable};
use whole::{Scratch, Whole};

/// Why a file cannot be loaded.
#[derive(Debug)]
pub enum Error {
    /// It cannot be opened or read.
    Io(io::Error),
    /// It is no saved matcher, or no longer.
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

/// Saves a matcher, with bytes of the caller's by name; see [`Matcher::write_to`].
///
/// A file that is there already is replaced once all is on the disk, and as a whole; see [`whole`]. A
/// matcher that was loaded from it goes on with the one it was loaded from. A device or a named pipe
/// is written to.
///
/// # Errors
/// What the system says, as of opening `path` to write; nothing is left behind then.
pub fn save(matcher: &Matcher, path: &Path, attached: &[(&str, &[u8])]) -> io::Result<()> {
    save_with(matcher, path, attached, || Ok(()))
}

/// As [`save`]. `poll` is called now and then, also while a named pipe waits for its reader, and what
/// it returns as an error ends the work.
///
/// # Errors
/// Those of [`save`], and what `poll` returns.
pub fn save_with<E: From<io::Error>>(
    matcher: &Matcher,
    path: &Path,
    attached: &[(&str, &[u8])],
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let scratch = Scratch::new();
    let mut file = Whole::create_with(path, &scratch, &mut poll)?;
    file.fill_with(|out| matcher.write_to(out, attached), &mut poll)?;
    let complete = file.complete_with(&mut poll)?;
    let appeared = complete.appear(&mut scratch.hold())?;
    Ok(appeared.sync()?)
}

/// Loads what [`save`] saved: it is mapped into memory, checked, and used in place. A named pipe is
/// read to its end.
///
/// While the matcher lives, nobody may write into the file or cut it short; to replace it, as
/// [`save`] does, is safe. `poll` is called now and then, also while a named pipe waits for its
/// writer, and what it returns as an error ends the work.
///
/// # Errors
/// What the system says, [`poly_match::Error::Unreadable`] for a file of anything else, and what
/// `poll` returns.
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

/// Bytes of a saved matcher that say what it is and how long.
const BEGINNING: usize = 64;

/// Whether `bytes` are all that there should be, and more: a device has no end. `len` is how many
/// there should be, once that is known.
///
/// # Errors
/// Where they begin as no saved matcher does.
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
        assert_eq!(found.index, [1999]);
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
