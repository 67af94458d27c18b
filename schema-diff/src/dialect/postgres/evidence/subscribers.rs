//! Who receives a table's rows through logical replication, or sends them.

use schema_model::{Identifier, QualifiedName};
use sqlx::{PgConnection, Row};

use crate::dialect::postgres::session::{query, rows};

/// The publications that carry a column, or a table where no column is named; each as `publication p`. From PostgreSQL
/// 15 on a publication may carry some columns only.
pub async fn publications(
    connection: &mut PgConnection,
    table: &QualifiedName,
    column: Option<&Identifier>,
) -> Result<Vec<String>, sqlx::Error> {
    let carrying = query(
        "SELECT DISTINCT 'publication ' || pg_catalog.quote_ident(p.pubname) AS name
         FROM pg_catalog.pg_publication_tables p
         CROSS JOIN LATERAL (SELECT to_jsonb(p) -> 'attnames' AS names) AS carried
         WHERE p.schemaname = $1 AND p.tablename = $2
           AND ($3::text IS NULL OR coalesce(carried.names ? $3, true)) ORDER BY 1",
    )
    .bind(table.namespace.as_str().to_owned())
    .bind(table.name.as_str().to_owned())
    .bind(column.map(|column| column.as_str().to_owned()));
    names(connection, carrying).await
}

/// The subscriptions that write into a table, each as `subscription s`.
pub async fn subscriptions(connection: &mut PgConnection, table: &QualifiedName) -> Result<Vec<String>, sqlx::Error> {
    let writing = query(
        "SELECT DISTINCT 'subscription ' || coalesce(pg_catalog.quote_ident(s.subname), r.srsubid::text) AS name
         FROM pg_catalog.pg_subscription_rel r
         JOIN pg_catalog.pg_class c ON c.oid = r.srrelid AND c.relname = $2
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
         LEFT JOIN pg_catalog.pg_stat_subscription s ON s.subid = r.srsubid ORDER BY 1",
    )
    .bind(table.namespace.as_str().to_owned())
    .bind(table.name.as_str().to_owned());
    names(connection, writing).await
}

/// The logical replication slots of this database that don't go by publications: they carry every column of every table.
pub async fn slots(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let carrying = query(
        "SELECT 'replication slot ' || s.slot_name || ' (' || s.plugin || ')' AS name
         FROM pg_catalog.pg_replication_slots s
         WHERE s.slot_type = 'logical' AND s.database = pg_catalog.current_database() AND s.plugin <> 'pgoutput'
         ORDER BY 1",
    );
    names(connection, carrying).await
}

async fn names(
    connection: &mut PgConnection,
    query: sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>,
) -> Result<Vec<String>, sqlx::Error> {
    rows(connection, query).await?.iter().map(|row| row.try_get("name")).collect()
}
