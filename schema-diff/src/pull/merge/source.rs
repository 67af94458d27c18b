//! A source file with the changes that are to be made in its text; everything else stays byte for byte.

use std::ops::Range;
use std::path::Path;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Fields, Item};

use super::super::PullError;

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What it holds.
    pub(crate) text: String,
    /// Its syntax.
    pub(crate) syntax: syn::File,
    /// Where the parsed text begins: after a byte order mark and a `#!` line.
    start: usize,
    edits: Vec<(Range<usize>, String)>,
}

impl Source {
    /// Reads a file.
    pub(crate) fn open(path: &Path) -> Result<Self, PullError> {
        let text = std::fs::read_to_string(path).map_err(|error| PullError::File { path: path.to_owned(), error })?;
        Self::parse(path, text)
    }

    /// Takes a text as what a file holds.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Self, PullError> {
        let marked = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let bang = marked.starts_with("#!") && !marked.starts_with("#![");
        let body = if bang { marked.find('\n').map_or("", |end| &marked[end..]) } else { marked };
        let start = text.len() - body.len();
        let syntax = syn::parse_file(body).map_err(|error| PullError::Syntax { path: path.to_owned(), error })?;
        Ok(Self { text, syntax, start, edits: Vec::new() })
    }

    /// Where tokens stand in the text.
    pub(crate) fn range(&self, tokens: &impl Spanned) -> Range<usize> {
        self.of_span(tokens.span())
    }

    /// Where a span stands in the text.
    pub(crate) fn of_span(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.start..range.end + self.start
    }

    /// Puts a text into the place of another.
    pub(crate) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push((range, text.into()));
    }

    /// Puts a text somewhere.
    pub(crate) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Takes a stretch out, with its whole lines where nothing else stands on them.
    pub(crate) fn remove(&mut self, range: Range<usize>) {
        let range = self.whole_lines(range);
        self.replace(range, "");
    }

    fn whole_lines(&self, range: Range<usize>) -> Range<usize> {
        let head = &self.text[..range.start];
        let line = head.rfind('\n').map_or(0, |at| at + 1);
        let tail = &self.text[range.end..];
        let end = tail.find('\n').map_or(self.text.len(), |at| range.end + at + 1);
        let alone = head[line..].trim().is_empty() && self.text[range.end..end].trim().is_empty();
        if alone { line..end } else { range }
    }

    /// The whitespace before what stands first on a line.
    pub(crate) fn indent(&self, at: usize) -> String {
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let rest = &self.text[line..at];
        rest[..rest.len() - rest.trim_start().len()].to_owned()
    }

    /// The text with all changes.
    pub(crate) fn finished(mut self) -> String {
        // Of several insertions at one place the first stays first.
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = String::new();
        let mut at = 0;
        for (range, new) in &self.edits {
            text.push_str(self.text.get(at..range.start).unwrap_or_default());
            text.push_str(new);
            at = at.max(range.end);
        }
        text.push_str(&self.text[at..]);
        text
    }

    /// How many changes are to be made.
    pub(crate) fn edits(&self) -> usize {
        self.edits.len()
    }
}

/// The item whose name stands at a line, in whatever inline module, with the items around it.
pub(crate) fn find(items: &[Item], line: usize) -> Option<(&Item, &[Item])> {
    for item in items {
        let ident = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Mod(item) => {
                let inner = item.content.as_ref().and_then(|(_, items)| find(items, line));
                if inner.is_some() {
                    return inner;
                }
                continue;
            }
            _ => continue,
        };
        if ident.span().start().line == line {
            return Some((item, items));
        }
    }
    None
}

/// The named fields of a struct.
pub(crate) fn fields(item: &syn::ItemStruct) -> Vec<&syn::Field> {
    match &item.fields {
        Fields::Named(fields) => fields.named.iter().collect(),
        Fields::Unnamed(_) | Fields::Unit => Vec::new(),
    }
}
