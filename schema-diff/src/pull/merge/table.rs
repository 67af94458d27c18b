//! A struct whose table has changed: fields come and go, keys change, everything else stays.

use std::collections::{BTreeMap, BTreeSet};

use schema_model::declare::{Kind, TableItem, read_item};
use schema_model::{Column, Identifier, PrimaryKey, Table};
use syn::ItemStruct;

use super::super::context::Context;
use super::super::item::rename;
use super::super::tree::{Field, Item, Key};
use super::super::types::Mapped;
use super::super::{Note, format, names};
use super::attributes::Attributes;
use super::column::{self, Changed};
use super::origins;
use super::source::{self, Source};
use crate::change::TableConstraint;
use crate::diff::constraint;

/// A struct, its table as declared and as it is to be.
pub(crate) struct Edit<'a> {
    /// The struct.
    pub(crate) item: &'a ItemStruct,
    /// The table as declared.
    pub(crate) have: &'a Table,
    /// The table as it is to be.
    pub(crate) want: &'a Table,
    /// The names as this module calls them.
    pub(crate) context: &'a Context<'a>,
}

/// What an edit needs and leaves behind.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Types that must be in scope.
    pub(crate) uses: BTreeSet<String>,
    /// What is left to people.
    pub(crate) notes: Vec<Note>,
}

/// The attributes of the struct and of its fields, by the column's name.
struct Places {
    table: Attributes,
    columns: BTreeMap<Identifier, Attributes>,
    /// Columns that the struct doesn't read, and where each is named.
    unread: BTreeMap<Identifier, usize>,
    /// Those of them whose keys have changed.
    touched: BTreeSet<Identifier>,
}

