//! Reads the server's form of a temporary table's expressions and types.

use std::collections::BTreeMap;

use schema_model::{IndexKeyTarget, Settings, SqlType, Table};
use sqlx::{PgConnection, Row};

use super::names::seen_as;
use super::open::index_name;
use crate::dialect::postgres::inspect::columns::storage_mode;
use crate::dialect::postgres::quote;
use crate::dialect::postgres::session::query;

/// Puts the server's forms into the table; names are written in full, since `search_path` is empty here.
pub(super) async fn read(connection: &mut PgConnection, table: &mut Table, number: usize) -> Result<(), sqlx::Error> {
    let temporary = format!("pg_temp.{}", quote::name(&table.name.name));
    read_columns(connection, table, &temporary).await?;
    read_checks(connection, table, &temporary).await?;
    read_indexes(connection, table, number).await
}

async fn read_columns(connection: &mut PgConnection, table: &mut Table, temporary: &str) -> Result<(), sqlx::Error> {
    let rows = query(
        "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                CASE WHEN a.attcollation <> t.typcollation
                     THEN (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname)
                           FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
                           WHERE c.oid = a.attcollation) END,
                t.typstorage::text
         FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE a.attrelid = to_regclass($1) AND a.attnum > 0",
    )
    .bind(temporary)
    .fetch_all(connection)
    .await?;
    for row in rows {
        let (name, kind, form): (String, String, Option<String>) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let Some(column) = table.columns.iter_mut().find(|column| column.name.as_str() == name) else { continue };
        column.sql_type = SqlType::parse(&kind);
        if column.collation.is_some() {
            column.collation = row.try_get(3)?;
        }
        if column.settings.storage.as_deref() == Some(storage_mode(row.try_get(4)?)) {
            column.settings.storage = Some(Settings::OWN_STORAGE.to_owned());
        }
        for expression in column.default.iter_mut().chain(&mut column.generated) {
            expression.seen_as(form.as_deref());
        }
    }
    Ok(())
}

async fn read_checks(connection: &mut PgConnection, table: &mut Table, temporary: &str) -> Result<(), sqlx::Error> {
    let rows = query(
        "SELECT conname::text, pg_catalog.pg_get_expr(conbin, conrelid) FROM pg_catalog.pg_constraint
         WHERE conrelid = to_regclass($1) AND contype = 'c'",
    )
    .bind(temporary)
    .fetch_all(connection)
    .await?;
    let mut forms = BTreeMap::new();
    for row in rows {
        forms.insert(row.try_get::<String, _>(0)?, row.try_get::<String, _>(1)?);
    }
    for (at, check) in table.checks.iter_mut().enumerate() {
        check.expression.seen_as(forms.get(&format!("c{at}")).map(String::as_str));
    }
    Ok(())
}

async fn read_indexes(connection: &mut PgConnection, table: &mut Table, number: usize) -> Result<(), sqlx::Error> {
    for (at, index) in table.indexes.iter_mut().enumerate() {
        let row = query(
            "SELECT pg_catalog.pg_get_expr(i.indpred, i.indrelid),
                    ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts) AS k),
                    ARRAY(SELECT CASE WHEN NOT o.opcdefault OR a.attoptions IS NOT NULL
                                      THEN CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(n.nspname) || '.' END
                                           || pg_catalog.quote_ident(o.opcname) END
                          FROM unnest(ARRAY(SELECT unnest(i.indclass))) WITH ORDINALITY AS k(class, position)
                          JOIN pg_catalog.pg_opclass o ON o.oid = k.class JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
                          JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = k.position
                          ORDER BY k.position),
                    ARRAY(SELECT CASE WHEN k.coll <> a.attcollation OR a.attcollation IS NULL AND k.coll <> 0
                                      THEN pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) END
                          FROM unnest(ARRAY(SELECT unnest(i.indcollation))) WITH ORDINALITY AS k(coll, position)
                          LEFT JOIN unnest(ARRAY(SELECT unnest(i.indkey))) WITH ORDINALITY AS u(attnum, position) ON u.position = k.position
                          LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum <> 0
                          LEFT JOIN pg_catalog.pg_collation c ON c.oid = k.coll
                          LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
                          ORDER BY k.position)
             FROM pg_catalog.pg_index i WHERE i.indexrelid = to_regclass($1)",
        )
        .bind(format!("pg_temp.{}", index_name(number, at)))
        .fetch_one(&mut *connection)
        .await?;
        if let Some(predicate) = &mut index.predicate {
            predicate.seen_as(row.try_get(0)?);
        }
        let keys: Vec<String> = row.try_get(1)?;
        let (classes, collations): (Vec<Option<String>>, Vec<Option<String>>) = (row.try_get(2)?, row.try_get(3)?);
        let names = classes.into_iter().zip(collations);
        for ((key, form), (class, collation)) in index.keys.iter_mut().zip(keys).zip(names) {
            seen_as(&mut key.operator_class, &mut key.declared.operator_class, class);
            seen_as(&mut key.collation, &mut key.declared.collation, collation);
            if let IndexKeyTarget::Expression(expression) = &mut key.target {
                expression.seen_as(Some(&form));
            }
        }
    }
    Ok(())
}
