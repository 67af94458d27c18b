//! The entries of `#[db(…)]`: `key`, `key = value` and `key(…)`, told apart by commas.
//!
//! They are split by tokens and not by a grammar, so that a mistake in one never hides the next one, and so that
//! SQL expressions can stand where Rust would allow none.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Attribute, LitStr, Meta};

use super::mistake::{At, Mistakes, Spanned};
use crate::name::Identifier;

/// One entry.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The word before the value, and where it stands.
    pub(crate) key: Ident,
    /// What it is given.
    pub(crate) value: Value,
}

/// What an entry is given.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `key`
    Nothing,
    /// `key = …`
    Equals(TokenStream),
    /// `key(…)`
    List(Group),
}

/// The entries of all `#[db(…)]` among the attributes.
pub(crate) fn of_attributes(attributes: &[Attribute], mistakes: &mut Mistakes) -> Vec<Entry> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("db")) {
        match &attribute.meta {
            Meta::List(list) => found.extend(entries(list.tokens.clone(), mistakes)),
            other => mistakes.with_help(other, "`db` needs its keys in parentheses", "for example `#[db(unique)]`"),
        }
    }
    found
}

/// Reads entries that stand between commas.
pub(crate) fn entries(tokens: TokenStream, mistakes: &mut Mistakes) -> Vec<Entry> {
    split_commas(tokens).into_iter().filter_map(|part| entry(part, mistakes)).collect()
}

/// The stretches between the commas of the top level; an empty one is left out, so that a comma may come last.
pub(crate) fn split_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for tree in tokens {
        match &tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            _ => parts.last_mut().into_iter().for_each(|part| part.extend([tree.clone()])),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn entry(part: TokenStream, mistakes: &mut Mistakes) -> Option<Entry> {
    let mut trees = part.clone().into_iter();
    let Some(TokenTree::Ident(key)) = trees.next() else {
        mistakes.at(&part, "expected a key");
        return None;
    };
    let value = match trees.next() {
        None => Value::Nothing,
        Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
            let rest: TokenStream = trees.collect();
            if rest.is_empty() {
                mistakes.at(&part, format_args!("`{key} =` lacks its value"));
                return None;
            }
            return Some(Entry { key, value: Value::Equals(rest) });
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Value::List(group),
        Some(other) => {
            mistakes.at(&other, format_args!("expected `,`, `=` or `(` after `{key}`"));
            return None;
        }
    };
    if let Some(extra) = trees.next() {
        mistakes.at(&extra, format_args!("expected `,` after `{key}(…)`"));
        return None;
    }
    Some(Entry { key, value })
}

impl Entry {
    /// The key as text, `r#type` as `type`.
    pub(crate) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    /// The whole entry's place.
    pub(crate) fn at(&self) -> At {
        let mut tokens = self.key.to_token_stream();
        match &self.value {
            Value::Nothing => {}
            Value::Equals(value) => tokens.extend(value.clone()),
            Value::List(group) => tokens.extend(group.to_token_stream()),
        }
        At::of(&tokens)
    }

    /// The entry as a word that takes no value.
    pub(crate) fn flag(&self, mistakes: &mut Mistakes) -> bool {
        match &self.value {
            Value::Nothing => true,
            Value::Equals(value) => self.shape(value, "takes no value", &self.name(), mistakes),
            Value::List(group) => self.shape(group, "takes no value", &self.name(), mistakes),
        }
    }

    /// The string of `key = "…"`.
    pub(crate) fn text(&self, mistakes: &mut Mistakes) -> Option<Spanned<String>> {
        let example = format!("{} = \"…\"", self.name());
        match &self.value {
            Value::Equals(value) => match syn::parse2::<LitStr>(value.clone()) {
                Ok(literal) => return Some(Spanned::new(literal.value(), &literal)),
                Err(_) => self.shape(value, "needs a string", &example, mistakes),
            },
            Value::Nothing => self.shape(&self.key, "needs a string", &example, mistakes),
            Value::List(group) => self.shape(group, "needs a string", &example, mistakes),
        };
        None
    }

    /// The name of `key = "…"` or `key = word`.
    pub(crate) fn identifier(&self, mistakes: &mut Mistakes) -> Option<Spanned<Identifier>> {
        if let Value::Equals(value) = &self.value
            && let Ok(word) = syn::parse2::<Ident>(value.clone())
        {
            return checked(Spanned::new(word.unraw().to_string(), &word), mistakes);
        }
        checked(self.text(mistakes)?, mistakes)
    }

    /// The word of `key = word` or `key = "word"`.
    pub(crate) fn word(&self, mistakes: &mut Mistakes) -> Option<Spanned<String>> {
        if let Value::Equals(value) = &self.value
            && let Ok(word) = Ident::parse_any.parse2(value.clone())
        {
            return Some(Spanned::new(word.unraw().to_string(), &word));
        }
        self.text(mistakes)
    }

    /// What stands in the parentheses of `key(…)`.
    pub(crate) fn list(&self, example: &str, mistakes: &mut Mistakes) -> Option<&Group> {
        match &self.value {
            Value::List(group) if group.stream().is_empty() => {
                self.shape(group, "has nothing in its parentheses", example, mistakes);
                None
            }
            Value::List(group) => Some(group),
            Value::Nothing => {
                self.shape(&self.key, "needs parentheses", example, mistakes);
                None
            }
            Value::Equals(value) => {
                self.shape(value, "needs parentheses", example, mistakes);
                None
            }
        }
    }

    fn shape(&self, tokens: &impl ToTokens, wrong: &str, example: &str, mistakes: &mut Mistakes) -> bool {
        mistakes.with_help(tokens, format_args!("`{}` {wrong}", self.name()), format_args!("write `{example}`"));
        false
    }
}

/// Makes a text a name, or says why it can't be one.
pub(crate) fn checked(text: Spanned<String>, mistakes: &mut Mistakes) -> Option<Spanned<Identifier>> {
    match Identifier::new(text.value) {
        Ok(value) => Some(Spanned { value, at: text.at }),
        Err(error) => {
            mistakes.at(&text.at, error);
            None
        }
    }
}
