//! The queries that the source of some crates runs by sqlx: their text, their place, and what their rows are read into.

mod constants;
mod expected;
mod forms;
mod rows;
mod search;
mod text;

use std::collections::BTreeSet;

use self::constants::Constants;
use self::search::Search;
use super::condition::Conditions;
use super::tree::{ModuleId, Tree};
use super::walk::Walker;
use super::{CrateRoot, report, walk};
use crate::column::Position;
use crate::sql_type::SqlType;

/// A query of the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Query {
    /// Where its text begins.
    pub position: Position,
    /// Its text.
    pub text: String,
    /// How it is run.
    pub form: QueryForm,
    /// What its rows are read into.
    pub rows: RowReader,
}

/// How a query is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueryForm {
    /// By one of sqlx's macros: checked when it is compiled, read by place and without a look at the types.
    Macro,
    /// By one of sqlx's functions: rows are read by name, and types are compared.
    Function,
    /// Without parameters, by the simple protocol or on an executor: nothing is kept prepared.
    Simple,
    /// The constant beginning that a `QueryBuilder` is given.
    Prefix,
}

/// What rows are read into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowReader {
    /// The source doesn't say.
    Unknown,
    /// Fields by the names of columns.
    Fields(Vec<RowField>),
    /// The first column alone.
    Scalar(RustValue),
}

/// A field that is read from a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowField {
    /// The column.
    pub column: String,
    /// What it is read into.
    pub value: RustValue,
    /// Whether the column may be missing: `#[sqlx(default)]`.
    pub may_be_missing: bool,
}

/// A Rust type that is read from a column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustValue {
    /// The type as written.
    pub type_name: String,
    /// The column type that it takes, where that is known.
    pub sql_type: Option<SqlType>,
    /// Whether it takes NULL.
    pub optional: bool,
    /// The labels that it knows, where it is an enum of the source.
    pub labels: Option<Vec<String>>,
}

/// SQL that can't be read from the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// Where it stands.
    pub position: Position,
    /// Why it can't be read.
    pub why: String,
}

/// What the source says about its queries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queries {
    /// The queries outside of tests, in the order of the source.
    pub queries: Vec<Query>,
    /// What can't be read.
    pub unread: Vec<Unread>,
}

/// Collects the queries of some crates.
pub fn queries(roots: &[CrateRoot]) -> Queries {
    let tree = walk(roots, Walker::default()).tree;
    let constants = Constants::collect(&tree);
    let mut found = Queries::default();
    let mut seen = BTreeSet::new();
    for (module, node) in tree.modules.iter().enumerate() {
        if seen.insert(&tree.files[node.file].name) {
            of_file(&tree, module, &constants, &mut found);
        }
    }
    found.queries.sort();
    found.queries.dedup();
    found.unread.sort();
    found.unread.dedup();
    found
}

fn of_file(tree: &Tree, module: ModuleId, constants: &Constants, found: &mut Queries) {
    let node = &tree.modules[module];
    let file = &tree.files[node.file];
    if !["query", "Query", "raw_sql", "execute", "fetch"].iter().any(|word| file.text.contains(word)) {
        return;
    }
    match syn::parse_file(&file.text) {
        Ok(parsed) => {
            let conditions = Conditions { features: &tree.crates[node.krate].features };
            let mut search = Search::new(tree, module, constants, conditions, found);
            syn::visit::Visit::visit_file(&mut search, &parsed);
        }
        Err(error) => {
            let position = report::position(&file.name, error.span());
            found.unread.push(Unread { position, why: format!("this file is no Rust that can be read: {error}") });
        }
    }
}
