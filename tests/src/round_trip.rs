//! A schema's way through Rust and back: loaded, pulled, compared, made anew from the structs, compared again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schema_diff::dialect::postgres::inspect::inspect;
use schema_diff::embedded::Major;
use schema_diff::inspection::Inspection;
use schema_diff::model::{ObjectKind, SqlObject};
use sqlx::Executor;

use crate::oracle::{Oracle, difference};
use crate::{Database, Project, Server, build};

/// How a schema fared.
#[derive(Clone, Debug, Default)]
pub struct Trip {
    /// What `pull` said beside the structs.
    pub notes: String,
    /// The structs: the module's file, then those of its folder.
    pub files: Vec<(PathBuf, String)>,
    /// What was lost.
    pub lost: Vec<Lost>,
}

/// Something that was lost on the way.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Where.
    pub stage: &'static str,
    /// What.
    pub what: String,
}

/// Facts that no struct says and that belong to no object of their own.
const UNSAID: [&str; 5] = ["row level security", "forced row level security", "replica identity", "privilege", "owner"];

/// Kinds of objects that structs are about.
const DECLARED: [&str; 7] = ["table", "column", "constraint", "index", "type", "sequence", "table column"];

/// Takes SQL through Rust and back. `Err` where the SQL itself doesn't load.
///
/// # Errors
/// What the server says to the SQL.
pub async fn round_trip(major: Major, sql: &str, flags: &[String]) -> Result<Trip, String> {
    let server = Server::shared(major).await;
    let database = server.fresh_database().await;
    load(&database, sql).await?;
    let project = Project::new();
    project.set_source("mod schema;\n");
    let mut trip = Trip::default();
    let scratch = server.fresh_database().await;
    std::fs::write(project.path().join("own.sql"), sql).expect("the SQL as a file");
    let sides = ["--from", &database.url, "--to", "own.sql", "--scratch-url", &scratch.url];
    let own = project.run(&database, &[&["diff", "--exit-code"], sides.as_slice()].concat());
    if own.code() != 0 {
        trip.lose("diff against its own SQL", format!("{}{}", own.stdout, own.stderr));
    }
    let mut arguments = vec!["pull"];
    arguments.extend(flags.iter().map(String::as_str));
    let pulled = project.run(&database, &arguments);
    trip.notes = pulled.stderr.clone();
    if pulled.code() != 0 {
        trip.lose("pull", format!("exit code {}: {}", pulled.code(), pulled.stderr));
        return Ok(trip);
    }
    trip.files = files(&project.path().join("src"));
    let again = project.run(&database, &["diff", "--exit-code"]);
    if again.code() != 0 {
        trip.lose("diff against the same database", format!("{}{}", again.stdout, again.stderr));
    }
    let made = server.fresh_database().await;
    let there = inspection(&database).await;
    make_objects(&made, &there).await;
    for arguments in [["diff", "--write"].as_slice(), &["apply"]] {
        let outcome = project.run(&made, arguments);
        if outcome.code() != 0 {
            trip.lose("made from the structs", format!("{}{}", outcome.stdout, outcome.stderr));
            return Ok(trip);
        }
    }
    let differs = by_the_oracle(&database, &made, &[&there], &trip.notes, |_| false).await;
    if !differs.is_empty() {
        trip.lose("by the oracle", differs);
    }
    Ok(trip)
}

impl Trip {
    fn lose(&mut self, stage: &'static str, what: String) {
        self.lost.push(Lost { stage, what });
    }
}

/// The module's file and the files of its folder, in the order of their names.
fn files(source: &Path) -> Vec<(PathBuf, String)> {
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(source.join(&path)).expect("what was pulled");
        (path, text)
    };
    let mut files = vec![read("schema.rs".into())];
    let folder = std::fs::read_dir(source.join("schema")).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = folder.map(|entry| PathBuf::from("schema").join(entry.file_name())).collect();
    paths.sort();
    files.extend(paths.into_iter().map(read));
    files
}

async fn load(database: &Database, sql: &str) -> Result<(), String> {
    let mut connection = database.pool.acquire().await.map_err(|error| error.to_string())?;
    let loaded = connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))).await;
    // Dumps leave an empty search_path behind.
    connection.execute("RESET ALL").await.map_err(|error| error.to_string())?;
    loaded.map(drop).map_err(|error| error.to_string())
}

async fn inspection(database: &Database) -> Inspection {
    let mut connection = database.pool.acquire().await.expect("a connection");
    inspect(&mut connection).await.expect("the catalog can be read")
}

/// Makes what structs lean on and don't declare: extensions, domains, functions. What needs a table fails, and is tried
/// until nothing more can be made.
pub async fn make_the_rest(made: &Database, like: &Database) {
    make_objects(made, &inspection(like).await).await;
}

async fn make_objects(made: &Database, there: &Inspection) {
    let mut connection = made.pool.acquire().await.expect("a connection");
    connection.execute("SET check_function_bodies = false").await.expect("a setting");
    let mut open: Vec<&SqlObject> = there.catalog.objects.values().filter(|object| object.table.is_none()).collect();
    open.sort_by_key(|object| (object.kind, object.name.clone()));
    loop {
        let mut left = Vec::new();
        for object in &open {
            let text = object.create.join(";\n");
            if connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(text))).await.is_err() {
                left.push(*object);
            }
        }
        if left.len() == open.len() {
            return;
        }
        open = left;
    }
}

