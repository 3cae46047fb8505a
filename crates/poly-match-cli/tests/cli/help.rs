//! The help fits a terminal, and names every option; manual pages and completions are up to date.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::Bench;

const VERBS: [&str; 5] = ["match", "summary", "info", "check", "index"];

/// The lines of a help at 80 columns.
fn lines(bench: &Bench, line: &str) -> Vec<String> {
    let ran = bench.command(line).env("COLUMNS", "80").output().expect("it starts");
    assert!(ran.status.success());
    String::from_utf8(ran.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

#[test]
fn the_help_of_every_verb_fits_a_screen() {
    let bench = Bench::new();
    for verb in VERBS {
        for option in ["--help", "-h"] {
            let help = lines(&bench, &format!("{verb} {option}"));
            assert!(help.len() <= 60, "{verb} {option}: {} lines\n{}", help.len(), help.join("\n"));
            let long: Vec<_> = help.iter().filter(|line| line.chars().count() > 80).collect();
            assert!(long.is_empty(), "{verb}: {long:#?}");
            assert!(help.iter().any(|line| line.contains(&format!("poly-match help {verb}"))));
        }
        let whole = lines(&bench, &format!("help {verb}")).join("\n");
        assert!(whole.contains("Examples:") && whole.contains("Exit status:"), "{whole}");
        // The short help leaves out rare options, and has no others.
        for word in lines(&bench, &format!("{verb} --help")).join(" ").split_whitespace() {
            if word.starts_with("--") {
                assert!(whole.contains(word), "{verb}: {word}");
            }
        }
    }
    let help = lines(&bench, "--help");
    assert!(
        help.len() <= 60 && VERBS.iter().all(|verb| help.join(" ").contains(verb)),
        "{help:#?}"
    );
    assert!(!help.join(" ").contains("generate"), "{help:#?}");
}

/// At 80 columns, paragraphs fill their lines: no line that was wrapped by hand is wrapped again.
#[test]
fn the_whole_help_reads_well_at_80_columns() {
    let bench = Bench::new();
    for verb in VERBS {
        let help = lines(&bench, &format!("help {verb}"));
        let stumps = help.windows(3).filter(|three| {
            let [before, line, after] = three else { return false };
            let indent = |line: &str| line.chars().take_while(|c| *c == ' ').count();
            let is_prose = [before, line, after].iter().all(|l| indent(l) == indent(line));
            let is_short = !line.trim().is_empty() && line.trim().chars().count() < 30;
            is_prose && is_short && before.chars().count() > 60 && after.chars().count() > 60
        });
        let stumps: Vec<_> = stumps.map(|three| three[1].clone()).collect();
        assert!(stumps.is_empty(), "{verb}: {stumps:#?}");
        assert!(help.iter().all(|line| line.chars().count() <= 80), "{verb}");
    }
}

#[test]
fn no_option_of_a_page_is_without_a_text() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("wheel/data/share/man/man1");
    for (name, page) in files(&pages) {
        for option in page.split(".TP\n").skip(1) {
            let mut lines = option.lines();
            let head = lines.next().unwrap_or_default();
            let text = lines.next().unwrap_or_default();
            assert!(!text.is_empty() && !text.starts_with('.'), "{}: {head}", name.display());
        }
        let verb = name != Path::new("poly-match.1");
        assert_eq!(page.contains(".SH EXAMPLES\n.nf\n"), verb, "{}", name.display());
        assert!(!page.contains("poly\\-match\\-help"), "{}", name.display());
        assert!(page.contains(&format!("poly-match {}", env!("CARGO_PKG_VERSION"))));
    }
    let completions = pages.join("../../zsh/site-functions/_poly-match");
    assert!(!fs::read_to_string(completions).expect("text").contains("generate"));
}

/// All files in a folder, by their paths from there.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").to_owned();
                found.push((name, fs::read_to_string(path).expect("text")));
            }
        }
    }
    found.sort();
    found
}

/// The package for Python has these files. `POLY_MATCH_GENERATED=write` writes them anew.
#[test]
fn manual_pages_and_completions_are_up_to_date() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("wheel/data");
    let bench = Bench::new();
    if std::env::var_os("POLY_MATCH_GENERATED").is_some_and(|value| value == "write") {
        let _ = fs::remove_dir_all(&kept);
        let done = bench.command("generate").arg(&kept).status().expect("it starts");
        assert!(done.success());
    }
    bench.run("generate there").ok();
    let (made, kept) = (files(&bench.file("there")), files(&kept));
    let names = |files: &[(PathBuf, String)]| -> Vec<PathBuf> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&made), names(&kept));
    for ((name, made), (_, kept)) in made.iter().zip(&kept) {
        assert!(
            made == kept,
            "{} is out of date: run with POLY_MATCH_GENERATED=write",
            name.display()
        );
    }
    assert_eq!(made.len(), 3 + 1 + VERBS.len());
}
