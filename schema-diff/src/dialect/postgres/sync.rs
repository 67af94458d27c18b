//! What a migration's own SQL says about the triggers that keep two forms in step: the files are the truth, also where
//! somebody edited them.

use schema_model::{Identifier, QualifiedName, sql_text};

use crate::inspection::SYNC_MARK;

/// The counters of legacy writes that the statements make.
pub fn legacy_counters<'a>(statements: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names = statements.filter_map(|sql| sql.strip_prefix("CREATE SEQUENCE "));
    names.filter(|name| name.contains(SYNC_MARK)).map(str::to_owned).collect()
}

/// A sync trigger as a statement makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncTrigger {
    /// Its table.
    pub table: QualifiedName,
    /// Its name.
    pub name: Identifier,
}

/// The sync triggers that must fire after all others of their tables. Where a closing trigger stands last, the first
/// pair stands before the application's on purpose.
pub fn last_triggers<'a>(statements: impl Iterator<Item = &'a str>) -> Vec<SyncTrigger> {
    let (closing, others): (Vec<_>, Vec<_>) =
        sync_triggers(statements).into_iter().partition(|trigger| trigger.name.as_str().ends_with("_z"));
    let has_closing = |table: &QualifiedName| closing.iter().any(|other| other.table == *table);
    let last: Vec<_> = others.into_iter().filter(|trigger| !has_closing(&trigger.table)).collect();
    closing.into_iter().chain(last).collect()
}

/// All sync triggers.
pub fn sync_triggers<'a>(statements: impl Iterator<Item = &'a str>) -> Vec<SyncTrigger> {
    statements.filter_map(sync_trigger).collect()
}

fn sync_trigger(sql: &str) -> Option<SyncTrigger> {
    if !sql.starts_with("CREATE TRIGGER ") {
        return None;
    }
    let words = sql_text::meaning(sql);
    let ["CREATE", "TRIGGER", name, "BEFORE", rest @ ..] = words.as_slice() else { return None };
    let at = |word: &str| rest.iter().position(|other| *other == word);
    let (on, end) = (at("ON")?, at("FOR")?);
    let name = Identifier::new(sql_text::unquoted(name)).ok()?;
    name.as_str().contains(SYNC_MARK).then_some(())?;
    Some(SyncTrigger { table: rest.get(on + 1..end)?.concat().parse().ok()?, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_triggers_are_found_in_our_sql() {
        let statements = [
            "CREATE SEQUENCE public.schema_sync_t_b_legacy",
            "CREATE TRIGGER zz_schema_sync_b_i BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION f()",
            "CREATE TRIGGER a_schema_sync_b_i BEFORE INSERT ON public.\"U\" FOR EACH ROW EXECUTE FUNCTION f()",
            "CREATE TRIGGER \"zz_schema_sync_a BEFORE b_u\" BEFORE UPDATE ON public.t FOR EACH ROW WHEN (a) EXECUTE FUNCTION f()",
            "CREATE TRIGGER \"~schema_sync_b_z\" BEFORE INSERT OR UPDATE ON public.\"U\" FOR EACH ROW EXECUTE FUNCTION f()",
        ];
        assert_eq!(legacy_counters(statements.into_iter()), ["public.schema_sync_t_b_legacy"]);
        let found = last_triggers(statements.into_iter());
        let names: Vec<_> =
            found.iter().map(|trigger| format!("{} {}", trigger.table, trigger.name.as_str())).collect();
        assert_eq!(
            names,
            ["public.\"U\" ~schema_sync_b_z", "public.t zz_schema_sync_b_i", "public.t zz_schema_sync_a BEFORE b_u"]
        );
    }
}