/// What the oracle says about tables, their columns, keys and indexes, about enums and sequences, but for lines that are
/// passed over.
pub async fn declared_difference(one: &Database, other: &Database, notes: &str, passed: fn(&str) -> bool) -> String {
    let there = [inspection(one).await, inspection(other).await];
    by_the_oracle(one, other, &there.each_ref(), notes, passed).await
}

async fn by_the_oracle(
    one: &Database,
    other: &Database,
    there: &[&Inspection],
    notes: &str,
    passed: fn(&str) -> bool,
) -> String {
    let catalogs = || there.iter().map(|one| &one.catalog);
    let tables = catalogs().flat_map(|catalog| catalog.tables.keys().chain(catalog.enums.keys()));
    let names = tables.map(|name| name.namespace.as_str());
    let namespaces: BTreeSet<&str> = names.chain(["public"]).collect();
    let oracle = Oracle::of(&namespaces.into_iter().collect::<Vec<_>>()).without_history();
    let (first, second) = (oracle.listing(&one.pool).await, oracle.listing(&other.pool).await);
    let is_own = |line: &String| !passed(line) && is_declared(line, there, notes);
    let own = |lines: Vec<String>| lines.into_iter().filter(is_own).collect::<Vec<_>>();
    difference(&own(first), &own(second))
}

fn is_declared(line: &str, there: &[&Inspection], notes: &str) -> bool {
    let (object, rest) = line.split_once(" | ").unwrap_or((line, ""));
    let attribute = rest.split(" = ").next().unwrap_or_default();
    let kind = |kind: &&&str| object.strip_prefix(**kind).is_some_and(|rest| rest.starts_with(' '));
    // Comments on keys and indexes are objects of their own.
    let comment = attribute == "comment" && (object.starts_with("table constraint ") || object.starts_with("index "));
    DECLARED.iter().any(|each| kind(&each))
        && !UNSAID.contains(&attribute)
        && !comment
        && !there.iter().any(|one| one.catalog.objects.values().any(|other| is_of(object, other)))
        && !left_out(notes).any(|table| is_part(object, table))
}

/// Whether a fact is about an object that no struct declares.
fn is_of(object: &str, other: &SqlObject) -> bool {
    // The oracle writes names without quotes.
    let own = schema_diff::model::split_dotted(&other.name).join(".");
    match other.kind {
        ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::CompositeType => {
            is_part(object, &own) || object.contains(&format!(" {own}."))
        }
        ObjectKind::Domain | ObjectKind::RangeType | ObjectKind::Sequence => {
            object.split_once(' ').is_some_and(|(_, name)| name == own || name.starts_with(&format!("{own}.")))
        }
        ObjectKind::Exclusion => {
            let name = other.name.split(" ON ").next().unwrap_or_default();
            object.split([' ', '.']).any(|part| part == name)
        }
        _ => false,
    }
}

/// Whether a fact is about a relation: itself, its columns, keys or indexes.
fn is_part(object: &str, relation: &str) -> bool {
    let bare = relation.rsplit('.').next().unwrap_or(relation);
    let name = object.rsplit_once(' ').map_or(object, |(_, name)| name);
    name == relation || name.starts_with(&format!("{relation}.")) || object.ends_with(&format!(" on {bare}"))
}

/// The tables that `pull` says it has left out.
fn left_out(notes: &str) -> impl Iterator<Item = &str> {
    let lines = notes.lines().filter(|note| note.contains("left out:"));
    lines.filter_map(|note| note.split(' ').find(|word| word.contains('.'))?.strip_suffix(':'))
}

/// Compiles structs in one crate, a module each.
///
/// # Errors
/// What the compiler says.
///
/// # Panics
/// If no crate can be made.
pub fn check(schemas: &[Vec<(PathBuf, String)>]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_crate(folder.path(), schemas);
    let output = build::cargo("check")
        .args(["--quiet", "--offline", "--manifest-path"])
        .arg(folder.path().join("Cargo.toml"))
        .output()
        .expect("cargo can be started");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(said) }
}

fn write_crate(folder: &Path, schemas: &[Vec<(PathBuf, String)>]) {
    let workspace = build::workspace();
    let manifest = format!(
        "[package]\nname = \"pulled\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         schema-diff = {{ path = {:?} }}\nchrono = \"0.4\"\ntime = \"0.3\"\nuuid = \"1\"\nserde_json = \"1\"\n\
         sqlx = {{ version = \"0.9\", default-features = false, features = [\"postgres\", \"derive\", \"macros\", \"bigdecimal\", \
         \"bit-vec\", \"chrono\", \"ipnet\", \"ipnetwork\", \"json\", \"mac_address\", \"rust_decimal\", \"time\", \"uuid\"] }}\n",
        workspace.join("schema-diff")
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    // The versions that are there already.
    std::fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file");
    std::fs::create_dir(folder.join("src")).expect("a folder");
    let mut root = String::new();
    for (number, files) in schemas.iter().enumerate() {
        for (path, text) in files {
            let path = path.to_string_lossy().replacen("schema", &format!("s{number}"), 1);
            let path = folder.join("src").join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a module");
        }
        root.push_str(&format!("pub mod s{number};\n"));
    }
    std::fs::write(folder.join("src/lib.rs"), root).expect("the root");
}
