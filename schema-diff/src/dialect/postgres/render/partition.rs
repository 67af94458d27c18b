//! Partitions and the indexes of partitioned tables.

use schema_model::{Identifier, Index, Partition, QualifiedName, Unique};

use super::{Rendered, quote, table};
use crate::change::TableConstraint;
use crate::plan::step::{Deed, Furnishing, IndexPart};
use crate::statement::LockMode;

pub(super) fn render(deed: &Deed) -> Rendered {
    match deed {
        Deed::CreatePartitionedIndex { table, index, parts } => create_index(table, index, parts),
        Deed::CreatePartitionedUnique { table, unique, parts } => create_unique(table, unique, parts),
        Deed::CreatePartitionedForeignKey { table, key } => {
            let constraint = table::constraint(&TableConstraint::ForeignKey(key.clone()));
            let mut rendered = Rendered::default();
            rendered.statements.extend(key.name.as_ref().map(|name| refuse_without(table, name)));
            rendered.statements.push(format!("ALTER TABLE {} ADD {constraint}", quote::qualified(table)));
            rendered
                .locking(table, LockMode::ShareRowExclusive)
                // The triggers of the partitions' own keys go there.
                .locking(&key.references, LockMode::AccessExclusive)
        }
        Deed::DropPartitionedIndex { table, index, partitions } => {
            let rendered = Rendered::new(format!("DROP INDEX {}", quote::qualified(&table.sibling(index.clone()))))
                .locking(table, LockMode::AccessExclusive);
            partitions.iter().fold(rendered, |rendered, part| rendered.locking(part, LockMode::AccessExclusive))
        }
        Deed::FurnishPartitions(own) => Rendered { statements: furnished(own), ..Rendered::default() },
        Deed::CreatePartition { table, partition, own, default, references, referencing } => {
            let (name, parent) = (quote::qualified(&partition.name), quote::qualified(table));
            let further = partition.partitioning.as_ref();
            let key = further.map(|by| format!(" PARTITION BY {}", by.key)).unwrap_or_default();
            let like = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE";
            let mut rendered = Rendered::new(format!("CREATE TABLE {name} (LIKE {parent} {like}){key}"));
            rendered.statements.extend(further.iter().flat_map(|by| table::partitions(&partition.name, by)));
            rendered.statements.extend(furnished(own));
            rendered.statements.push(attach(table, partition));
            let rendered = excluding(default.as_ref(), rendered.locking(table, LockMode::ShareUpdateExclusive));
            let others = references.iter().chain(referencing);
            others.fold(rendered, |rendered, other| rendered.locking(other, LockMode::ShareRowExclusive))
        }
        Deed::AttachPartition { table, partition, default, references, referencing } => {
            let rendered = Rendered::new(attach(table, partition))
                .locking(table, LockMode::ShareUpdateExclusive)
                .locking(&partition.name, LockMode::AccessExclusive);
            let rendered = excluding(default.as_ref(), rendered);
            let rendered = referencing
                .iter()
                .fold(rendered, |rendered, other| rendered.locking(other, LockMode::ShareRowExclusive));
            // The triggers of its own keys go there.
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
        }
        Deed::DetachPartition { table, partition, excludes, default, references } => {
            let own = if *excludes { LockMode::AccessExclusive } else { LockMode::ShareUpdateExclusive };
            let (name, parent) = (quote::qualified(partition), quote::qualified(table));
            let rendered = Rendered::new(format!("ALTER TABLE {parent} DETACH PARTITION {name}"))
                .locking(table, LockMode::AccessExclusive)
                .locking(partition, own);
            let rendered = excluding(default.as_ref(), rendered);
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::ShareRowExclusive))
        }
        _ => Rendered::default(),
    }
}

/// What a default partition may hold depends on its siblings: nobody is in it while they change.
fn excluding(default: Option<&QualifiedName>, rendered: Rendered) -> Rendered {
    default.into_iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
}

fn furnished(own: &Furnishing) -> Vec<String> {
    table::furnish(&own.above, &own.partitions, &own.tables)
}

