//! What was written is read again: whatever it doesn't say is named.

use std::collections::BTreeMap;
use std::path::Path;

use schema_model::Catalog;
use schema_model::declare::{CrateRoot, read};
use sqlx::PgConnection;

use super::{Note, PullError, Pulled};
use crate::canonical;
use crate::diff::RenameAnswers;
use crate::draft::{Declaration, DraftError, FromSide, compare};
use crate::migration::LockFile;
use crate::proof::Scratch;
use crate::scope::Aligned;

/// What source in memory declares, by the reader that reads crates.
pub fn declared(pulled: &Pulled) -> Result<Catalog, PullError> {
    let unreadable = PullError::Temporary;
    let folder = tempfile::tempdir().map_err(unreadable)?;
    for file in &pulled.files {
        let path = folder.path().join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(unreadable)?;
        }
        std::fs::write(&path, &file.text).map_err(unreadable)?;
    }
    let root = folder.path().join("lib.rs");
    let module = pulled.files.first().and_then(|file| file.path.file_stem()).map(Path::new).unwrap_or(Path::new(""));
    std::fs::write(&root, format!("mod {};\n", module.display())).map_err(unreadable)?;
    let declared = read(&[CrateRoot { file: root, ..CrateRoot::default() }]).map_err(PullError::Unreadable)?;
    Ok(declared.catalog)
}

/// Tables and types that are live, and what is declared of them in the server's form, with the names that the server
/// has for what the declaration leaves open.
pub async fn aligned(
    connection: Option<&mut PgConnection>,
    scratch: &mut Scratch,
    mut from: FromSide,
    declared: Catalog,
) -> Result<Aligned, DraftError> {
    from.inspection.catalog.tables.retain(|name, _| declared.tables.contains_key(name));
    from.inspection.catalog.enums.retain(|name, _| declared.enums.contains_key(name));
    // The rest is declared as SQL, and told apart; but expressions may use it.
    let declaration = Declaration { catalog: declared, whole: true };
    let (lock, renames) = (LockFile::default(), RenameAnswers::default());
    Ok(compare(connection, scratch, from, declaration, &lock, &[], &renames).await?.aligned)
}

/// What differs between tables and types that are live and what is declared of them.
pub fn leftovers(aligned: &Aligned) -> Vec<Note> {
    let about_structs = |catalog: &Catalog| Catalog { objects: BTreeMap::new(), ..catalog.clone() };
    let live = canonical::objects(&about_structs(&aligned.from));
    let (to, kept) = without_own_comments(&aligned.from, &about_structs(&aligned.to));
    let own = canonical::objects(&to);
    let mut notes = Vec::new();
    for (object, line) in &live {
        match own.get(object) {
            Some(other) if other == line => {}
            Some(other) => {
                notes.push(Note { object: object.clone(), what: format!("declared as `{other}`, and it is `{line}`") });
            }
            None => notes.push(Note { object: object.clone(), what: format!("not declared: it is `{line}`") }),
        }
    }
    for (object, line) in own.iter().filter(|(object, _)| !live.contains_key(*object)) {
        notes.push(Note { object: object.clone(), what: format!("declared as `{line}`, and not there") });
    }
    if kept > 0 {
        let what = "not in the database: they stay, and `diff` plans to bring them there".to_owned();
        notes.push(Note { object: format!("doc comments ({kept})"), what });
    }
    notes
}

/// The declared side without comments that people wrote and the database doesn't have, and how many these are.
fn without_own_comments(live: &Catalog, declared: &Catalog) -> (Catalog, usize) {
    let mut declared = declared.clone();
    let mut kept = 0;
    let mut forget = |live: Option<&String>, own: &mut Option<String>| {
        if live.is_none() && own.take().is_some() {
            kept += 1;
        }
    };
    for (name, table) in &live.tables {
        let Some(own) = declared.table_mut(name) else { continue };
        if table.comment.is_none() {
            forget(None, &mut own.comment);
        }
        for column in &mut own.columns {
            if let Some(there) = table.column(&column.name).filter(|there| there.comment.is_none()) {
                forget(there.comment.as_ref(), &mut column.comment);
            }
        }
    }
    for (name, enum_type) in &live.enums {
        if let Some(own) = declared.enums.get_mut(name).filter(|_| enum_type.comment.is_none()) {
            forget(None, &mut own.comment);
        }
    }
    (declared, kept)
}
