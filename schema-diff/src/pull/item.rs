//! Tables as structs.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use schema_model::{Column, Identifier, IdentityKind, QualifiedName, Table};

use super::case::{CASES, Case};
use super::context::Context;
use super::enum_item::comment_key;
use super::key::Keys;
use super::tree::{Body, Field, Item, Key, RustType};
use super::types::{Mapped, short};
use super::{Note, expression, index_text};
use super::{names, storage};

impl Context<'_> {
    /// The struct of a table.
    pub(crate) fn struct_item(&self, table: &Table, notes: &mut Vec<Note>) -> Item {
        let name = self.names.tables[&table.name].clone();
        let mut keys = self.keys(table, notes);
        let mut item = Item {
            object: table.name.clone(),
            name,
            comment: table.comment.clone(),
            derives: self.struct_derives(),
            sqlx: Vec::new(),
            keys: Vec::new(),
            uses: Default::default(),
            items: Default::default(),
            body: Body::Struct(Vec::new()),
        };
        item.keys.extend(self.table_key(table, &item.name));
        item.keys.extend(table.unlogged.then(|| Key::word("unlogged")));
        if !table.storage_parameters.is_empty() {
            let parameters = table.storage_parameters.iter().map(|each| index_text::parameter(each));
            item.keys.push(Key::list("with", parameters.collect()));
        }
        item.keys.extend(comment_key(table.comment.as_deref()));
        item.keys.append(&mut keys.table);
        let fields = self.fields(table, &mut keys, &mut item);
        item.items.extend(keys.tables.iter().filter(|other| **other != table.name).cloned());
        item.body = Body::Struct(fields);
        item
    }

    /// `table = "…"`, where the struct's name doesn't say it.
    fn table_key(&self, table: &Table, name: &str) -> Option<Key> {
        let public = table.name.namespace.as_str() == "public";
        if public && name.to_snake_case() == table.name.name.as_str() {
            return None;
        }
        let text = if public { table.name.name.to_string() } else { table.name.to_string() };
        Some(Key::is("table", expression::literal(&text)))
    }

    fn fields(&self, table: &Table, keys: &mut Keys, item: &mut Item) -> Vec<Field> {
        let names = names::fields(table);
        let case = rename_all(table, &names, self);
        item.sqlx.extend(case.map(|(case, _)| format!("rename_all = \"{case}\"")));
        let mut fields = Vec::new();
        for column in &table.columns {
            let of_column = keys.columns.remove(&column.name).unwrap_or_default();
            let mapped = self.column_type(table, column);
            let name = names[&column.name].clone();
            let Some(mut field) = self.field(table, column, name, &of_column, item) else {
                let key = self.unread(table, column, &mapped, of_column, &mut item.items);
                item.keys.push(key);
                continue;
            };
            let said = field.name.trim_start_matches("r#");
            let said = case.map_or_else(|| said.to_owned(), |(_, apply)| apply(said));
            field.sqlx.extend((said != column.name.as_str()).then(|| rename(column)));
            fields.push(field);
        }
        fields
    }

    /// The field of a column, under a name; `None` where sqlx can't read it.
    pub(crate) fn field(
        &self,
        table: &Table,
        column: &Column,
        name: String,
        of_column: &[Key],
        item: &mut Item,
    ) -> Option<Field> {
        let mapped = self.column_type(table, column);
        let rust = mapped.rust.clone()?;
        item.uses.extend(rust.uses.iter().cloned());
        item.items.extend(rust.items.iter().cloned());
        let keys = self.column_keys(table, column, &mapped, of_column.to_vec(), &mut item.items);
        let ty = if column.nullable { rust.within("Option") } else { rust };
        Some(Field { name, ty, comment: column.comment.clone(), sqlx: Vec::new(), keys })
    }

    /// The column's type with the newtype of a key in the place of the key's own.
    pub(crate) fn column_type(&self, table: &Table, column: &Column) -> Mapped {
        let mapped = self.map(&column.sql_type);
        match self.key_of(table, column).filter(|_| mapped.written.is_none() && mapped.rust.is_some()) {
            // The newtype's object is the table whose key it is, in whose module it stands.
            Some((owner, name)) => {
                let rust = RustType { items: [owner].into(), ..RustType::plain(name) };
                Mapped { rust: Some(rust), written: None }
            }
            None => mapped,
        }
    }

    /// What is said of a column beside its name and type.
    pub(crate) fn column_keys(
        &self,
        table: &Table,
        column: &Column,
        mapped: &Mapped,
        of_column: Vec<Key>,
        items: &mut BTreeSet<QualifiedName>,
    ) -> Vec<Key> {
        let serial = column.identity.as_ref().is_some_and(|identity| identity.kind == IdentityKind::Serial);
        let mut keys: Vec<Key> = Vec::new();
        let (first, rest): (Vec<Key>, Vec<Key>) = of_column.into_iter().partition(|key| key.name == "primary_key");
        keys.extend(first);
        match (&mapped.written, serial) {
            (_, true) => keys.push(Key::is("type", expression::literal(serial_type(column)))),
            (Some(written), false) if mapped.rust.is_some() => keys.push(Key::is("type", expression::literal(written))),
            _ => {}
        }
        keys.extend(self.value_keys(column, items));
        keys.extend(storage::keys(column, table));
        keys.extend(column.collation.as_ref().map(|name| Key::is("collate", expression::collation(name))));
        keys.extend(rest);
        keys.extend(comment_key(column.comment.as_deref()));
        keys
    }

    /// Where the column's value comes from.
    fn value_keys(&self, column: &Column, items: &mut BTreeSet<QualifiedName>) -> Option<Key> {
        if let Some(identity) = &column.identity {
            return match identity.kind {
                IdentityKind::ByDefault => Some(Key::word("identity")),
                IdentityKind::Always => Some(Key::is("identity", "always")),
                IdentityKind::Serial => None,
            };
        }
        if let Some(generated) = &column.generated {
            return Some(Key::is("generated", expression::value(generated)));
        }
        let default = column.default.as_ref()?;
        let own = column.sql_type.qualified_name().filter(|_| !column.sql_type.array);
        if let Some((name, names)) = own.and_then(|name| Some((name.clone(), self.names.types.get(&name)?)))
            && let Some(label) = expression::label(default)
            && let Some(at) = self.catalog.enums[&name].values.iter().position(|value| *value == label)
        {
            items.insert(name);
            return Some(Key::is("default", format!("{}::{}", names.name, names.variants[at])));
        }
        Some(Key::is("default", expression::default(default, &column.sql_type)))
    }

    /// A column that sqlx can't read.
    pub(crate) fn unread(
        &self,
        table: &Table,
        column: &Column,
        mapped: &Mapped,
        of_column: Vec<Key>,
        items: &mut BTreeSet<QualifiedName>,
    ) -> Key {
        let sql_type = mapped.written.clone().unwrap_or_else(|| short(&column.sql_type));
        let mut parts = vec![format!("{}: {}", index_text::column(&column.name), expression::literal(&sql_type))];
        parts.extend(column.nullable.then(|| "nullable".to_owned()));
        parts.extend(self.column_keys(table, column, mapped, of_column, items).iter().map(Key::text));
        if let Some(comment) = column.comment.as_deref().filter(|text| super::comment::doc_lines(text).is_some()) {
            parts.push(format!("comment = {}", expression::literal(comment)));
        }
        Key::list("column", parts)
    }
}

/// What sqlx is told where a column isn't named as its field.
pub(crate) fn rename(column: &Column) -> String {
    format!("rename = {}", expression::literal(column.name.as_str()))
}

/// The case in which all columns are that don't keep their fields' names.
fn rename_all(table: &Table, names: &BTreeMap<Identifier, String>, context: &Context<'_>) -> Option<Case> {
    let read = table.columns.iter().filter(|column| context.map(&column.sql_type).rust.is_some());
    let pairs: Vec<(&str, &str)> =
        read.map(|column| (names[&column.name].trim_start_matches("r#"), column.name.as_str())).collect();
    let others = pairs.iter().filter(|(field, column)| field != column).count();
    let case = CASES.iter().find(|(_, apply)| pairs.iter().all(|(field, column)| apply(field) == *column));
    case.copied().filter(|_| others > 1)
}

fn serial_type(column: &Column) -> &'static str {
    match column.sql_type.name.as_str() {
        "smallint" => "smallserial",
        "integer" => "serial",
        _ => "bigserial",
    }
}
