//! `grace`: what goes is renamed in the switch and dropped when the grace time is over. Its constraints and indexes stay on
//! it: the new release has lived with them since expand, and on the way back everything is as it was, in one moment and
//! with nothing to check.

use schema_model::{Identifier, QualifiedName};

use crate::plan::Context;
use crate::plan::answer::Choice;
use crate::plan::hazard::{Hazard, HazardKind};
use crate::plan::name::fitted;

/// The strategy's name.
pub(super) const GRACE: &str = "grace";

/// What is said where the consent to a drop is asked for.
pub(super) fn way_out(object: &str) -> String {
    format!("; with --strategy {object}={GRACE} it is set aside first, and can be brought back for a while")
}

/// The same as an alternative to a drop.
pub(super) fn alternative(context: &Context<'_>, object: String) -> Vec<Choice> {
    if context.answers.strategy(&object) == Some(GRACE) {
        return Vec::new();
    }
    vec![Choice {
        flag: format!("--strategy {object}={GRACE}"),
        meaning:
            "set aside in the contract and dropped when the grace time is over: until then `rollback` brings it back"
                .to_owned(),
    }]
}

/// A name for a column, with such an ending, that no column of the table has.
pub(super) fn column(context: &Context<'_>, table: &QualifiedName, column: &Identifier, ending: &str) -> Identifier {
    let taken = context.all_columns(table);
    free(column, ending, |name| taken.contains(name))
}

/// A name for a table that no relation or type of its namespace has.
pub(super) fn table(context: &Context<'_>, table: &QualifiedName) -> QualifiedName {
    relation(context, table, "aside")
}

/// A name with such an ending that no relation or type of its namespace has.
pub(super) fn relation(context: &Context<'_>, name: &QualifiedName, ending: &str) -> QualifiedName {
    name.sibling(free(&name.name, ending, |own| relation_has(context, &name.sibling(own.clone()))))
}

fn relation_has(context: &Context<'_>, name: &QualifiedName) -> bool {
    let live = &context.facts.catalog;
    let sides = [live, context.to];
    let mut relations = sides.iter().flat_map(|side| side.tables.values()).flat_map(|table| table.relation_names());
    sides.iter().any(|side| side.tables.contains_key(name) || side.enums.contains_key(name))
        || live.objects.values().any(|object| object.name == name.to_string())
        || relations.any(|relation| relation == *name)
}

/// A name for a constraint or an index that none of the table and no relation of its namespace has.
pub(super) fn constraint(context: &Context<'_>, table: &QualifiedName, name: &Identifier) -> Identifier {
    let sides = [&context.facts.catalog, context.to].into_iter().filter_map(|side| side.table(table));
    let own: Vec<&Identifier> = sides.flat_map(|own| own.constraint_names()).collect();
    let is_relation = |own: &Identifier| relation_has(context, &table.sibling(own.clone()));
    free(name, "aside", |aside| own.contains(&aside) || is_relation(aside))
}

fn free(name: &Identifier, ending: &str, taken: impl Fn(&Identifier) -> bool) -> Identifier {
    let mut label = ending.to_owned();
    loop {
        let aside = fitted(&[name.as_str()], &label);
        if !taken(&aside) {
            return aside;
        }
        label.push_str("_2");
    }
}

/// Rows that nobody reads any more go on holding those that they reference.
pub(super) fn hazard(aside: &str, references: &[QualifiedName]) -> Option<Hazard> {
    let names: Vec<String> = references.iter().map(ToString::to_string).collect();
    let text = format!(
        "{aside} keeps its foreign keys until the grace time is over: a row of {} that it references can't be deleted, or what is set aside goes along, as the key says",
        names.join(", ")
    );
    (!names.is_empty()).then(|| Hazard::new(HazardKind::SetAside, text))
}
