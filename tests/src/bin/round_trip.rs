//! Takes schemas through Rust and back, and says where something is lost.
//!
//! `round_trip FOLDER… [--major 18] [--only TEXT] [--threads N] [--file to.sql] [--no-check] [-- FLAGS]`: every file of
//! that name under FOLDER is loaded into a database, which must not differ from the file; `pull` makes structs of it, with
//! FLAGS; `diff` against the same database must be empty; an empty database is made from the structs, and the oracle compares both, but for what the
//! structs don't declare and `pull` names. At last all structs are compiled in one crate by `cargo check`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use schema_diff::embedded::Major;
use tests::round_trip::{Lost, Trip, check, round_trip};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let (mut folders, mut major, mut only, mut threads) = (Vec::new(), Major::LATEST, String::new(), 2_usize);
    let (mut file, mut compile, mut flags) = ("to.sql".to_owned(), true, Vec::new());
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--major" => major = words.next().and_then(|text| text.parse().ok()).expect("--major NUMBER"),
            "--only" => only = words.next().expect("--only TEXT"),
            "--threads" => threads = words.next().and_then(|text| text.parse().ok()).expect("--threads NUMBER"),
            "--file" => file = words.next().expect("--file NAME"),
            "--no-check" => compile = false,
            "--" => flags.extend(words.by_ref()),
            path => folders.push(std::fs::canonicalize(path).expect("a folder")),
        }
    }
    let mut schemas = Vec::new();
    folders.iter().for_each(|folder| collect(folder, &file, &mut schemas));
    schemas.retain(|path| path.display().to_string().contains(&only));
    schemas.sort();
    if schemas.is_empty() {
        eprintln!(
            "round_trip FOLDER… [--major 18] [--only TEXT] [--threads N] [--file to.sql] [--no-check] [-- FLAGS]"
        );
        return ExitCode::from(2);
    }
    drop(tests::build::program("cargo-schema", "cargo-schema"));
    let (next, trips) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let worker = async || {
        while let Some(schema) = schemas.get(next.fetch_add(1, Ordering::Relaxed)) {
            let sql = std::fs::read_to_string(schema).expect("the file");
            let trip = round_trip(major, &sql, &flags).await;
            tell(schema, &trip);
            trips.lock().expect("no panic while held").push((schema.clone(), trip));
        }
    };
    // Each on a thread of its own: while one waits for the program, the others go on reading from their servers.
    let runtime = tokio::runtime::Handle::current();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| runtime.block_on(worker()));
        }
    });
    let trips = trips.into_inner().expect("no panic while held");
    let fine = trips.iter().filter_map(|(_, trip)| trip.as_ref().ok());
    let sources: Vec<_> = fine.map(|trip| trip.files.clone()).filter(|files| !files.is_empty()).collect();
    let whole = trips.iter().filter(|(_, trip)| trip.as_ref().is_ok_and(|trip| trip.lost.is_empty())).count();
    println!("{whole} of {} schemas came back whole on PostgreSQL {major}", trips.len());
    let mut fine = whole == trips.len();
    if compile {
        match check(&sources) {
            Ok(()) => println!("the structs of {} schemas compile", sources.len()),
            Err(errors) => {
                println!("the structs don't compile:\n{errors}");
                fine = false;
            }
        }
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(schema: &Path, trip: &Result<Trip, String>) {
    let name = schema.display();
    match trip {
        Err(why) => println!("{name}: doesn't load: {why}"),
        Ok(Trip { lost, notes, .. }) if lost.is_empty() => {
            println!(
                "{name}: whole{}",
                if notes.is_empty() { String::new() } else { format!(" ({} notes)", notes.lines().count()) }
            );
        }
        Ok(Trip { lost, notes, .. }) => {
            for Lost { stage, what } in lost {
                println!("{name}: {stage}:\n{what}");
            }
            println!("{notes}");
        }
    }
}

fn collect(folder: &Path, file: &str, found: &mut Vec<PathBuf>) {
    if folder.is_file() {
        return found.push(folder.to_owned());
    }
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, file, found);
        } else if path.file_name().is_some_and(|name| name == file) {
            found.push(path);
        }
    }
}
