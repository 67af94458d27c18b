//! The rules of the house, as functions over source text.

use crate::source::{Found, Source};

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// `path:line`.
    pub(crate) place: String,
    /// What stands there, and why it may not.
    pub(crate) message: String,
}

impl Source {
    fn violation(&self, found: &Found, why: &str) -> Violation {
        Violation { place: format!("{}:{}", self.path, found.line), message: format!("`{}`: {why}", found.text) }
    }
}

/// What the files under a path may not name.
struct Never {
    under: &'static str,
    names: &'static [&'static str],
    why: &'static str,
}

/// A room's own name stands at the end of its path, so that a file of that name and its folder are both meant.
const NEVER: &[Never] = &[
    Never {
        under: "schema-diff/model/src/",
        names: &["schema_diff", "schema_derive"],
        why: "the nouns import nothing of ours",
    },
    Never { under: "schema-derive/src/", names: &["sqlx"], why: "the derive knows declarations only" },
    Never {
        under: "schema-diff/src/change",
        names: &[
            "crate::diff",
            "crate::plan",
            "crate::dialect",
            "crate::migration",
            "crate::apply",
            "crate::proof",
            "crate::embedded",
        ],
        why: "a change is a fact and knows nothing of what is made of it",
    },
    Never {
        under: "schema-diff/src/plan",
        names: &[
            "crate::dialect",
            "crate::apply",
            "crate::migration",
            "crate::proof",
            "crate::embedded",
            "schema_model::declare",
            "sqlx",
        ],
        why: "a plan is the same for every database, and doesn't know where its sides came from",
    },
    Never {
        under: "schema-diff/src/migration",
        names: &[
            "crate::dialect",
            "crate::apply",
            "crate::plan",
            "crate::diff",
            "crate::proof",
            "crate::embedded",
            "sqlx",
        ],
        why: "a migration is files; who makes or runs them stands above",
    },
    Never {
        under: "schema-diff/src/dialect",
        names: &["crate::migration", "crate::apply", "crate::proof", "crate::embedded"],
        why: "a dialect says how a database speaks; who makes it speak stands above",
    },
    Never {
        under: "schema-diff/src/apply",
        names: &["crate::diff", "crate::plan", "crate::change", "crate::proof", "crate::embedded"],
        why: "what was reviewed is what runs: applying reads files and never plans",
    },
    Never {
        under: "cli/src/",
        names: &["sqlx", "schema_model", "schema_derive"],
        why: "the command line uses the library as everybody else does",
    },
];

/// The only rooms of the library that `diff` may use, beside the model.
const DIFF_MAY: &[&str] = &["diff", "change"];

/// What a file names that it may not.
pub(crate) fn imports(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    for path in &source.contents().paths {
        for never in NEVER.iter().filter(|never| stands_under(source, never.under)) {
            if never.names.iter().any(|name| path.text == *name || path.text.starts_with(&format!("{name}::"))) {
                violations.push(source.violation(path, never.why));
            }
        }
        if stands_under(source, "schema-diff/src/diff") && !diff_may(&path.text) {
            violations.push(source.violation(path, "a comparison uses the model and `change`, nothing else"));
        }
        if let Some(other) = other_dialect(source, &path.text) {
            violations.push(source.violation(path, &format!("one dialect never uses another ({other})")));
        }
    }
    violations
}

/// Whether the file is the room, or lies in it: `a/plan` is `a/plan.rs` and everything in `a/plan/`.
fn stands_under(source: &Source, room: &str) -> bool {
    source.path.strip_prefix(room).is_some_and(|rest| room.ends_with('/') || rest.starts_with(['/', '.']))
}

fn diff_may(path: &str) -> bool {
    let mut segments = path.split("::");
    match segments.next() {
        Some("crate") => segments.next().is_some_and(|room| DIFF_MAY.contains(&room)),
        Some("sqlx" | "schema_derive" | "schema_diff") => false,
        Some("schema_model") => segments.next() != Some("declare"),
        _ => true,
    }
}

fn other_dialect(source: &Source, path: &str) -> Option<String> {
    let inside = source.path.strip_prefix("schema-diff/src/dialect/")?;
    let own = inside.split(['/', '.']).next()?;
    let named = path.strip_prefix("crate::dialect::")?.split("::").next()?;
    // Small names are dialects; a shared trait or type would stand in dialect.rs itself.
    let is_module = named.starts_with(|first: char| first.is_lowercase());
    (is_module && named != own).then(|| named.to_owned())
}

/// SQL outside the dialects.
pub(crate) fn sql_text(source: &Source) -> Vec<Violation> {
    let ours = ["schema-diff/src/", "schema-diff/model/src/", "schema-derive/src/", "cli/src/"];
    let in_a_dialect = source.path.starts_with("schema-diff/src/dialect/");
    if in_a_dialect || !ours.iter().any(|folder| source.path.starts_with(folder)) {
        return Vec::new();
    }
    let literals = source.contents().literals;
    let sql = literals.iter().filter(|literal| looks_like_sql(&literal.text));
    sql.map(|literal| source.violation(literal, "SQL is written by a dialect only")).collect()
}

