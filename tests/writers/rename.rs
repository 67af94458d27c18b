//! `users.user_name` becomes `display_name`.

use tests::majors;
use tests::workload::{Case, Field, Values};

use crate::cases::{release, values};
use crate::deployment::Deployment;

const OLD: [Field; 2] = [Field::text("name", "user_name"), Field::text("note", "note")];
const NEW: [Field; 2] = [Field::text("name", "display_name"), Field::text("note", "note")];

fn initial(id: i64) -> Values {
    values([("name", format!("user {id}")), ("note", format!("note {id}"))])
}

fn nothing(_: &'static str, _: i64) -> Option<String> {
    unreachable!("both releases write every field")
}

fn deployment(name: &'static str, key: &str, unique: Option<&'static str>, rows: i64) -> Deployment {
    let source = |column: &str, renamed: &str| {
        format!(
            "/// Somebody.
#[derive(Schema)]
#[db(table = \"users\")]
pub struct User {{
    #[db(primary_key, identity)]
    pub id: i64,
    #[db({key}, check = \"length({column}) > 0\"{renamed})]
    pub {column}: String,
    pub note: String,
    #[db(default = 0)]
    pub revision: i64,
}}

/// The statement that users are written by.
pub const UPSERT: &str = \"INSERT INTO users ({column}) VALUES ($1) ON CONFLICT ({column}) DO UPDATE SET note = $2\";
"
        )
    };
    Deployment {
        name,
        case: Case {
            old: release("users", &OLD, unique),
            new: release("users", &NEW, unique),
            fields: &["name", "note"],
            rows,
            initial,
            left_out: nothing,
        },
        old_source: source("user_name", ""),
        new_source: source("display_name", ", renamed_from = \"user_name\""),
        load: format!(
            "INSERT INTO users (user_name, note) SELECT 'user ' || n, 'note ' || n FROM generate_series(1, {rows}) AS n"
        ),
        flags: &[],
        unequal: "SELECT count(*) FROM users WHERE user_name IS DISTINCT FROM display_name",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unique_column_is_renamed_under_writers() {
    for (major, rows) in majors().into_iter().zip([50_000].into_iter().chain(std::iter::repeat(200_000))) {
        deployment("rename, unique", "unique", Some("name"), rows).run(major).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_indexed_column_is_renamed_under_writers() {
    for (major, rows) in majors().into_iter().zip([200_000].into_iter().chain(std::iter::repeat(50_000))) {
        deployment("rename, indexed", "index", None, rows).run(major).await;
    }
}
