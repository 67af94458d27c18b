//! What a migration's own SQL says about the triggers that keep two forms in step: the files are the truth, also where
//! somebody edited them.

use schema_model::{Identifier, QualifiedName, split_dotted};

use crate::inspection::SYNC_MARK;

/// The counters of legacy writes that the statements make.
pub fn legacy_counters<'a>(statements: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names = statements.filter_map(|sql| sql.strip_prefix("CREATE SEQUENCE "));
    names.filter(|name| name.contains(SYNC_MARK)).map(str::to_owned).collect()
}

/// The sync triggers that must fire after all others of their tables. Where a closing trigger stands last, the first
/// pair stands before the application's on purpose.
pub fn last_triggers<'a>(statements: impl Iterator<Item = &'a str>) -> Vec<(QualifiedName, Identifier)> {
    let found: Vec<_> = statements.filter_map(sync_trigger).collect();
    let closing: Vec<_> = found.iter().filter(|(_, name)| name.as_str().ends_with("_z")).cloned().collect();
    let has_closing = |table: &QualifiedName| closing.iter().any(|(other, _)| other == table);
    let others: Vec<_> = found.iter().filter(|(table, _)| !has_closing(table)).cloned().collect();
    closing.into_iter().chain(others).collect()
}

/// The table and the name in a statement that makes a sync trigger.
fn sync_trigger(sql: &str) -> Option<(QualifiedName, Identifier)> {
    let (name, rest) = sql.strip_prefix("CREATE TRIGGER ")?.split_once(" BEFORE ")?;
    let (table, _) = rest.split_once(" ON ")?.1.split_once(" FOR EACH ROW")?;
    let name = Identifier::new(split_dotted(name).concat()).ok()?;
    name.as_str().contains(SYNC_MARK).then_some(())?;
    Some((table.parse().ok()?, name))
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
            "CREATE TRIGGER \"~schema_sync_b_z\" BEFORE INSERT OR UPDATE ON public.\"U\" FOR EACH ROW EXECUTE FUNCTION f()",
        ];
        assert_eq!(legacy_counters(statements.into_iter()), ["public.schema_sync_t_b_legacy"]);
        let found = last_triggers(statements.into_iter());
        let names: Vec<_> = found.iter().map(|(table, name)| format!("{table} {}", name.as_str())).collect();
        assert_eq!(names, ["public.\"U\" ~schema_sync_b_z", "public.t zz_schema_sync_b_i"]);
    }
}
