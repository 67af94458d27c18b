//! A real pgbouncer in transaction mode before a server.
//!
//! Where the machine has none, Debian's is unpacked into the target directory with the libraries that it needs; nothing
//! is installed, and root isn't needed. On a machine without apt it has to be installed by hand: the test says so.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use crate::build;
use crate::process::{self, Account};

/// The libraries that not every machine has, as their packages' names begin.
const LIBRARIES: [&str; 3] = ["libevent", "libc-ares", "libcares"];

/// One at a time unpacks them.
static UNPACKING: Mutex<()> = Mutex::new(());

/// A pooler at work, as long as it isn't dropped.
#[derive(Debug)]
pub struct Pooler {
    child: Child,
    directory: PathBuf,
}

impl Pooler {
    /// Starts it before the server whose socket lies in a directory.
    ///
    /// # Panics
    /// If it can't be had, or doesn't start.
    pub fn before(server: &Path) -> Self {
        let directory = process::open_directory(&format!("pooler-{:08x}", rand::random::<u32>()));
        let account = Account::of_servers();
        let settings = format!(
            "[databases]\n* = host={} port=5432\n[pgbouncer]\npool_mode = transaction\nlisten_addr =\n\
             unix_socket_dir = {directory}\nunix_socket_mode = 0777\nlisten_port = 6432\nauth_type = trust\n\
             auth_file = {directory}/users\nignore_startup_parameters = extra_float_digits\nlogfile = {directory}/log\n",
            server.display(),
            directory = directory.display()
        );
        write(&directory.join("users"), "\"postgres\" \"\"\n\"app\" \"\"\n");
        write(&directory.join("pgbouncer.ini"), &settings);
        // Its user, since it refuses to work for root, may not be allowed to enter the target directory.
        for file in files() {
            let name = file.file_name().expect("a file's name");
            std::fs::copy(&file, directory.join(name)).expect("a copy of the program");
        }
        account.give(&directory);
        let mut command = account.command(directory.join("pgbouncer"));
        command.arg(directory.join("pgbouncer.ini")).env("LD_LIBRARY_PATH", &directory);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("pgbouncer can be started");
        process::wait_until(Duration::from_secs(30), || directory.join(".s.PGSQL.6432").exists());
        Self { child, directory }
    }

    /// The address of a database behind it.
    pub fn url(&self, database: &str) -> String {
        let host = self.directory.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@localhost:6432/{database}?host={host}")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// The program, with the libraries that were unpacked for it.
fn files() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    if let Some(found) = places.map(|place| place.join("pgbouncer")).find(|program| program.is_file()) {
        return vec![found];
    }
    let _one = UNPACKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let root = build::target_directory().join("pgbouncer");
    if !root.is_dir() {
        unpack(&root);
    }
    let mut files = vec![root.join("usr/sbin/pgbouncer")];
    for folder in entries(&root.join("usr/lib")).into_iter().filter(|path| path.is_dir()) {
        files.extend(entries(&folder).into_iter().filter(|path| path.is_file()));
    }
    files
}

/// Downloads and unpacks; where the machine has no lists of packages, into lists of our own.
fn unpack(root: &Path) {
    let work = root.with_extension("unpacking");
    let lists = work.join("lists");
    std::fs::create_dir_all(lists.join("partial")).expect("a directory");
    let own = [("Dir::State::Lists", &lists), ("Dir::Cache", &work)];
    let own: Vec<String> = own.iter().map(|(kind, path)| format!("-o{kind}={}", path.display())).collect();
    let done = download(&work, &[]) || (apt("apt-get", &work, &own, &["update"]).is_some() && download(&work, &own));
    assert!(done, "there is no pgbouncer here, and apt-get can't download it: install it, then test again");
    let contents = work.join("contents");
    for package in entries(&work).into_iter().filter(|path| path.extension().is_some_and(|end| end == "deb")) {
        let unpacked = Command::new("dpkg").arg("-x").arg(&package).arg(&contents).status();
        assert!(unpacked.is_ok_and(|status| status.success()), "{} can't be unpacked", package.display());
    }
    std::fs::rename(&contents, root).expect("a place for it");
    std::fs::remove_dir_all(&work).expect("our own directory");
}

/// The package, and those libraries under whatever name this release has them.
fn download(directory: &Path, options: &[String]) -> bool {
    let Some(depends) = apt("apt-cache", directory, options, &["depends", "pgbouncer"]) else { return false };
    let depends = depends.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let libraries = depends.filter(|name| LIBRARIES.iter().any(|start| name.starts_with(start)));
    let words: Vec<&str> = ["download", "pgbouncer"].into_iter().chain(libraries).collect();
    apt("apt-get", directory, options, &words).is_some()
}

fn apt(program: &str, directory: &Path, options: &[String], arguments: &[&str]) -> Option<String> {
    let mut apt = Command::new(program);
    apt.args(["-q", "-oAPT::Sandbox::User=root"]).args(options).args(arguments).current_dir(directory);
    let output = apt.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(directory).expect("a directory that can be read").flatten().map(|entry| entry.path()).collect()
}

fn write(path: &Path, text: &str) {
    let mut file = std::fs::File::create(path).expect("a file");
    file.write_all(text.as_bytes()).expect("written");
}
