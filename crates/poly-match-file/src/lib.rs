//! Saved matchers as files.
//!
//! A file is written beside its place and renamed when it is complete, and mapped into memory when it
//! is loaded: nothing is built again, and nothing copied. The core knows no files, only bytes; this
//! is a crate of its own so that the core forbids `unsafe`, which mapping needs (see `map.rs`).
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

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use poly_match::{Bytes, Matcher, Saved};

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
/// A file that is there already is replaced once all is written, and as a whole. A matcher that was
/// loaded from it goes on with the one it was loaded from. A device or a named pipe is written to.
///
/// # Errors
/// What the system says; nothing is left behind then.
pub fn save(matcher: &Matcher, path: &Path, attached: &[(&str, &[u8])]) -> io::Result<()> {
    // The file that a symbolic link names is replaced, not the link.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&place).ok();
    if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        let mut out = BufWriter::new(File::options().write(true).open(path)?);
        matcher.write_to(&mut out, attached)?;
        return out.flush();
    }
    let directory = place.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    fs::metadata(directory)?; // said plainly, without the name of a scratch file in it
    let mut builder = tempfile::Builder::new();
    builder.prefix(".poly-match-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the umask takes away. Without this, only the owner could read the file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let scratch = builder.tempfile_in(directory)?;
    if let Some(metadata) = existing {
        scratch.as_file().set_permissions(metadata.permissions())?;
    }
    let mut out = BufWriter::new(scratch);
    matcher.write_to(&mut out, attached)?;
    let scratch = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    scratch.persist(&place)?;
    Ok(())
}

/// Loads what [`save`] saved: it is mapped into memory, checked, and used in place.
///
/// While the matcher lives, nobody may write into the file or cut it short; to replace it, as
/// [`save`] does, is safe. `poll` is called now and then, and what it returns as an error ends the
/// work.
///
/// # Errors
/// What the system says, [`poly_match::Error::Unreadable`] for a file of anything else, and what
/// `poll` returns.
pub fn load<E: From<io::Error> + From<poly_match::Error>>(
    path: &Path,
    poll: impl FnMut() -> Result<(), E>,
) -> Result<Saved, E> {
    let mut file = File::open(path)?;
    let bytes: Bytes = if file.metadata()?.is_file() {
        Arc::new(map::map(&file)?)
    } else {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Arc::new(bytes)
    };
    Saved::read(bytes, poll)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poly_match::{Unreadable, Within};

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