/// Our SQL has its keywords in capitals, and our messages begin in small letters ("drop table a.b"): so capitals tell
/// them apart, and of small letters only whole statements are taken for SQL.
fn looks_like_sql(text: &str) -> bool {
    const OBJECTS: &str = "TABLE INDEX UNIQUE TYPE SCHEMA SEQUENCE FUNCTION TRIGGER VIEW DATABASE ROLE EXTENSION \
                           COLUMN CONSTRAINT DOMAIN OR TEMP TEMPORARY DEFAULT";
    let words: Vec<&str> = text.split_whitespace().collect();
    let second = words.get(1).copied().unwrap_or_default();
    let anywhere = |word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    let Some(first) = words.first() else { return false };
    match *first {
        "SELECT" | "EXPLAIN" | "DECLARE" | "FETCH" | "VACUUM" | "ANALYZE" | "DEALLOCATE" | "LISTEN" | "TRUNCATE" => {
            words.len() > 1 || text.ends_with(char::is_whitespace)
        }
        "INSERT" => second == "INTO",
        "DELETE" => second == "FROM",
        "UPDATE" => anywhere("SET"),
        "CREATE" | "ALTER" | "DROP" | "VALIDATE" | "ADD" => OBJECTS.split_whitespace().any(|object| object == second),
        "COMMENT" => second == "ON",
        "LOCK" => second == "TABLE",
        "GRANT" | "REVOKE" => anywhere("ON"),
        "SET" => ["LOCAL", "SESSION"].contains(&second) || ["TO", "="].iter().any(|word| anywhere(word)),
        "WITH" => anywhere("AS"),
        "BEGIN" | "COMMIT" | "ROLLBACK" => words.len() == 1 || second.starts_with("ISOLATION"),
        "select" => anywhere("from"),
        "insert" => second == "into",
        "delete" => second == "from",
        "update" => anywhere("set"),
        _ => false,
    }
}

/// The one place that vouches for SQL put together at run time.
const VOUCHES: &str = "schema-diff/src/dialect/postgres/session.rs";

/// `AssertSqlSafe` outside its place.
pub(crate) fn assert_sql_safe(source: &Source) -> Vec<Violation> {
    let published = ["schema-diff/", "schema-derive/", "cli/"];
    if source.path == VOUCHES || !published.iter().any(|folder| source.path.starts_with(folder)) {
        return Vec::new();
    }
    let words = source.contents().words;
    let found = words.iter().filter(|word| word.text == "AssertSqlSafe");
    found.map(|word| source.violation(word, &format!("only {VOUCHES} vouches for SQL text"))).collect()
}

/// What lies in the repository's root.
const TOP_LEVEL: &[&str] = &[
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "cli",
    "examples",
    "rustfmt.toml",
    "schema-derive",
    "schema-diff",
    "tests",
];

/// Names in the root that don't belong there, and those that are missing.
pub(crate) fn top_level(names: &[String]) -> Vec<Violation> {
    let odd = names.iter().filter(|name| !TOP_LEVEL.contains(&name.as_str()));
    let odd = odd.map(|name| Violation { place: name.clone(), message: "doesn't belong in the root".to_owned() });
    let missing = TOP_LEVEL.iter().filter(|expected| !names.iter().any(|name| name == *expected));
    odd.chain(missing.map(|name| Violation { place: (*name).to_owned(), message: "is missing".to_owned() })).collect()
}

/// Which packages of ours, and which libraries that matter, a package may depend on.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("schema-diff/model/Cargo.toml", &[]),
    ("schema-derive/Cargo.toml", &["schema-model"]),
    ("schema-diff/Cargo.toml", &["schema-model", "schema-derive", "sqlx"]),
    ("cli/Cargo.toml", &["schema-diff"]),
];

/// Dependencies (not those of tests) that a package may not have.
pub(crate) fn dependencies(manifest: &Source) -> Vec<Violation> {
    let Some((_, allowed)) = MAY_DEPEND_ON.iter().find(|(path, _)| *path == manifest.path) else { return Vec::new() };
    let mut section = "";
    let mut violations = Vec::new();
    for (line, number) in manifest.text.lines().zip(1..) {
        if line.starts_with('[') {
            section = line.trim();
        }
        let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
        let watched = ["schema-model", "schema-derive", "schema-diff", "cargo-schema", "sqlx", "tests"].contains(&name);
        if section == "[dependencies]" && watched && !allowed.contains(&name) {
            let found = Found { text: name.to_owned(), line: number };
            violations.push(manifest.violation(&found, "this package stands below it or has no use for it"));
        }
    }
    violations
}
