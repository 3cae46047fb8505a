use super::*;
use std::cell::Cell;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use rustix::io::Errno;

/// A folder that goes when the test is over.
struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a folder");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
        names.sort();
        names
    }
}

/// How a file is begun: as the file system can, or with a scratch name from the beginning.
type Begin = for<'s> fn(&Path, &'s Scratch) -> io::Result<Whole<'s>>;

const WAYS: [Begin; 2] = [unnamed, named];

fn unnamed<'s>(path: &Path, scratch: &'s Scratch) -> io::Result<Whole<'s>> {
    Whole::create(path, scratch)
}

fn named<'s>(path: &Path, scratch: &'s Scratch) -> io::Result<Whole<'s>> {
    match place::find::<io::Error>(path, &mut || Ok(()))? {
        Target::InPlace(file) => Ok(Whole { file, way: Way::InPlace }),
        Target::File(place) => Whole::named(place, scratch),
    }
}

fn write(begin: Begin, path: &Path, text: &str) -> io::Result<()> {
    let scratch = Scratch::new();
    let mut file = begin(path, &scratch)?;
    file.fill(|out| out.write_all(text.as_bytes()))?;
    let complete = file.complete()?;
    let appeared = complete.appear(&mut scratch.hold())?;
    appeared.sync()
}

#[test]
fn a_file_appears_or_is_replaced_and_nothing_is_left() {
    for begin in WAYS {
        let bench = Bench::new();
        let path = bench.file("a");
        for text in ["new", "newer"] {
            write(begin, &path, text).expect("it is written");
            assert_eq!(fs::read_to_string(&path).expect("a file"), text);
            assert_eq!(bench.names(), ["a"]);
        }
    }
}

