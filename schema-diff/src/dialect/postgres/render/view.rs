//! Views that stand for a table while names of it change.

use schema_model::{Identifier, QualifiedName};

use super::{Rendered, quote, run_each};
use crate::plan::step::ViewOver;
use crate::statement::LockMode;

/// Makes it, with the owner and the privileges of the table.
pub(super) fn create(over: &ViewOver) -> Rendered {
    let ViewOver { view, table, known_as, columns, as_caller } = over;
    let selected: Vec<String> = columns
        .iter()
        .map(|(own, name)| match own == name {
            true => quote::name(own),
            false => format!("{} AS {}", quote::name(own), quote::name(name)),
        })
        .collect();
    let as_caller = if *as_caller { " WITH (security_invoker = true)" } else { "" };
    let statements = vec![
        format!(
            "CREATE VIEW {}{as_caller} AS SELECT {} FROM {}",
            quote::qualified(view),
            selected.join(", "),
            quote::qualified(table)
        ),
        rights(view, table, columns),
    ];
    Rendered { statements, ..Rendered::default() }.locking(known_as, LockMode::AccessShare)
}

/// Who owns the table owns the view, and who may do something with the table or a column may do it with the view.
fn rights(view: &QualifiedName, table: &QualifiedName, columns: &[(Identifier, Identifier)]) -> String {
    let pairs: Vec<String> = columns
        .iter()
        .map(|(own, name)| format!("({}, {})", quote::literal(own.as_str()), quote::literal(name.as_str())))
        .collect();
    let (target, source) = (quote::literal(&quote::qualified(view)), quote::literal(&quote::qualified(table)));
    let commands = format!(
        "    SELECT format('ALTER VIEW %s OWNER TO %I', {target}, pg_catalog.pg_get_userbyid(c.relowner))
    FROM pg_catalog.pg_class AS c WHERE c.oid = {source}::pg_catalog.regclass
    UNION ALL
    SELECT format('GRANT %s%s ON %s TO %s%s', a.privilege_type, '(' || quote_ident(k.name) || ')', {target},
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
      CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
    FROM pg_catalog.pg_class AS c
    CROSS JOIN LATERAL (
      SELECT c.relacl AS acl, NULL AS name
      UNION ALL
      SELECT t.attacl, v.name FROM (VALUES {pairs}) AS v (own, name)
      JOIN pg_catalog.pg_attribute AS t ON t.attrelid = c.oid AND t.attname = v.own
    ) AS k
    CROSS JOIN LATERAL pg_catalog.aclexplode(k.acl) AS a
    WHERE c.oid = {source}::pg_catalog.regclass AND a.grantee <> c.relowner",
        pairs = pairs.join(", ")
    );
    run_each("who owns the table or may use it, owns the view or may use that", &commands)
}

/// Drops it. Its readers lock the view before the table, and so does who takes both.
pub(super) fn drop(view: &QualifiedName) -> Rendered {
    Rendered::new(format!("DROP VIEW {}", quote::qualified(view))).locking(view, LockMode::AccessExclusive)
}
