//! Writes output to stdout, or to files that appear complete, all together, or not at all.
//!
//! `poly_match_file::whole` makes a file appear complete. This file does not know what is written.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use poly_match_file::whole::{self, Whole};
use poly_match_io::{Codec, Format, ShapefileParts};

use crate::failure::Failure;
use crate::interrupt::SCRATCH;
use crate::standard;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 16;

/// A place to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Stdout,
    Path(PathBuf),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stdout => f.write_str("<stdout>"),
            Self::Path(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Target {
    /// Whether both are the same file, also through links, or both are stdout.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stdout, Self::Stdout) => true,
            (Self::Path(a), Self::Path(b)) => whole::is_same(a, b),
            (Self::Stdout, Self::Path(path)) | (Self::Path(path), Self::Stdout) => {
                standard::is_stdout(path)
            }
        }
    }

    /// Whether writing would change this file, which is read. Devices and pipes do not count.
    pub(crate) fn overwrites(&self, file: &Path) -> bool {
        let is_file = fs::metadata(file).is_ok_and(|there| there.is_file());
        is_file && self.is_same(&Self::Path(file.to_owned()))
    }

    /// The name of the file without its extension.
    pub(crate) fn stem(&self) -> Option<String> {
        match self {
            Self::Stdout => None,
            Self::Path(path) => Some(path.file_stem()?.to_string_lossy().into_owned()),
        }
    }

    /// Checks that the target can be written, before the work starts.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let Self::Path(path) = self else { return self.named(standard::stdout().map(drop)) };
        if path.is_dir() {
            return Err(Failure::new("is a directory").in_file(self));
        }
        if let Err(error) = fs::metadata(directory(path)) {
            let is_missing = error.kind() == io::ErrorKind::NotFound;
            let failure = Failure::new(error).in_file(directory(path).display());
            let hint = format!("create this folder, in which {self} is to be");
            return Err(if is_missing { failure.with_hint(&hint) } else { failure });
        }
        // A named pipe is opened only once: its reader would stop when this test closes it.
        if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Ok(());
        }
        self.named(Whole::create(path, &SCRATCH).map(drop))
    }

    /// Adds the name of the file to an error.
    pub(crate) fn named<T>(&self, result: io::Result<T>) -> Result<T, Failure> {
        result.map_err(|error| Failure::new(error).in_file(self))
    }
}

/// A table to write.
#[derive(Debug)]
pub(crate) struct Destination {
    pub(crate) target: Target,
    /// The format; that of the points if nothing names one.
    pub(crate) format: Option<Format>,
    pub(crate) codec: Option<Codec>,
}

impl Destination {
    /// The files of a table of a format: those that stand beside the target, too.
    pub(crate) fn files(&self, format: Format) -> Vec<Target> {
        match (&self.target, format) {
            (Target::Path(path), Format::Shapefile) => {
                let file = |extension| Target::Path(path.with_extension(extension));
                ShapefileParts::<()>::EXTENSIONS.map(file).into()
            }
            (target, _) => vec![target.clone()],
        }
    }
}

/// Files that are being written. They appear when all are complete; if one fails, none appears.
///
/// Output on stdout cannot be taken back.
#[derive(Debug)]
pub(crate) struct Files<'t>(Vec<(&'t Target, Open)>);

#[derive(Debug)]
enum Open {
    Stdout(File),
    Path(Box<Whole<'static>>),
}

impl<'t> Files<'t> {
    /// Starts the files.
    pub(crate) fn create(targets: impl IntoIterator<Item = &'t Target>) -> Result<Self, Failure> {
        let open = |target: &'t Target| {
            let opened = match target {
                Target::Stdout => standard::stdout().map(Open::Stdout),
                Target::Path(path) => Whole::create(path, &SCRATCH).map(Box::new).map(Open::Path),
            };
            Ok((target, target.named(opened)?))
        };
        targets.into_iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// A buffer for each file.
    pub(crate) fn buffers(&self) -> Buffers<'_> {
        let buffers = self.0.iter().map(|(target, open)| {
            let file = match open {
                Open::Stdout(file) => file,
                Open::Path(whole) => whole.file(),
            };
            (*target, BufWriter::with_capacity(BUFFER, file))
        });
        Buffers(buffers.collect())
    }

    /// Makes the files appear.
    pub(crate) fn appear(self) -> Result<(), Failure> {
        let mut complete = Vec::new();
        for (target, open) in self.0 {
            if let Open::Path(whole) = open {
                complete.push((target, target.named(whole.complete())?));
            }
        }
        // While the list is locked, no signal comes between two files.
        let mut held = SCRATCH.hold();
        let mut appeared = Vec::new();
        for (target, file) in complete {
            appeared.push((target, target.named(file.appear(&mut held))?));
        }
        drop(held);
        appeared.into_iter().try_for_each(|(target, file)| target.named(file.sync()))
    }
}

/// What is to be written to files. Unless it is flushed, the rest of it is lost.
#[derive(Debug)]
pub(crate) struct Buffers<'f>(Vec<(&'f Target, BufWriter<&'f File>)>);

impl<'f> Buffers<'f> {
    /// The buffers, in their order, as groups of some length.
    pub(crate) fn groups<const N: usize>(
        &mut self,
        lengths: [usize; N],
    ) -> [Vec<&mut BufWriter<&'f File>>; N] {
        let mut buffers = self.0.iter_mut().map(|(_, buffer)| buffer);
        lengths.map(|length| buffers.by_ref().take(length).collect())
    }

    /// Writes what is left: stdout last, as its output cannot be taken back.
    ///
    /// A reader that closes the pipe of stdout early is no error.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.0.sort_by_key(|(target, _)| **target == Target::Stdout);
        for (target, buffer) in &mut self.0 {
            match buffer.flush() {
                Err(error) if is_closed(target, &error) => {}
                flushed => target.named(flushed)?,
            }
        }
        Ok(())
    }
}

impl Drop for Buffers<'_> {
    fn drop(&mut self) {
        for (_, buffer) in self.0.drain(..) {
            // Dropping a buffer would write the rest of it, also after an error.
            let _ = buffer.into_parts();
        }
    }
}

/// A writer that is flushed with the others, and not before.
#[derive(Debug)]
pub(crate) struct Held<W>(pub(crate) W);

impl<W: Write> Write for Held<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn is_closed(target: &Target, error: &io::Error) -> bool {
    *target == Target::Stdout && error.kind() == io::ErrorKind::BrokenPipe
}

/// The directory of a path.
fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
