//! A field of a struct, with everything that `#[db(…)]` and `#[sqlx(…)]` say about it.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Path, Type};

use super::attr::{self, Key, Keys};
use super::comment;
use super::default_value;
use super::entry::{self, Entry, Value};
use super::index_key;
use super::key::{self, Naming, Reference, UniqueKey};
use super::mistake::{Mistakes, Spanned};
use super::rust_type;
use super::sql_tokens;
use super::sqlx::{self, JsonNull, RenameAll};
use super::storage::{self, Sequence};
use crate::column::{Hints, IdentityKind, Settings};
use crate::constraint::Check;
use crate::expression::Expression;
use crate::index::Index;
use crate::name::Identifier;
use crate::sql_type::SqlType;

/// A field that makes a column, or several where it is flattened.
#[derive(Clone, Debug)]
pub struct Field {
    /// The field's name.
    pub ident: Ident,
    /// The type that is decoded: the field's own, or the one that sqlx converts from.
    pub ty: Type,
    /// Whether the field's type is a struct whose columns stand here.
    pub flatten: bool,
    /// Whether there is no such field: a column that the struct doesn't read.
    pub unread: bool,
    /// The column's name.
    pub column: Spanned<Identifier>,
    /// The column's type where the field says it.
    pub sql_type: Option<Spanned<SqlType>>,
    /// Whether the column may be NULL where that doesn't follow from the field's type.
    pub nullable: Option<bool>,
    /// Whether an `Option` is the JSON value null, so that the field can't decode SQL's NULL.
    pub json_null: bool,
    /// How the server numbers it.
    pub identity: Option<Spanned<IdentityKind>>,
    /// Its default.
    pub default: Option<DefaultValue>,
    /// The expression of a generated column.
    pub generated: Option<Expression>,
    /// Whether it is computed when it is read.
    pub is_virtual: bool,
    /// Its collation.
    pub collation: Option<String>,
    /// How its values are kept.
    pub settings: Settings,
    /// The sequence that numbers it.
    pub sequence: Option<Box<Spanned<Sequence>>>,
    /// Its comment.
    pub comment: Option<String>,
    /// The way from the old form to the new one.
    pub hints: Hints,
    /// Whether it is the primary key, or a part of it in the order of the fields.
    pub primary_key: bool,
    /// Its unique constraints and indexes.
    pub uniques: Vec<UniqueKey>,
    /// Its other indexes.
    pub indexes: Vec<Naming<Index>>,
    /// Its checks.
    pub checks: Vec<Naming<Check>>,
    /// Its foreign keys.
    pub references: Vec<Reference>,
}

/// What `default = …` says.
#[derive(Clone, Debug)]
pub enum DefaultValue {
    /// An SQL expression.
    Sql(Expression),
    /// `Status::Draft`: the label is found where the enum is.
    Variant(Path),
}

/// The keys of a field.
pub(crate) const KEYS: &Keys = &[
    Key::once("column"),
    Key::once("type"),
    Key::once("primary_key"),
    Key::once("identity"),
    Key::once("default"),
    Key::once("generated"),
    Key::once("virtual"),
    Key::once("sequence"),
    Key::once("storage"),
    Key::once("compression"),
    Key::once("statistics"),
    Key::often("unique"),
    Key::often("index"),
    Key::often("check"),
    Key::often("references"),
    Key::once("collate"),
    Key::once("nullable"),
    Key::once("not_null"),
    Key::once("renamed_from"),
    Key::once("merged_from"),
    Key::once("using"),
    Key::once("back"),
    Key::once("backfill"),
    Key::once("skip"),
    Key::once("comment"),
];

