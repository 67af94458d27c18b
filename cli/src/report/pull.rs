//! What `pull` has written, and what it couldn't say.

use std::path::PathBuf;

use schema_diff::pull::{Note, Pulled};

use super::style::{HAZARD, styled};
use crate::args::Global;

pub(crate) fn show(global: &Global, pulled: &Pulled, written: &[PathBuf]) {
    for path in written {
        super::say(global, &format!("wrote {}", path.display()));
    }
    super::say(global, &format!("{} tables and types", pulled.items.len()));
    notes(&pulled.notes);
}

/// What is not declared, on stderr.
pub(crate) fn notes(notes: &[Note]) {
    for Note { object, what } in notes {
        anstream::eprintln!("{} {object}: {what}", styled(HAZARD, "note:"));
    }
}

pub(crate) fn json(pulled: &Pulled, written: &[PathBuf]) -> serde_json::Value {
    serde_json::json!({
        "written": written,
        "items": pulled.items.iter().map(|(object, name)| (object.to_string(), name.clone())).collect::<std::collections::BTreeMap<_, _>>(),
        "notes": pulled.notes.iter().map(|note| serde_json::json!({ "object": note.object, "what": note.what })).collect::<Vec<_>>(),
    })
}
