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

/// A file with the same extension and a similar stem, or with the same stem.
fn similar_file(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = folder.unwrap_or(Path::new(".")).read_dir().ok()?;
    let there = entries.filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())));
    let files: Vec<_> = there.filter(|name| path.with_file_name(name).is_file()).collect();
    let stem = |path: &Path| Some(path.file_stem()?.to_str()?.to_lowercase());
    let kind = |path: &Path| path.extension().map(|extension| extension.to_ascii_lowercase());
    let wanted = stem(path)?;
    let of_kind = files.iter().filter(|file| kind(file) == kind(path));
    let meant = similar(&wanted, of_kind.filter_map(|file| stem(file)));
    let meant = meant.unwrap_or_else(|| wanted.clone());
    let of_stem = files.iter().filter(|file| stem(file).as_ref() == Some(&meant));
    let found = of_stem.max_by_key(|file| kind(file) == kind(path))?;
    Some(path.with_file_name(found))
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
