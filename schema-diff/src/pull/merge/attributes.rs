//! The `#[db(…)]` of an item or a field, with what is to be said otherwise in them.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

use super::super::format;
use super::super::tree::{Key, Value};
use super::source::Source;

/// All `#[db(…)]` of an item or a field.
#[derive(Debug)]
pub(crate) struct Attributes {
    list: Vec<DbAttribute>,
    /// Where a new attribute goes, with the indentation there.
    place: usize,
    indent: String,
    added: Vec<Vec<Key>>,
}

#[derive(Debug)]
struct DbAttribute {
    range: Range<usize>,
    parts: Vec<Part>,
    /// Whether nothing but commas and whitespace stands between the parts.
    clean: bool,
    changed: bool,
}

#[derive(Debug)]
struct Part {
    name: String,
    range: Range<usize>,
    text: String,
    removed: bool,
}

impl Attributes {
    /// Those among the attributes of something that begins, apart from them, at the given place.
    pub(crate) fn of(source: &Source, attributes: &[Attribute], start: usize) -> Self {
        let own = attributes.iter().filter(|attribute| attribute.path().is_ident("db"));
        let list = own.filter_map(|attribute| DbAttribute::of(source, attribute)).collect();
        Self { list, place: start, indent: source.indent(start), added: Vec::new() }
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.parts().any(|part| part.name == name)
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.list.iter().flat_map(|attribute| &attribute.parts).filter(|part| !part.removed)
    }

    /// Takes away every part that the test is true of: by its name and the place where it begins.
    pub(crate) fn remove(&mut self, test: impl Fn(&str, usize) -> bool) {
        for attribute in &mut self.list {
            for part in attribute.parts.iter_mut().filter(|part| test(&part.name, part.range.start)) {
                part.removed = true;
                attribute.changed = true;
            }
        }
    }

    /// Puts a key into the place of that one which begins there.
    pub(crate) fn replace_at(&mut self, start: usize, key: &Key) -> bool {
        for attribute in &mut self.list {
            if let Some(part) = attribute.parts.iter_mut().find(|part| part.range.start == start) {
                part.text = key.text();
                key.name.clone_into(&mut part.name);
                attribute.changed = true;
                return true;
            }
        }
        false
    }

    /// Whether two places stand within one key.
    pub(crate) fn are_in_one(&self, one: usize, other: usize) -> bool {
        self.parts().any(|part| part.range.contains(&one) && part.range.contains(&other))
    }

    /// Puts another key, or none, into the place of that one around a place in the text.
    pub(crate) fn set_around(&mut self, at: usize, key: Option<&Key>) {
        let Some(part) = self.parts().find(|part| part.range.contains(&at)) else { return };
        let start = part.range.start;
        match key {
            Some(key) => drop(self.replace_at(start, key)),
            None => self.remove(|_, begins| begins == start),
        }
    }

    /// Makes a key say something else; nothing takes it away.
    pub(crate) fn set(&mut self, name: &str, key: Option<&Key>) {
        let start = self.parts().find(|part| part.name == name).map(|part| part.range.start);
        match (start, key) {
            (Some(start), Some(key)) => drop(self.replace_at(start, key)),
            (Some(start), None) => self.remove(|_, at| at == start),
            (None, Some(key)) => self.add(key.clone()),
            (None, None) => {}
        }
    }

    /// Adds a key beside those that are there.
    pub(crate) fn add(&mut self, key: Key) {
        match self.list.last_mut().filter(|attribute| attribute.clean) {
            Some(last) => {
                let end = last.range.end;
                last.parts.push(Part { name: key.name.to_owned(), range: end..end, text: key.text(), removed: false });
                last.changed = true;
            }
            None => match self.added.last_mut() {
                Some(added) => added.push(key),
                None => self.added.push(vec![key]),
            },
        }
    }

    /// Adds a key in an attribute of its own.
    pub(crate) fn add_alone(&mut self, key: Key) {
        self.added.push(vec![key]);
    }

    /// Writes the changes down.
    pub(crate) fn finish(self, source: &mut Source) {
        for attribute in self.list.into_iter().filter(|attribute| attribute.changed) {
            attribute.finish(source, &self.indent);
        }
        for keys in &self.added {
            let text = format::attribute(keys, &self.indent);
            source.insert(self.place, format!("{}\n{}", text.trim_start(), self.indent));
        }
    }
}

impl DbAttribute {
    fn of(source: &Source, attribute: &Attribute) -> Option<Self> {
        let Meta::List(list) = &attribute.meta else { return None };
        let mut parts: Vec<Part> = Vec::new();
        for tokens in split(list.tokens.clone()) {
            let name = match tokens.first() {
                Some(TokenTree::Ident(word)) => word.to_string().trim_start_matches("r#").to_owned(),
                _ => String::new(),
            };
            let (first, last) = (tokens.first()?.span(), tokens.last()?.span());
            let range = source.of_span(first).start..source.of_span(last).end;
            parts.push(Part { name, text: source.text.get(range.clone())?.to_owned(), range, removed: false });
        }
        let gaps = parts.windows(2).map(|pair| pair[0].range.end..pair[1].range.start);
        let clean = gaps
            .into_iter()
            .all(|gap| source.text.get(gap).is_some_and(|gap| gap.chars().all(|c| c.is_whitespace() || c == ',')));
        Some(Self { range: source.of_span(attribute.span()), parts, clean, changed: false })
    }

    fn finish(self, source: &mut Source, indent: &str) {
        let left: Vec<&Part> = self.parts.iter().filter(|part| !part.removed).collect();
        if left.is_empty() {
            return source.remove(self.range);
        }
        if !self.clean {
            for part in &self.parts {
                match part.removed {
                    true => {
                        let rest = &source.text[part.range.end..];
                        let comma = rest.find(|c: char| !c.is_whitespace()).filter(|at| rest[*at..].starts_with(','));
                        source.remove(part.range.start..part.range.end + comma.map_or(0, |at| at + 1));
                    }
                    false => source.replace(part.range.clone(), part.text.clone()),
                }
            }
            return;
        }
        let keys: Vec<Key> = left.iter().map(|part| key(part)).collect();
        source.replace(self.range, format::attribute(&keys, indent).trim_start().to_owned());
    }
}

/// A part as a key again, as far as the layout must know.
fn key(part: &Part) -> Key {
    Key { name: "", value: Value::Verbatim(part.text.clone()) }
}

/// The stretches between the commas of the top level.
fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for tree in tokens {
        match &tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(Vec::new()),
            _ => parts.last_mut().into_iter().for_each(|part: &mut Vec<TokenTree>| part.push(tree.clone())),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
