//! Two columns go: one that the old release reads as a value, so that it needs a default, and one that is an `Option`.

use tests::majors;
use tests::workload::{Case, Field, Values};

use crate::cases::{release, values};
use crate::deployment::Deployment;

const NAME: Field = Field::text("name", "name");
const LEGACY: Field = Field::text("legacy", "legacy");
const NICK: Field = Field::text("nick", "nick");

fn initial(id: i64) -> Values {
    values([("name", format!("name {id}")), ("legacy", format!("legacy {id}")), ("nick", format!("nick {id}"))])
}

/// `legacy` gets the default that was given, `nick` is NULL.
fn left_out(field: &'static str, _: i64) -> Option<String> {
    (field == "legacy").then(|| "none".to_owned())
}

fn source(columns: &str) -> String {
    format!(
        "/// Somebody.
#[derive(Schema)]
#[db(table = \"people\")]
pub struct Person {{
    #[db(primary_key, identity)]
    pub id: i64,
    pub name: String,
    {columns}
    #[db(default = 0)]
    pub revision: i64,
}}
"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_are_dropped_under_writers() {
    for (major, rows) in majors().into_iter().zip([20_000].into_iter().chain(std::iter::repeat(100_000))) {
        let deployment = Deployment {
            name: "dropped column",
            case: Case {
                old: release("people", &[LEGACY, NAME, NICK], None),
                new: release("people", &[NAME], None),
                fields: &["name", "legacy", "nick"],
                rows,
                initial,
                left_out,
            },
            old_source: source("pub legacy: String,\n    pub nick: Option<String>,"),
            new_source: source(""),
            load: format!(
                "INSERT INTO people (name, legacy, nick) SELECT 'name ' || n, 'legacy ' || n, 'nick ' || n FROM generate_series(1, {rows}) AS n"
            ),
            flags: &[
                "--allow",
                "drop:people.legacy",
                "--allow",
                "drop:people.nick",
                "--old-default",
                "people.legacy='none'",
            ],
            unequal: "SELECT count(*) FROM people WHERE legacy IS NULL",
            in_place: false,
        };
        deployment.run(major).await;
    }
}
