//! Suggests the name that was perhaps meant.

use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The name that differs from `name` by a slip: in case, or in at most every third letter.
pub(crate) fn similar<S: AsRef<str>>(name: &str, names: impl IntoIterator<Item = S>) -> Option<S> {
    let wanted = name.to_lowercase();
    let most = wanted.chars().count() / 3;
    let distance = |other: &S| strsim::osa_distance(&wanted, &other.as_ref().to_lowercase());
    let near = names.into_iter().map(|other| (distance(&other), other));
    near.filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|best| best.1)
}

/// Adds to the failure of a missing file the name of a similar one in its folder, if there is one.
pub(crate) fn explained(failure: Failure, path: &Path) -> Failure {
    match similar_file(path) {
        Some(meant) => failure.with_hint(&format!("did you mean {}?", meant.display())),
        None => failure,
    }
}

fn similar_file(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = folder.unwrap_or(Path::new(".")).read_dir().ok()?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    similar(path.file_name()?.to_str()?, names).map(|name| path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen_through() {
        let names = ["id", "name", "kind", "priority", "Größe"];
        for (name, meant) in [
            ("nmae", Some("name")),
            ("Name", Some("name")),
            ("prioritty", Some("priority")),
            ("prio", None),
            ("größe", Some("Größe")),
            ("ix", None),
            ("", None),
            ("zone", None),
        ] {
            assert_eq!(similar(name, names), meant, "{name}");
        }
    }
}
