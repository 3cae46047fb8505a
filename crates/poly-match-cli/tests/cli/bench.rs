//! A temporary directory with two small tables, in which tests run the program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Four points: near the small zone, near the large one alone, near none, near both.
pub(crate) const POINTS: &str = "\
name,x,y
a,1,1
b,8,5
c,50,50
d,3,3
";

/// A large zone centred at (5, 5) and a small one at (1.5, 1.5).
pub(crate) const ZONES: &str = "\
id,name,wkt
L,large,\"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))\"
S,small,\"POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))\"
";

/// The output of matching the points to the zones within a distance of 4.
pub(crate) const MATCHES: &str = "\
name,x,y,polygon,distance
a,1,1,1,0.7071067811865476
b,8,5,0,3.0
c,50,50,,
d,3,3,1,2.1213203435596424
";

/// A directory that is removed after the test.
pub(crate) struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    /// A directory with `points.csv` and `zones.csv`.
    pub(crate) fn new() -> Self {
        let bench = Self { directory: tempfile::tempdir().expect("a directory") };
        bench.write("points.csv", POINTS);
        bench.write("zones.csv", ZONES);
        bench
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.file(name), content).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).expect("a text file")
    }

    /// The names of all files in the directory, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("a directory");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
        names.sort();
        names
    }

    /// The program with the arguments in `line`, separated by spaces.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_poly-match"));
        command.current_dir(self.path()).args(line.split_whitespace());
        command
    }

    /// Runs a shell script, in which `$program` is the program.
    pub(crate) fn shell(&self, script: &str) -> Ran {
        let mut shell = Command::new("sh");
        shell.current_dir(self.path()).env("program", env!("CARGO_BIN_EXE_poly-match"));
        // With a backtrace, Rust's own messages would have more lines.
        shell.env_remove("RUST_BACKTRACE");
        shell.args(["-c", script]).output().expect("it starts").into()
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        self.command(line).output().expect("it starts").into()
    }

    pub(crate) fn run_with_stdin(&self, line: &str, input: &str) -> Ran {
        let mut command = self.command(line);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(input.as_bytes()).expect("it reads");
        drop(stdin);
        child.wait_with_output().expect("it ends").into()
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            status: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ran {
    /// Asserts that the run succeeded, and returns its stdout.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        self.stdout
    }

    /// Asserts that the run failed with one line on stderr that contains `expected`, and no output.
    #[track_caller]
    pub(crate) fn fails(&self, expected: &str) {
        assert_eq!(self.status, Some(1), "{self:?}");
        assert_eq!(self.stdout, "");
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("poly-match: "), "{}", self.stderr);
        assert!(self.stderr.contains(expected), "{:?} lacks {expected:?}", self.stderr);
    }

    /// Asserts that the command line was refused, with `expected` and the usage on stderr.
    #[track_caller]
    pub(crate) fn is_wrong_usage(&self, expected: &str) {
        assert_eq!(self.status, Some(2), "{self:?}");
        assert_eq!(self.stdout, "");
        assert!(self.stderr.contains(expected), "{:?} lacks {expected:?}", self.stderr);
        assert!(self.stderr.contains("Usage:"), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}
