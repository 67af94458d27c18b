//! What `pull` has written, and what it couldn't say.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schema_diff::model::ObjectKind;
use schema_diff::pull::{Note, Pulled};

use super::style::{FAINT, HAZARD, styled};
use crate::args::Global;

/// Objects that no struct declares, by their kind.
type Others = BTreeMap<ObjectKind, Vec<String>>;

pub(crate) fn show(global: &Global, pulled: &Pulled, written: &[PathBuf], others: &Others) {
    for path in written {
        super::say(global, &format!("wrote {}", path.display()));
    }
    super::say(global, &format!("{} tables and types", pulled.items.len()));
    notes(global, &pulled.notes, others);
}

/// What is not declared, on stderr.
pub(crate) fn notes(global: &Global, notes: &[Note], others: &Others) {
    for Note { object, what } in notes {
        anstream::eprintln!("{} {object}: {what}", styled(HAZARD, "note:"));
    }
    if others.is_empty() || global.quiet {
        return;
    }
    // On the tables' own objects depends what rows may hold, so that these are named in any case.
    let told = |(kind, names): (&ObjectKind, &Vec<String>)| {
        let named = global.verbose || matches!(kind, ObjectKind::Exclusion | ObjectKind::Setting | ObjectKind::Other);
        match names.as_slice() {
            names if named || names.len() == 1 => {
                names.iter().map(|name| format!("{kind} {name}")).collect::<Vec<_>>().join(", ")
            }
            names => format!("{} {}", names.len(), plural(kind.word())),
        }
    };
    let list: Vec<String> = others.iter().map(told).collect();
    anstream::eprintln!("{}", styled(FAINT, &format!("declared by no struct, left alone: {}", list.join(", "))));
}

pub(crate) fn json(pulled: &Pulled, written: &[PathBuf], others: &Others) -> serde_json::Value {
    serde_json::json!({
        "written": written,
        "items": pulled.items.iter().map(|(object, name)| (object.to_string(), name.clone())).collect::<BTreeMap<_, _>>(),
        "undeclared": others.iter().map(|(kind, names)| (kind.word(), names)).collect::<BTreeMap<_, _>>(),
        "notes": pulled.notes.iter().map(|note| serde_json::json!({ "object": note.object, "what": note.what })).collect::<Vec<_>>(),
    })
}

fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with('s') => word.to_owned(),
        None => format!("{word}s"),
    }
}
