//! The triggers that keep two forms in step.
//!
//! Which column changed against its own old value decides the direction; the two columns are compared with each
//! other only through the conversion, to see that nothing needs doing. New wins when both changed and disagree.
//! Everything in the body is schema-qualified: in a replication apply worker `search_path` is empty.

use schema_model::{Identifier, QualifiedName, SqlType, sql_text};

use super::{Rendered, quote};
use crate::plan::sync::{Closing, KeyPart, Sync, SyncKind, TwoWay};
use crate::statement::LockMode;

/// The counter, the function and the triggers, in one transaction with the column.
pub(super) fn create(sync: &Sync) -> Rendered {
    let counter = quote::qualified(&sync.legacy_counter);
    let mut statements =
        vec![format!("CREATE SEQUENCE {counter}"), format!("GRANT USAGE ON SEQUENCE {counter} TO PUBLIC")];
    match &sync.kind {
        SyncKind::TwoWay(two_way) => {
            statements.push(function(sync, &sync.function, &two_way_body(sync, two_way)));
            statements.push(trigger(sync, &sync.insert_trigger, "INSERT", None, &sync.function));
            let changed = |column: &Identifier| {
                different(
                    two_way.plain,
                    &format!("OLD.{}", quote::name(column)),
                    &format!("NEW.{}", quote::name(column)),
                )
            };
            let when = format!("{} OR {}", changed(&two_way.old), changed(&two_way.new));
            statements.push(trigger(sync, &sync.update_trigger, "UPDATE", Some(&when), &sync.function));
            statements.push(always(sync, &[&sync.insert_trigger, &sync.update_trigger]));
            if let Some(closing) = &two_way.closing {
                statements.push(function(sync, &closing.function, &closing_body(sync, two_way)));
                statements.push(trigger(sync, &closing.trigger, "INSERT OR UPDATE", None, &closing.function));
                statements.push(always(sync, &[&closing.trigger]));
            }
        }
        SyncKind::Fill { column, value, on_update } => {
            statements.push(function(sync, &sync.function, &fill_body(sync, column, value)));
            let when = format!("NEW.{} IS NULL", quote::name(column));
            statements.push(trigger(sync, &sync.insert_trigger, "INSERT", Some(&when), &sync.function));
            let mut triggers = vec![&sync.insert_trigger];
            if *on_update {
                statements.push(trigger(sync, &sync.update_trigger, "UPDATE", Some(&when), &sync.function));
                triggers.push(&sync.update_trigger);
            }
            statements.push(always(sync, &triggers));
        }
    }
    Rendered { statements, ..Rendered::default() }.locking(&sync.table, LockMode::ShareRowExclusive)
}

/// Triggers first, then their functions and the counter.
pub(super) fn drop(sync: &Sync) -> Rendered {
    let table = quote::qualified(&sync.table);
    let mut triggers = vec![&sync.update_trigger, &sync.insert_trigger];
    let mut functions = vec![&sync.function];
    match &sync.kind {
        SyncKind::TwoWay(TwoWay { closing: Some(Closing { function, trigger }), .. }) => {
            triggers.push(trigger);
            functions.push(function);
        }
        SyncKind::Fill { on_update: false, .. } => triggers.retain(|name| **name != sync.update_trigger),
        SyncKind::TwoWay(_) | SyncKind::Fill { .. } => {}
    }
    let mut statements: Vec<String> =
        triggers.into_iter().map(|name| format!("DROP TRIGGER {} ON {table}", quote::name(name))).collect();
    statements.extend(functions.into_iter().map(|name| format!("DROP FUNCTION {}()", quote::qualified(name))));
    statements.push(format!("DROP SEQUENCE {}", quote::qualified(&sync.legacy_counter)));
    Rendered { statements, ..Rendered::default() }.locking(&sync.table, LockMode::AccessExclusive)
}

