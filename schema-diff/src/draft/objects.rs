//! Objects that are declared as SQL files beside the structs: the server says what the files make.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schema_model::{Catalog, ObjectKind, SqlObject};
use sqlx::{Connection, PgConnection};

use super::DraftError;
use super::spoken::Spoken;
use crate::dialect::postgres::inspect::inspect;
use crate::dialect::postgres::load;
use crate::dialect::postgres::roles;
use crate::dialect::postgres::session::{execute, plain};
use crate::plan::object_order::creation_order;
use crate::proof::Scratch;

/// What the files make beside the declared tables and types, on an empty scratch database with the extensions of the
/// live one. A file may use what another makes, and tables; the order doesn't matter.
///
/// # Errors
///
/// A file that can't be run even when all the others were, by its name.
pub async fn declared_objects(
    scratch: &mut Scratch,
    declared: &Catalog,
    live: &Catalog,
    files: &[(PathBuf, String)],
) -> Result<BTreeMap<String, SqlObject>, DraftError> {
    if files.is_empty() {
        return Ok(BTreeMap::new());
    }
    let database = scratch.database().await?;
    let mut connection = database.connect().await?;
    let outcome = run(&mut connection, declared, live, files).await;
    connection.close().await?;
    scratch.drop_database(&database).await?;
    outcome
}

async fn run(
    connection: &mut PgConnection,
    declared: &Catalog,
    live: &Catalog,
    files: &[(PathBuf, String)],
) -> Result<BTreeMap<String, SqlObject>, DraftError> {
    let spoken = Spoken::of(files.iter().map(|(_, text)| text.as_str()));
    // An extension, and what the files make, may stand in a namespace that is there.
    let is_needed = |object: &&SqlObject| {
        matches!(object.kind, ObjectKind::Namespace | ObjectKind::Extension) && !spoken.makes(object)
    };
    let ordered = creation_order(live).into_iter().filter_map(|key| live.objects.get(key));
    let needed: Vec<&SqlObject> = ordered.filter(is_needed).collect();
    roles::make(connection, files.iter().flat_map(|(_, text)| roles::named(text)).collect()).await?;
    load::prepare(connection, declared, &needed).await?;
    let there = inspect(connection).await?.catalog.objects;
    let open = run_files(connection, files.iter().collect()).await?;
    let mut missing = Vec::new();
    for statement in load::tables(declared) {
        // A table that can't be made yet is missed by the file that needs it, by name.
        if execute(connection, &statement).await.is_err() {
            missing.push(statement);
        }
    }
    let open = run_files(connection, open.into_iter().map(|(file, _)| file).collect()).await?;
    for statement in &missing {
        drop(execute(connection, statement).await);
    }
    let open = run_files(connection, open.into_iter().map(|(file, _)| file).collect()).await?;
    if let Some(((path, _), message)) = open.into_iter().next() {
        return Err(DraftError::SqlFile { path: path.clone(), message });
    }
    execute(connection, "RESET ALL").await?;
    let mut objects = inspect(connection).await?.catalog.objects;
    objects.retain(|key, object| {
        let is_new = there.get(key).is_none_or(|before| !before.same_as(object));
        let of_files = is_new && !matches!(object.kind, ObjectKind::Extension | ObjectKind::Namespace);
        of_files || spoken.declares(object)
    });
    spoken.follow(&live.objects, &mut objects);
    spoken.forget_other_versions(&mut objects);
    Ok(objects)
}

type File = (PathBuf, String);

/// Runs files, each in a transaction, as long as one more can be run; gives the others with what the server says.
async fn run_files<'a>(
    connection: &mut PgConnection,
    files: Vec<&'a File>,
) -> Result<Vec<(&'a File, String)>, DraftError> {
    let mut open: Vec<(&File, String)> = files.into_iter().map(|file| (file, String::new())).collect();
    loop {
        let before = open.len();
        let mut failed = Vec::new();
        for (file, _) in open {
            let mut transaction = connection.begin().await?;
            match execute(&mut transaction, &file.1).await {
                Ok(()) => transaction.commit().await?,
                Err(error) if error.as_database_error().is_some() => {
                    failed.push((file, plain(&error)));
                    transaction.rollback().await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        if failed.is_empty() || failed.len() == before {
            return Ok(failed);
        }
        open = failed;
    }
}
