//! Objects that no struct describes: their own statements, with the lock that their kind takes.

use schema_model::{Identifier, ObjectKind, QualifiedName, SqlObject, sql_text};

use super::{Rendered, quote};
use crate::dialect::postgres::load::UNCHECKED_BODIES_LOCAL;
use crate::plan::name::fitted;
use crate::statement::{LockMode, Work};

/// Makes it. Bodies of functions aren't looked into, since what they use may be made later in the same plan.
pub(super) fn create(object: &SqlObject) -> Rendered {
    if object.kind == ObjectKind::Extension {
        return Rendered { statements: create_extension(object), ..Rendered::default() };
    }
    let unchecked = (object.kind == ObjectKind::Function).then(|| UNCHECKED_BODIES_LOCAL.to_owned());
    let statements = unchecked.into_iter().chain(object.create.iter().cloned()).collect();
    locked(object, Rendered { statements, work: work(object), ..Rendered::default() }, creation_lock(object.kind))
}

/// Makes an extension in the version that is asked for.
pub(in crate::dialect::postgres) fn create_extension(object: &SqlObject) -> Vec<String> {
    let Some(version) = object.version() else { return object.create.clone() };
    let in_version = |text: &String| match text.strip_suffix(CASCADE) {
        Some(start) => format!("{start} VERSION {}{CASCADE}", quote::literal(version)),
        None => text.clone(),
    };
    object.create.iter().map(in_version).collect()
}

/// Has the extensions made that it needs.
const CASCADE: &str = " CASCADE";

/// Removes it.
pub(super) fn drop(object: &SqlObject) -> Rendered {
    let statements = sql_text::statements(&object.drop).into_iter().map(|one| object.drop[one].to_owned());
    let statements = Rendered { statements: statements.collect(), ..Rendered::default() };
    let dropped = locked(object, statements, removal_lock(object.kind));
    locking_itself(object, dropped)
}

/// Builds a materialised view with its indexes under names aside.
pub(super) fn create_beside(object: &SqlObject, beside: &QualifiedName) -> Rendered {
    let target = quote::qualified(beside);
    let statements = object.create.iter().map(|sql| {
        if let Some(rest) = sql.strip_prefix(&format!("{MATERIALIZED} {} ", object.name)) {
            return format!("{MATERIALIZED} {target} {rest}");
        }
        match index_of(object, sql) {
            Some((words, index, rest)) => format!("{words}{} ON {target} {rest}", quote::name(&index_aside(&index))),
            None => sql.clone(),
        }
    });
    Rendered { statements: statements.collect(), work: work(object), ..Rendered::default() }
}

/// Drops what was built aside.
pub(super) fn drop_beside(beside: &QualifiedName) -> Rendered {
    Rendered::new(format!("DROP MATERIALIZED VIEW {}", quote::qualified(beside)))
}

/// Changes a function or procedure to what it is, which every session notices.
pub(super) fn compile_anew(function: &SqlObject) -> Rendered {
    let is_definers = function.create.iter().any(|sql| sql_text::says(sql, &["security", "definer"]));
    let security = if is_definers { "DEFINER" } else { "INVOKER" };
    Rendered::new(format!("ALTER ROUTINE {} SECURITY {security}", function.name))
}

/// Gives what was built aside, and its indexes, their names.
pub(super) fn take_place(object: &SqlObject, beside: &QualifiedName) -> Rendered {
    let name = schema_model::split_dotted(&object.name).pop().and_then(|name| Identifier::new(name).ok());
    let Some(name) = name else { return Rendered::default() };
    let mut rendered =
        Rendered::new(format!("ALTER MATERIALIZED VIEW {} RENAME TO {}", quote::qualified(beside), quote::name(&name)));
    for (_, index, _) in object.create.iter().filter_map(|sql| index_of(object, sql)) {
        let aside = quote::qualified(&beside.sibling(index_aside(&index)));
        rendered.statements.push(format!("ALTER INDEX {aside} RENAME TO {}", quote::name(&index)));
    }
    rendered
}

const MATERIALIZED: &str = "CREATE MATERIALIZED VIEW";

/// The statement that makes an index, as the server writes it: the words before the index's name, the name, and what
/// follows the name of the view.
fn index_of<'a>(object: &SqlObject, sql: &'a str) -> Option<(&'a str, Identifier, &'a str)> {
    let words = ["CREATE UNIQUE INDEX ", "CREATE INDEX "].into_iter().find(|words| sql.starts_with(words))?;
    let (name, rest) = sql[words.len()..].split_once(&format!(" ON {} ", object.name))?;
    let name = Identifier::new(schema_model::split_dotted(name).pop()?).ok()?;
    Some((&sql[..words.len()], name, rest))
}

fn index_aside(index: &Identifier) -> Identifier {
    fitted(&[index.as_str()], "new")
}

/// Readers of a view wait while it is another one.
fn locking_itself(object: &SqlObject, rendered: Rendered) -> Rendered {
    if !matches!(object.kind, ObjectKind::View | ObjectKind::MaterializedView) {
        return rendered;
    }
    match object.name.parse() {
        Ok(name) => rendered.locking_view(&name, LockMode::AccessExclusive),
        Err(_) => rendered,
    }
}

