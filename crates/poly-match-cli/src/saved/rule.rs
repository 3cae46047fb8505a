//! The rule as text, as Python's `Matcher` shows it.

use std::fmt;

use poly_match::{Center, Criterion, Near, Tie, Within};

/// A rule, which is shown as the arguments of Python's `Matcher`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    pub(crate) near: &'a Near,
    pub(crate) best: &'a [Criterion],
    pub(crate) tie: Tie,
    pub(crate) center: Center,
    pub(crate) planar: bool,
    /// The number of labels, if the polygons have groups.
    pub(crate) labels: Option<usize>,
}

/// Arguments that have their default are left out, except `near`, `best` and `inclusive`.
impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without a distance, all are near.
        let within = self.near.within().filter(|within| within.max_dist().is_finite());
        if let Some(max_dist) = within.map(Within::max_dist) {
            write!(f, "max_dist={max_dist:?}, ")?;
        }
        let near = match self.near {
            Near::Center(_) => "center",
            Near::Boundary(_) => "boundary",
            Near::Circle { .. } => "circle",
            Near::Contains => "contains",
            Near::Covers => "covers",
        };
        write!(f, "near='{near}', best={}", best(self.best))?;
        let inclusive = match self.near {
            Near::Circle { inclusive } => Some(*inclusive),
            Near::Center(_) | Near::Boundary(_) | Near::Contains | Near::Covers => {
                within.map(Within::is_inclusive)
            }
        };
        if let Some(is_inclusive) = inclusive {
            f.write_str(if is_inclusive { ", inclusive=True" } else { ", inclusive=False" })?;
        }
        match self.tie {
            Tie::Index => {}
            Tie::Distance => f.write_str(", tie='distance'")?,
        }
        match self.center {
            Center::VertexMean => {}
            Center::Centroid => f.write_str(", center='centroid'")?,
            Center::Bounds => f.write_str(", center='bbox'")?,
        }
        if self.planar {
            f.write_str(", planar=True")?;
        }
        match self.labels {
            Some(count) => write!(f, ", groups=<{count} labels>"),
            None => Ok(()),
        }
    }
}

/// The criteria as one text, or one text each if the name of a column has a comma.
fn best(criteria: &[Criterion]) -> String {
    let texts: Vec<_> = criteria.iter().map(ToString::to_string).collect();
    if texts.iter().any(|text| text.contains(',')) {
        let texts: Vec<_> = texts.iter().map(|text| repr(text)).collect();
        return format!("({})", texts.join(", "));
    }
    repr(&texts.join(","))
}

/// Text as Python's `repr` has it.
fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            c if c == quote => shown.extend(['\\', c]),
            c => shown.push(c),
        }
    }
    shown.push(quote);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(near: &Near, best: &[&str]) -> String {
        let best = Criterion::parse(best).expect("criteria");
        let (tie, center) = (Tie::Index, Center::VertexMean);
        Said { near, best: &best, tie, center, planar: false, labels: None }.to_string()
    }

    #[test]
    fn a_rule_is_said_as_python_says_it() {
        let within = Within::new(2.5).expect("legal");
        let inclusive = Within::inclusive(2.0).expect("legal");
        let all = Within::new(f64::INFINITY).expect("legal");
        assert_eq!(
            said(&Near::Center(within), &["smallest"]),
            "max_dist=2.5, near='center', best='smallest', inclusive=False"
        );
        assert_eq!(
            said(&Near::Boundary(inclusive), &["nearest, max:a"]),
            "max_dist=2.0, near='boundary', best='nearest,max:a', inclusive=True"
        );
        assert_eq!(
            said(&Near::Circle { inclusive: true }, &["min:a"]),
            "near='circle', best='min:a', inclusive=True"
        );
        assert_eq!(said(&Near::Center(all), &["nearest"]), "near='center', best='nearest'");
        assert_eq!(
            said(&Near::Covers, &["nearest", "min:a, b's"]),
            "near='covers', best=('nearest', \"min:a, b's\")"
        );
        assert_eq!(said(&Near::Contains, &["max:\\"]), r"near='contains', best='max:\\'");
        let said = Said {
            near: &Near::Center(within),
            best: &[Criterion::First],
            tie: Tie::Distance,
            center: Center::Bounds,
            planar: true,
            labels: Some(3),
        };
        assert_eq!(
            said.to_string(),
            "max_dist=2.5, near='center', best='first', inclusive=False, tie='distance', \
             center='bbox', planar=True, groups=<3 labels>"
        );
    }
}
