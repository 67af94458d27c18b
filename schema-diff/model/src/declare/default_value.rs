//! `default = …`: a literal, an enum's variant, a call, or SQL in a string.

use proc_macro2::TokenStream;
use syn::Path;
use syn::parse::Parser;

use super::entry::{Entry, Value};
use super::field::DefaultValue;
use super::mistake::Mistakes;
use super::sql_tokens;

/// Reads the default of a field.
pub(crate) fn read(entry: &Entry, mistakes: &mut Mistakes) -> Option<DefaultValue> {
    if let Value::Equals(tokens) = &entry.value
        && let Some(path) = variant(tokens)
    {
        return Some(DefaultValue::Variant(path));
    }
    sql_tokens::of_entry(entry, mistakes).map(DefaultValue::Sql)
}

/// A path of at least two names whose last one looks like a variant; `now::text` is SQL's cast instead.
fn variant(tokens: &TokenStream) -> Option<Path> {
    let path = Path::parse_mod_style.parse2(tokens.clone()).ok()?;
    let last = path.segments.last()?.ident.to_string();
    (path.segments.len() > 1 && last.starts_with(char::is_uppercase)).then_some(path)
}
