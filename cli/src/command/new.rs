//! `new`: an empty migration for hand-written SQL.

use schema_diff::migration::{new_migration, new_version};

use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;

pub(crate) fn run(project: &Project, name: &str) -> Result<u8, Failure> {
    let directory = project.migrations_directory();
    let version = new_version(&project.migrations()?);
    let path = new_migration(&directory, version, name)?;
    anstream::println!("wrote {}", path.display());
    anstream::println!(
        "write its statements into {}, then run `cargo schema diff --write`, which proves it and brings schema.lock up to date",
        path.join("1_expand.sql").display()
    );
    Ok(DONE)
}
