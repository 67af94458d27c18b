//! What sessions keep of a column's type when it gets another one under its name: prepared statements that return it, and
//! compiled plpgsql functions that read it as a field of a row.
//!
//! Such a function fails in every call from then on ("type of parameter 14 … does not match that when preparing the plan",
//! seen on 12 to 18), also for sessions that know nothing of the change, until they reconnect. A change of the function,
//! even one to what it is already, has every session compile it anew.

use std::collections::BTreeMap;

use schema_model::{Column, Identifier, ObjectKind, QualifiedName, SqlObject, sql_text};

use crate::plan::Context;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::step::Deed;

/// Whether the server counts both as types of their own, and not as one with another length or precision.
pub(super) fn is_another_type(from: &Column, to: &Column) -> bool {
    let (from, to) = (&from.sql_type, &to.sql_type);
    from.name != to.name || from.namespace != to.namespace || from.array != to.array
}

/// Places in the source that may hold a prepared statement which returns the column, or whose SQL can't be read.
pub(super) fn readers(context: &Context<'_>, table: &QualifiedName, column: &Identifier) -> Vec<String> {
    if !context.source.read {
        return vec!["the application's source, which was not read".to_owned()];
    }
    let mut places = context.star_projections(table);
    places.extend(context.source.naming(column));
    places.extend(&context.source.dynamic);
    places.sort();
    places.dedup();
    places.into_iter().map(ToString::to_string).collect()
}

/// What is said of them.
pub(super) fn readers_hazard(table: &QualifiedName, column: &Identifier, readers: &[String]) -> Option<Hazard> {
    (!readers.is_empty()).then(|| {
        let text = format!(
            "prepared statements that return {table}.{column} fail with \"cached plan must not change result type\" until their connection is renewed: {}",
            readers.join(", ")
        );
        Hazard::new(HazardKind::CachedPlan, text)
    })
}

/// Has every session compile the functions anew that may read the column; says which ones belong to somebody else.
pub(super) fn functions(
    context: &Context<'_>,
    table: &QualifiedName,
    column: &Identifier,
) -> (Vec<Deed>, Option<Hazard>) {
    let (theirs, ours): (Vec<&SqlObject>, Vec<&SqlObject>) = reading(context, table, column)
        .into_iter()
        .partition(|function| context.facts.owners.contains_key(&function.key()));
    let deeds = ours.into_iter().map(|function| Deed::CompileAnew(Box::new(function.clone()))).collect();
    let hazard = (!theirs.is_empty()).then(|| {
        let names: Vec<&str> = theirs.iter().map(|function| function.name.as_str()).collect();
        let text = format!(
            "sessions that have called these functions before fail when they call them again, until they reconnect, unless their owner changes them: {}",
            names.join(", ")
        );
        Hazard::new(HazardKind::CachedPlan, text)
    });
    (deeds, hazard)
}

/// The plpgsql functions, as they will be, that name the column and are a trigger's of the table or name that too.
fn reading<'a>(context: &Context<'a>, table: &QualifiedName, column: &Identifier) -> Vec<&'a SqlObject> {
    let live = &context.facts.catalog.objects;
    let goes = |key: &String| context.from.objects.contains_key(key) && !context.to.objects.contains_key(key);
    let mut then: BTreeMap<&String, &'a SqlObject> = live.iter().filter(|(key, _)| !goes(key)).collect();
    then.extend(&context.to.objects);
    let triggers: Vec<&SqlObject> = then.values().copied().collect();
    let functions = then.values().filter(|object| object.kind == ObjectKind::Function && is_plpgsql(object));
    functions.filter(|function| may_read(function, table, column, &triggers)).copied().collect()
}

/// Whether a function's body names the column, and is one of the triggers' on the table or names that too.
pub(super) fn may_read(
    function: &SqlObject,
    table: &QualifiedName,
    column: &Identifier,
    triggers: &[&SqlObject],
) -> bool {
    let key = function.key();
    let is_its_trigger = |object: &&SqlObject| {
        object.kind == ObjectKind::Trigger && object.table.as_ref() == Some(table) && object.needs.contains(&key)
    };
    let words = words(function);
    let names = |name: &Identifier| words.iter().any(|word| word == name.as_str());
    names(column) && (triggers.iter().any(is_its_trigger) || names(&table.name))
}

fn is_plpgsql(function: &SqlObject) -> bool {
    function.create.iter().any(|sql| sql_text::says(sql, &["language", "plpgsql"]))
}

/// The words of its body, which the server writes in dollar quotes.
fn words(function: &SqlObject) -> Vec<String> {
    bodies(function).flat_map(sql_text::meaning).map(sql_text::unquoted).collect()
}

/// The text of its body.
pub(in crate::plan) fn bodies(function: &SqlObject) -> impl Iterator<Item = &str> {
    let texts = function.create.iter().flat_map(|sql| sql_text::meaning(sql));
    texts.filter_map(|text| {
        let (tag, body) = text.strip_prefix('$')?.split_once('$')?;
        body.strip_suffix(&format!("${tag}$"))
    })
}
