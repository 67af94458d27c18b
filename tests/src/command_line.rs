//! Running the built `cargo-schema`.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use crate::{build, process};

/// Variables that would change what the program does; a test sets those that it wants.
const NOT_INHERITED: [&str; 8] =
    ["DATABASE_URL", "PG", "CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_TERM_", "CLICOLOR", "NO_COLOR", "FORCE_COLOR"];

/// The program with the place where it runs.
#[derive(Clone, Debug)]
pub struct CargoSchema {
    directory: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

/// What it said and how it ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    /// Everything it printed.
    pub stdout: String,
    /// Everything it complained about.
    pub stderr: String,
}

/// The program while it works.
#[derive(Debug)]
pub struct Running {
    child: Child,
    output: Option<[JoinHandle<String>; 2]>,
}

impl CargoSchema {
    /// Works in a directory.
    pub fn in_directory(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().to_owned(), environment: Vec::new() }
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets `DATABASE_URL`.
    #[must_use]
    pub fn database(self, url: &str) -> Self {
        self.env("DATABASE_URL", url)
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.spawn(arguments).wait()
    }

    /// Starts it, without a terminal.
    pub fn spawn(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(build::program("cargo-schema", "cargo-schema"));
        command.args(arguments).current_dir(&self.directory);
        for (name, _) in std::env::vars_os() {
            if NOT_INHERITED.iter().any(|start| name.to_string_lossy().starts_with(start)) {
                command.env_remove(name);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("cargo-schema can be started");
        let output = [
            collect(child.stdout.take().expect("a pipe was asked for")),
            collect(child.stderr.take().expect("a pipe was asked for")),
        ];
        Running { child, output: Some(output) }
    }
}

/// Reads beside the program, which would stand still when a pipe is full.
fn collect(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

impl Running {
    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("our own child").is_none()
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and what it had said until then.
    pub fn kill(mut self) -> Outcome {
        self.child.kill().expect("our own child");
        self.wait()
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        process::signal("INT", self.child.id());
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Outcome {
        let status = self.child.wait().expect("our own child");
        let [stdout, stderr] = self.output.take().expect("taken only here").map(|thread| thread.join());
        Outcome { status, stdout: stdout.expect("no panic"), stderr: stderr.expect("no panic") }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that fails leaves nothing running; after `wait` there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Outcome {
    /// The exit code; -1 if a signal ended it.
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or(-1)
    }

    /// Goes on if the exit code is the expected one.
    ///
    /// # Panics
    /// With everything that was printed, if it is another.
    #[track_caller]
    pub fn expect_code(self, expected: i32) -> Self {
        assert!(
            self.code() == expected,
            "exit code {} instead of {expected} ({})\nstdout:\n{}\nstderr:\n{}",
            self.code(),
            self.status,
            self.stdout,
            self.stderr
        );
        self
    }
}
