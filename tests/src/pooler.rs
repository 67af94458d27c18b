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

/// The packages that are unpacked.
const PACKAGES: [&str; 3] = ["pgbouncer", "libevent-2.1-7", "libc-ares2"];

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
        account.give(&directory);
        let (program, libraries) = program();
        // It refuses to work for root.
        let mut command = account.command(program);
        command.arg(directory.join("pgbouncer.ini")).env("LD_LIBRARY_PATH", libraries);
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

/// The program, and where its libraries are besides the usual places.
fn program() -> (PathBuf, PathBuf) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    if let Some(found) = places.map(|place| place.join("pgbouncer")).find(|program| program.is_file()) {
        return (found, PathBuf::new());
    }
    let _one = UNPACKING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let root = build::target_directory().join("pgbouncer");
    let program = root.join("usr/sbin/pgbouncer");
    if !program.is_file() {
        unpack(&root);
    }
    let libraries = std::fs::read_dir(root.join("usr/lib")).expect("its libraries").flatten().map(|entry| entry.path());
    let libraries = libraries.filter(|path| path.is_dir()).collect::<Vec<_>>();
    (program, std::env::join_paths(libraries).expect("paths without a colon").into())
}

/// Downloads and unpacks; where the machine has no lists of packages, into lists of our own.
fn unpack(root: &Path) {
    let work = root.with_extension("unpacking");
    let lists = work.join("lists");
    std::fs::create_dir_all(lists.join("partial")).expect("a directory");
    let own = |kind: &str, path: &Path| format!("{kind}={}", path.display());
    let cache = own("Dir::Cache", &work);
    if !apt(&work, &[&["download"], &PACKAGES[..]].concat()) {
        let lists = own("Dir::State::Lists", &lists);
        let own = ["-o", &lists, "-o", &cache];
        let loaded = apt(&work, &[&own[..], &["update"]].concat())
            && apt(&work, &[&own[..], &["download"], &PACKAGES[..]].concat());
        assert!(loaded, "there is no pgbouncer here, and apt-get can't download it: install it, then test again");
    }
    let contents = work.join("contents");
    for package in std::fs::read_dir(&work).expect("our own directory").flatten().map(|entry| entry.path()) {
        if package.extension().is_some_and(|end| end == "deb") {
            let unpacked = Command::new("dpkg").arg("-x").arg(&package).arg(&contents).status();
            assert!(unpacked.is_ok_and(|status| status.success()), "{} can't be unpacked", package.display());
        }
    }
    std::fs::rename(&contents, root).expect("a place for it");
    std::fs::remove_dir_all(&work).expect("our own directory");
}

fn apt(directory: &Path, arguments: &[&str]) -> bool {
    let mut apt = Command::new("apt-get");
    apt.args(["-q", "-o", "APT::Sandbox::User=root"]).args(arguments).current_dir(directory);
    apt.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn write(path: &Path, text: &str) {
    let mut file = std::fs::File::create(path).expect("a file");
    file.write_all(text.as_bytes()).expect("written");
}
