//! Scratch servers: every version, several at once, and nothing left of them in whatever way their owner ends.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use schema_diff::embedded::{EmbeddedError, Major, Progress, ProgressEvent, ScratchOptions, ScratchServer};
use sqlx::{Connection, Executor, PgConnection};
use tests::majors;
use tests::process::{self, Owner, is_alive, kill, parent, wait_until};

/// One value of the first row.
async fn text(url: &str, query: &'static str) -> String {
    let mut connection = PgConnection::connect(url).await.expect("the server answers at its URL");
    let value = sqlx::query_scalar(query).fetch_one(&mut connection).await.expect("the query runs");
    connection.close().await.expect("the connection closes");
    value
}

#[tokio::test]
async fn each_version_starts_with_its_extensions() {
    for major in majors() {
        let options = ScratchOptions::new(major).in_memory();
        let server = ScratchServer::start_with(options, &Progress::silent()).await.expect("a server");
        assert_eq!(server.major(), major);
        let url = server.create_database("a \"b\" ü+%?").await.expect("a database with an odd name");
        let version = text(&url, "SELECT current_setting('server_version')").await;
        assert_eq!(version.split(['.', ' ']).next(), Some(major.to_string().as_str()));
        assert_eq!(text(&url, "SELECT current_database()::text").await, "a \"b\" ü+%?");
        assert_eq!(text(&url, "SELECT current_setting('listen_addresses')").await, "");
        let mut connection = PgConnection::connect(&url).await.expect("a connection");
        connection.execute("CREATE EXTENSION citext").await.expect("contrib is there");
    }
}

#[tokio::test]
async fn two_at_once_are_apart_and_leave_nothing() {
    let silent = Progress::silent();
    let (one, two) =
        tokio::join!(ScratchServer::start(Major::LATEST, &silent), ScratchServer::start(Major::LATEST, &silent));
    let (one, two) = (one.expect("a server"), two.expect("a second server"));
    one.create_database("only_here").await.expect("a database");
    let exists = "SELECT count(*)::text FROM pg_database WHERE datname = 'only_here'";
    assert_eq!(text(&one.url("postgres"), exists).await, "1");
    assert_eq!(text(&two.url("postgres"), exists).await, "0");
    let places = [one.directory().to_owned(), two.directory().to_owned()];
    let pids = places.each_ref().map(|place| process::server(place));
    let _connected = PgConnection::connect(&one.url("postgres")).await.expect("a session that is still open");
    drop((one, two));
    for (place, pid) in places.iter().zip(pids) {
        assert!(!place.exists() && !is_alive(pid), "{}", place.display());
    }
}

#[tokio::test]
async fn databases_are_copied_and_dropped() {
    let server = ScratchServer::start(Major::LATEST, &Progress::silent()).await.expect("a server");
    let template = server.create_database("template").await.expect("a database");
    let mut connection = PgConnection::connect(&template).await.expect("a connection");
    connection.execute("CREATE TABLE t (n int)").await.expect("a table");
    connection.close().await.expect("the template is free");
    let copy = server.create_database_from("template", "copy").await.expect("a copy");
    assert_eq!(text(&copy, "SELECT count(*)::text FROM t").await, "0");
    let _in_use = PgConnection::connect(&copy).await.expect("a session");
    server.drop_database("copy").await.expect("dropped although in use");
    let error = server.create_database("x\0").await.expect_err("no such name");
    assert!(matches!(error, EmbeddedError::DatabaseName { .. }), "{error}");
}

#[tokio::test]
async fn settings_reach_the_server_and_wrong_ones_show_its_log() {
    let options = ScratchOptions::new(Major::LATEST).setting("max_connections", "37");
    let server = ScratchServer::start_with(options, &Progress::silent()).await.expect("a server");
    assert_eq!(text(&server.url("postgres"), "SELECT current_setting('max_connections')").await, "37");

    let options = ScratchOptions::new(Major::LATEST).setting("no_such_setting", "1");
    let error = ScratchServer::start_with(options, &Progress::silent()).await.expect_err("it can't start");
    let EmbeddedError::DidNotStart { directory, log, .. } = error else { panic!("{error}") };
    assert!(log.contains("no_such_setting"), "{log}");
    assert!(!directory.exists());
}

#[tokio::test]
async fn progress_is_told_and_a_second_start_is_fast() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let progress = Progress::new(move |event| seen.lock().expect("no panic before").push(event));
    drop(ScratchServer::start(Major::LATEST, &progress).await.expect("a server"));
    let begun = Instant::now();
    let server = ScratchServer::start(Major::LATEST, &progress).await.expect("a second server");
    println!("warm start: {:?}", begun.elapsed());
    let version = server.version().to_owned();
    assert_eq!(events.lock().expect("no panic before").last(), Some(&ProgressEvent::Starting { version }));
}

#[test]
fn dropping_works_without_a_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = runtime.block_on(ScratchServer::start(Major::LATEST, &Progress::silent())).expect("a server");
    let directory = server.directory().to_owned();
    drop(runtime);
    drop(server);
    assert!(!directory.exists());
}

#[test]
fn a_killed_owner_leaves_nothing() {
    let mut owner = Owner::start(&["scratch", "18"]);
    let directory = PathBuf::from(owner.line(1));
    let pid = process::server(&directory);
    owner.kill();
    let begun = Instant::now();
    wait_until(Duration::from_secs(10), || !directory.exists() && !is_alive(pid));
    println!("gone after {:?}", begun.elapsed());
}

#[tokio::test]
async fn what_a_power_cut_leaves_is_removed_by_the_next_start() {
    let mut owner = Owner::start(&["scratch", "18"]);
    let directory = PathBuf::from(owner.line(1));
    let pid = process::server(&directory);
    // The server is the guard's child. Without guard and owner nobody cares for the server.
    kill(parent(pid));
    owner.kill();
    let next = ScratchServer::start(Major::LATEST, &Progress::silent()).await.expect("a server");
    assert!(!directory.exists() && !is_alive(pid));
    assert!(next.directory().exists());
}

#[test]
fn an_ordinary_user_has_servers_too() {
    let mut owner = Owner::start_as_ordinary_user(&["scratch", "18"]);
    let directory = PathBuf::from(owner.line(1));
    assert!(directory.exists());
    let pid = process::server(&directory);
    owner.finish();
    assert!(!directory.exists() && !is_alive(pid));
}
