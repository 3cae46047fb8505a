//! A table to read: a file, several files, or the standard input.

use std::fmt;
use std::fs::File;
use std::io::ErrorKind::NotFound;
use std::path::{Path, PathBuf};

use poly_match_io::{
    Cause, Copied, Error, Format, Layer, Limits, ReadOptions, Reader, ShapefileParts, Source, Stop,
    find_inputs,
};

use crate::failure::Failure;
use crate::similar;
use crate::standard;
use crate::text::Text;

const STDIN: &str = "<stdin>";

/// Rows of a batch, at most. The matcher prepares something for each batch, so batches are large.
const ROWS: usize = 1 << 17;

/// A table to read.
#[derive(Debug)]
pub(crate) struct Input {
    origin: Origin,
    /// The format that was given; otherwise the content and the extension show it.
    format: Option<Format>,
    /// The option that gives the format.
    option: &'static str,
    text: Text,
    /// The layer that was given; otherwise the file has only one.
    layer: Option<String>,
    /// The option that gives the layer.
    layer_option: &'static str,
}

#[derive(Debug)]
enum Origin {
    Stdin,
    /// A file, a folder, or a pattern.
    Path(PathBuf),
    /// A stream that is read more than once, and its name.
    Copied(Copied, String),
}

impl Input {
    /// `name` may be `-`, which is the standard input.
    pub(crate) fn new(
        name: &str,
        format: Option<Format>,
        option: &'static str,
        text: Text,
    ) -> Self {
        let origin = if name == "-" { Origin::Stdin } else { Origin::Path(name.into()) };
        Self { origin, format, option, text, layer: None, layer_option: "" }
    }

    /// The same table with a layer, or without one, and the option that gives it.
    pub(crate) fn with_layer(self, layer: Option<String>, layer_option: &'static str) -> Self {
        Self { layer, layer_option, ..self }
    }

    /// How the table is written, if it is text.
    pub(crate) fn text(&self) -> &Text {
        &self.text
    }

