//! The command line as people and scripts meet it: exit codes, questions, sides, drift, hand-written migrations.

mod behind_view;
mod branches;
mod check;
mod compat;
mod compiled;
mod diff;
mod drift;
mod first_contact;
mod grace;
mod hand_written;
mod newer_servers;
mod owners;
mod partitions;
mod proof;
mod renamed_table;
mod rollback;
mod sides;
mod spellings;
mod sql_folder;
mod sql_script;
mod terminal;

use schema_diff::embedded::Major;
use tests::{Database, Project, Server};

/// One table with a key and what is given.
pub(crate) fn one_table(fields: &str) -> String {
    format!(
        "use schema_diff::Schema;\n\n#[derive(Schema)]\n#[db(table = \"t\")]\npub struct T {{\n    #[db(primary_key)]\n    pub id: i64,\n{fields}}}\n"
    )
}

/// A project whose first release is live.
pub(crate) async fn live_project(fields: &str) -> (Project, Database) {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    project.set_source(&one_table(fields));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    (project, database)
}
