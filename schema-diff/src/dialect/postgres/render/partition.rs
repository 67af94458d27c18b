//! Partitions and the indexes of partitioned tables.

use schema_model::{Index, Partition, QualifiedName};

use super::{Rendered, quote, table};
use crate::plan::step::{Deed, IndexPart};
use crate::statement::LockMode;

pub(super) fn render(deed: &Deed) -> Rendered {
    match deed {
        Deed::CreatePartitionedIndex { table, index, parts } => create_index(table, index, parts),
        Deed::DropPartitionedIndex { table, index, partitions } => {
            let rendered = Rendered::new(format!("DROP INDEX {}", quote::qualified(&table.sibling(index.clone()))))
                .locking(table, LockMode::AccessExclusive);
            partitions.iter().fold(rendered, |rendered, part| rendered.locking(part, LockMode::AccessExclusive))
        }
        Deed::CreatePartition { table, partition, references } => {
            let (name, parent) = (quote::qualified(&partition.name), quote::qualified(table));
            let further = partition.partitioning.as_ref();
            let key = further.map(|by| format!(" PARTITION BY {}", by.key)).unwrap_or_default();
            let like = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE";
            let mut rendered = Rendered::new(format!("CREATE TABLE {name} (LIKE {parent} {like}){key}"));
            rendered.statements.extend(further.iter().flat_map(|by| table::partitions(&partition.name, by)));
            rendered.statements.push(attach(table, partition));
            let rendered = rendered.locking(table, LockMode::ShareUpdateExclusive);
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::ShareRowExclusive))
        }
        Deed::AttachPartition { table, partition, references } => {
            let rendered = Rendered::new(attach(table, partition))
                .locking(table, LockMode::ShareUpdateExclusive)
                .locking(&partition.name, LockMode::AccessExclusive);
            // The triggers of its own keys go there.
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::AccessExclusive))
        }
        Deed::DetachPartition { table, partition, excludes, references } => {
            let own = if *excludes { LockMode::AccessExclusive } else { LockMode::ShareUpdateExclusive };
            let (name, parent) = (quote::qualified(partition), quote::qualified(table));
            let rendered = Rendered::new(format!("ALTER TABLE {parent} DETACH PARTITION {name}"))
                .locking(table, LockMode::AccessExclusive)
                .locking(partition, own);
            references.iter().fold(rendered, |rendered, other| rendered.locking(other, LockMode::ShareRowExclusive))
        }
        _ => Rendered::default(),
    }
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
    for part in parts.iter().rev() {
        let index = quote::qualified(&part.partition.sibling(part.index.clone()));
        rendered.statements.push(format!("ALTER INDEX {} ATTACH PARTITION {index}", quote::qualified(&part.of)));
    }
    if let Some(own) = &index.name {
        rendered.statements.push(refuse_invalid(&name.sibling(own.clone())));
    }
    rendered
}

/// Takes everything back where a partition has no part.
fn refuse_invalid(index: &QualifiedName) -> String {
    let what = format!("a partition of the table has no part of the index {index}, so it is newer than this plan");
    let hint = "drop the indexes that the steps before have built, say cargo schema resolve VERSION --rolled-back --reason TEXT, delete the folder of the migration and plan again";
    let body = format!(
        "\nBEGIN\n  IF NOT (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = {}::pg_catalog.regclass) THEN\n    RAISE EXCEPTION {} USING HINT = {};\n  END IF;\nEND\n",
        quote::literal(&quote::qualified(index)),
        quote::literal(&what.replace('%', "%%")),
        quote::literal(hint)
    );
    format!("DO {}", quote::dollar(&body))
}