/// Makes it anew: in its place where the server can, else dropped and made in one transaction.
pub(super) fn replace(from: &SqlObject, to: &SqlObject) -> Rendered {
    if let Some(version) = to.version() {
        return Rendered::new(format!("ALTER EXTENSION {} UPDATE TO {}", to.name, quote::literal(version)));
    }
    let made = create(to);
    if to.kind == ObjectKind::Sequence {
        return Rendered { statements: alter_sequence(from, to), ..made };
    }
    if to.keeps_its_place(from) {
        let or_replace = |text: String| match text.strip_prefix("CREATE VIEW ") {
            Some(rest) => format!("CREATE OR REPLACE VIEW {rest}"),
            None => text,
        };
        let replaced = Rendered { statements: made.statements.into_iter().map(or_replace).collect(), ..made };
        return locking_itself(to, replaced);
    }
    let dropped = drop(from);
    let statements = dropped.statements.into_iter().chain(made.statements).collect();
    Rendered { statements, locks: dropped.locks.into_iter().chain(made.locks).collect(), work: made.work }
}

/// The new options for a sequence that is there, whose count goes on; whose it is and whether it is logged come with it.
fn alter_sequence(from: &SqlObject, to: &SqlObject) -> Vec<String> {
    const UNLOGGED: &str = "CREATE UNLOGGED SEQUENCE ";
    let is_unlogged = |object: &SqlObject| object.create.first().is_some_and(|text| text.starts_with(UNLOGGED));
    let altered = |text: &String| match text.strip_prefix(UNLOGGED).or_else(|| text.strip_prefix("CREATE SEQUENCE ")) {
        Some(options) if options.ends_with(" CYCLE") => format!("ALTER SEQUENCE {options}"),
        Some(options) => format!("ALTER SEQUENCE {options} NO CYCLE"),
        None => text.clone(),
    };
    let mut statements: Vec<String> = to.create.iter().map(altered).collect();
    if from.create.len() > to.create.len() {
        statements.push(format!("ALTER SEQUENCE {} OWNED BY NONE", to.name));
    }
    if is_unlogged(from) != is_unlogged(to) {
        let word = if is_unlogged(to) { "UNLOGGED" } else { "LOGGED" };
        statements.push(format!("ALTER SEQUENCE {} SET {word}", to.name));
    }
    statements
}

fn locked(object: &SqlObject, rendered: Rendered, mode: Option<LockMode>) -> Rendered {
    match (&object.table, mode) {
        (Some(table), Some(mode)) => rendered.locking(table, mode),
        _ => rendered,
    }
}

/// The lock on the table that it belongs to.
fn creation_lock(kind: ObjectKind) -> Option<LockMode> {
    match kind {
        ObjectKind::Trigger => Some(LockMode::ShareRowExclusive),
        ObjectKind::Statistics => Some(LockMode::ShareUpdateExclusive),
        ObjectKind::Exclusion
        | ObjectKind::RowSecurity
        | ObjectKind::Policy
        | ObjectKind::Rule
        | ObjectKind::ReplicaIdentity
        | ObjectKind::Setting => Some(LockMode::AccessExclusive),
        _ => None,
    }
}

fn removal_lock(kind: ObjectKind) -> Option<LockMode> {
    match kind {
        ObjectKind::Trigger => Some(LockMode::AccessExclusive),
        other => creation_lock(other),
    }
}

fn work(object: &SqlObject) -> Work {
    match object.kind {
        ObjectKind::MaterializedView => Work::Scan,
        ObjectKind::Exclusion => Work::IndexBuild,
        _ => Work::default(),
    }
}

/// Parameters that the server sets without blocking anybody (`AlterTableGetRelOptionsLockLevel`); others block all.
const GENTLE: [&str; 3] = ["fillfactor", "autovacuum_", "toast.autovacuum_"];
/// The same, by their whole names.
const GENTLE_NAMES: [&str; 6] = [
    "parallel_workers",
    "toast_tuple_target",
    "log_autovacuum_min_duration",
    "toast.log_autovacuum_min_duration",
    "vacuum_index_cleanup",
    "vacuum_truncate",
];

/// Sets and resets storage parameters.
pub(super) fn storage_parameters(table: &QualifiedName, set: &[String], reset: &[String]) -> Rendered {
    let target = quote::qualified(table);
    let mut rendered = Rendered::default();
    for (word, parameters) in [("SET", set), ("RESET", reset)] {
        if !parameters.is_empty() {
            rendered.statements.push(format!("ALTER TABLE {target} {word} ({})", parameters.join(", ")));
        }
    }
    let gentle = |parameter: &String| {
        let name = parameter.split('=').next().unwrap_or_default();
        GENTLE.iter().any(|start| name.starts_with(start)) || GENTLE_NAMES.contains(&name)
    };
    let all_gentle = set.iter().chain(reset).all(gentle);
    rendered.locking(table, if all_gentle { LockMode::ShareUpdateExclusive } else { LockMode::AccessExclusive })
}
