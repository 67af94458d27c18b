//! An enum whose labels have changed: variants come and go, those that stay keep what people wrote.

use schema_model::EnumType;
use schema_model::declare::{Kind, read_item};
use syn::{Ident, ItemEnum, parse_quote};

use super::super::context::Context;
use super::super::expression::literal;
use super::super::tree::Body;
use super::source::Source;

/// Brings the variants in step; whether anything was to be done.
pub(crate) fn edit(source: &mut Source, item: &ItemEnum, wanted: &EnumType, context: &Context<'_>) -> bool {
    let (Some(read), _) = read_item(&item.clone().into()) else { return false };
    let Kind::Enum(own) = &read.kind else { return false };
    let labels: Vec<&String> = own.variants.iter().map(|variant| &variant.label).collect();
    if labels.iter().copied().eq(wanted.values.iter()) {
        return false;
    }
    let (Some(first), Some(last)) = (item.variants.first(), item.variants.last()) else { return false };
    let (start, end) = (source.range(first).start, source.range(last).end);
    let indent = source.indent(start);
    let generated = context.enum_item(wanted);
    let Body::Enum(fresh) = &generated.body else { return false };
    let mut text = String::new();
    for (label, variant) in wanted.values.iter().zip(fresh) {
        let kept = labels.iter().position(|own| *own == label).and_then(|at| item.variants.iter().nth(at));
        let new = match kept {
            Some(kept) => source.text[source.range(kept)].to_owned(),
            None => new_variant(item, &variant.name, label, &indent),
        };
        text.push_str(&format!("{}{new},\n", if text.is_empty() { "" } else { &indent }));
    }
    // The last comma may be there already, or not.
    let comma = source.text[end..].starts_with(',');
    let text = text.trim_end().trim_end_matches(',').to_owned() + if comma { "" } else { "," };
    source.replace(start..end, text);
    true
}

/// A variant with the attribute that its label needs, if it needs any.
fn new_variant(item: &ItemEnum, name: &str, label: &str, indent: &str) -> String {
    let ident: Ident = match syn::parse_str(name) {
        Ok(ident) => ident,
        Err(_) => return name.to_owned(),
    };
    let mut with = item.clone();
    with.variants.push(parse_quote!(#ident));
    let (read, _) = read_item(&with.into());
    let plain = match read.map(|item| item.kind) {
        Some(Kind::Enum(own)) => own.variants.last().is_some_and(|last| last.label == label),
        _ => false,
    };
    if plain { name.to_owned() } else { format!("#[sqlx(rename = {})]\n{indent}{name}", literal(label)) }
}
