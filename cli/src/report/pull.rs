//! What `pull` has written, and what it couldn't say.

use std::collections::BTreeMap;

use schema_diff::model::{ObjectKind, QualifiedName};
use schema_diff::pull::Note;
use similar::{ChangeTag, TextDiff};

use super::style::{ADDED, FAINT, HAZARD, HEAD, REMOVED, styled};
use crate::args::Global;
use crate::command::pull::Report;

pub(crate) fn show(global: &Global, report: &Report, dry_run: bool) {
    for (path, (before, text)) in &report.files {
        match (dry_run, before) {
            (false, None) => super::say(global, &format!("wrote {}", path.display())),
            (false, Some(_)) => super::say(global, &format!("changed {}", path.display())),
            (true, before) => unified(&path.display().to_string(), before.as_deref().unwrap_or_default(), text),
        }
    }
    if report.files.is_empty() {
        super::say(global, "nothing to change: the structs say what is there");
    }
    let list =
        |names: &mut dyn Iterator<Item = &QualifiedName>| names.map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if !report.pulled.new.is_empty() {
        super::say(global, &format!("new: {}", list(&mut report.pulled.new.iter())));
    }
    if !report.merged.changed.is_empty() {
        super::say(global, &format!("brought in step: {}", list(&mut report.merged.changed.iter())));
    }
    if let Some((file, line)) = &report.module {
        super::say(global, &format!("`{line}` in {} takes the new module in", file.display()));
    }
    notes(global, report);
}

fn unified(path: &str, before: &str, after: &str) {
    anstream::println!("{}", styled(HEAD, path));
    let diff = TextDiff::from_lines(before, after);
    for group in diff.grouped_ops(3) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches('\n');
            match change.tag() {
                ChangeTag::Equal => anstream::println!(" {line}"),
                ChangeTag::Delete => anstream::println!("{}", styled(REMOVED, &format!("-{line}"))),
                ChangeTag::Insert => anstream::println!("{}", styled(ADDED, &format!("+{line}"))),
            }
        }
    }
}

/// What is not declared, on stderr.
pub(crate) fn notes(global: &Global, report: &Report) {
    for Note { object, what } in &report.notes {
        anstream::eprintln!("{} {object}: {what}", styled(HAZARD, "note:"));
    }
    if report.others.is_empty() || global.quiet {
        return;
    }
    // What rows may hold depends on some of them, so that these are named in any case.
    let told = |(kind, names): (&ObjectKind, &Vec<String>)| {
        let named = global.verbose || matches!(kind, ObjectKind::Exclusion | ObjectKind::Setting | ObjectKind::Other);
        match names.as_slice() {
            names if named || names.len() == 1 => {
                names.iter().map(|name| format!("{kind} {name}")).collect::<Vec<_>>().join(", ")
            }
            names => format!("{} {}", names.len(), plural(kind.word())),
        }
    };
    let list: Vec<String> = report.others.iter().map(told).collect();
    anstream::eprintln!("{}", styled(FAINT, &format!("declared by no struct, left alone: {}", list.join(", "))));
}

fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with('s') => word.to_owned(),
        None => format!("{word}s"),
    }
}

pub(crate) fn json(report: &Report) -> serde_json::Value {
    let files = report
        .files
        .iter()
        .map(|(path, (before, text))| serde_json::json!({ "path": path, "new": before.is_none(), "text": text }));
    let names =
        |names: &std::collections::BTreeSet<QualifiedName>| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let items = report.pulled.items.iter().map(|(object, name)| (object.to_string(), name.clone()));
    serde_json::json!({
        "files": files.collect::<Vec<_>>(),
        "items": items.collect::<BTreeMap<_, _>>(),
        "new": names(&report.pulled.new),
        "changed": names(&report.merged.changed),
        "undeclared": report.others.iter().map(|(kind, names)| (kind.word(), names)).collect::<BTreeMap<_, _>>(),
        "notes": report.notes.iter().map(|note| {
            serde_json::json!({ "object": note.object, "what": note.what })
        }).collect::<Vec<_>>(),
    })
}