/// Reads a field; `None` where it makes no column, or no sensible one.
pub(crate) fn read(field: &syn::Field, rename_all: Option<RenameAll>, mistakes: &mut Mistakes) -> Option<Field> {
    let ident = field.ident.clone()?;
    let sqlx = sqlx::read(&field.attrs);
    let entries = attr::known(entry::of_attributes(&field.attrs, mistakes), KEYS, mistakes);
    if let Some(skip) = entries.iter().find(|entry| entry.name() == "skip") {
        skip.flag(mistakes);
        attr::alone(skip, &entries, "a skipped field has no column", mistakes);
        return None;
    }
    if sqlx.skip {
        attr::none(&entries, "sqlx skips this field, so that it has no column", mistakes);
        return None;
    }
    if sqlx.flatten {
        attr::none(&entries, "a flattened field has no column of its own", mistakes);
    }
    let column = column_name(&ident, &entries, sqlx.rename, rename_all, mistakes)?;
    let mut read = Field {
        flatten: sqlx.flatten,
        ty: sqlx.try_from.unwrap_or_else(|| field.ty.clone()),
        comment: comment::first_paragraph(&field.attrs),
        ..Field::new(ident, field.ty.clone(), column)
    };
    if let Some(null) = sqlx.json {
        read.sql_type = Some(Spanned::new(SqlType::builtin("jsonb"), &field.ty));
        read.json_null = null == JsonNull::Value;
        read.nullable = read.json_null.then_some(false);
    }
    if !read.flatten {
        entries.iter().for_each(|entry| read.apply(entry, mistakes));
    }
    Some(read)
}

/// The column's name. Where a name is wrong, the field's own stands in, so that the rest is read as well.
fn column_name(
    ident: &Ident,
    entries: &[Entry],
    rename: Option<Spanned<String>>,
    rename_all: Option<RenameAll>,
    mistakes: &mut Mistakes,
) -> Option<Spanned<Identifier>> {
    let own = ident.unraw().to_string();
    let name = match entries.iter().find(|entry| entry.name() == "column") {
        Some(entry) => {
            let column = entry.identifier(mistakes);
            if let (Some(column), Some(rename)) = (&column, rename)
                && rename.value != column.value.as_str()
            {
                let message = format!("sqlx reads this field from `{}`", rename.value);
                mistakes.with_help(&column.at, message, "one of the two names is enough; leave `column` out");
            }
            column
        }
        None => rename.and_then(|rename| entry::checked(rename, mistakes)),
    };
    if let Some(name) = name {
        return Some(Spanned::new(name.value, ident));
    }
    let name = rename_all.map_or(own.clone(), |case| case.apply(&own));
    entry::checked(Spanned::new(name, ident), mistakes)
}

impl Field {
    /// A column of that name that nothing is said of.
    pub(super) fn new(ident: Ident, ty: Type, column: Spanned<Identifier>) -> Self {
        Self {
            ident,
            ty,
            flatten: false,
            unread: false,
            column,
            sql_type: None,
            nullable: None,
            json_null: false,
            identity: None,
            default: None,
            generated: None,
            is_virtual: false,
            collation: None,
            settings: Settings::default(),
            sequence: None,
            comment: None,
            hints: Hints::default(),
            primary_key: false,
            uniques: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            references: Vec::new(),
        }
    }

    /// Takes in what one key says.
    pub(super) fn apply(&mut self, entry: &Entry, mistakes: &mut Mistakes) {
        let own = self.column.clone();
        match entry.name().as_str() {
            "type" => self.apply_type(entry, mistakes),
            "identity" => self.apply_identity(entry, mistakes),
            "primary_key" => self.primary_key = entry.flag(mistakes),
            "default" => self.default = default_value::read(entry, mistakes),
            "generated" => self.generated = sql_tokens::of_entry(entry, mistakes),
            "unique" => self.uniques.extend(key::unique(entry, Some(&own), mistakes)),
            "index" => self.indexes.extend(index_key::index(entry, Some(&own), mistakes)),
            "check" => self.checks.extend(key::check(entry, Some(&own.value), mistakes)),
            "references" => self.references.extend(key::references(entry, &own, mistakes)),
            "virtual" => self.is_virtual = entry.flag(mistakes),
            "sequence" => {
                self.sequence =
                    storage::sequence(entry, mistakes).map(|value| Box::new(Spanned { value, at: entry.at() }));
            }
            "storage" => self.settings.storage = storage::mode(entry, mistakes),
            "compression" => self.settings.compression = storage::compression(entry, mistakes),
            "statistics" => {
                let number = storage::number(entry, mistakes);
                self.settings.statistics = number.and_then(|number| i32::try_from(number).ok());
            }
            "collate" => self.collation = entry.text(mistakes).and_then(|name| collation(name, mistakes)),
            "nullable" if entry.flag(mistakes) => self.nullable = Some(true),
            "not_null" if entry.flag(mistakes) => self.nullable = Some(false),
            "renamed_from" => self.hints.renamed_from = entry.identifier(mistakes).map(|name| name.value),
            "merged_from" => self.hints.merged_from = merged_from(entry, mistakes),
            "using" => self.hints.using = expression_text(entry, mistakes),
            "back" => self.hints.back = expression_text(entry, mistakes),
            "backfill" => self.hints.backfill = expression_text(entry, mistakes),
            "comment" => self.comment = entry.text(mistakes).map(|text| text.value).filter(|text| !text.is_empty()),
            _ => {}
        }
    }