fn attach(table: &QualifiedName, partition: &Partition) -> String {
    let (parent, name) = (quote::qualified(table), quote::qualified(&partition.name));
    format!("ALTER TABLE {parent} ATTACH PARTITION {name} {}", partition.bound)
}

/// It is valid when every partition has its part: also one that is newer than the plan, which no statement of it knows.
fn create_index(name: &QualifiedName, index: &Index, parts: &[IndexPart]) -> Rendered {
    let mut rendered = Rendered::new(table::create_index_only(name, index)).locking(name, LockMode::Share);
    for part in parts.iter().filter(|part| part.is_partitioned) {
        let index = Index { name: Some(part.index.clone()), ..index.clone() };
        rendered.statements.push(table::create_index_only(&part.partition, &index));
        rendered = rendered.locking(&part.partition, LockMode::Share);
    }
    rendered.statements.extend(attach_indexes(parts));
    if let Some(own) = &index.name {
        rendered.statements.push(refuse_invalid(&name.sibling(own.clone())));
    }
    rendered
}

/// A part of the index behind a constraint stands behind a constraint itself.
fn create_unique(name: &QualifiedName, unique: &Unique, parts: &[IndexPart]) -> Rendered {
    let deferrable = table::deferrable(unique.deferrable);
    let add = |of: &QualifiedName, own: &Identifier| {
        let constraint = Unique { name: Some(own.clone()), ..unique.clone() };
        let constraint = table::constraint(&TableConstraint::Unique(constraint));
        format!("ALTER TABLE ONLY {} ADD {constraint}", quote::qualified(of))
    };
    let mut rendered = Rendered::default().locking(name, LockMode::AccessExclusive);
    rendered.statements.extend(unique.name.iter().map(|own| add(name, own)));
    for part in parts {
        let IndexPart { partition, index, is_partitioned, .. } = part;
        rendered.statements.push(if *is_partitioned {
            add(partition, index)
        } else {
            let (table, index) = (quote::qualified(partition), quote::name(index));
            format!("ALTER TABLE {table} ADD CONSTRAINT {index} UNIQUE USING INDEX {index}{deferrable}")
        });
    }
    rendered.statements.extend(attach_indexes(parts));
    rendered.statements.extend(unique.name.iter().map(|own| refuse_invalid(&name.sibling(own.clone()))));
    rendered
}

/// The innermost first: an index is valid when all its parts are.
fn attach_indexes(parts: &[IndexPart]) -> impl Iterator<Item = String> {
    parts.iter().rev().map(|part| {
        let index = quote::qualified(&part.partition.sibling(part.index.clone()));
        format!("ALTER INDEX {} ATTACH PARTITION {index}", quote::qualified(&part.of))
    })
}

/// Takes everything back where a partition has no part.
fn refuse_invalid(index: &QualifiedName) -> String {
    let condition = format!(
        "NOT (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = {}::pg_catalog.regclass)",
        quote::literal(&quote::qualified(index))
    );
    refuse(&condition, &format!("part of the index {index}"), "indexes")
}

/// The server would look at every row of a partition that has no such key, under a lock that blocks its writers.
fn refuse_without(table: &QualifiedName, key: &Identifier) -> String {
    let condition = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_partition_tree({}) AS p WHERE p.isleaf AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS c WHERE c.conrelid = p.relid AND c.conname = {} AND c.convalidated))",
        quote::literal(&quote::qualified(table)),
        quote::literal(key.as_str())
    );
    refuse(&condition, &format!("foreign key {key}"), "foreign keys")
}

/// A partition that is newer than the plan has nothing of what the steps before have made on each.
fn refuse(condition: &str, missing: &str, made: &str) -> String {
    let what = format!("a partition of the table has no {missing}, so it is newer than this plan");
    let hint = format!(
        "drop the {made} that the steps before have built, say cargo schema resolve VERSION --rolled-back --reason TEXT, delete the folder of the migration and plan again"
    );
    let body = format!(
        "\nBEGIN\n  IF {condition} THEN\n    RAISE EXCEPTION {} USING HINT = {};\n  END IF;\nEND\n",
        quote::literal(&what.replace('%', "%%")),
        quote::literal(&hint)
    );
    format!("DO {}", quote::dollar(&body))
}
