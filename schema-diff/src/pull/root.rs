//! The line by which a crate's root takes in the module of what was pulled.

use std::path::Path;

use syn::{Item, Visibility};

use super::PullError;
use super::merge::source::Source;

/// The root file with `mod name;` in it; `None` where it is there already. A library shows its module to others.
pub fn with_module(root: &Path, text: String, name: &str, library: bool) -> Result<Option<String>, PullError> {
    let mut source = Source::parse(root, text)?;
    let items = source.syntax.items.clone();
    if items.iter().any(|item| matches!(item, Item::Mod(module) if module.ident == name)) {
        return Ok(None);
    }
    let visible = if library { "pub " } else { "" };
    let line = format!("{visible}mod {name};");
    let end =
        |wanted: fn(&Item) -> bool| items.iter().rev().find(|item| wanted(item)).map(|item| source.range(item).end);
    let behind = end(|item| matches!(item, Item::Mod(module) if module.content.is_none()))
        .or_else(|| end(|item| matches!(item, Item::Use(item) if matches!(item.vis, Visibility::Inherited))));
    match (behind, items.first().map(|item| source.range(item).start)) {
        (Some(at), _) => {
            let gap = if matches!(items.iter().find(|item| source.range(*item).end == at), Some(Item::Use(_))) {
                "\n\n"
            } else {
                "\n"
            };
            source.insert(at, format!("{gap}{line}"));
        }
        (None, Some(at)) => source.insert(at, format!("{line}\n\n")),
        (None, None) => {
            let at = source.text.len();
            let gap = if source.text.is_empty() || source.text.ends_with('\n') { "" } else { "\n" };
            source.insert(at, format!("{gap}{line}\n"));
        }
    }
    Ok(Some(source.finished()))
}
