//! What a rename, a change of type, a split and a merge have in common: columns of two sides, each computed from the other.

use schema_model::{Column, Identifier, QualifiedName, sql_text};

use super::sync_names::sync_names;
use super::upsert;
use crate::phase::Part;
use crate::plan::Context;
use crate::plan::step::{Deed, Order, Step};
use crate::plan::sync::{Closing, Form, Sync, SyncKind, TwoWay};

/// The columns of a side with their forms.
pub(super) type Side<'a> = (&'a [&'a Column], Vec<Form>);

/// What keeps both sides in step. It is named after the first new column.
pub(super) fn sync(context: &Context<'_>, table: &QualifiedName, old: Side<'_>, new: Side<'_>) -> Sync {
    let ((old_columns, old), (new_columns, new)) = (old, new);
    let normalised = context.triggers(table).iter().any(|trigger| {
        let may_change = |column: &&Column| {
            let name = column.name.as_str();
            sql_text::mentions(&trigger.body, name) || trigger.body.to_lowercase().contains(&name.to_lowercase())
        };
        !trigger.is_ours() && trigger.before && trigger.for_each_row && old_columns.iter().any(may_change)
    });
    let names = sync_names(context, table, &new_columns[0].name);
    let closing = normalised.then_some(Closing { function: names.closing_function, trigger: names.closing });
    let (insert_trigger, update_trigger) =
        if closing.is_some() { (names.first_insert, names.first_update) } else { (names.insert, names.update) };
    let plain = old_columns.iter().chain(new_columns).all(|column| context.is_plain(table, column));
    let upsert_keys = upsert::keys(context, table, &old, &new);
    let partition_key = partition_key(context, table);
    Sync {
        table: table.clone(),
        columns: context.all_columns(table),
        kind: SyncKind::TwoWay(TwoWay { old, new, plain, upsert_keys, closing, partition_key }),
        function: names.function,
        insert_trigger,
        update_trigger,
        legacy_counter: names.legacy_counter,
    }
}

/// The columns that the keys of a partitioned table and of its partitions use.
fn partition_key(context: &Context<'_>, table: &QualifiedName) -> Vec<Identifier> {
    let Some(old) = context.old_table(table) else { return Vec::new() };
    let Some(tree) = &old.partitioning else { return Vec::new() };
    let further = tree.all().into_iter().filter_map(|partition| partition.partitioning.as_ref());
    let keys: Vec<&str> = std::iter::once(tree.key.as_str()).chain(further.map(|below| below.key.as_str())).collect();
    let is_used = |column: &&Column| keys.iter().any(|key| sql_text::mentions(key, column.name.as_str()));
    old.columns.iter().filter(is_used).map(|column| column.name.clone()).collect()
}

/// Rows in which both sides disagree: none may be left before the contract.
pub(super) fn gate(context: &Context<'_>, sync: &Sync) -> Step {
    let sides = match &sync.kind {
        SyncKind::TwoWay(TwoWay { old, new, .. }) => format!("{} and {}", Form::names(old), Form::names(new)),
        SyncKind::Computed(computed) => format!("{} and {}", computed.column, computed.computed),
        SyncKind::Fill { column, .. } => column.to_string(),
    };
    let key = context.primary_key(&sync.table).into_iter().map(|(name, _)| name).collect();
    let equal = Deed::GateEqual { sync: Box::new(sync.clone()), key, partitioned: false };
    let title = format!("rows of {} in which {sides} disagree", sync.table);
    Step::contract(Part::Tighten, Order::Gate, title, vec![equal])
}
