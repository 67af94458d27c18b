//! The triggers that keep two forms in step.
//!
//! Which column changed against its own old value decides the direction; the two columns are compared with each
//! other only through the conversion, to see that nothing needs doing. New wins when both changed and disagree.
//! Everything in the body is schema-qualified: in a replication apply worker `search_path` is empty.

use schema_model::{Identifier, QualifiedName, SqlType, sql_text};

use super::{Rendered, quote};
use crate::plan::sync::{Closing, Computed, Form, KeyPart, Sync, SyncKind, TwoWay};
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
            let mut when = changed(two_way.plain, two_way.old.iter().chain(&two_way.new));
            if !two_way.partition_key.is_empty() {
                when.push_str(&format!(" OR {} AND ({})", unfilled(two_way), moves(two_way)));
            }
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
        SyncKind::Computed(computed) => {
            statements.push(function(sync, &sync.function, &computed_body(sync, computed)));
            statements.push(trigger(sync, &sync.insert_trigger, "INSERT", None, &sync.function));
            statements.push(trigger(sync, &sync.update_trigger, "UPDATE", None, &sync.function));
            statements.push(always(sync, &[&sync.insert_trigger, &sync.update_trigger]));
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
        SyncKind::TwoWay(_) | SyncKind::Fill { .. } | SyncKind::Computed(_) => {}
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
    let is_column = |text: &str| sync.columns.iter().any(|column| column.quoted() == text);
    let bare = match &sync.kind {
        SyncKind::TwoWay(two_way) => two_way.old.iter().chain(&two_way.new).all(|form| is_column(&form.value)),
        SyncKind::Fill { value, .. } => is_column(value),
        SyncKind::Computed(computed) => is_column(&computed.value),
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
    let TwoWay { old, new, plain, .. } = two_way;
    let differs =
        any(new.iter().map(|form| different(*plain, &of("NEW", form), &new_value(sync, two_way, form, "NEW"))));
    let left_out = |form: &Form| {
        let own = of("NEW", form);
        match &form.default {
            None => format!("{own} IS NULL"),
            Some(default) => {
                let stored = format!("({default})::{}", form.sql_type);
                if *plain {
                    format!("{own} IS NOT DISTINCT FROM {stored}")
                } else {
                    format!("NOT {}", different(false, &own, &stored))
                }
            }
        }
    };
    let left_out = new.iter().map(left_out).collect::<Vec<_>>().join(" AND ");
    let (new_changed, old_changed) = (changed(*plain, new.iter()), changed(*plain, old.iter()));
    let set = |forms: &[Form], indent: usize| {
        let assignments = forms.iter().map(|form| {
            let value = over_row(&form.value, "NEW", &sync.table, &sync.columns);
            format!("{} := {value};", of("NEW", form))
        });
        assignments.collect::<Vec<_>>().join(&format!("\n{:indent$}", ""))
    };
    let count = count(sync);
    let locks = upsert_locks(sync, two_way);
    // There it would be taken for one that the new release has written.
    let filled_before_it_moves = if two_way.partition_key.is_empty() {
        String::new()
    } else {
        format!(
            "\n  ELSIF {} THEN  -- not filled yet, and on its way to another partition\n    {}",
            unfilled(two_way),
            set(new, 4)
        )
    };
    format!(
        "
{COUNT}
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF {differs} THEN
      IF {left_out} THEN  -- left out: written by the old release
        {count}
        {new_from_old_inserted}
      ELSE
        {old_from_new_inserted}
      END IF;
    END IF;{locks}
  ELSIF {new_changed} THEN  -- written by the new release, or by the backfill
    IF {differs} THEN
      {old_from_new}
    END IF;
  ELSIF {old_changed} THEN  -- written by the old release
    {count}
    {new_from_old}{filled_before_it_moves}
  END IF;
  RETURN NEW;
END
",
        new_from_old_inserted = set(new, 8),
        old_from_new_inserted = set(old, 8),
        old_from_new = set(old, 6),
        new_from_old = set(new, 4),
    )
}

/// A column of a row.
pub(super) fn of(row: &str, form: &Form) -> String {
    format!("{row}.{}", quote::name(&form.column))
}

/// Whether an UPDATE changes one of the columns.
fn changed<'a>(plain: bool, forms: impl Iterator<Item = &'a Form>) -> String {
    any(forms.map(|form| different(plain, &of("OLD", form), &of("NEW", form))))
}

/// Whether no new column has a value.
fn unfilled(two_way: &TwoWay) -> String {
    let empty = two_way.new.iter().map(|form| format!("{} IS NULL", of("NEW", form)));
    empty.collect::<Vec<_>>().join(" AND ")
}

/// Whether an UPDATE may bring a row to another partition.
fn moves(two_way: &TwoWay) -> String {
    any(two_way.partition_key.iter().map(|name| {
        let name = quote::name(name);
        different(true, &format!("OLD.{name}"), &format!("NEW.{name}"))
    }))
}

/// Conditions of which one is enough.
pub(super) fn any(conditions: impl Iterator<Item = String>) -> String {
    conditions.collect::<Vec<_>>().join(" OR ")
}

