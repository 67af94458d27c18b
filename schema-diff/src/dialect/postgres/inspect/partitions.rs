//! How the rows of tables are spread over partitions.

use schema_model::{Partition, Partitioning, QualifiedName};
use sqlx::Row;

use super::{InspectError, TablesByOid, qualified};
use crate::dialect::postgres::session::Reader;

/// A partitioned table or a partition.
struct Member {
    oid: i64,
    parent: Option<i64>,
    name: QualifiedName,
    bound: String,
    key: Option<String>,
    is_foreign: bool,
}

/// Gives each partitioned table that is no partition itself its tree of partitions.
pub(super) async fn read(reader: &mut Reader<'_>, tables: &mut TablesByOid) -> Result<(), InspectError> {
    let mut members = Vec::new();
    for row in reader.all(include_str!("partitions.sql")).await? {
        members.push(Member {
            oid: row.try_get("oid")?,
            parent: row.try_get("parent")?,
            name: qualified(&row, "namespace", "name")?,
            bound: row.try_get::<Option<String>, _>("bound")?.unwrap_or_default(),
            key: row.try_get("key")?,
            is_foreign: row.try_get("is_foreign")?,
        });
    }
    for root in members.iter().filter(|member| member.parent.is_none()) {
        if let Some((table, facts)) = tables.get_mut(&root.oid) {
            table.partitioning = partitioning(root, &members);
            if let Some(other) = foreign(root, &members) {
                facts.unmodelled.push(format!("it takes part of its rows from the foreign table {}", other.name));
            }
        }
    }
    Ok(())
}

/// A partition that another server holds.
fn foreign<'a>(of: &Member, members: &'a [Member]) -> Option<&'a Member> {
    let mut own = members.iter().filter(|member| member.parent == Some(of.oid));
    own.find_map(|member| if member.is_foreign { Some(member) } else { foreign(member, members) })
}

fn partitioning(of: &Member, members: &[Member]) -> Option<Partitioning> {
    let own = members.iter().filter(|member| member.parent == Some(of.oid));
    let partitions = own.map(|member| Partition {
        name: member.name.clone(),
        bound: member.bound.clone(),
        partitioning: partitioning(member, members).map(Box::new),
    });
    Some(Partitioning { key: of.key.clone()?, partitions: partitions.collect() })
}
