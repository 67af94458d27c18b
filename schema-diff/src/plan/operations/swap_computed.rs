//! A column that is written until now and computed by the server from now on. No statement makes one of the other: a second
//! column, computed from the beginning, takes the name in the switch. Until then a trigger computes what the new release
//! leaves out, and what the old one writes stands.

use schema_model::{Column, Identifier, QualifiedName};

use super::conversion::is_stable;
use super::sync_names::sync_names;
use super::{new_form, two_way};
use crate::phase::Phase;
use crate::plan::Context;
use crate::plan::answer::Obstacle;
use crate::plan::operation::Steps;
use crate::plan::step::{Deed, Order, Step};
use crate::plan::sync::{Computed, Sync, SyncKind};

/// What stands in the way of it.
pub(super) fn obstacle(context: &Context<'_>, table: &QualifiedName, from: &Column, to: &Column) -> Option<Obstacle> {
    let what = if from.identity.is_some() {
        "it is numbered until now: drop that in a migration before"
    } else if from.sql_type != to.sql_type || from.collation != to.collation {
        "its type and how it is computed differ at once: change one of them in a migration before"
    } else if from.default.as_ref().is_some_and(|default| !is_stable(default.canonical())) {
        "its default is another value each time, so that nothing tells what the new release left out: drop the default in a migration before"
    } else {
        let expression = to.generated.as_ref().map(|expression| expression.canonical()).unwrap_or_default();
        return context.check_expression(table, to, &[], expression).err()?.pop();
    };
    Some(Obstacle::Unhandled { object: format!("{table}.{}", to.name), what: what.to_owned() })
}

/// What computes the written column where it is left out.
pub(super) fn sync(
    context: &Context<'_>,
    table: &QualifiedName,
    (from, to): (&Column, &Column),
    computed: &Identifier,
) -> Sync {
    let names = sync_names(context, table, computed);
    Sync {
        table: table.clone(),
        columns: context.all_columns(table),
        kind: SyncKind::Computed(Computed {
            column: from.name.clone(),
            default: from.default.as_ref().map(|default| default.canonical().to_owned()),
            value: to.generated.as_ref().map(|expression| expression.canonical().to_owned()).unwrap_or_default(),
            sql_type: from.sql_type.clone(),
            computed: computed.clone(),
            plain: context.is_plain(table, from),
        }),
        function: names.function,
        insert_trigger: names.insert,
        update_trigger: names.update,
        legacy_counter: names.legacy_counter,
    }
}

/// The trigger, the values of rows that have none, and the rows that hold something else than what will be computed.
pub(super) fn steps(context: &Context<'_>, (from, to): (&Column, &Column), sync: &Sync) -> Steps {
    let SyncKind::Computed(computed) = &sync.kind else { return Ok(Vec::new()) };
    let table = &sync.table;
    let title = format!("compute {table}.{} where it is left out", from.name);
    let mut steps =
        vec![Step::new(Phase::Expand, Order::Column, title, vec![Deed::CreateSync(Box::new(sync.clone()))])];
    if from.nullable {
        let column = Column { nullable: true, ..to.clone() };
        let title = format!("fill NULLs of {table}.{}", from.name);
        steps.extend(new_form::filled(context, table, &column, &computed.value, title)?);
    }
    steps.push(two_way::gate(context, sync));
    Ok(steps)
}
