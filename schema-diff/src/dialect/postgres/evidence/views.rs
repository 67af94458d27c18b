//! What leans on a view and would not let it go.

use schema_model::QualifiedName;
use sqlx::{PgConnection, Row};

use crate::dialect::postgres::quote;
use crate::dialect::postgres::session::{query, rows};

/// Views, functions and the like that use a view or its row type: pairs of the view and what leans on it, as in
/// `view public.v`. What is no view at this moment has none.
pub async fn leaning_on(
    connection: &mut PgConnection,
    views: &[QualifiedName],
) -> Result<Vec<(QualifiedName, String)>, sqlx::Error> {
    let names: Vec<String> = views.iter().map(quote::qualified).collect();
    let leaning = query(
        "SELECT DISTINCT w.number, CASE
                WHEN d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                THEN (SELECT CASE WHEN r.rulename <> '_RETURN' THEN 'rule ' || pg_catalog.quote_ident(r.rulename) || ' ON '
                                  WHEN v.relkind = 'm' THEN 'materialized view ' ELSE 'view ' END
                             || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(v.relname)
                      FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
                      JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace WHERE r.oid = d.objid)
                WHEN d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                THEN 'function ' || d.objid::pg_catalog.regprocedure::text
                ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS dependent
         FROM unnest($1::text[]) WITH ORDINALITY w(name, number)
         JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(w.name) AND c.relkind = 'v'
         JOIN pg_catalog.pg_type t ON t.oid = c.reltype
         JOIN pg_catalog.pg_depend d ON d.deptype = 'n' AND (
              (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid)
              OR (d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (t.oid, t.typarray)))
         WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite own
                           WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND own.oid = d.objid
                             AND own.ev_class = c.oid)
         ORDER BY 1, 2",
    )
    .bind(names);
    let found = rows(connection, leaning).await?;
    let mut pairs = Vec::new();
    for row in &found {
        let number: i64 = row.try_get("number")?;
        let view = usize::try_from(number - 1).ok().and_then(|place| views.get(place));
        let view = view.ok_or_else(|| sqlx::Error::ColumnNotFound("number".to_owned()))?;
        pairs.push((view.clone(), row.try_get("dependent")?));
    }
    Ok(pairs)
}