/// The value of a new column as it would hold it: a value must be brought to the column's type before it is compared, or
/// every numeric of another scale and every timestamp for a date would count as changed.
pub(super) fn new_value(sync: &Sync, two_way: &TwoWay, form: &Form, row: &str) -> String {
    let value = over_row(&form.value, row, &sync.table, &sync.columns);
    stored(value, is_copied(&two_way.old, form), &form.sql_type)
}

/// The value of an old column as it would hold it.
pub(super) fn old_value(sync: &Sync, two_way: &TwoWay, form: &Form, row: &str) -> String {
    let value = over_row(&form.value, row, &sync.table, &sync.columns);
    stored(value, is_copied(&two_way.new, form), &form.sql_type)
}

/// The value that a new column would get from other values of the old ones, in a row that is otherwise as it is.
pub(super) fn new_value_of(sync: &Sync, two_way: &TwoWay, form: &Form, row: &str, old: &[String]) -> String {
    let is_column = |text: &str| sync.columns.iter().any(|column| text == format!("{row}.{}", quote::name(column)));
    let in_place = |text: &String| if is_column(text) { text.clone() } else { format!("({text})") };
    let old: Vec<String> = old.iter().map(in_place).collect();
    let expression = sql_text::replace_columns(&form.value, sync.table.name.as_str(), |name| {
        if let Some(at) = two_way.old.iter().position(|own| own.column.as_str() == name) {
            return Some(old[at].clone());
        }
        let column = sync.columns.iter().find(|column| column.as_str() == name)?;
        Some(format!("{row}.{}", quote::name(column)))
    });
    let expression = if old.contains(&expression) { expression } else { format!("({expression})") };
    stored(expression, is_copied(&two_way.old, form), &form.sql_type)
}

/// Whether a form is another one's value as it is.
fn is_copied(others: &[Form], form: &Form) -> bool {
    others.iter().any(|other| form.value == quote::name(&other.column) && other.sql_type == form.sql_type)
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
    let TwoWay { old, new, plain, .. } = two_way;
    // A row that isn't filled yet and whose old column nobody changes is left to the backfill: its value may be one that
    // can't be converted, and that is no business of whoever writes another column. Of a new row everything is new.
    let filled = new.iter().map(|form| format!("{} IS NOT NULL", of("NEW", form)));
    let concerned = any(filled.chain([changed(*plain, old.iter())]));
    let differs: Vec<String> =
        old.iter().map(|form| different(*plain, &of("NEW", form), &old_value(sync, two_way, form, "NEW"))).collect();
    let differs = if let [one] = differs.as_slice() { one.clone() } else { format!("({})", differs.join(" OR ")) };
    let set = new.iter().map(|form| {
        let value = over_row(&form.value, "NEW", &sync.table, &sync.columns);
        format!("{} := {value};", of("NEW", form))
    });
    format!(
        "
BEGIN
  IF ({concerned}) AND {differs} THEN  -- the application's own triggers changed the old column
    {}
  END IF;
  RETURN NEW;
END
",
        set.collect::<Vec<_>>().join("\n    ")
    )
}

fn fill_body(sync: &Sync, column: &Identifier, value: &str) -> String {
    let value = over_row(value, "NEW", &sync.table, &sync.columns);
    format!(
        "
{COUNT}
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

/// What is written stands. What is left out is computed, and so is what was computed until now from what changes.
fn computed_body(sync: &Sync, computed: &Computed) -> String {
    let own = |row: &str| format!("{row}.{}", quote::name(&computed.column));
    let value = |row: &str| over_row(&computed.value, row, &sync.table, &sync.columns);
    let differs = |a: &str, b: &str| different(computed.plain, a, b);
    let not_the_default = |row: &str, default: &str| differs(&own(row), &format!("({default})::{}", computed.sql_type));
    let left_out = match &computed.default {
        None => format!("{} IS NULL", own("NEW")),
        Some(default) => format!("NOT ({})", not_the_default("NEW", default)),
    };
    // NULL is what the backfill gives a value to.
    let computed_before = format!("{}::{}", value("OLD"), computed.sql_type);
    let mut was_written = vec![format!("{} IS NOT NULL", own("OLD")), differs(&own("OLD"), &computed_before)];
    was_written.extend(computed.default.as_ref().map(|default| not_the_default("OLD", default)));
    format!(
        "
{COUNT}
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF {left_out} THEN  -- left out: written by the new release
      {new} := {value};
    ELSE
      {count}
    END IF;
  ELSIF {changed} THEN  -- written by the old release
    {count}
  ELSIF {value_changed} AND NOT ({was_written}) THEN
    {new} := {value};
  END IF;
  RETURN NEW;
END
",
        new = own("NEW"),
        value = value("NEW"),
        count = count(sync),
        changed = differs(&own("OLD"), &own("NEW")),
        value_changed = differs(&value("OLD"), &value("NEW")),
        was_written = was_written.join(" AND "),
    )
}

/// What [`count`] assigns to. Its name is ours, so that it can't stand for a column in an expression of the user's.
const COUNT: &str = "DECLARE
  schema_sync_count bigint;  -- writes of the old release";

/// Counting blocks nobody and survives a crash; writes that are rolled back are counted as well. An assignment is
/// evaluated at once, where PERFORM would run a query, at a microsecond more per row.
fn count(sync: &Sync) -> String {
    format!(
        "schema_sync_count := pg_catalog.nextval({}::pg_catalog.regclass);",
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
