//! Items in files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schema_model::QualifiedName;

use super::merge::imports;
use super::merge::source::Source;
use super::options::{Layout, Options};
use super::tree::{Body, Item};
use super::{PullError, SourceFile, format, words};

/// What stands at the head of the module.
const HEAD: &str = "//! The tables of the database, with the types of their columns.\n";

/// The files of all items, the module's own first. What stands in that one already stays.
pub(crate) fn files(
    items: &[Item],
    module: &str,
    there: Option<String>,
    options: &Options,
) -> Result<Vec<SourceFile>, PullError> {
    let file = PathBuf::from(format!("{module}.rs"));
    if items.is_empty() {
        return Ok(Vec::new());
    }
    match options.layout {
        Layout::OneFile => {
            let items: Vec<&Item> = items.iter().collect();
            let text = match there {
                None => one_file(HEAD, &items, &BTreeSet::new()),
                Some(text) => appended(&file, text, &items)?,
            };
            Ok(vec![SourceFile { path: file, text }])
        }
        Layout::Split => split(items, module, file, there),
    }
}

/// A file with further items at its end.
fn appended(path: &Path, text: String, items: &[&Item]) -> Result<String, PullError> {
    let mut source = Source::parse(path, text)?;
    let mut uses: BTreeSet<String> = items.iter().flat_map(|item| item.uses.iter().cloned()).collect();
    uses.insert("schema_diff::Schema".to_owned());
    let neighbours = source.syntax.items.clone();
    imports::add(&mut source, &neighbours, &uses);
    let mut text = source.finished();
    if neighbours.is_empty() {
        text = format!("{}{}", blank_line_after(text), use_lines(&uses));
    }
    for item in items {
        text = format!("{}{}", blank_line_after(text), format::item(item));
    }
    Ok(text)
}

fn blank_line_after(text: String) -> String {
    if text.trim().is_empty() { String::new() } else { format!("{}\n\n", text.trim_end()) }
}

/// A module for each table and for each enum.
fn split(items: &[Item], module: &str, file: PathBuf, there: Option<String>) -> Result<Vec<SourceFile>, PullError> {
    let mut modules: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
    let mut by_object: BTreeMap<&QualifiedName, String> = BTreeMap::new();
    for item in items {
        // A newtype stands with the struct whose key it is, which comes right after it.
        let name = match &item.body {
            Body::Newtype(_) => items.iter().find(|other| is_struct_of(other, item)).map(|other| other.name.clone()),
            Body::Struct(_) | Body::Enum(_) => None,
        };
        let base = words::module(&name.unwrap_or_else(|| item.name.clone()));
        let name = by_object.get(&item.object).cloned().unwrap_or_else(|| free_module(&base, &modules));
        by_object.insert(&item.object, name.clone());
        modules.entry(name).or_default().push(item);
    }
    let mut head = match there {
        None => format!("{HEAD}\n"),
        Some(text) => blank_line_after(text),
    };
    modules.keys().for_each(|name| head.push_str(&format!("mod {name};\n")));
    head.push('\n');
    for (name, items) in &modules {
        let mut names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
        names.sort_unstable();
        match names.as_slice() {
            [one] => head.push_str(&format!("pub use {name}::{one};\n")),
            many => head.push_str(&format!("pub use {name}::{{{}}};\n", many.join(", "))),
        }
    }
    let mut files = vec![SourceFile { path: file, text: head }];
    for (name, own) in &modules {
        let local: BTreeSet<&str> = own.iter().map(|item| item.name.as_str()).collect();
        let others: BTreeSet<String> =
            named(own, items).into_iter().filter(|name| !local.contains(name.as_str())).collect();
        let path = PathBuf::from(module).join(format!("{name}.rs"));
        files.push(SourceFile { path, text: one_file("", own, &others) });
    }
    Ok(files)
}

fn is_struct_of(other: &Item, newtype: &Item) -> bool {
    other.object == newtype.object && matches!(other.body, Body::Struct(_))
}

fn free_module(base: &str, modules: &BTreeMap<String, Vec<&Item>>) -> String {
    let names = std::iter::once(base.to_owned()).chain((2..).map(|number| format!("{base}_{number}")));
    names.into_iter().find(|name| !modules.contains_key(name)).unwrap_or_else(|| base.to_owned())
}

/// The names of the other items that these use: of all that declare the objects they name, those in their text.
fn named(own: &[&Item], all: &[Item]) -> BTreeSet<String> {
    let objects: BTreeSet<&QualifiedName> = own.iter().flat_map(|item| &item.items).collect();
    let texts: Vec<String> = own.iter().map(|item| format::item(item)).collect();
    let uses = |name: &str| texts.iter().any(|text| mentions(text, name));
    let candidates = all.iter().filter(|item| objects.contains(&item.object));
    candidates.map(|item| item.name.clone()).filter(|name| uses(name)).collect()
}

/// Whether a word stands in the text.
fn mentions(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|each| each == word)
}

fn one_file(head: &str, items: &[&Item], others: &BTreeSet<String>) -> String {
    let mut uses: BTreeSet<String> = items.iter().flat_map(|item| item.uses.iter().cloned()).collect();
    uses.insert("schema_diff::Schema".to_owned());
    let mut parts = vec![head.to_owned(), use_lines(&uses), super_line(others)];
    parts.extend(items.iter().map(|item| format::item(item)));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// `use` declarations, a line for each module that names come from.
pub(crate) fn use_lines(paths: &BTreeSet<String>) -> String {
    let mut modules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in paths {
        let (module, name) = path.rsplit_once("::").unwrap_or(("self", path));
        modules.entry(module).or_default().insert(name);
    }
    let line = |(module, names): (&str, BTreeSet<&str>)| {
        let names: Vec<&str> = names.into_iter().collect();
        match names.as_slice() {
            [one] => format!("use {module}::{one};\n"),
            many => format!("use {module}::{{{}}};\n", many.join(", ")),
        }
    };
    modules.into_iter().map(line).collect()
}

fn super_line(others: &BTreeSet<String>) -> String {
    use_lines(&others.iter().map(|name| format!("super::{name}")).collect())
}
