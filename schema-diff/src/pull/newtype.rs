//! Newtypes for primary keys: `UserId(pub i64)`.

use schema_model::{Column, QualifiedName, Table};

use super::context::Context;
use super::tree::{Body, Item, RustType};

/// Whether the table's key has one column that isn't another table's key.
pub(crate) fn has_own(table: &Table) -> bool {
    key_column(table).is_some_and(|column| {
        plain(column) && !table.foreign_keys.iter().any(|key| key.columns == [column.name.clone()])
    })
}

fn plain(column: &Column) -> bool {
    let sql_type = &column.sql_type;
    let names = ["smallint", "integer", "bigint", "uuid", "text"];
    !sql_type.array && sql_type.namespace.is_none() && names.contains(&sql_type.name.as_str()) && !column.nullable
}

fn key_column(table: &Table) -> Option<&Column> {
    match table.primary_key.as_ref()?.columns.as_slice() {
        [column] => table.column(column),
        _ => None,
    }
}

/// Longer chains of references than this are circles.
const MAX_HOPS: usize = 8;

impl Context<'_> {
    /// The newtype that a column holds: its own table's, or that of the table whose key it references.
    pub(crate) fn key_of(&self, table: &Table, column: &Column) -> Option<(QualifiedName, String)> {
        let (mut table, mut column) = (table, column);
        for _ in 0..MAX_HOPS {
            if let Some(name) = self.names.keys.get(&table.name)
                && key_column(table).is_some_and(|key| key.name == column.name)
            {
                return Some((table.name.clone(), name.clone()));
            }
            let own = [column.name.clone()];
            let reference = table.foreign_keys.iter().find(|key| key.columns == own)?;
            table = self.catalog.tables.get(&reference.references)?;
            let referenced = table.column(reference.referenced_columns.first()?)?;
            if referenced.sql_type != column.sql_type {
                return None;
            }
            column = referenced;
        }
        None
    }

    /// The newtype of a table's key.
    pub(crate) fn newtype(&self, table: &Table) -> Option<Item> {
        let name = self.names.keys.get(&table.name)?;
        let inner: RustType = self.map(&key_column(table)?.sql_type).rust?;
        let copy = inner.text != "String";
        let derives = ["Clone", "Copy", "Debug", "PartialEq", "Eq", "Hash"];
        let derives = derives.into_iter().filter(|derive| copy || *derive != "Copy").map(str::to_owned).collect();
        Some(Item {
            object: table.name.clone(),
            name: name.clone(),
            comment: None,
            derives: self.type_derives(derives),
            sqlx: vec!["transparent".to_owned()],
            keys: Vec::new(),
            uses: inner.uses.clone(),
            items: inner.items.clone(),
            body: Body::Newtype(inner),
        })
    }
}
