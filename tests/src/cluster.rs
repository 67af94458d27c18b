//! A server that may be stopped in the middle of everything: it comes back by itself, as under a service manager.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use schema_diff::embedded::{Binaries, Major, Progress};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::process::{self, Account};

/// Runs the server again and again, and cleans up after the owner.
const GUARD: &str = include_str!("cluster/guard.sh");

/// A server has this long to come back; after that the test can't go on.
const PATIENCE: Duration = Duration::from_secs(120);

/// Small segments, so that a limit on the size of files is met by a table and not by the log of changes.
const INITDB: [&str; 8] =
    ["-U", "postgres", "-A", "trust", "--no-locale", "--encoding=UTF8", "--no-sync", "--wal-segsize=1"];

/// A data directory with its server.
#[derive(Debug)]
pub struct Cluster {
    guard: Child,
    directory: PathBuf,
    binaries: Binaries,
    settings: Vec<(String, String)>,
}

impl Cluster {
    /// Makes one and starts it.
    ///
    /// # Panics
    /// If it doesn't start.
    pub async fn start(major: Major, settings: &[(&str, &str)]) -> Self {
        let binaries = Binaries::obtain(major, &Progress::silent()).await.unwrap_or_else(|error| panic!("{error}"));
        let directory = new_directory();
        let mut initdb = Account::of_servers().command(binaries.directory().join("initdb"));
        let made = initdb.args(INITDB).arg("-D").arg(directory.join("data")).output().expect("initdb can be started");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::run(directory, binaries, settings).await
    }

    async fn run(directory: PathBuf, binaries: Binaries, settings: Vec<(String, String)>) -> Self {
        let mut command = Account::of_servers().command("/bin/sh");
        command.args(["-c", GUARD, "cluster-guard"]).arg(&directory).arg(binaries.directory().join("postgres"));
        command.arg("-D").arg(directory.join("data"));
        let sockets = directory.display().to_string();
        let own = [
            ("listen_addresses", ""),
            ("unix_socket_directories", sockets.as_str()),
            ("fsync", "off"),
            ("max_connections", "100"),
            ("timezone", "UTC"),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        for (name, value) in own.iter().chain(&settings) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let guard = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let cluster = Self { guard: guard.expect("a shell"), directory, binaries, settings };
        cluster.wait_until_ready().await;
        cluster
    }

    /// A hot standby that was copied from it and follows it.
    ///
    /// # Panics
    /// If it doesn't start.
    pub async fn standby(&self) -> Self {
        self.take_down("INT").await;
        let directory = new_directory();
        let mut copy = Account::of_servers().command("cp");
        let copied = copy.arg("-R").arg(self.directory.join("data")).arg(directory.join("data")).status();
        assert!(copied.expect("cp can be started").success());
        let mut mark = Account::of_servers().command("touch");
        assert!(mark.arg(directory.join("data/standby.signal")).status().expect("touch can be started").success());
        self.bring_up().await;
        let mut settings = self.settings.clone();
        let source = format!("host={} user=postgres", self.directory.display());
        settings.push(("primary_conninfo".to_owned(), source));
        Self::run(directory, self.binaries.clone(), settings).await
    }

    /// The version.
    pub fn major(&self) -> Major {
        self.binaries.major()
    }

    /// The exact version.
    pub fn version(&self) -> &str {
        self.binaries.version()
    }

    /// The folder of its socket, and of the server's log.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", database)
    }

    /// The same for another role.
    pub fn url_as(&self, role: &str, database: &str) -> String {
        let host = self.directory.display().to_string().replace('/', "%2F");
        format!("postgres://{role}@localhost:5432/{database}?host={host}")
    }

    /// Runs statements in a database, each by itself.
    ///
    /// # Panics
    /// If one fails.
    pub async fn execute(&self, database: &str, statements: &[&str]) {
        let mut connection = PgConnection::connect(&self.url(database)).await.expect("a connection");
        for sql in statements {
            let done = sqlx::raw_sql(AssertSqlSafe((*sql).to_owned())).execute(&mut connection).await;
            done.unwrap_or_else(|error| panic!("{error}\nin: {sql}"));
        }
        connection.close().await.expect("closed");
    }

    /// Makes a copy of a database that nobody uses at that moment; gives its address.
    pub async fn create_database(&self, name: &str, template: &str) -> String {
        // Copying files is what older servers always do, and it is the faster way.
        let strategy = if self.major().number() >= 15 { " STRATEGY FILE_COPY" } else { "" };
        self.execute("postgres", &[&format!("CREATE DATABASE {name} TEMPLATE {template}{strategy}")]).await;
        self.url(name)
    }

    /// Removes a database, and ends its sessions.
    pub async fn drop_database(&self, name: &str) {
        let ended = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        self.execute("postgres", &[&ended, &format!("DROP DATABASE {name}")]).await;
    }

    /// Stops the server at once, as `pg_ctl stop -m immediate` does: no session is told, nothing is written. Waits
    /// until it is back, recovered.
    pub async fn crash(&self) {
        let before = process::server(&self.directory);
        process::signal("QUIT", before);
        let deadline = Instant::now() + PATIENCE;
        while process::is_alive(before) {
            assert!(Instant::now() < deadline, "the server does not stop");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.wait_until_ready().await;
    }

    /// Stops the server and keeps it down: "INT" ends all sessions and writes everything.
    pub async fn take_down(&self, signal: &str) {
        self.write("down", "");
        process::signal(signal, process::server(&self.directory));
        let deadline = Instant::now() + PATIENCE;
        while !self.directory.join("is_down").exists() {
            assert!(Instant::now() < deadline, "the server does not stop");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets it come up again.
    pub async fn bring_up(&self) {
        std::fs::remove_file(self.directory.join("down")).expect("it was taken down");
        self.wait_until_ready().await;
    }

    /// Starts it anew with a limit on the size of each file, in kB, or with none.
    pub async fn limit_files(&self, kilobytes: Option<u64>) {
        self.take_down("INT").await;
        match kilobytes {
            Some(size) => self.write("limit", &(size * 2).to_string()),
            None => std::fs::remove_file(self.directory.join("limit")).expect("there was a limit"),
        }
        self.bring_up().await;
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.directory.join(name), text).expect("our own directory");
    }

    async fn wait_until_ready(&self) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => {
                    connection.close().await.expect("closed");
                    return;
                }
                Err(error) => {
                    let log = || std::fs::read_to_string(self.directory.join("log")).unwrap_or_default();
                    assert!(Instant::now() < deadline, "the server does not start: {error}\n{}", log());
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Closing the pipe is the order to end; the guard removes the directory.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// In memory where the machine has a file system for that with room in it; there a database is made in a tenth of the
/// time.
fn new_directory() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let parent = if has_room(memory) { memory.to_owned() } else { std::env::temp_dir() };
    let directory = parent.join(format!("schema-diff-test-{:016x}", rand::random::<u64>()));
    let mut make = Account::of_servers().command("mkdir");
    assert!(make.args(["-m", "700"]).arg(&directory).status().expect("mkdir can be started").success());
    directory
}

/// Containers often have 64 MB there.
fn has_room(directory: &Path) -> bool {
    let output = Command::new("df").args(["-Pk"]).arg(directory).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let free = text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|free| free.parse().ok());
    free.unwrap_or(0_u64) > 2_000_000
}
