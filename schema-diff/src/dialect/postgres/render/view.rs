//! Views that stand for a table while names of it change.

use schema_model::QualifiedName;

use super::{Rendered, quote};
use crate::plan::step::ViewOver;
use crate::statement::LockMode;

/// Makes it, with the privileges of the table.
pub(super) fn create(over: &ViewOver) -> Rendered {
    let ViewOver { view, table, known_as, columns, privileges, as_caller } = over;
    let columns: Vec<String> = columns
        .iter()
        .map(|(own, name)| match own == name {
            true => quote::name(own),
            false => format!("{} AS {}", quote::name(own), quote::name(name)),
        })
        .collect();
    let as_caller = if *as_caller { " WITH (security_invoker = true)" } else { "" };
    let mut rendered = Rendered::new(format!(
        "CREATE VIEW {}{as_caller} AS SELECT {} FROM {}",
        quote::qualified(view),
        columns.join(", "),
        quote::qualified(table)
    ));
    let on = |name: &QualifiedName| format!(" ON TABLE {} TO ", quote::qualified(name));
    let (here, there) = (on(known_as), on(view));
    rendered.statements.extend(privileges.iter().map(|grant| grant.replacen(&here, &there, 1)));
    rendered.locking(known_as, LockMode::AccessShare)
}

/// Drops it. Its readers lock the view before the table, and so does who takes both.
pub(super) fn drop(view: &QualifiedName) -> Rendered {
    Rendered::new(format!("DROP VIEW {}", quote::qualified(view))).locking(view, LockMode::AccessExclusive)
}