#[test]
fn nothing_is_left_of_one_that_is_given_up() {
    for begin in WAYS {
        let bench = Bench::new();
        fs::write(bench.file("old"), "old").expect("a file");
        for name in ["old", "new"] {
            let scratch = Scratch::new();
            let path = bench.file(name);
            drop(begin(&path, &scratch).expect("it begins"));
            let mut file = begin(&path, &scratch).expect("it begins");
            let failure = file.fill(|out| {
                out.write_all(b"half")?;
                Err(io::Error::other("no more"))
            });
            assert_eq!(failure.expect_err("it fails").to_string(), "no more");
            drop(file.complete().expect("it is complete"));
            assert_eq!(bench.names(), ["old"]);
            assert_eq!(fs::read_to_string(bench.file("old")).expect("a file"), "old");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn there_is_no_name_before_it_appears() {
    let bench = Bench::new();
    let scratch = Scratch::new();
    let mut file = Whole::create(&bench.file("a"), &scratch).expect("it begins");
    file.fill(|out| out.write_all(b"all")).expect("it is written");
    let complete = file.complete().expect("it is complete");
    // A file system without such files is no failure of the program.
    if matches!(complete.0.way, Way::Unnamed(..)) {
        assert!(bench.names().is_empty(), "{:?}", bench.names());
    }
}

#[test]
fn a_name_that_comes_to_exist_meanwhile_is_replaced() {
    for begin in WAYS {
        let bench = Bench::new();
        let scratch = Scratch::new();
        let file = begin(&bench.file("a"), &scratch).expect("it begins");
        let complete = file.complete().expect("it is complete");
        fs::write(bench.file("a"), "another's").expect("a file");
        complete.appear(&mut scratch.hold()).expect("it appears").sync().expect("synced");
        assert_eq!(fs::read_to_string(bench.file("a")).expect("a file"), "");
        assert_eq!(bench.names(), ["a"]);
    }
}

#[test]
fn what_cannot_appear_leaves_nothing() {
    for begin in WAYS {
        let bench = Bench::new();
        let scratch = Scratch::new();
        let file = begin(&bench.file("a"), &scratch).expect("it begins");
        let complete = file.complete().expect("it is complete");
        fs::create_dir(bench.file("a")).expect("a folder");
        let error = complete.appear(&mut scratch.hold()).expect_err("a folder is there");
        assert!(wait::is(&error, Errno::ISDIR), "{error}");
        assert_eq!(bench.names(), ["a"]);
    }
}

#[test]
fn scratch_files_are_removed_when_the_program_ends() {
    let bench = Bench::new();
    let scratch = Scratch::new();
    let file = named(&bench.file("a"), &scratch).expect("it begins");
    assert_eq!(bench.names().len(), 1);
    assert!(bench.names()[0].starts_with(".poly-match-"));
    scratch.hold().remove_all();
    assert!(bench.names().is_empty());
    drop(file);
}

#[test]
fn mode_and_owner_are_kept() {
    for begin in WAYS {
        let bench = Bench::new();
        let path = bench.file("a");
        write(begin, &path, "new").expect("it is written");
        fs::write(bench.file("b"), "").expect("a file");
        let mode = |name| fs::metadata(bench.file(name)).expect("a file").mode();
        assert_eq!(mode("a"), mode("b"), "as any new file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).expect("a file of ours");
        // Only a privileged user may do this.
        let given = std::os::unix::fs::chown(&path, Some(12), Some(34)).is_ok();
        let before = fs::metadata(&path).expect("a file");
        write(begin, &path, "newer").expect("it is written");
        let after = fs::metadata(&path).expect("a file");
        assert_ne!(before.ino(), after.ino());
        assert_eq!(after.mode() & 0o7777, 0o751);
        assert_eq!((before.uid(), before.gid()), (after.uid(), after.gid()), "given: {given}");
    }
}

#[test]
fn symbolic_links_are_written_through() {
    for begin in WAYS {
        let bench = Bench::new();
        fs::create_dir(bench.file("folder")).expect("a folder");
        symlink("folder/b", bench.file("a")).expect("a link");
        symlink("../c", bench.file("folder/b")).expect("a link");
        symlink(bench.file("d"), bench.file("c")).expect("a link");
        for text in ["new", "newer"] {
            write(begin, &bench.file("a"), text).expect("it is written");
            assert_eq!(fs::read_to_string(bench.file("d")).expect("a file"), text);
            assert!(!bench.file("d").is_symlink());
            assert_eq!(bench.names(), ["a", "c", "d", "folder"]);
        }
        symlink("x", bench.file("y")).expect("a link");
        symlink("y", bench.file("x")).expect("a link");
        let error = write(begin, &bench.file("x"), "").expect_err("a loop");
        assert!(wait::is(&error, Errno::LOOP), "{error}");
        symlink("nowhere/file", bench.file("z")).expect("a link");
        let error = write(begin, &bench.file("z"), "").expect_err("no such folder");
        assert!(wait::is(&error, Errno::NOENT), "{error}");
    }
}

#[test]
fn errors_are_those_of_opening() {
    for begin in WAYS {
        let bench = Bench::new();
        fs::write(bench.file("file"), "old").expect("a file");
        let long = "n".repeat(300);
        for (name, errno) in [
            ("none/a", Errno::NOENT),
            ("none/", Errno::ISDIR),
            ("none/.", Errno::NOENT),
            ("none/..", Errno::NOENT),
            ("file/a", Errno::NOTDIR),
            ("file/", Errno::ISDIR),
            ("file/.", Errno::NOTDIR),
            ("none/a/", Errno::NOENT),
            ("file/a/", Errno::NOTDIR),
            (".", Errno::ISDIR),
            (long.as_str(), Errno::NAMETOOLONG),
            ("/proc/none", Errno::NOENT),
        ] {
            let path = bench.file(name);
            let error = write(begin, &path, "new").expect_err(name);
            assert!(wait::is(&error, errno), "{name:?}: {error:?}, not {errno:?}");
        }
        let error = write(begin, Path::new(""), "new").expect_err("empty");
        assert!(wait::is(&error, Errno::NOENT), "{error:?}");
        let error = write(begin, Path::new("/dev/full"), "new").expect_err("full");
        assert!(wait::is(&error, Errno::NOSPC), "{error:?}");
        assert_eq!(bench.names(), ["file"]);
    }
}

#[test]
fn the_same_file_is_found_by_any_name() {
    let bench = Bench::new();
    fs::create_dir(bench.file("folder")).expect("a folder");
    symlink("folder", bench.file("linked")).expect("a link");
    symlink("folder/new", bench.file("dangling")).expect("a link");
    fs::write(bench.file("a"), "").expect("a file");
    fs::hard_link(bench.file("a"), bench.file("hard")).expect("a link");
    symlink("a", bench.file("soft")).expect("a link");
    for (one, other, expected) in [
        ("a", "a", true),
        ("a", "folder/../a", true),
        ("a", "hard", true),
        ("a", "soft", true),
        ("soft", "hard", true),
        ("a", "new", false),
        ("new", "new", true),
        ("new", "./new", true),
        ("new", "newer", false),
        ("new", "folder/new", false),
        ("folder/new", "linked/new", true),
        ("dangling", "linked/new", true),
        ("none/a", "none/a", true),
        ("none/a", "none/b", false),
    ] {
        assert_eq!(is_same(&bench.file(one), &bench.file(other)), expected, "{one} {other}");
    }
}

#[test]
fn a_caller_may_stop_at_every_step() {
    for stop_at in 0.. {
        let bench = Bench::new();
        let scratch = Scratch::new();
        let polls = Cell::new(0);
        let mut poll = || {
            polls.set(polls.get() + 1);
            if polls.get() > stop_at { Err(io::Error::other("enough")) } else { Ok(()) }
        };
        let write = |poll: Poll<'_, io::Error>| {
            let mut file = Whole::create_with(&bench.file("a"), &scratch, poll)?;
            file.fill_with(|out| out.write_all(&[7; 5 << 20]), poll)?;
            file.complete_with(poll)?.appear(&mut scratch.hold())?.sync()
        };
        match write(&mut poll) {
            Ok(()) => {
                assert!(stop_at >= 5, "asked {stop_at} times");
                assert_eq!(bench.names(), ["a"]);
                break;
            }
            Err(error) => {
                assert_eq!(error.to_string(), "enough");
                assert!(bench.names().is_empty(), "{:?}", bench.names());
            }
        }
    }
}
