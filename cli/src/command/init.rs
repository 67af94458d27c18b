//! `init`: schema.toml and the folder of migrations.

use std::path::Path;

use crate::args::Global;
use crate::config;
use crate::exit_code::DONE;
use crate::failure::Failure;
use crate::project::Project;

pub(crate) fn run(project: &Project, global: &Global) -> Result<u8, Failure> {
    let file = project.root.join("schema.toml");
    if project.is_set_up {
        anstream::println!("{} is there already.", file.display());
        return Ok(DONE);
    }
    let sqlx_files = holds_sqlx_migrations(&project.root.join("migrations"));
    let folder = if sqlx_files { "schema/migrations" } else { "migrations" };
    let write = |result: std::io::Result<()>, path: &Path| {
        result.map_err(|error| Failure::error(format!("{}: {error}", path.display())))
    };
    write(std::fs::write(&file, config::initial(folder)), &file)?;
    let directory = project.root.join(folder);
    write(std::fs::create_dir_all(&directory), &directory)?;
    if !global.quiet {
        anstream::println!("wrote schema.toml; migrations go into {folder}/");
        if sqlx_files {
            anstream::println!(
                "(migrations/ holds sqlx's own files: sqlx passes over folders in silence, so ours lie apart)"
            );
        }
        anstream::println!(
            "next: derive Schema on your structs, then `cargo schema diff --write -D embedded` and `cargo schema apply -D embedded`"
        );
    }
    Ok(DONE)
}

/// sqlx keeps a file per migration, `VERSION_NAME.sql`.
fn holds_sqlx_migrations(directory: &Path) -> bool {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .any(|path| path.is_file() && path.extension().is_some_and(|extension| extension == "sql"))
}
