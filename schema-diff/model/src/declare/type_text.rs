//! Rust types as text.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type};

/// The type as people write it.
pub(crate) fn of(ty: &Type) -> String {
    text(ty.to_token_stream())
}

/// The type as people write it, without an `Option` around it.
pub(crate) fn without_option(ty: &Type) -> String {
    text(option_argument(ty).unwrap_or(ty).to_token_stream())
}

fn option_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Joins tokens as rustfmt would: spaces after commas and between words only.
fn text(tokens: TokenStream) -> String {
    let mut text = String::new();
    let mut after_word = false;
    for tree in tokens {
        let word = matches!(tree, TokenTree::Ident(_) | TokenTree::Literal(_));
        let sign = matches!(&tree, TokenTree::Punct(punct) if matches!(punct.as_char(), '+' | '='));
        if (word && after_word) || sign {
            text.push(' ');
        }
        match &tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                text.push_str(&self::text(group.stream()));
                text.push_str(close);
            }
            other => text.push_str(&other.to_string()),
        }
        let spaced = matches!(&tree, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';' | '+' | '='));
        if spaced {
            text.push(' ');
        }
        after_word = word;
    }
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn types_read_as_they_are_written() {
        for (written, text) in [
            ("Option<DateTime<Utc>>", "DateTime<Utc>"),
            ("std::collections::HashMap<String, Vec<u8>>", "std::collections::HashMap<String, Vec<u8>>"),
            ("&'a str", "&'a str"),
            ("Cow<'a, str>", "Cow<'a, str>"),
            ("[u8; 32]", "[u8; 32]"),
        ] {
            assert_eq!(without_option(&syn::parse_str(written).unwrap()), text);
        }
    }
}
