//! A field whose column has changed.

use std::collections::BTreeSet;
use std::ops::Range;

use schema_model::declare::Field as OwnField;
use schema_model::{Column, IdentityKind, QualifiedName, Table};
use syn::{GenericArgument, PathArguments, Type};

use super::super::comment::doc_lines;
use super::super::context::Context;
use super::super::expression::literal;
use super::super::tree::Key;
use super::attributes::Attributes;
use super::source::Source;

/// A field and its column as it is and as it is to be.
pub(crate) struct Changed<'a> {
    /// The field.
    pub(crate) field: &'a syn::Field,
    /// The field as the reader sees it.
    pub(crate) own: &'a OwnField,
    /// The column as declared.
    pub(crate) have: &'a Column,
    /// The column as it is to be.
    pub(crate) want: &'a Column,
    /// Its table.
    pub(crate) table: &'a Table,
}

impl Changed<'_> {
    /// Whether anything is to be changed beside keys and indexes.
    pub(crate) fn is_changed(&self) -> bool {
        differs(self.have, self.want)
    }

    /// Changes what differs. Types that come into use are added to the set.
    pub(crate) fn edit(
        &self,
        source: &mut Source,
        attributes: &mut Attributes,
        context: &Context<'_>,
        uses: &mut BTreeSet<String>,
    ) {
        let (have, want) = (self.have, self.want);
        let mut items: BTreeSet<QualifiedName> = BTreeSet::new();
        let mapped = context.column_type(self.table, want);
        let keys = context.column_keys(self.table, want, &mapped, Vec::new(), &mut items);
        let key = |name: &str| keys.iter().find(|key| key.name == name);
        let serial =
            |column: &Column| column.identity.as_ref().is_some_and(|identity| identity.kind == IdentityKind::Serial);
        if have.sql_type != want.sql_type {
            if let Some(rust) = &mapped.rust {
                uses.extend(rust.uses.iter().cloned());
                let text = if want.nullable { format!("Option<{}>", rust.text) } else { rust.text.clone() };
                source.replace(source.range(&self.field.ty), text);
                attributes.remove(|name, _| ["nullable", "not_null"].contains(&name));
            }
        } else if have.nullable != want.nullable {
            self.edit_nullability(source, attributes);
        }
        if have.sql_type != want.sql_type || serial(have) != serial(want) {
            attributes.set("type", key("type"));
        }
        if have.identity != want.identity {
            attributes.set("identity", key("identity"));
            attributes.set("sequence", key("sequence"));
        }
        if !same_expression(have.default.as_ref(), want.default.as_ref()) {
            attributes.set("default", key("default"));
        }
        if !same_expression(have.generated.as_ref(), want.generated.as_ref()) || have.is_virtual != want.is_virtual {
            attributes.set("generated", key("generated"));
            attributes.set("virtual", key("virtual"));
        }
        if have.collation != want.collation {
            attributes.set("collate", key("collate"));
        }
        if have.settings != want.settings {
            ["storage", "compression", "statistics"].iter().for_each(|name| attributes.set(name, key(name)));
        }
        if kept_comment(have, want) != want.comment {
            let start = start_of(source, self.field);
            comment(source, attributes, &self.field.attrs, start, want.comment.as_deref());
        }
    }

    /// Takes the `Option` off or puts it on; where the field's type can't tell, a key does.
    fn edit_nullability(&self, source: &mut Source, attributes: &mut Attributes) {
        let optional = schema_model::declare::peel(&self.own.ty).optional && !self.own.json_null;
        attributes.remove(|name, _| ["nullable", "not_null"].contains(&name));
        if optional == self.want.nullable {
            return;
        }
        let range = source.range(&self.field.ty);
        match (self.want.nullable, inside_option(source, &self.field.ty)) {
            (true, None) if !self.own.json_null => {
                let text = source.text[range.clone()].to_owned();
                source.replace(range, format!("Option<{text}>"));
            }
            (false, Some(inner)) => {
                let text = source.text[inner].to_owned();
                source.replace(range, text);
            }
            (true, _) => attributes.add(Key::word("nullable")),
            (false, None) => attributes.add(Key::word("not_null")),
        }
    }
}

/// Whether a column is to be another one.
pub(crate) fn differs(have: &Column, want: &Column) -> bool {
    !same(&Column { comment: kept_comment(have, want), ..have.clone() }, want)
}

/// Where a field begins, apart from its attributes.
pub(crate) fn start_of(source: &Source, field: &syn::Field) -> usize {
    match (&field.vis, &field.ident) {
        (syn::Visibility::Inherited, Some(ident)) => source.range(ident).start,
        (visibility, _) => source.range(visibility).start,
    }
}

/// What stands in `Option<…>`.
fn inside_option(source: &Source, ty: &Type) -> Option<Range<usize>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(source.range(inner)),
        _ => None,
    }
}

/// A doc comment that the database doesn't have is people's own and stays.
fn kept_comment(have: &Column, want: &Column) -> Option<String> {
    if want.comment.is_none() { None } else { have.comment.clone() }
}

/// Writes the comment as the first paragraph of the documentation, or as a key where that can't say it.
pub(crate) fn comment(
    source: &mut Source,
    attributes: &mut Attributes,
    all: &[syn::Attribute],
    start: usize,
    comment: Option<&str>,
) {
    let Some(comment) = comment else { return };
    let Some(lines) = doc_lines(comment).filter(|_| !attributes.has("comment")) else {
        return attributes.set("comment", Some(&Key::is("comment", literal(comment))));
    };
    let docs: Vec<Range<usize>> = first_paragraph(source, all);
    let place =
        docs.first().map_or_else(|| all.first().map_or(start, |first| source.range(first).start), |first| first.start);
    let indent = source.indent(place);
    let text = lines.iter().map(|line| format!("/// {line}")).collect::<Vec<_>>().join(&format!("\n{indent}"));
    match docs.last() {
        Some(last) => source.replace(place..last.end, text),
        None => source.insert(place, format!("{text}\n{indent}")),
    }
}

/// The lines of the first paragraph.
fn first_paragraph(source: &Source, attributes: &[syn::Attribute]) -> Vec<Range<usize>> {
    let docs = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let ranges = docs.map(|attribute| source.range(attribute));
    let empty = |range: &Range<usize>| source.text[range.clone()].trim_start_matches('/').trim().is_empty();
    ranges.skip_while(empty).take_while(|range| !empty(range)).collect()
}

fn same_expression(one: Option<&schema_model::Expression>, other: Option<&schema_model::Expression>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.same_as(other),
        _ => false,
    }
}

/// Whether both are the same column. Every field is named, so that a new one can't be passed over.
fn same(one: &Column, other: &Column) -> bool {
    let Column {
        name,
        sql_type,
        nullable,
        default,
        identity,
        generated,
        is_virtual,
        collation,
        settings,
        comment,
        rust: _,
        hints: _,
    } = one;
    *name == other.name
        && *sql_type == other.sql_type
        && *nullable == other.nullable
        && same_expression(default.as_ref(), other.default.as_ref())
        && *identity == other.identity
        && same_expression(generated.as_ref(), other.generated.as_ref())
        && *is_virtual == other.is_virtual
        && *collation == other.collation
        && *settings == other.settings
        && *comment == other.comment
}
