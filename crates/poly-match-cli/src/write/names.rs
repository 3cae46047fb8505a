//! Names of output columns. No name comes twice.

use std::collections::HashSet;

/// The column names in use.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The name for a column of the input. It changes only if the input has it twice.
    pub(super) fn own(&mut self, name: &str) -> String {
        self.take(name.to_owned())
    }

    /// The name for an added column. It gets a prefix if the input has the name.
    pub(super) fn added(&mut self, name: &str) -> String {
        if self.0.contains(name) { self.take(format!("polygon_{name}")) } else { self.own(name) }
    }

    /// The name, with a number if it is in use.
    fn take(&mut self, name: String) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        let free = candidates.find(|candidate| !self.0.contains(candidate)).unwrap_or(name);
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_comes_twice() {
        let mut names = Names::default();
        let own = ["name", "distance", "polygon_distance", "name"].map(|name| names.own(name));
        assert_eq!(own, ["name", "distance", "polygon_distance", "name_2"]);
        let added = ["polygon", "name", "NAME", "distance", "name"].map(|name| names.added(name));
        assert_eq!(
            added,
            ["polygon", "polygon_name", "NAME", "polygon_distance_2", "polygon_name_2"]
        );
    }
}
