//! Processes that own servers, and looking at processes from outside.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::build;

/// The user and group that ordinary users' tests run as where we are root: nobody, on every system we know.
const NOBODY: u32 = 65534;

/// The user that servers run as.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// User and group, where it isn't ourselves.
    other: Option<(u32, u32)>,
}

impl Account {
    /// Ourselves; a server refuses to run as root, whose place is taken by `postgres`, else by nobody.
    pub fn of_servers() -> Self {
        if !is_root() {
            return Self { other: None };
        }
        let number = |option: &str| shell(&format!("id {option} postgres 2>/dev/null")).parse().ok();
        Self { other: number("-u").zip(number("-g")).or(Some((NOBODY, NOBODY))) }
    }

    /// A command of this user, out of reach of the terminal and of the variables that PostgreSQL's programs read.
    pub fn command(self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").process_group(0).stdin(Stdio::null()).env("LC_ALL", "C");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }

    /// Makes this user the owner of a directory and what is in it.
    pub fn give(self, directory: &Path) {
        if let Some((user, group)) = self.other {
            let given = Command::new("chown").arg("-R").arg(format!("{user}:{group}")).arg(directory).status();
            assert!(given.is_ok_and(|status| status.success()), "{} can't be given away", directory.display());
        }
    }
}

/// A running `own_server`.
#[derive(Debug)]
pub struct Owner {
    child: Child,
    lines: Vec<String>,
}

impl Owner {
    /// Starts it and waits for what it prints: two lines.
    pub fn start(arguments: &[&str]) -> Self {
        Self::spawn(Command::new(build::program("tests", "own_server")).args(arguments))
    }

    /// The same as a user who isn't root; as ourselves if we aren't.
    pub fn start_as_ordinary_user(arguments: &[&str]) -> Self {
        let program = build::program("tests", "own_server");
        if !is_root() {
            return Self::spawn(Command::new(program).args(arguments));
        }
        // That user may not be allowed to enter the target directory.
        let directory = open_directory("ordinary-user");
        let copy = directory.join("own_server");
        std::fs::copy(program, &copy).expect("a copy of the program");
        let mut command = Command::new(copy);
        command.args(arguments).uid(NOBODY).gid(NOBODY).current_dir("/").env("HOME", "/nonexistent");
        command.env_remove("XDG_CACHE_HOME").env_remove("XDG_DATA_HOME").env_remove("SCHEMA_DIFF_DIR");
        let owner = Self::spawn(&mut command);
        std::fs::remove_dir_all(directory).expect("our own directory");
        owner
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("own_server can be started");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let lines: Vec<String> = output.lines().take(2).map(|line| line.expect("text")).collect();
        assert_eq!(lines.len(), 2, "own_server failed; its error stands above");
        Self { child, lines }
    }

    /// A printed line.
    pub fn line(&self, index: usize) -> &str {
        &self.lines[index]
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("a living process");
        self.child.wait().expect("its status");
    }

    /// Lets it end as it wants.
    pub fn finish(&mut self) {
        drop(self.child.stdin.take());
        let status = self.child.wait().expect("its status");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // Without an owner its guard cleans up; it may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether we are root.
pub fn is_root() -> bool {
    shell("id -u") == "0"
}

/// `kill -9` of any process.
pub fn kill(pid: u32) {
    signal("KILL", pid);
}

/// Sends a signal by its name, as in "INT".
pub fn signal(name: &str, pid: u32) {
    shell(&format!("kill -{name} {pid}"));
}

/// Whether a process exists and is not just waiting to be taken off the process table.
pub fn is_alive(pid: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !after_name(&stat).starts_with('Z'),
        Err(_) if Path::new("/proc/self").exists() => false,
        Err(_) => !["", "Z"].contains(&shell(&format!("ps -o stat= -p {pid} | cut -c1")).as_str()),
    }
}

/// The process that started another.
pub fn parent(pid: u32) -> u32 {
    let text = match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => after_name(&stat).split_whitespace().nth(1).unwrap_or_default().to_owned(),
        Err(_) => shell(&format!("ps -o ppid= -p {pid}")),
    };
    text.trim().parse().expect("a process id")
}

/// `/proc/PID/stat` is "pid (name) state parent …", and a name may hold anything.
fn after_name(stat: &str) -> &str {
    stat.rsplit_once(") ").map_or("", |(_, rest)| rest)
}

/// What a line of shell prints.
fn shell(line: &str) -> String {
    let output = Command::new("/bin/sh").args(["-c", line]).output().expect("a shell");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Waits for something that must come about.
///
/// # Panics
/// If it doesn't in time.
pub fn wait_until(limit: Duration, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !condition() {
        assert!(Instant::now() < deadline, "nothing happened within {limit:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The process of the server whose data lie in `directory/data`.
pub fn server(directory: &Path) -> u32 {
    let file = std::fs::read_to_string(directory.join("data/postmaster.pid")).expect("a running server");
    file.lines().next().and_then(|line| line.trim().parse().ok()).expect("its process id")
}

/// A fresh directory that every user may enter.
pub fn open_directory(name: &str) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("schema-diff-test-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory");
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).expect("our own directory");
    directory
}
