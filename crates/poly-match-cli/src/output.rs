//! Where output goes: to stdout, or to files that appear whole or not at all, and together.
//!
//! A file is written beside its place and renamed when all are complete. Nothing here knows what
//! is written.

use std::fs;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::interrupt;

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
    /// The path from the root, so that `a` and `./a` are the same; none for stdout.
    pub(crate) fn place(&self) -> Option<PathBuf> {
        let Self::Path(path) = self else { return None };
        Some(std::path::absolute(path).unwrap_or_else(|_| path.clone()))
    }

    /// Refuses early, before the work, what could not be written after it.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let Self::Path(path) = self else { return Ok(()) };
        if path.is_dir() {
            return Err(Failure::new("is a directory").in_file(self));
        }
        match fs::metadata(directory(path)) {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::new(error).in_file(directory(path).display())),
        }
    }
}

/// A file to write, or stdout.
pub(crate) struct File<'a> {
    target: &'a Target,
    fill: Fill<'a>,
}

type Fill<'a> = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + 'a>;

impl<'a> File<'a> {
    pub(crate) fn new(
        target: &'a Target,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()> + 'a,
    ) -> Self {
        Self { target, fill: Box::new(fill) }
    }
}

/// Writes files; they appear when all are complete, and none where one fails.
pub(crate) fn write(mut files: Vec<File<'_>>) -> Result<(), Failure> {
    // What went to stdout cannot be taken back, so that is written last.
    files.sort_by_key(|file| *file.target == Target::Stdout);
    let mut complete = Vec::new();
    for File { target, fill } in files {
        let mut output = Output::create(target)?;
        output.fill(fill)?;
        complete.push(output);
    }
    // An interrupt comes before all of them appear, or after.
    let _held = interrupt::scratch();
    complete.into_iter().try_for_each(Output::commit)
}

/// Output under way. Dropped without [`commit`](Self::commit), a file leaves no trace.
struct Output {
    target: Target,
    sink: Sink,
}

enum Sink {
    Stdout(BufWriter<StdoutLock<'static>>),
    /// Beside its place, which is the path here.
    Beside(BufWriter<NamedTempFile>, PathBuf),
    /// A device or a named pipe has no beside: it is written as it is.
    InPlace(BufWriter<fs::File>),
}

impl Output {
    fn create(target: &Target) -> Result<Self, Failure> {
        let sink = match target {
            Target::Stdout => Ok(Sink::Stdout(BufWriter::new(io::stdout().lock()))),
            Target::Path(path) => Sink::create(path),
        };
        match sink {
            Ok(sink) => Ok(Self { target: target.clone(), sink }),
            Err(error) => Err(Failure::new(error).in_file(target)),
        }
    }

    /// Writes by `write`, and says of which file an error is.
    ///
    /// A reader of stdout that has gone away has seen enough: that is no error.
    fn fill(&mut self, write: Fill<'_>) -> Result<(), Failure> {
        let sink: &mut dyn Write = match &mut self.sink {
            Sink::Stdout(sink) => sink,
            Sink::Beside(sink, _) => sink,
            Sink::InPlace(sink) => sink,
        };
        match write(sink).and_then(|()| sink.flush()) {
            Err(error)
                if error.kind() == io::ErrorKind::BrokenPipe && self.target == Target::Stdout =>
            {
                Ok(())
            }
            Err(error) => Err(Failure::new(error).in_file(&self.target)),
            Ok(()) => Ok(()),
        }
    }

    /// Puts what was written in its place. The list of scratch files is to be held meanwhile.
    fn commit(self) -> Result<(), Failure> {
        let Sink::Beside(sink, path) = self.sink else { return Ok(()) };
        let scratch = sink.into_inner().map_err(|error| error.into_error());
        scratch
            .and_then(|scratch| Ok(scratch.persist(path)?))
            .map(drop)
            .map_err(|error| Failure::new(error).in_file(&self.target))
    }
}

impl Sink {
    fn create(path: &Path) -> io::Result<Self> {
        // The file that a symbolic link names is replaced, not the link.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let existing = fs::metadata(&place).ok();
        if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
            return Ok(Self::InPlace(BufWriter::new(fs::File::options().write(true).open(path)?)));
        }
        let mut listed = interrupt::scratch();
        let scratch = beside(&place)?;
        listed.push(scratch.path().to_owned());
        if let Some(metadata) = existing {
            scratch.as_file().set_permissions(metadata.permissions())?;
        }
        Ok(Self::Beside(BufWriter::new(scratch), place))
    }
}

/// A scratch file in the directory of `place`, with the permissions of any new file.
fn beside(place: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".poly-match-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the umask takes away. Without this, only the owner could read the output.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory(place))
}

/// The directory that a path names a file in.
fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