/// A function whose body holds an expression of the user's finds what that names under the path under which it was
/// checked, whatever path a writer has. The path costs a few microseconds per call, so bare columns go without.
fn function(sync: &Sync, name: &QualifiedName, body: &str) -> String {
    let is_column = |text: &str| sync.columns.iter().any(|column| column.to_string() == text);
    let bare = match &sync.kind {
        SyncKind::TwoWay(two_way) => is_column(&two_way.forward) && is_column(&two_way.backward),
        SyncKind::Fill { value, .. } => is_column(value),
    };
    let namespace = quote::name(&sync.table.namespace);
    let path = match (bare, namespace.as_str()) {
        (true, _) => String::new(),
        (false, "public") => " SET search_path = public, pg_temp".to_owned(),
        (false, namespace) => format!(" SET search_path = {namespace}, public, pg_temp"),
    };
    let (name, body) = (quote::qualified(name), quote::dollar(body));
    format!("CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql{path} AS {body}")
}

fn trigger(sync: &Sync, name: &Identifier, event: &str, when: Option<&str>, function: &QualifiedName) -> String {
    let when = when.map(|when| format!(" WHEN ({when})")).unwrap_or_default();
    format!(
        "CREATE TRIGGER {} BEFORE {event} ON {} FOR EACH ROW{when} EXECUTE FUNCTION {}()",
        quote::name(name),
        quote::qualified(&sync.table),
        quote::qualified(function)
    )
}

fn always(sync: &Sync, triggers: &[&Identifier]) -> String {
    let actions: Vec<String> =
        triggers.iter().map(|name| format!("ENABLE ALWAYS TRIGGER {}", quote::name(name))).collect();
    format!("ALTER TABLE {} {}", quote::qualified(&sync.table), actions.join(", "))
}

fn two_way_body(sync: &Sync, two_way: &TwoWay) -> String {
    let (old, new) = (format!("NEW.{}", quote::name(&two_way.old)), format!("NEW.{}", quote::name(&two_way.new)));
    let forward = over_row(&two_way.forward, "NEW", &sync.table, &sync.columns);
    let backward = over_row(&two_way.backward, "NEW", &sync.table, &sync.columns);
    let differs = different(two_way.plain, &new, &forward_value(sync, two_way, "NEW"));
    let left_out = match &two_way.new_default {
        None => format!("{new} IS NULL"),
        Some(default) => {
            let stored = format!("({default})::{}", two_way.new_type);
            if two_way.plain {
                format!("{new} IS NOT DISTINCT FROM {stored}")
            } else {
                format!("NOT {}", different(false, &new, &stored))
            }
        }
    };
    let new_changed = different(two_way.plain, &format!("OLD.{}", quote::name(&two_way.new)), &new);
    let old_changed = different(two_way.plain, &format!("OLD.{}", quote::name(&two_way.old)), &old);
    let count = count(sync);
    let locks = upsert_locks(sync, two_way);
    format!(
        "
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF {differs} THEN
      IF {left_out} THEN  -- left out: written by the old release
        {count}
        {new} := {forward};
      ELSE
        {old} := {backward};
      END IF;
    END IF;{locks}
  ELSIF {new_changed} THEN  -- written by the new release, or by the backfill
    IF {differs} THEN
      {old} := {backward};
    END IF;
  ELSIF {old_changed} THEN  -- written by the old release
    {count}
    {new} := {forward};
  END IF;
  RETURN NEW;
END
"
    )
}

/// The new value as the new column would hold it: a value must be brought to the column's type before it is compared,
/// or every numeric of another scale and every timestamp for a date would count as changed.
pub(super) fn forward_value(sync: &Sync, two_way: &TwoWay, row: &str) -> String {
    let value = over_row(&two_way.forward, row, &sync.table, &sync.columns);
    let as_it_is = value == format!("{row}.{}", quote::name(&two_way.old)) && two_way.old_type == two_way.new_type;
    stored(value, as_it_is, &two_way.new_type)
}

/// The new value that an old value would give, in a row that is otherwise as it is.
pub(super) fn forward_of(sync: &Sync, two_way: &TwoWay, row: &str, old: &str) -> String {
    let bare = quote::name(&two_way.old);
    let is_column = sync.columns.iter().any(|column| old == format!("{row}.{}", quote::name(column)));
    let old = if is_column { old.to_owned() } else { format!("({old})") };
    let expression = sql_text::replace_columns(&two_way.forward, sync.table.name.as_str(), |name| {
        if name == two_way.old.as_str() {
            return Some(old.clone());
        }
        let column = sync.columns.iter().find(|column| column.as_str() == name)?;
        Some(format!("{row}.{}", quote::name(column)))
    });
    let as_it_is = two_way.forward == bare && two_way.old_type == two_way.new_type;
    stored(if expression == old { expression } else { format!("({expression})") }, as_it_is, &two_way.new_type)
}