    /// The file, the folder or the pattern; `None` for a stream.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Path(path) => Some(path),
            Origin::Stdin | Origin::Copied(..) => None,
        }
    }

    pub(crate) fn is_stdin(&self) -> bool {
        matches!(self.origin, Origin::Stdin)
    }

    /// Whether the table can be read only once: stdin, or a named pipe.
    pub(crate) fn is_stream(&self) -> bool {
        match &self.origin {
            Origin::Stdin => true,
            Origin::Path(path) => is_stream(path),
            Origin::Copied(..) => false,
        }
    }

    /// The files of the table, as far as they are found, with those beside a Shapefile.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = match &self.origin {
            Origin::Stdin => vec![PathBuf::from("/dev/stdin")],
            Origin::Path(path) => find_inputs(path).unwrap_or_default(),
            Origin::Copied(..) => Vec::new(),
        };
        let shapefiles = files.iter().filter(|file| is_shapefile(file));
        let beside: Vec<_> = shapefiles.flat_map(|file| beside(file)).collect();
        files.extend(beside);
        files
    }

    /// Opens the table. The standard input is CSV if nothing shows its format.
    pub(crate) fn open(&self) -> Result<Reader, Failure> {
        let reader = self.opened()?;
        self.text.check_header(&reader).map_err(|failure| self.failed(failure))?;
        Ok(reader)
    }

    fn opened(&self) -> Result<Reader, Failure> {
        let mut options = ReadOptions::default();
        options.format = self.format;
        options.layer.clone_from(&self.layer);
        options.limits = Limits::default();
        options.limits.rows = ROWS;
        self.text.apply(&mut options);
        let stop = Stop::new();
        let opened = match &self.origin {
            Origin::Path(path) if is_stream(path) => {
                Source::open(path, &stop).and_then(|source| open_stream(source, options))
            }
            Origin::Path(path) => {
                find_inputs(path).and_then(|paths| Reader::open_all(&paths, &options, &stop))
            }
            Origin::Stdin => {
                let file = standard::stdin();
                let file = file.map_err(|error| Failure::new(error).in_file(STDIN))?;
                Source::file(STDIN, file, &stop).and_then(|source| open_stream(source, options))
            }
            Origin::Copied(copied, name) => {
                let stream = copied.open().map_err(|error| Failure::new(error).in_file(name))?;
                open_stream(Source::stream(name, stream), options)
            }
        };
        let reader = opened.map_err(|error| self.explained(error))?;
        match (&self.layer, reader.format()) {
            (Some(_), format) if format != Format::GeoPackage => {
                let cause = format_args!("{} is for GeoPackage, got {format}", self.layer_option);
                Err(self.failed(Failure::new(cause)))
            }
            _ => Ok(reader),
        }
    }

    /// The same file, of which this layer is read. `None` for a stream.
    pub(crate) fn of_layer(&self, layer: &str) -> Option<Self> {
        let origin = Origin::Path(self.path()?.to_owned());
        let (layer, text) = (Some(layer.to_owned()), self.text.clone());
        let Self { format, option, layer_option, .. } = *self;
        Some(Self { origin, format, option, text, layer, layer_option })
    }

    /// The layers of the file, if there are several to choose from and none is given.
    pub(crate) fn choice(&self) -> Vec<Layer> {
        let Some(path) = self.path().filter(|path| self.layer.is_none() && path.is_file()) else {
            return Vec::new();
        };
        let mut options = ReadOptions::default();
        options.format = self.format;
        let source = Source::open(path, &Stop::new());
        // Whoever opens the table tells the error.
        let layers = source.and_then(|source| Reader::layers(source, &options));
        let layers = layers.unwrap_or_default();
        let with_geometry = layers.iter().filter(|layer| layer.geometry.is_some()).count();
        let has_choice = with_geometry > 1 || (with_geometry == 0 && layers.len() > 1);
        if has_choice { layers } else { Vec::new() }
    }

    /// The same table, which can be opened more than once: a stream is copied while it is read for the
    /// first time.
    pub(crate) fn repeatable(self) -> Result<Self, Failure> {
        let (stream, name) = match &self.origin {
            Origin::Stdin => (standard::stdin(), STDIN.to_owned()),
            Origin::Path(path) if is_stream(path) => (File::open(path), path.display().to_string()),
            Origin::Path(_) | Origin::Copied(..) => return Ok(self),
        };
        let copied = stream.and_then(Copied::new);
        let copied = copied.map_err(|error| Failure::new(error).in_file(&name))?;
        Ok(Self { origin: Origin::Copied(copied, name), ..self })
    }

    /// Adds the name of the table to a failure.
    pub(crate) fn failed(&self, failure: Failure) -> Failure {
        failure.in_file(self)
    }

    fn explained(&self, error: Error) -> Failure {
        let is_missing = matches!(error.cause(), Cause::Io(error) if error.kind() == NotFound);
        let option = match error.cause() {
            Cause::UnknownFormat(_) => Some(self.option),
            Cause::Layer(_) => Some(self.layer_option),
            _ => None,
        };
        let failure = self.text.explained(error);
        match (option, &self.origin) {
            (Some(option), _) => failure.with_hint(&format!("name it with {option}")),
            (None, Origin::Path(path)) if is_missing => similar::explained(failure, path),
            _ => failure,
        }
    }
}

fn open_stream(mut source: Source, mut options: ReadOptions) -> Result<Reader, Error> {
    if options.format.is_none() {
        options.format = match source.format() {
            Err(error) if matches!(error.cause(), Cause::UnknownFormat(_)) => Some(Format::Csv),
            format => Some(format?),
        };
    }
    Reader::open(source, &options)
}

/// Whether a path is a pipe or a device.
fn is_stream(path: &Path) -> bool {
    path.metadata().is_ok_and(|there| !there.is_file() && !there.is_dir())
}

fn is_shapefile(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("shp"))
}

/// The files that may stand beside a Shapefile; some systems write their extensions in capitals.
fn beside(path: &Path) -> impl Iterator<Item = PathBuf> {
    let extensions = ShapefileParts::<()>::EXTENSIONS.into_iter();
    let both = extensions.flat_map(|extension| [extension.to_owned(), extension.to_uppercase()]);
    both.map(|extension| path.with_extension(extension))
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::Stdin => f.write_str(STDIN),
            Origin::Path(path) => write!(f, "{}", path.display()),
            Origin::Copied(_, name) => f.write_str(name),
        }
    }
}
