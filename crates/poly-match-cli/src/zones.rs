//! The polygons, ready to be matched: built of a table, or loaded from a saved matcher.

mod outlines;

use std::path::Path;
use std::sync::Arc;

use poly_match::{Criterion, Matcher};
use poly_match_geo::Crs;
use poly_match_io::{FEATURE_ID, Format};

use crate::args::{self, Build, Plan};
use crate::column::Column;
use crate::failure::{Failure, warn};
use crate::groups::Labels;
use crate::read::{self, Fields, Wanted};
use crate::systems::{self, System};
use crate::{build, saved, similar, swapped};
pub(crate) use outlines::Outlines;

/// The polygons, ready to be matched.
pub(crate) struct Zones {
    /// The name of the file.
    pub(crate) name: String,
    pub(crate) matcher: Matcher,
    /// The labels that points must share.
    pub(crate) labels: Option<Labels>,
    /// The name of the column of labels, if it is known.
    pub(crate) by: Option<String>,
    /// The ids, if there are any.
    pub(crate) ids: Option<Column>,
    /// The columns to write.
    pub(crate) fields: Vec<Column>,
    pub(crate) crs: Option<Crs>,
    /// Whether degrees are taken as plane coordinates.
    pub(crate) planar: bool,
    /// What is known of the outlines of the polygons; nothing of a saved matcher.
    pub(crate) outlines: Option<Outlines>,
    /// The number of rows that hold no polygon.
    pub(crate) skipped: usize,
    /// The number of members of GeometryCollections that are no polygons.
    pub(crate) ignored: usize,
}

impl Zones {
    pub(crate) fn of(plan: &Plan) -> Result<Self, Failure> {
        match &plan.zones {
            args::Zones::Build(build) => Self::build(build, plan.needs_outlines())
                .map_err(|failure| swapped::explained(failure, &plan.points, &build.polygons)),
            args::Zones::Saved { path, fields, planar } => {
                let failed = |failure: Failure| {
                    let failure = failure.in_file(path.display());
                    let is_missing = path.symlink_metadata().is_err();
                    if is_missing { similar::explained(failure, path) } else { failure }
                };
                let zones = Self::load(path, fields).map_err(failed)?;
                Ok(Self { planar: zones.planar || *planar, ..zones })
            }
        }
    }

    /// Loads a saved matcher.
    fn load(path: &Path, fields: &Fields) -> Result<Self, Failure> {
        let saved::Saved { matcher, facts, labels, columns } = saved::read(path)?;
        let column = |position: usize| Column::of(&columns, position, false);
        let schema = columns.schema();
        let is_id = |field: &arrow_schema::FieldRef| field.metadata().contains_key(FEATURE_ID);
        let ids = schema.fields().iter().position(is_id).map(column);
        let fields = fields.among(&schema, &[], Format::ArrowStream, false)?;
        let field = |field: read::Field| Some(column(field.position?).named(&field.name));
        Ok(Self {
            name: path.display().to_string(),
            skipped: matcher.skipped(),
            matcher,
            labels,
            by: facts.by,
            ids,
            fields: fields.into_iter().filter_map(field).collect(),
            crs: facts.crs.map(|crs| Crs::named(&crs)),
            planar: facts.planar,
            outlines: None,
            ignored: 0,
        })
    }

    /// The system of the polygons, and what the rule does with it.
    pub(crate) fn system(&self) -> System<'_> {
        let lengths = systems::lengths(self.matcher.near());
        System { file: &self.name, crs: self.crs.as_ref(), lengths, planar: self.planar }
    }

    /// Builds a matcher of a table. `has_outlines` keeps them.
    pub(crate) fn build(build: &Build, has_outlines: bool) -> Result<Self, Failure> {
        let input = &build.polygons;
        let wanted = Wanted {
            source: &build.source,
            id: build.id.as_deref(),
            fields: &build.fields,
            keys: build.rule.best.iter().filter_map(Criterion::column).collect(),
            label: build.label.as_deref(),
            on_invalid: build.on_invalid,
            quiet: build.quiet,
        };
        let mut polygons = read::polygons(input, &wanted)?;
        if let Some(edges) = &polygons.shaped.edges {
            warn(&format!(
                "{input}: polygons declare {edges} edges, but are matched as if edges were straight on \
                 the plane"
            ));
        }
        let lengths = systems::lengths(&build.rule.near);
        let (file, planar) = (input.to_string(), build.planar);
        let system = System { file: &file, crs: polygons.shaped.crs.as_ref(), lengths, planar };
        system.refuse_degrees()?;
        let in_file = |failure| input.failed(failure);
        let keys = polygons.keys(build.rule.nulls_last).map_err(in_file)?;
        let labels = polygons.labels();
        let by = labels.as_ref().map(|labels| labels.name().to_owned());
        let labels = labels.map(|labels| Labels::of_polygons(&labels, &polygons.shaped.skipped));
        let (labels, groups) = labels.transpose().map_err(in_file)?.unzip();
        let shapes = Arc::new(std::mem::take(&mut polygons.shaped.shapes));
        let outlines = match &polygons.shaped.circles {
            Some(circles) => Outlines::of_circles(circles, has_outlines),
            None => Outlines::of_shapes(&shapes, has_outlines),
        };
        let matcher = build::matcher(build, &polygons, shapes, &keys, groups.as_deref());
        let matcher = matcher.map_err(in_file)?;
        Ok(Self {
            name: file,
            matcher,
            labels,
            by,
            ids: polygons.ids(),
            fields: polygons.fields(),
            crs: polygons.shaped.crs.clone(),
            planar: build.planar,
            outlines: Some(outlines),
            skipped: polygons.shaped.skipped.iter().filter(|&&skipped| skipped).count(),
            ignored: polygons.shaped.ignored,
        })
    }
}
