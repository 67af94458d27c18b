//! Triggers: ours are at work, and no function of the application's names a column that the contract drops. Every write
//! would fail from then on, and no dependency in the catalog says so.

use std::collections::BTreeMap;

use schema_model::{Identifier, QualifiedName, sql_text};
use sqlx::PgConnection;

use super::old_form::{renamed_tables, stays};
use super::{Evidence, OldForm};
use crate::apply::error::ApplyError;
use crate::apply::status::expand_statements;
use crate::dialect::postgres::inspect::inspect;
use crate::dialect::postgres::sync::{SyncTrigger, sync_triggers};
use crate::inspection::TableFacts;
use crate::migration::Migration;

pub(super) const NAME: &str = "triggers";

/// Triggers of the application whose functions use a column that goes.
pub(super) fn naming_functions(
    migration: &Migration,
    form: &OldForm,
    facts: &BTreeMap<QualifiedName, TableFacts>,
) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let renamed = renamed_tables(migration);
    let goes_on = |(table, column): &&(QualifiedName, Identifier)| {
        renamed.get(table).is_some_and(|table| stays(migration, &format!("column {table}.{column}")))
    };
    for (table, column) in form.columns.iter().filter(|column| !goes_on(column)) {
        let triggers = facts.get(table).map_or(&[][..], |facts| &facts.triggers);
        for trigger in
            triggers.iter().filter(|trigger| !trigger.is_ours() && names_column(&trigger.body, column.as_str()))
        {
            let words = format!(
                "the function of trigger {} on {table} names {column}, and every write would fail once that is dropped: change the function (CREATE OR REPLACE takes no lock), then run `cargo schema contract` again",
                trigger.name
            );
            evidence.push(Evidence::closed(NAME, words));
        }
    }
    evidence
}

/// Our triggers that are gone or no longer fire always: rows written meanwhile may be out of step in ways that no
/// comparison of the two columns shows.
pub(super) async fn silenced(
    connection: &mut PgConnection,
    migration: &Migration,
) -> Result<Vec<Evidence>, ApplyError> {
    let ours = sync_triggers(expand_statements(migration));
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let facts = inspect(connection).await?.facts;
    let fires = |ours: &SyncTrigger| {
        let triggers = facts.get(&ours.table).map_or(&[][..], |facts| &facts.triggers);
        triggers.iter().any(|trigger| trigger.name == ours.name.as_str() && trigger.enabled == 'A')
    };
    let silent = ours.iter().filter(|trigger| !fires(trigger));
    let evidence = silent.map(|SyncTrigger { table, name }| {
        Evidence::closed(
            NAME,
            format!(
                "trigger {name} on {table}, which keeps both forms in step, is gone or doesn't fire always: look at the rows written meanwhile, bring it back (ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}), then run `cargo schema contract` again"
            ),
        )
    });
    Ok(evidence.collect())
}

/// Whether a trigger function's body reads or writes `NEW.column` or `OLD.column`.
fn names_column(body: &str, column: &str) -> bool {
    sql_text::meaning(body).windows(3).any(|tokens| {
        let row = tokens[0].eq_ignore_ascii_case("new") || tokens[0].eq_ignore_ascii_case("old");
        row && tokens[1] == "." && sql_text::unquoted(tokens[2]) == column
    })
}

#[cfg(test)]
mod tests {
    use super::names_column;

    #[test]
    fn only_fields_of_the_row_count() {
        assert!(names_column("BEGIN NEW.a := lower(NEW.a); RETURN NEW; END", "a"));
        assert!(names_column("BEGIN IF old.\"Größe\" > 1 THEN", "Größe"));
        assert!(!names_column("SELECT a.x FROM t a", "a"));
    }
}
