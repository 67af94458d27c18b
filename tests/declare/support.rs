//! Small crates in temporary folders.

use std::path::PathBuf;

use schema_model::declare::{CrateRoot, Declared, Mistake, read};
use schema_model::{
    Column, Deferrable, Identifier, Index, IndexKey, IndexKeyTarget, NullsOrder, Position, QualifiedName, Table,
};

/// A crate that lives as long as the test.
pub(crate) struct Source {
    folder: tempfile::TempDir,
    roots: Vec<CrateRoot>,
}

impl Source {
    /// A library named `app` of one file.
    pub(crate) fn of(text: &str) -> Self {
        Self::new().file("src/lib.rs", text).library("app", "src/lib.rs", &[])
    }

    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), roots: Vec::new() }
    }

    /// Adds a file.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    /// Adds a library whose root file is already there.
    pub(crate) fn library(mut self, name: &str, root: &str, features: &[&str]) -> Self {
        let file = self.path(root);
        let features = features.iter().map(|feature| (*feature).to_owned()).collect();
        self.roots.push(CrateRoot { package: name.to_owned(), library: Some(name.to_owned()), file, features });
        self
    }

    /// Adds a binary whose root file is already there.
    pub(crate) fn binary(mut self, name: &str, root: &str) -> Self {
        let file = self.path(root);
        self.roots.push(CrateRoot { package: name.to_owned(), library: None, file, features: Vec::new() });
        self
    }

    /// What a file holds.
    pub(crate) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("a file")
    }

    /// A place and a text in one line.
    pub(crate) fn relative(&self, position: &Position, text: &str) -> String {
        let folder = format!("{}/", self.folder.path().display());
        format!("{} {text}", position.to_string().replace(&folder, ""))
    }

    /// The crates.
    pub(crate) fn roots(&self) -> &[CrateRoot] {
        &self.roots
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// What they declare.
    pub(crate) fn read(&self) -> Result<Declared, Vec<Mistake>> {
        read(&self.roots)
    }

    /// What they declare, where nothing is wrong.
    #[track_caller]
    pub(crate) fn declared(&self) -> Declared {
        self.read().unwrap_or_else(|mistakes| {
            panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        })
    }

    /// The table of that name.
    #[track_caller]
    pub(crate) fn table(&self, name: &str) -> Table {
        let name: QualifiedName = name.parse().expect("a name");
        self.declared().catalog.table(&name).cloned().unwrap_or_else(|| panic!("no table {name}"))
    }

    /// What is wrong, one line each: `line:column length message (help)`, with the file where it isn't the only one.
    #[track_caller]
    pub(crate) fn wrong(&self) -> Vec<String> {
        let mistakes = self.read().expect_err("something is wrong");
        mistakes.iter().map(|mistake| self.line(mistake)).collect()
    }

    fn line(&self, mistake: &Mistake) -> String {
        let folder = format!("{}/", self.folder.path().display());
        let position = mistake.position.to_string().replace(&folder, "").replace("src/lib.rs:", "");
        let help = mistake.help.as_ref().map(|help| format!(" ({})", help.replace(&folder, ""))).unwrap_or_default();
        format!("{position} {} {}{help}", mistake.length, mistake.message.replace(&folder, ""))
    }
}

/// A column in one line.
pub(crate) fn show(column: &Column) -> String {
    let mut text = format!("{} {}", column.name, column.sql_type);
    if !column.nullable {
        text.push_str(" not null");
    }
    let default = column.default.as_ref().map(|default| format!(" default {default}"));
    let identity = column.identity.as_ref().map(|identity| format!(" identity {:?}", identity.kind));
    let generated = column.generated.as_ref().map(|generated| format!(" generated {generated}"));
    let collation = column.collation.as_ref().map(|collation| format!(" collate {collation}"));
    for part in [default, identity, generated, collation].into_iter().flatten() {
        text.push_str(&part);
    }
    text
}

/// The columns of a table, a line each.
pub(crate) fn columns(table: &Table) -> Vec<String> {
    table.columns.iter().map(show).collect()
}

/// The constraints and indexes of a table, a line each.
pub(crate) fn keys(table: &Table) -> Vec<String> {
    let mut lines = Vec::new();
    lines
        .extend(table.primary_key.iter().map(|key| format!("primary key{} ({})", name(&key.name), list(&key.columns))));
    for unique in &table.uniques {
        let nulls = if unique.nulls_not_distinct { " nulls not distinct" } else { "" };
        let deferrable = deferrable(unique.deferrable);
        lines.push(format!("unique{} ({}){nulls}{deferrable}", name(&unique.name), list(&unique.columns)));
    }
    for check in &table.checks {
        let column = check.column.clone().filter(|_| check.name.is_none());
        lines.push(format!("check{}{}: {}", name(&check.name), name(&column), check.expression));
    }
    for key in &table.foreign_keys {
        let mut line = format!("foreign key{} ({})", name(&key.name), list(&key.columns));
        line.push_str(&format!(" -> {} ({})", key.references, list(&key.referenced_columns)));
        for (when, action) in [("delete", key.on_delete), ("update", key.on_update)] {
            if !action.is_default() {
                line.push_str(&format!(" on {when} {}", action.as_sql()));
            }
        }
        lines.push(line + &deferrable(key.deferrable));
    }
    lines.extend(table.indexes.iter().map(index));
    lines
}

fn index(index: &Index) -> String {
    let keys: Vec<_> = index.keys.iter().map(index_key).collect();
    let unique = if index.unique { "unique " } else { "" };
    let mut line = format!("{unique}index{} {} ({})", name(&index.name), index.method, keys.join(", "));
    if !index.include.is_empty() {
        line.push_str(&format!(" include ({})", list(&index.include)));
    }
    if index.nulls_not_distinct {
        line.push_str(" nulls not distinct");
    }
    if !index.with.is_empty() {
        line.push_str(&format!(" with ({})", index.with.join(", ")));
    }
    index.predicate.iter().for_each(|predicate| line.push_str(&format!(" where {predicate}")));
    line
}

fn index_key(key: &IndexKey) -> String {
    let mut text = match &key.target {
        IndexKeyTarget::Column(name) => name.to_string(),
        IndexKeyTarget::Expression(expression) => format!("({expression})"),
    };
    key.operator_class.iter().for_each(|class| text.push_str(&format!(" {class}")));
    if !key.parameters.is_empty() {
        text.push_str(&format!("({})", key.parameters.join(", ")));
    }
    if key.descending {
        text.push_str(" desc");
    }
    match key.nulls {
        Some(NullsOrder::First) => text + " nulls first",
        Some(NullsOrder::Last) => text + " nulls last",
        None => text,
    }
}

fn deferrable(deferrable: Deferrable) -> String {
    if deferrable.is_default() { String::new() } else { format!(" {deferrable:?}") }
}

fn name(name: &Option<Identifier>) -> String {
    name.as_ref().map(|name| format!(" {name}")).unwrap_or_default()
}

fn list(names: &[Identifier]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
