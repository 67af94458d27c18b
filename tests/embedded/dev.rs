//! The workspace's own server: found by every process, its data stay, and it ends when nobody needs it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schema_diff::embedded::{DevOptions, DevServer, EmbeddedError, Major, Progress};
use sqlx::{Connection, Executor, PgConnection};
use tests::process::{self, Owner, is_alive, open_directory, wait_until};

/// A workspace that is removed in the end together with its server.
struct Workspace(PathBuf);

impl Workspace {
    fn new(name: &str) -> Self {
        Self(open_directory(name))
    }

    fn path(&self) -> &Path {
        &self.0
    }

    async fn open(&self) -> DevServer {
        DevServer::open(&self.0, None, &Progress::silent()).await.expect("a server")
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let path = self.0.clone();
        // A test runs within a runtime already, so this needs a thread.
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            let removed = runtime.block_on(DevServer::remove(&path)).map_err(|error| error.to_string());
            removed.and_then(|()| std::fs::remove_dir_all(path).map_err(|error| error.to_string()))
        });
        let removed = removal.join().expect("no panic in it");
        // A second panic would hide the first.
        assert!(std::thread::panicking() || removed.is_ok(), "{removed:?}");
    }
}

async fn execute(url: &str, sql: &'static str) {
    let mut connection = PgConnection::connect(url).await.expect("the server answers");
    connection.execute(sql).await.expect("the statement runs");
    connection.close().await.expect("the connection closes");
}

#[tokio::test]
async fn two_processes_at_once_find_the_same_server_and_it_outlives_them() {
    let workspace = Workspace::new("race");
    let name = workspace.path().display().to_string();
    let owners = [name.clone(), name].map(|name| std::thread::spawn(move || Owner::start(&["dev", &name, "600"])));
    let mut owners = owners.map(|thread| thread.join().expect("a process with a server"));
    assert_eq!(owners[0].line(0), owners[1].line(0));
    let url = owners[0].line(0).to_owned();
    let pid = process::server(Path::new(owners[0].line(1)));
    owners[0].kill();
    owners[1].finish();
    execute(&url, "CREATE TABLE t ()").await;
    let here = workspace.open().await;
    assert_eq!((here.url(), process::server(here.directory())), (url, pid));
}

#[tokio::test]
async fn data_stay_until_reset() {
    let workspace = Workspace::new("stay");
    assert!(DevServer::running(workspace.path()).await.expect("a look").is_none());
    assert!(!DevServer::stop(workspace.path()).await.expect("nothing to stop"));
    let server = workspace.open().await;
    execute(&server.url(), "CREATE TABLE kept (n int)").await;
    let pid = process::server(server.directory());
    assert!(DevServer::stop(workspace.path()).await.expect("stopped"));
    wait_until(Duration::from_secs(5), || !is_alive(pid));

    let server = workspace.open().await;
    execute(&server.url(), "INSERT INTO kept VALUES (1)").await;
    let found = DevServer::running(workspace.path()).await.expect("a look").expect("it runs");
    assert_eq!(found.url(), server.url());
    let _session = PgConnection::connect(&server.url()).await.expect("a session that is in the way");
    server.reset().await.expect("reset");
    execute(&server.url(), "CREATE TABLE kept (n int)").await;
}

#[tokio::test]
async fn data_of_another_version_are_refused() {
    let workspace = Workspace::new("version");
    let silent = Progress::silent();
    let server = DevServer::open(workspace.path(), Some(Major::OLDEST), &silent).await.expect("a server");
    let _session = PgConnection::connect(&server.url()).await.expect("a session that is in the way");
    server.reset().await.expect("12 can be reset too");
    for running in [true, false] {
        let error = DevServer::open(workspace.path(), Some(Major::LATEST), &silent).await.expect_err("12 is there");
        assert!(matches!(error, EmbeddedError::OtherMajor { .. }), "{error}");
        assert!(error.to_string().contains("embedded:12"), "{error}");
        if running {
            DevServer::stop(workspace.path()).await.expect("stopped");
        }
    }
    assert_eq!(workspace.open().await.major(), Major::OLDEST);
}

#[tokio::test]
async fn without_clients_it_ends_itself() {
    let workspace = Workspace::new("idle");
    let options = DevOptions::default().idle(Duration::from_secs(1));
    let server = DevServer::open_with(workspace.path(), options, &Progress::silent()).await.expect("a server");
    let pid = process::server(server.directory());
    let session = PgConnection::connect(&server.url()).await.expect("a session");
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(is_alive(pid), "somebody is connected");
    session.close().await.expect("closed");
    wait_until(Duration::from_secs(10), || !is_alive(pid));
    assert_eq!(workspace.open().await.url(), server.url());
}

#[tokio::test]
async fn opening_while_it_ends_itself_never_gives_a_dying_server() {
    let workspace = Workspace::new("edge");
    let options = DevOptions::default().idle(Duration::from_millis(300));
    for round in 0..25 {
        let silent = Progress::silent();
        let server = DevServer::open_with(workspace.path(), options.clone(), &silent).await.expect("a server");
        execute(&server.url(), "SELECT 1").await;
        // About the time after which it ends, from just before to just after.
        tokio::time::sleep(Duration::from_millis(300 + round * 10)).await;
    }
}

#[tokio::test]
async fn after_a_power_cut_it_starts_although_its_process_id_is_taken() {
    let workspace = Workspace::new("power");
    let server = workspace.open().await;
    // Commits of the last half second may be lost otherwise.
    execute(&server.url(), "SET synchronous_commit = on; CREATE TABLE t ()").await;
    let pid = process::server(server.directory());
    process::kill(process::parent(pid));
    process::kill(pid);
    wait_until(Duration::from_secs(5), || !is_alive(pid));
    // As after the restart of a container: the number belongs to some other program, here to this test.
    let file = server.directory().join("data/postmaster.pid");
    let text = std::fs::read_to_string(&file).expect("a killed server leaves it");
    let (_, rest) = text.split_once('\n').expect("lines");
    std::fs::write(&file, format!("{}\n{rest}", std::process::id())).expect("written");
    execute(&workspace.open().await.url(), "INSERT INTO t DEFAULT VALUES").await;
}

#[tokio::test]
async fn an_ordinary_user_has_one_too() {
    let workspace = Workspace::new("ordinary");
    let mut owner = Owner::start_as_ordinary_user(&["dev", &workspace.path().display().to_string(), "1"]);
    let directory = PathBuf::from(owner.line(1));
    let pid = process::server(&directory);
    owner.finish();
    wait_until(Duration::from_secs(15), || !is_alive(pid));
    if process::is_root() {
        // It is another user's, so that `Workspace` doesn't know it.
        std::fs::remove_dir_all(&directory).expect("root may");
        std::fs::remove_file(directory.with_extension("lock")).expect("root may");
    }
}