impl Edit<'_> {
    /// Brings the struct in step.
    pub(crate) fn run(&self, source: &mut Source) -> Outcome {
        let mut outcome = Outcome::default();
        let (Some(read), _) = read_item(&self.item.clone().into()) else { return outcome };
        let Kind::Table(own) = &read.kind else { return outcome };
        let fields = source::fields(self.item);
        let start = match &self.item.vis {
            syn::Visibility::Inherited => source.range(&self.item.struct_token).start,
            visibility => source.range(visibility).start,
        };
        let table = Attributes::of(source, &self.item.attrs, start);
        let unread = own.fields.iter().filter(|field| field.unread);
        let unread = unread.map(|field| (field.column.value.clone(), source.of_span(field.column.at.start()).start));
        let mut places = Places { table, columns: BTreeMap::new(), unread: unread.collect(), touched: BTreeSet::new() };
        for field in own.fields.iter().filter(|field| !field.flatten && !field.unread) {
            if let Some(syntax) = fields.iter().find(|each| each.ident.as_ref() == Some(&field.ident)) {
                let start = column::start_of(source, syntax);
                let attributes = Attributes::of(source, &syntax.attrs, start);
                places.columns.insert(field.column.value.clone(), attributes);
            }
        }
        self.table_keys(source, &mut places, start);
        self.constraints(source, own, &mut places, &mut outcome);
        self.columns(source, own, &fields, &mut places, &mut outcome);
        places.table.finish(source);
        places.columns.into_values().for_each(|attributes| attributes.finish(source));
        outcome
    }

    /// Comment, and how the table is kept.
    fn table_keys(&self, source: &mut Source, places: &mut Places, start: usize) {
        let mut ignored = Vec::new();
        let generated = self.context.struct_item(self.want, &mut ignored);
        let key = |name: &str| generated.keys.iter().find(|key| key.name == name);
        if self.have.unlogged != self.want.unlogged {
            places.table.set("unlogged", key("unlogged"));
        }
        if self.have.storage_parameters != self.want.storage_parameters {
            places.table.set("with", key("with"));
        }
        if self.want.comment.is_some() && self.have.comment != self.want.comment {
            let comment = self.want.comment.as_deref();
            column::comment(source, &mut places.table, &self.item.attrs, start, comment);
        }
    }

    fn constraints(&self, source: &Source, own: &TableItem, places: &mut Places, outcome: &mut Outcome) {
        if !same_key(self.have.primary_key.as_ref(), self.want.primary_key.as_ref()) {
            let is_key = |name: &str, _: usize| name == "primary_key";
            places.table.remove(is_key);
            places.columns.values_mut().for_each(|attributes| attributes.remove(is_key));
            if let Some(key) = &self.want.primary_key {
                let (column, key) = self.context.primary_key(self.want, key);
                places.put(column.as_ref(), key);
            }
        }
        let wanted = constraint::all(self.want);
        let Some(mut there) = origins::of(source, own, self.have) else {
            if constraint::all(self.have) != wanted {
                let what = "its keys stand partly in a flattened struct: bring them in step by hand".to_owned();
                outcome.notes.push(Note { object: format!("table {}", self.want.name), what });
            }
            return;
        };
        let mut open = Vec::new();
        for one in &wanted {
            let exact = there.iter().position(|origin| same(&origin.constraint, one, true));
            match exact {
                Some(at) => drop(there.remove(at)),
                None => open.push(one),
            }
        }
        for one in open {
            let Some((column, key)) = self.context.constraint(self.want, one, &mut outcome.notes) else { continue };
            // The same one under another name is renamed where it stands.
            let like = there.iter().position(|origin| same(&origin.constraint, one, false));
            let replaced = like.map(|at| there.remove(at)).is_some_and(|origin| places.replace(origin.start, &key));
            if !replaced {
                places.put(column.as_ref(), key);
            }
        }
        let gone: Vec<usize> = there.iter().map(|origin| origin.start).collect();
        places.remove(&gone);
    }

    fn columns(
        &self,
        source: &mut Source,
        own: &TableItem,
        fields: &[&syn::Field],
        places: &mut Places,
        outcome: &mut Outcome,
    ) {
        let syntax = |column: &Identifier| {
            let field = own.fields.iter().find(|field| !field.flatten && field.column.value == *column)?;
            Some((field, fields.iter().find(|each| each.ident.as_ref() == Some(&field.ident)).copied()))
        };
        for have in &self.have.columns {
            let (Some((own, field)), want) = (syntax(&have.name), self.want.column(&have.name)) else {
                if self.want.column(&have.name).is_none_or(|want| want != have) {
                    let object = format!("column {}.{}", self.want.name, have.name);
                    let what = "it comes from a flattened struct: bring it in step by hand".to_owned();
                    outcome.notes.push(Note { object, what });
                }
                continue;
            };
            match (field, want) {
                (Some(field), None) => {
                    remove_field(source, field);
                    places.columns.remove(&have.name);
                }
                (Some(field), Some(want)) => {
                    let changed = Changed { field, own, have, want, table: self.want };
                    if changed.is_changed()
                        && let Some(attributes) = places.columns.get_mut(&have.name)
                    {
                        changed.edit(source, attributes, self.context, &mut outcome.uses);
                    }
                }
                // A column that the struct doesn't read stands in the struct's own keys.
                (None, want) => {
                    let same = want.is_some_and(|want| !column::differs(have, want));
                    let start = places.unread.get(&have.name).filter(|_| !same || places.touched.contains(&have.name));
                    if let Some(start) = start {
                        places.table.set_around(*start, want.map(|want| self.unread(want)).as_ref());
                    }
                }
            }
        }
        for (at, want) in self.want.columns.iter().enumerate() {
            if self.have.column(&want.name).is_none() {
                self.add(source, at, want, fields, own, places, outcome);
            }
        }
    }

    /// Adds a field behind the one of the column before.
    #[expect(clippy::too_many_arguments, reason = "one place, handed on once")]
    fn add(
        &self,
        source: &mut Source,
        at: usize,
        want: &Column,
        fields: &[&syn::Field],
        own: &TableItem,
        places: &mut Places,
        outcome: &mut Outcome,
    ) {
        let mut item = self.fresh();
        let Some(field) = self.field(want, &self.keys_of(want), own, &mut item) else {
            return places.table.add_alone(self.unread(want));
        };
        outcome.uses.extend(item.uses);
        let before = self.want.columns[..at].iter().rev().find_map(|column| {
            let field = own.fields.iter().find(|field| !field.flatten && field.column.value == column.name)?;
            let syntax = fields.iter().find(|each| each.ident.as_ref() == Some(&field.ident))?;
            self.want.column(&column.name).map(|_| *syntax)
        });
        let indent = match before {
            Some(before) => source.indent(source.range(before).start),
            None => format!("{}    ", source.indent(source.range(self.item).start)),
        };
        let text: Vec<String> = format::field(&field).lines().map(|line| format!("{indent}{}", &line[4..])).collect();
        let text = text.join("\n");
        match before {
            Some(before) => {
                let end = after_comma(source, source.range(before).end);
                source.insert(end.0, format!("{}\n{text}", if end.1 { "" } else { "," }));
            }
            None => {
                let open = source.text[source.range(self.item).start..].find('{');
                let brace = match &self.item.fields {
                    syn::Fields::Named(named) => source.of_span(named.brace_token.span.open()).end,
                    _ => source.range(self.item).start + open.unwrap_or_default() + 1,
                };
                source.insert(brace, format!("\n{text}"));
                if source.text[brace..].starts_with('}') {
                    source.insert(brace, "\n");
                }
            }
        }
    }

    /// The new field, under a name that is free, and with the column's where sqlx would read another one.
    fn field(&self, want: &Column, keys: &[Key], own: &TableItem, item: &mut Item) -> Option<Field> {
        let taken = |name: &str| own.fields.iter().any(|field| field.ident == name);
        let base = names::fields(self.want).remove(&want.name).unwrap_or_default();
        let further = (2..).map(|number| format!("{}_{number}", base.trim_start_matches("r#")));
        let name = std::iter::once(base.clone()).chain(further).find(|name| !taken(name)).unwrap_or(base);
        let mut field = self.context.field(self.want, want, name, keys, item)?;
        if column_of(self.item, &field.name).as_ref() != Some(&want.name) {
            field.sqlx.push(rename(want));
        }
        Some(field)
    }

    fn unread(&self, want: &Column) -> Key {
        let mut item = self.fresh();
        let mapped = Mapped { rust: None, ..self.context.map(&want.sql_type) };
        self.context.unread(self.want, want, &mapped, self.keys_of(want), &mut item.items)
    }

    /// The keys at a column, those of the whole table left out.
    fn keys_of(&self, column: &Column) -> Vec<Key> {
        let mut ignored = Vec::new();
        self.context.keys(self.want, &mut ignored).columns.remove(&column.name).unwrap_or_default()
    }

    fn fresh(&self) -> Item {
        let mut ignored = Vec::new();
        let mut item = self.context.struct_item(self.want, &mut ignored);
        item.uses.clear();
        item
    }
}

