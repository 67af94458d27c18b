//! What a `diff` costs when nothing differs: reading the structs, inspecting and comparing the bookstore's catalog,
//! warm, the proof apart. Prints the processor time of this process for one round, and the ratio to the catalog
//! queries alone, measured in the same run: `cargo bench -p tests --bench diff`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use schema_diff::apply::Target;
use schema_diff::dialect::postgres::inspect::inspect;
use schema_diff::diff::RenameAnswers;
use schema_diff::draft::{Declaration, compare, live};
use schema_diff::embedded::{Major, Progress};
use schema_diff::migration::{LockFile, load};
use schema_diff::model::declare::{CrateRoot, read};
use schema_diff::proof::{Scratch, ScratchChoice};
use tests::Server;

const ROUNDS: u32 = 50;

#[tokio::main]
async fn main() {
    let bookstore = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/bookstore");
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    schema_diff::apply_all(&database.pool, bookstore.join("migrations")).await.expect("the bookstore's migrations");
    let target = Target::new(&database.url, None).expect("our own URL");
    round(&target, &bookstore).await;
    let floor = cost_of_inspection(&target).await;
    let before = cpu();
    for _ in 0..ROUNDS {
        round(&target, &bookstore).await;
    }
    let whole = (cpu() - before) / ROUNDS;
    println!("inspection alone:                 {:.1} ms of CPU", floor.as_secs_f64() * 1e3);
    println!(
        "read structs, inspect, compare:   {:.1} ms of CPU, {:.1} times the inspection",
        whole.as_secs_f64() * 1e3,
        whole.as_secs_f64() / floor.as_secs_f64()
    );
}

/// All that `diff` does when nothing differs.
async fn round(target: &Target, bookstore: &Path) {
    let root = CrateRoot {
        package: "bookstore".into(),
        library: Some("bookstore".into()),
        file: source(bookstore),
        features: Vec::new(),
    };
    let declared = read(&[root]).expect("the bookstore's structs");
    let lock = LockFile::load(&bookstore.join("schema.lock")).expect("the bookstore's lock");
    let migrations = load(&bookstore.join("migrations")).expect("the bookstore's migrations");
    let mut scratch = Scratch::new(ScratchChoice::Embedded, Some(18), Progress::silent());
    let (mut connection, side) = live(target).await.expect("a live database");
    let declaration = Declaration { catalog: declared.catalog, whole: false };
    let none = RenameAnswers::default();
    let comparison = compare(Some(&mut connection), &mut scratch, side, declaration, &lock, &migrations, &none).await;
    assert!(comparison.expect("both sides compare").is_empty(), "the bookstore's structs and migrations agree");
}

async fn cost_of_inspection(target: &Target) -> Duration {
    let mut connection = target.connect("bench").await.expect("a connection");
    inspect(&mut connection).await.expect("an inspection");
    let before = cpu();
    for _ in 0..ROUNDS {
        inspect(&mut connection).await.expect("an inspection");
    }
    (cpu() - before) / ROUNDS
}

fn source(bookstore: &Path) -> PathBuf {
    bookstore.join("src/lib.rs")
}

/// The processor time of this process.
fn cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("the kernel counts it").into()
}
