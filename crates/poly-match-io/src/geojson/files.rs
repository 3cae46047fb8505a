//! Files whose features are read one after another.

use poly_match_geo::Crs;

use super::Layout;
use super::columns::Columns;
use super::feature::Feature;
use super::features::Features;
use super::texts::Texts;
use crate::encoding::Encoding;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::options::ReadOptions;
use crate::replay::Replay;
use crate::stop::{Stop, Stoppable};
use crate::window::{Window, longest_record};

/// Files that are read one after another.
pub(super) struct Files {
    /// Names, and contents.
    files: Vec<(String, Replay)>,
    layout: Layout,
    encoding: Option<Encoding>,
    longest: usize,
    stop: Stop,
    /// The file that is being read.
    pub(super) position: usize,
    pub(super) texts: Option<Texts>,
}

impl Files {
    pub(super) fn new(
        files: Vec<(String, Replay)>,
        layout: Layout,
        options: &ReadOptions,
        stop: Stop,
    ) -> Self {
        let (encoding, longest) = (options.encoding, longest_record(&options.limits));
        Self { files, layout, encoding, longest, stop, position: 0, texts: None }
    }

    /// Whether all files are read.
    pub(super) fn is_at_end(&self) -> bool {
        self.position == self.files.len()
    }

    /// Starts to read a file.
    pub(super) fn open(&self, position: usize) -> Result<Texts> {
        let input = self.files[position].1.open()?;
        let input = Box::new(Stoppable::new(input, self.stop.clone()));
        let window = Window::new(input, self.encoding, self.longest)?;
        Ok(match self.layout {
            Layout::Document => Texts::of_document(window),
            Layout::Lines => Texts::of_lines(window),
        })
    }

    /// The name of the file that is being read.
    pub(super) fn name(&self) -> &str {
        &self.files[self.position.min(self.files.len() - 1)].0
    }

    /// Finds the columns of all files, and the coordinate system, which they must share.
    pub(super) fn columns(
        &self,
        features: &mut Features,
        limits: &Limits,
    ) -> Result<(Columns, Option<Crs>)> {
        let mut columns = Columns::default();
        let mut known: Option<Option<Crs>> = None;
        for (position, (name, _)) in self.files.iter().enumerate() {
            let crs = self
                .open(position)
                .and_then(|texts| columns_of(texts, features, &mut columns, limits))
                .map_err(|error| error.in_file(name))?;
            if let Some(known) = known.as_ref().filter(|known| **known != crs) {
                let said = |crs: &Option<Crs>| {
                    crs.as_ref().map_or_else(|| "an unknown system".to_owned(), Crs::to_string)
                };
                let what = format_args!(
                    "expected coordinates in {} as in {}, got {}",
                    said(known),
                    self.files[0].0,
                    said(&crs)
                );
                return Err(Error::malformed(what).in_file(name));
            }
            known = Some(crs);
        }
        Ok((columns, known.flatten()))
    }
}

/// Adds the columns of a file, and returns its coordinate system.
fn columns_of(
    mut texts: Texts,
    features: &mut Features,
    columns: &mut Columns,
    limits: &Limits,
) -> Result<Option<Crs>> {
    while let Some(found) = texts.next()? {
        let add = |feature: &Feature<'_>| columns.add(feature, limits);
        features.with(&found, add).map_err(|error| error.at(found.place.clone()))?;
    }
    Ok(texts.crs())
}
