//! Files whose features are read one after another.

use std::io::Read;

use poly_match_geo::Crs;

use super::Layout;
use super::columns::Columns;
use super::feature::Feature;
use super::features::Features;
use super::texts::Texts;
use super::wrapper::{self, Wrapped};
use crate::encoding::Encoding;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::options::ReadOptions;
use crate::replay::Replay;
use crate::stop::{Stop, Stoppable};
use crate::window::{Window, longest_record};

/// How the features stand in a file.
#[derive(Debug, Clone)]
enum Form {
    Document,
    Wrapped(Wrapped),
    Lines,
}

/// Files that are read one after another.
pub(super) struct Files {
    /// Names, and contents.
    files: Vec<(String, Replay)>,
    /// How the features of each file stand in it.
    forms: Vec<Form>,
    encoding: Option<Encoding>,
    longest: usize,
    stop: Stop,
    /// How many features there are, once the columns are found.
    pub(super) features: u64,
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
        let form = match layout {
            Layout::Document => Form::Document,
            Layout::Lines => Form::Lines,
        };
        let forms = vec![form; files.len()];
        let (encoding, longest) = (options.encoding, longest_record(&options.limits));
        Self { files, forms, encoding, longest, stop, features: 0, position: 0, texts: None }
    }

    /// Whether all files are read.
    pub(super) fn is_at_end(&self) -> bool {
        self.position == self.files.len()
    }

    /// Starts to read a file.
    pub(super) fn open(&self, position: usize) -> Result<Texts> {
        let window = Window::new(self.input(position)?, self.encoding, self.longest)?;
        Ok(match &self.forms[position] {
            Form::Document => Texts::of_document(window, None),
            Form::Wrapped(wrapped) => Texts::of_document(window, Some(wrapped.clone())),
            Form::Lines => Texts::of_lines(window),
        })
    }

    fn input(&self, position: usize) -> Result<Box<dyn Read + Send>> {
        let input = self.files[position].1.open()?;
        Ok(Box::new(Stoppable::new(input, self.stop.clone())))
    }

    /// The name of the file that is being read.
    pub(super) fn name(&self) -> &str {
        &self.files[self.position.min(self.files.len() - 1)].0
    }

    /// Finds the columns of all files, and the coordinate system, which they must share.
    pub(super) fn columns(
        &mut self,
        features: &mut Features,
        limits: &Limits,
    ) -> Result<(Columns, Option<Crs>)> {
        let mut columns = Columns::default();
        let mut known: Option<Option<Crs>> = None;
        for position in 0..self.files.len() {
            let crs = self.columns_of(position, features, &mut columns, limits);
            let name = &self.files[position].0;
            let crs = crs.map_err(|error| error.in_file(name))?;
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

    /// Adds the columns of a file, and returns its coordinate system. If the file is not one object of
    /// GeoJSON, but its features are in lines, or somewhere in it, they are read there from now on.
    fn columns_of(
        &mut self,
        position: usize,
        features: &mut Features,
        columns: &mut Columns,
        limits: &Limits,
    ) -> Result<Option<Crs>> {
        let mut texts = self.open(position)?;
        let error = match add_columns(&mut texts, features, columns, limits) {
            Ok((crs, count)) => {
                self.features += count;
                return Ok(crs);
            }
            Err(error) => error,
        };
        // The end of a stream may never come.
        let may_be_endless = self.files[position].1.is_stream() && !texts.is_whole();
        if !texts.is_without_features() || self.stop.is_stopped() || may_be_endless {
            return Err(error);
        }
        self.forms[position] = if texts.are_lines() {
            Form::Lines
        } else {
            match wrapper::find(self.input(position)?)? {
                Some(wrapped) => Form::Wrapped(wrapped),
                None => return Err(error),
            }
        };
        let (crs, count) = add_columns(&mut self.open(position)?, features, columns, limits)?;
        self.features += count;
        Ok(crs)
    }
}

/// Adds the columns of the features in a text. Returns its coordinate system, and how many they are.
fn add_columns(
    texts: &mut Texts,
    features: &mut Features,
    columns: &mut Columns,
    limits: &Limits,
) -> Result<(Option<Crs>, u64)> {
    let mut count = 0;
    while let Some(found) = texts.next()? {
        let add = |feature: &Feature<'_>| columns.add(feature, limits);
        features.with(&found, add).map_err(|error| error.at(found.place.clone()))?;
        count += 1;
    }
    Ok((texts.crs(), count))
}