impl Places {
    /// Adds a key; one of a column that is only now coming comes with its field.
    fn put(&mut self, column: Option<&Identifier>, key: Key) {
        match column {
            Some(column) if self.unread.contains_key(column) => drop(self.touched.insert(column.clone())),
            Some(column) => self.columns.get_mut(column).into_iter().for_each(|attributes| attributes.add(key.clone())),
            None => self.table.add_alone(key),
        }
    }

    fn replace(&mut self, start: usize, key: &Key) -> bool {
        if self.touch(start) {
            return true;
        }
        self.table.replace_at(start, key) || self.columns.values_mut().any(|each| each.replace_at(start, key))
    }

    /// Whether a place lies in the key of a column that the struct doesn't read, whose keys are written anew then.
    fn touch(&mut self, start: usize) -> bool {
        let around = self.unread.iter().find(|(_, column)| self.table.are_in_one(**column, start));
        let column = around.map(|(name, _)| name.clone());
        let is_there = column.is_some();
        self.touched.extend(column);
        is_there
    }

    fn remove(&mut self, gone: &[usize]) {
        for start in gone {
            self.touch(*start);
        }
        self.table.remove(|_, start| gone.contains(&start));
        self.columns.values_mut().for_each(|attributes| attributes.remove(|_, start| gone.contains(&start)));
    }
}

/// The column that a further field of that name would have.
fn column_of(item: &ItemStruct, name: &str) -> Option<Identifier> {
    let mut with = item.clone();
    let ident: syn::Ident = syn::parse_str(name).ok()?;
    let syn::Fields::Named(fields) = &mut with.fields else { return None };
    fields.named.push(syn::parse_quote!(#ident: bool));
    match read_item(&with.into()).0?.kind {
        Kind::Table(table) => {
            let field = table.fields.iter().find(|field| field.ident == ident);
            field.map(|field| field.column.value.clone())
        }
        Kind::Newtype(_) | Kind::Enum(_) => None,
    }
}

/// Whether both mean the same; with `exactly`, under the same name and just as valid.
fn same(have: &TableConstraint, want: &TableConstraint, exactly: bool) -> bool {
    let not_valid = |one: &TableConstraint| match one {
        TableConstraint::Check(check) => check.not_valid,
        TableConstraint::ForeignKey(key) => key.not_valid,
        TableConstraint::Unique(_) | TableConstraint::Index(_) => false,
    };
    constraint::same(have, want) && (!exactly || (have.name() == want.name() && not_valid(have) == not_valid(want)))
}

fn same_key(have: Option<&PrimaryKey>, want: Option<&PrimaryKey>) -> bool {
    have == want
}

/// Takes a field out with its documentation, attributes and comma; comments above it stay.
fn remove_field(source: &mut Source, field: &syn::Field) {
    let range = source.range(field);
    let (end, _) = after_comma(source, range.end);
    source.remove(range.start..end);
}

/// Where the comma behind a place ends, and whether there is one.
fn after_comma(source: &Source, end: usize) -> (usize, bool) {
    let rest = &source.text[end..];
    match rest.trim_start().starts_with(',') {
        true => (end + rest.find(',').unwrap_or_default() + 1, true),
        false => (end, false),
    }
}
