//! `use` declarations for types that come in anew.

use std::collections::BTreeSet;

use syn::{Item, UseTree};

use super::super::layout::use_lines;
use super::source::Source;

/// Adds what a module doesn't import yet, behind its last `use`.
pub(crate) fn add(source: &mut Source, items: &[Item], uses: &BTreeSet<String>) {
    let mut there = BTreeSet::new();
    let mut last = None;
    for item in items {
        if let Item::Use(item) = item {
            names(&item.tree, &mut there);
            last = Some(source.range(item).end);
        }
    }
    let missing = |path: &&String| !there.contains(path.rsplit("::").next().unwrap_or_default());
    let missing: BTreeSet<String> = uses.iter().filter(missing).cloned().collect();
    if missing.is_empty() {
        return;
    }
    let lines = use_lines(&missing);
    match (last, items.first()) {
        (Some(end), _) => source.insert(end, format!("\n{}", lines.trim_end())),
        (None, Some(first)) => {
            let start = source.range(first).start;
            source.insert(start, format!("{lines}\n"));
        }
        (None, None) => {}
    }
}

/// The names that a `use` brings in.
fn names(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, found),
        UseTree::Name(name) => drop(found.insert(name.ident.to_string())),
        UseTree::Rename(rename) => drop(found.insert(rename.rename.to_string())),
        UseTree::Glob(_) => {}
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, found)),
    }
}