/// The old value as the old column would hold it.
pub(super) fn backward_value(sync: &Sync, two_way: &TwoWay, row: &str) -> String {
    let value = over_row(&two_way.backward, row, &sync.table, &sync.columns);
    let as_it_is = value == format!("{row}.{}", quote::name(&two_way.new)) && two_way.old_type == two_way.new_type;
    stored(value, as_it_is, &two_way.old_type)
}

fn stored(value: String, as_it_is: bool, sql_type: &SqlType) -> String {
    // What isn't a bare column stands in parentheses already.
    if as_it_is { value } else { format!("{value}::{sql_type}") }
}

/// Both shapes of a concurrent upsert take one lock on the key in its new form, so that neither meets the other's
/// row between its look and its insert. A NULL key locks nothing.
fn upsert_locks(sync: &Sync, two_way: &TwoWay) -> String {
    let part = |part: &KeyPart| {
        let value = over_row(&part.expression, "NEW", &sync.table, &sync.columns);
        if !part.by_hash {
            return value;
        }
        // The hash of an array is that of its elements' type, whatever that is; NULL is in nobody's way.
        format!("CASE WHEN {value} IS NOT NULL THEN pg_catalog.hash_array_extended(ARRAY[{value}], 0) END")
    };
    let lock = |key: &Vec<KeyPart>| {
        let parts: Vec<String> = key.iter().map(part).collect();
        let text = match parts.as_slice() {
            [one] => format!("({one})::text"),
            many => format!("ROW({})::text", many.join(", ")),
        };
        format!(
            "\n    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended({text}, TG_RELID::bigint));"
        )
    };
    two_way.upsert_keys.iter().map(lock).collect()
}

fn closing_body(sync: &Sync, two_way: &TwoWay) -> String {
    let (old, new) = (format!("NEW.{}", quote::name(&two_way.old)), format!("NEW.{}", quote::name(&two_way.new)));
    let forward = over_row(&two_way.forward, "NEW", &sync.table, &sync.columns);
    let backward = backward_value(sync, two_way, "NEW");
    // On a row that isn't filled yet the new column is NULL, and nothing the application's triggers did is lost by that.
    let differs = different(two_way.plain, &old, &backward);
    format!(
        "
BEGIN
  IF {new} IS NOT NULL AND {differs} THEN  -- the application's own triggers changed the old column
    {new} := {forward};
  END IF;
  RETURN NEW;
END
"
    )
}

fn fill_body(sync: &Sync, column: &Identifier, value: &str) -> String {
    let value = over_row(value, "NEW", &sync.table, &sync.columns);
    format!(
        "
BEGIN  -- written by the old release, which doesn't know the column or writes NULL there
  {}
  NEW.{} := {value};
  RETURN NEW;
END
",
        count(sync),
        quote::name(column)
    )
}

/// Counting blocks nobody and survives a crash; writes that are rolled back are counted as well.
fn count(sync: &Sync) -> String {
    format!(
        "PERFORM pg_catalog.nextval({}::pg_catalog.regclass);",
        quote::literal(&quote::qualified(&sync.legacy_counter))
    )
}

/// "Different" means different bytes where `=` doesn't say so.
pub(super) fn different(plain: bool, a: &str, b: &str) -> String {
    if plain { format!("{a} IS DISTINCT FROM {b}") } else { format!("pg_catalog.record_image_ne(ROW({a}), ROW({b}))") }
}

/// An expression over the columns of a row, with the row's name before each column.
pub(super) fn over_row(expression: &str, row: &str, table: &QualifiedName, columns: &[Identifier]) -> String {
    let qualified = sql_text::replace_columns(expression, table.name.as_str(), |name| {
        let column = columns.iter().find(|column| column.as_str() == name)?;
        Some(format!("{row}.{}", quote::name(column)))
    });
    let is_column = columns.iter().any(|column| qualified == format!("{row}.{}", quote::name(column)));
    if is_column { qualified } else { format!("({qualified})") }
}
