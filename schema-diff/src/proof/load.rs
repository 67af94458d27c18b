//! Loads a catalog, with what it leans on, into an empty scratch database.

use schema_model::{Catalog, ObjectKind, SqlObject};
use sqlx::{Connection, PgConnection};

use super::ProofError;
use super::scratch::{ScratchDatabase, refused};
use crate::dialect::postgres::load;
use crate::dialect::postgres::roles;
use crate::dialect::postgres::session::execute;
use crate::dialect::postgres::session::plain;
use crate::inspection::Inspection;
use crate::plan::object_order::{creation_order, is_early};

/// Makes the catalog with every live object around it. Objects that can't be made at first are tried again after the
/// tables, since they may use the tables' rows; what then really needs one that is missing fails by its own name.
pub(super) async fn load(database: &ScratchDatabase, catalog: &Catalog, facts: &Inspection) -> Result<(), ProofError> {
    let mut connection = database.connect().await.map_err(refused)?;
    let texts = facts.catalog.objects.values().flat_map(|object| &object.create);
    roles::make(&mut connection, texts.flat_map(|text| roles::named(text)).collect()).await.map_err(refused)?;
    required(&mut connection, load::UNCHECKED_BODIES).await?;
    for statement in load::types(catalog) {
        required(&mut connection, &statement).await?;
    }
    let all = &facts.catalog;
    let ordered = creation_order(all).into_iter().filter_map(|key| all.objects.get(key));
    let (early, late): (Vec<&SqlObject>, Vec<&SqlObject>) = ordered.partition(|object| is_early(object, all));
    let again = attempt(&mut connection, early.into_iter().chain(facts.ours.values())).await?;
    let again = attempt(&mut connection, again).await?;
    for statement in load::tables(catalog) {
        required(&mut connection, &statement).await?;
    }
    let again = attempt(&mut connection, again.into_iter().chain(late)).await?;
    attempt(&mut connection, again).await?;
    for table in catalog.tables.values() {
        let triggers = facts.facts_of(&table.name).into_iter().flat_map(|facts| &facts.triggers);
        for trigger in triggers.filter(|trigger| trigger.is_ours()) {
            for statement in load::trigger(&table.name, trigger) {
                required(&mut connection, &statement).await?;
            }
        }
    }
    connection.close().await.map_err(refused)
}

/// Tries objects; gives those that can't be made. An extension must be there.
async fn attempt<'a>(
    connection: &mut PgConnection,
    objects: impl IntoIterator<Item = &'a SqlObject>,
) -> Result<Vec<&'a SqlObject>, ProofError> {
    let mut failed = Vec::new();
    for object in objects {
        if object.kind == ObjectKind::Extension {
            load::extension(connection, object)
                .await
                .map_err(|error| ProofError::Load { statement: object.create.concat(), message: plain(&error) })?;
            continue;
        }
        for statement in load::object(object) {
            if execute(connection, &statement).await.is_err() {
                failed.push(object);
                break;
            }
        }
    }
    Ok(failed)
}

async fn required(connection: &mut PgConnection, statement: &str) -> Result<(), ProofError> {
    execute(connection, statement)
        .await
        .map_err(|error| ProofError::Load { statement: statement.to_owned(), message: plain(&error) })
}
