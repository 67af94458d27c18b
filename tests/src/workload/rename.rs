//! The rename that most tests run: `users.user_name` becomes `display_name`.

use super::{Case, Field, Release, Values};

const OLD: [Field; 2] = [Field::text("name", "user_name"), Field::text("note", "note")];
const NEW: [Field; 2] = [Field::text("name", "display_name"), Field::text("note", "note")];

/// How many of its rows are unequal while both columns are there.
pub const UNEQUAL: &str = "SELECT count(*) FROM users WHERE user_name IS DISTINCT FROM display_name";

/// The rename of a column that is NOT NULL and has a check.
#[derive(Clone, Copy, Debug)]
pub struct Rename {
    /// Whether it has a unique key; else an index.
    pub unique: bool,
    /// The rows that are there at the beginning.
    pub rows: i64,
}

impl Rename {
    /// Of an indexed column.
    pub const fn indexed(rows: i64) -> Self {
        Self { unique: false, rows }
    }

    /// Of a column with a unique key.
    pub const fn unique(rows: i64) -> Self {
        Self { unique: true, rows }
    }

    /// The structs of release N.
    pub fn old_source(&self) -> String {
        self.source("user_name", "")
    }

    /// The structs of release N+1.
    pub fn new_source(&self) -> String {
        self.source("display_name", ", renamed_from = \"user_name\"")
    }

    fn source(&self, column: &str, renamed: &str) -> String {
        let key = if self.unique { "unique" } else { "index" };
        let upsert = if self.unique {
            format!("ON CONFLICT ({column}) DO UPDATE SET note = $2")
        } else {
            "ON CONFLICT DO NOTHING".to_owned()
        };
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

/// A statement that writes users.
pub const UPSERT: &str = \"INSERT INTO users ({column}, note) VALUES ($1, $2) {upsert}\";
"
        )
    }

    /// The structs of release N+1 where the table becomes `people` at once.
    pub fn new_source_of_people(&self) -> String {
        self.new_source()
            .replace("#[db(table = \"users\")]", "#[db(table = \"people\", renamed_from = \"users\")]")
            .replace("INTO users", "INTO people")
    }

    /// The same with one more check, so that the column that is renamed is copied.
    pub fn new_source_of_changed_people(&self) -> String {
        let note = "    pub note: String,\n";
        self.new_source_of_people().replace(note, &format!("    #[db(check = \"length(note) > 0\")]\n{note}"))
    }

    /// The statements of both releases then.
    pub fn case_of_people(&self) -> Case {
        let case = self.case();
        Case { new: Release { table: "people", ..case.new }, ..case }
    }

    /// Fills the table of release N.
    pub fn load(&self) -> String {
        format!(
            "INSERT INTO users (user_name, note) SELECT 'user ' || n, 'note ' || n FROM generate_series(1, {}) AS n",
            self.rows
        )
    }

    /// The statements of both releases.
    pub fn case(&self) -> Case {
        let unique = self.unique.then_some("name");
        Case {
            old: Release { table: "users", fields: OLD.to_vec(), unique },
            new: Release { table: "users", fields: NEW.to_vec(), unique },
            fields: &["name", "note"],
            rows: self.rows,
            initial,
            left_out: |_, _| unreachable!("both releases write every field"),
        }
    }
}

fn initial(id: i64) -> Values {
    [("name", format!("user {id}")), ("note", format!("note {id}"))].map(|(name, value)| (name, Some(value))).into()
}
