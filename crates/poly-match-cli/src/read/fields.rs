//! The columns that `--fields` names: whole texts, or the names between their commas.

/// The columns of the polygons to write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The texts as given.
    pub(super) whole: Vec<String>,
    /// The names between the commas, if there is one text; otherwise the texts as given.
    pub(super) split: Vec<String>,
}

impl Fields {
    /// From the text of each `--fields`. If there are several, each is the name of one column.
    pub(crate) fn new(texts: Vec<String>) -> Self {
        let split = match &texts[..] {
            [text] => text.split(',').map(str::to_owned).collect(),
            _ => texts.clone(),
        };
        Self { whole: texts, split }
    }

    /// The names of the columns, if `exists` tells which columns there are. A single text with a
    /// comma is one name if there is such a column.
    pub(super) fn among(&self, exists: impl Fn(&str) -> bool) -> &[String] {
        if self.whole.iter().all(|name| exists(name)) { &self.whole } else { &self.split }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_part_names_unless_a_column_has_them() {
        let fields = |texts: &[&str]| Fields::new(texts.iter().map(|&text| text.into()).collect());
        let none = |_: &str| false;
        assert_eq!(fields(&[]).among(none), [""; 0]);
        assert_eq!(fields(&["a"]).among(none), ["a"]);
        assert_eq!(fields(&["a,b"]).among(none), ["a", "b"]);
        assert_eq!(fields(&["a,b"]).among(|name| name == "a,b"), ["a,b"]);
        assert_eq!(fields(&["a,b", "c"]).among(none), ["a,b", "c"]);
    }
}
