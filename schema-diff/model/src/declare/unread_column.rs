//! `column(search: "tsvector", generated = "…")`: a column of the table that the struct doesn't read.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{LitStr, parse_quote_spanned};

use super::attr::{self, Key, Keys};
use super::entry::{self, Entry};
use super::field::Field;
use super::mistake::{Mistakes, Spanned};
use super::option;

/// What stands beside name and type: the keys of a field, those aside that are about reading it.
const KEYS: &Keys = &[
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
    Key::once("using"),
    Key::once("back"),
    Key::once("backfill"),
    Key::once("comment"),
];

const EXAMPLE: &str = "column(name: \"type\")";

/// Reads the column; it is NOT NULL unless it says `nullable`, as a field is without `Option`.
pub(crate) fn read(entry: &Entry, mistakes: &mut Mistakes) -> Option<Field> {
    let group = entry.list(EXAMPLE, mistakes)?;
    let mut parts = entry::split_commas(group.stream()).into_iter();
    let head = parts.next()?;
    let Some((name, sql_type)) = name_and_type(&head) else {
        mistakes.with_help(&head, "expected a column's name, `:` and its type", format_args!("write `{EXAMPLE}`"));
        return None;
    };
    let column = option::column(&name, mistakes)?;
    // A name that is no word of Rust has no handle; the word stands for the place only.
    let ident = syn::parse2::<Ident>(name).unwrap_or_else(|_| Ident::new("column", column.at.start()));
    let ty = parse_quote_spanned!(column.at.start()=> ());
    let mut field = Field { unread: true, ..Field::new(ident, ty, column) };
    field.take_type(Spanned::new(sql_type.value(), &sql_type), mistakes);
    let rest: TokenStream = parts.flat_map(|part| part.into_iter().chain([comma()])).collect();
    let entries = attr::known(entry::entries(rest, mistakes), KEYS, mistakes);
    entries.iter().for_each(|entry| field.apply(entry, mistakes));
    Some(field)
}

fn comma() -> TokenTree {
    TokenTree::Punct(proc_macro2::Punct::new(',', proc_macro2::Spacing::Alone))
}

/// Reads `name: "type"`.
fn name_and_type(head: &TokenStream) -> Option<(TokenStream, LitStr)> {
    let mut trees = head.clone().into_iter();
    let name = trees.next()?;
    match trees.next()? {
        TokenTree::Punct(punct) if punct.as_char() == ':' => {}
        _ => return None,
    }
    Some((name.into(), syn::parse2(trees.collect()).ok()?))
}
