//! What the statements of a release look like: one set of shapes, under the names and types that the release knows.

use std::collections::BTreeMap;

/// Values by the field's lasting name, as the server writes them.
pub type Values = BTreeMap<&'static str, Option<String>>;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Texts; an expression appends to them.
    Text,
    /// Numbers; an expression adds one.
    Integer,
    /// Labels of an enum type, of which these are some; an expression takes the next one.
    Label([&'static str; 3]),
    /// Texts of two columns: what stands before the first dash, and the rest, in the column of this name. An expression
    /// appends to the rest.
    Halves(&'static str),
}

/// A field, which keeps its own name whatever the column is called.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The lasting name.
    pub name: &'static str,
    /// The column of this release.
    pub column: &'static str,
    /// Its type in this release.
    pub sql_type: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// One release of the application: the table as its statements know it.
#[derive(Clone, Debug)]
pub struct Release {
    /// The table; besides its fields it has `id bigint` (identity) and `revision bigint` (default 0).
    pub table: &'static str,
    /// The fields that this release names, the first of which its statements write.
    pub fields: Vec<Field>,
    /// The field with a unique key, on which upserts conflict.
    pub unique: Option<&'static str>,
}

impl Field {
    /// A text under the same name and type in both releases.
    pub const fn text(name: &'static str, column: &'static str) -> Self {
        Self { name, column, sql_type: "text", kind: Kind::Text }
    }

    /// A number.
    pub const fn integer(name: &'static str, column: &'static str, sql_type: &'static str) -> Self {
        Self { name, column, sql_type, kind: Kind::Integer }
    }

    /// Labels of an enum type, which are the same in both releases.
    pub const fn label(name: &'static str, sql_type: &'static str, labels: [&'static str; 3]) -> Self {
        Self { name, column: name, sql_type, kind: Kind::Label(labels) }
    }

    /// Texts of two columns.
    pub const fn halves(name: &'static str, first: &'static str, rest: &'static str) -> Self {
        Self { name, column: first, sql_type: "text", kind: Kind::Halves(rest) }
    }

    /// A value that nobody else writes; of labels there are few.
    pub fn value(&self, client: usize, counter: i64) -> String {
        match self.kind {
            Kind::Text | Kind::Halves(_) => format!("c{client}-{counter}"),
            Kind::Integer => format!("{}", client as i64 * 10_000_000 + counter),
            Kind::Label(labels) => labels[(client + counter as usize) % labels.len()].to_owned(),
        }
    }

    /// What the expression makes of a value.
    pub fn changed(&self, value: &str) -> String {
        match self.kind {
            Kind::Text | Kind::Halves(_) => format!("{value}."),
            Kind::Integer => (value.parse::<i64>().expect("a number") + 1).to_string(),
            Kind::Label(labels) => {
                let at = labels.iter().position(|label| *label == value).expect("one of them");
                labels[(at + 1) % labels.len()].to_owned()
            }
        }
    }

    /// The same in SQL.
    fn change(&self) -> String {
        match self.kind {
            Kind::Text => format!("{0} = {0} || '.'", self.column),
            Kind::Halves(rest) => format!("{rest} = {rest} || '.'"),
            Kind::Integer => format!("{0} = {0} + 1", self.column),
            Kind::Label([a, b, c]) => format!(
                "{0} = CASE {0} WHEN '{a}' THEN '{b}' WHEN '{b}' THEN '{c}' ELSE '{a}' END::{1}",
                self.column, self.sql_type
            ),
        }
    }

    /// Every column with what it holds of the parameter, which is a text.
    fn columns(&self, parameter: usize) -> Vec<(&'static str, String)> {
        let text = format!("${parameter}::text");
        match self.kind {
            Kind::Halves(rest) => vec![
                (self.column, format!("split_part({text}, '-', 1)")),
                (rest, format!("substr({text}, strpos({text}, '-') + 1)")),
            ],
            _ => vec![(self.column, format!("{text}::{}", self.sql_type))],
        }
    }

    fn set(&self, parameter: usize) -> String {
        let set: Vec<_> = self.columns(parameter).iter().map(|(column, value)| format!("{column} = {value}")).collect();
        set.join(", ")
    }

    fn as_text(&self) -> String {
        match self.kind {
            Kind::Halves(rest) => format!("{} || '-' || {rest}", self.column),
            _ => format!("{}::text", self.column),
        }
    }
}

impl Release {
    /// The field of that name, where this release knows it.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// One row with all fields; gives its id.
    pub fn insert(&self) -> String {
        let (columns, values) = self.row();
        format!("INSERT INTO {} ({columns}) VALUES ({values}) RETURNING id", self.table)
    }

    /// The same by the unique key: gives id, and whether the row is a new one.
    pub fn upsert(&self, key: &Field) -> String {
        let (columns, values) = self.row();
        let others = self.fields.iter().filter(|field| field.name != key.name).flat_map(|field| field.columns(0));
        let set: String = others.map(|(column, _)| format!("{column} = excluded.{column}, ")).collect();
        format!(
            "INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT ({}) DO UPDATE SET {set}revision = {table}.revision + 1 RETURNING id, revision",
            key.column,
            table = self.table,
        )
    }

    fn row(&self) -> (String, String) {
        let row = self.fields.iter().zip(1..).flat_map(|(field, at)| field.columns(at));
        let (columns, values): (Vec<_>, Vec<_>) = row.unzip();
        (columns.join(", "), values.join(", "))
    }

    /// `$1`: the id, `$2`: the value. Gives the revision.
    pub fn set(&self, field: &Field) -> String {
        format!("UPDATE {} SET {}, revision = revision + 1 WHERE id = $1 RETURNING revision", self.table, field.set(2))
    }

    /// `$1`: the id. Gives the revision.
    pub fn change(&self, field: &Field) -> String {
        format!(
            "UPDATE {} SET {}, revision = revision + 1 WHERE id = $1 RETURNING revision",
            self.table,
            field.change()
        )
    }

    /// `$1`: the ids. Gives the ids.
    pub fn change_many(&self, field: &Field) -> String {
        format!("UPDATE {} SET {}, revision = revision + 1 WHERE id = ANY($1) RETURNING id", self.table, field.change())
    }

    /// `$1`: the id.
    pub fn delete(&self) -> String {
        format!("DELETE FROM {} WHERE id = $1", self.table)
    }

    /// `$1`: the ids. Gives id, revision and every field as text.
    pub fn select(&self) -> String {
        format!("SELECT {} FROM {} WHERE id = ANY($1)", self.columns_as_text(), self.table)
    }

    /// Every row, as [`Release::select`].
    pub fn select_all(&self) -> String {
        format!("SELECT {} FROM {}", self.columns_as_text(), self.table)
    }

    fn columns_as_text(&self) -> String {
        let fields: String = self.fields.iter().map(|field| format!(", {}", field.as_text())).collect();
        format!("id, revision{fields}")
    }
}
