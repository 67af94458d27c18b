//! Mistakes in a declaration: collected, so that the user sees all of them at once.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// What parts the message of a mistake from its advice, in the text of a [`syn::Error`].
pub(crate) const HELP: &str = "\nhelp: ";

/// Everything that is wrong in one declaration, in the order in which it was found.
#[derive(Debug, Default)]
pub struct Mistakes {
    errors: Vec<syn::Error>,
}

impl Mistakes {
    /// Notes a mistake at some tokens.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl Display) {
        self.errors.push(syn::Error::new_spanned(tokens, message));
    }

    /// Notes a mistake at some tokens together with the way out of it.
    pub(crate) fn with_help(&mut self, tokens: &impl ToTokens, message: impl Display, help: impl Display) {
        self.at(tokens, format_args!("{message}{HELP}{help}"));
    }

    /// Notes a word that isn't among the known ones and names the nearest of these, or all of them.
    pub(crate) fn unknown(&mut self, tokens: &impl ToTokens, what: &str, word: &str, known: &[&str]) {
        self.with_nearest(tokens, format_args!("unknown {what} `{word}`"), word, known);
    }

    /// Notes a mistake about a word and names the nearest of the known ones, or all of them.
    pub(crate) fn with_nearest(&mut self, tokens: &impl ToTokens, message: impl Display, word: &str, known: &[&str]) {
        self.with_help(tokens, message, suggestion(word, known));
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Every mistake as an error of its own.
    pub fn into_errors(self) -> Vec<syn::Error> {
        self.errors.into_iter().flatten().collect()
    }
}

/// Names the word that was probably meant, or everything that is possible.
fn suggestion(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is nothing of that kind here".to_owned(),
        None => format!("known: {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    }
}

/// The known word that is most like the given one, if any is like it at all.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // Prefixes such as `ref` for `references` are far apart by letters and yet plain.
    similar::get_close_matches(word, known, 1, 0.6)
        .pop()
        .or_else(|| known.iter().copied().find(|name| word.len() > 2 && name.starts_with(word)))
}

/// A stretch of the source, for mistakes that are found after its tokens are gone.
///
/// It keeps both ends: the compiler joins spans only for its own use, so that a range is given as two tokens.
#[derive(Clone, Copy, Debug)]
pub struct At {
    start: Span,
    end: Span,
}

impl At {
    /// The stretch from the first to the last of the tokens.
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        let mut trees = tokens.to_token_stream().into_iter();
        let Some(first) = trees.next() else {
            return Self { start: Span::call_site(), end: Span::call_site() };
        };
        let end = trees.last().map_or(first.span(), |last| last.span());
        Self { start: first.span(), end }
    }

    /// Where it begins.
    pub fn start(self) -> Span {
        self.start
    }
}

impl ToTokens for At {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([self.start, self.end].map(|span| Ident::new("at", span).into_token_stream()));
    }
}

/// A value with the place where it was written.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: At,
}

impl<T> Spanned<T> {
    pub(crate) fn new(value: T, tokens: &impl ToTokens) -> Self {
        Self { value, at: At::of(tokens) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named() {
        let known = ["unique", "references", "index"];
        assert_eq!(nearest("uniqe", &known), Some("unique"));
        assert_eq!(nearest("ref", &known), Some("references"));
        assert_eq!(nearest("zzz", &known), None);
        assert_eq!(suggestion("zzz", &known), "known: `unique`, `references`, `index`");
    }
}