    fn apply_type(&mut self, entry: &Entry, mistakes: &mut Mistakes) {
        if let Some(text) = entry.text(mistakes) {
            self.take_type(text, mistakes);
        }
    }

    /// Takes a type as SQL writes it; the serial types number the column.
    pub(super) fn take_type(&mut self, text: Spanned<String>, mistakes: &mut Mistakes) {
        if text.value.trim().is_empty() {
            mistakes.at(&text.at, "a type's name can't be empty");
            return;
        }
        let (name, serial) = match text.value.trim().to_lowercase().as_str() {
            "smallserial" | "serial2" => ("smallint".to_owned(), true),
            "serial" | "serial4" => ("integer".to_owned(), true),
            "bigserial" | "serial8" => ("bigint".to_owned(), true),
            _ => (text.value.clone(), false),
        };
        if serial {
            self.identity.get_or_insert(Spanned { value: IdentityKind::Serial, at: text.at });
        }
        self.sql_type = Some(Spanned { value: rust_type::written(&name), at: text.at });
    }

    fn apply_identity(&mut self, entry: &Entry, mistakes: &mut Mistakes) {
        let kind = match &entry.value {
            Value::Nothing => IdentityKind::ByDefault,
            _ => match entry.word(mistakes) {
                Some(word) if word.value == "always" => IdentityKind::Always,
                Some(word) if word.value == "by_default" => IdentityKind::ByDefault,
                Some(word) => {
                    return mistakes.unknown(&word.at, "kind of identity", &word.value, &["always", "by_default"]);
                }
                None => return,
            },
        };
        self.identity = Some(Spanned { value: kind, at: entry.at() });
    }
}

/// `merged_from(first = "…", last = "…")`.
fn merged_from(entry: &Entry, mistakes: &mut Mistakes) -> Vec<(Identifier, String)> {
    let example = "merged_from(first = \"split_part(name, ' ', 1)\", last = \"split_part(name, ' ', 2)\")";
    let Some(group) = entry.list(example, mistakes) else { return Vec::new() };
    let parts = entry::entries(group.stream(), mistakes);
    if parts.len() == 1 {
        mistakes.with_help(
            &entry.key,
            "`merged_from` needs two columns at least",
            "one that lives on under another name is `renamed_from`",
        );
    }
    let read = |part: &Entry, mistakes: &mut Mistakes| {
        let name = entry::checked(Spanned::new(part.name(), &part.key), mistakes)?;
        Some((name.value, expression_text(part, mistakes)?))
    };
    parts.iter().filter_map(|part| read(part, mistakes)).collect()
}

fn expression_text(entry: &Entry, mistakes: &mut Mistakes) -> Option<String> {
    sql_tokens::of_entry(entry, mistakes).map(|expression| expression.text)
}

/// A collation as SQL text: quoted where its name has capitals or symbols, verbatim where it has quotes already.
pub(super) fn collation(name: Spanned<String>, mistakes: &mut Mistakes) -> Option<String> {
    if name.value.contains('"') {
        return Some(name.value);
    }
    entry::checked(name, mistakes).map(|name| name.value.to_string())
}
