//! One case: plan, walk, way back, and what the command line makes of it.

use std::fmt::Write;
use std::path::Path;

use schema_diff::embedded::Major;
use schema_diff::migration::{Migration, load_one};
use tests::converge::is_data;
use tests::{Database, Project, Server};

use crate::compare::{expected, listing, same_listing};
use crate::table::Ending;
use crate::walk;

/// The file of all that is to be.
const WANTED: &str = "to.sql";

/// What stands in a case's folder.
pub(crate) struct Case<'a> {
    folder: &'a Path,
}

impl Case<'_> {
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.join(name)).ok()
    }

    fn flags(&self) -> Vec<String> {
        self.text("flags").unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The sides between which `diff` goes, where they aren't the structs and the project's database.
    fn sides<'b>(&self, database: &'b Database) -> Vec<&'b str> {
        match self.text(WANTED) {
            Some(_) => vec!["--from", database.url.as_str(), "--to", WANTED],
            None => Vec::new(),
        }
    }
}

pub(crate) async fn run(folder: &Path, major: Major) -> Result<Ending, String> {
    let case = Case { folder };
    let server = Server::shared(major).await;
    let database = server.fresh_database().await;
    let project = Project::new();
    start(&case, &project, &database).await;
    let already = project.migrations().len();
    declare(&case, &project);
    let flags = case.flags();
    let mut arguments = [&["diff", "--write"], case.sides(&database).as_slice()].concat();
    arguments.extend(flags.iter().map(String::as_str));
    let outcome = project.run(&database, &arguments);
    if outcome.code() != 0 {
        let refusal = format!("exit code {}\n{}", outcome.code(), outcome.stderr);
        return expected(folder, major, &refusal).map(|()| Ending::Refused);
    }
    let new: Vec<_> = project.migrations().split_off(already);
    expected(folder, major, &written(&new))?;
    let mut migrations: Vec<Migration> = new.iter().map(|path| load_one(path).expect("our own files")).collect();
    // What a baseline writes down is there already; the replay of the history makes it.
    migrations.retain(|migration| !migration.manifest.baseline);

    let begin = listing(&database).await;
    let original = server.copy_of(&database).await;
    let walked = server.copy_of(&original).await;
    walk::forward(&case, &migrations, &walked).await?;
    // On the newest version from every point, elsewhere from the last one: the statements are the same.
    let points = walk::points_of_return(&migrations);
    let skipped = if major == Major::LATEST { 0 } else { points.len().saturating_sub(1) };
    for back_after in points.into_iter().skip(skipped) {
        let returned = server.copy_of(&original).await;
        walk::there_and_back(&case, &migrations, &returned, back_after).await?;
        let what = format!("the way back after step {back_after} leaves something");
        same_listing(&what, &begin, &listing(&returned).await)?;
    }
    match case.text(WANTED) {
        Some(wanted) => as_wanted(&case, &project, [&original, &walked], wanted).await?,
        None => by_command_line(&case, &project, server, &walked).await?,
    }
    Ok(Ending::Proven)
}

/// What release N+1 declares.
fn declare(case: &Case<'_>, project: &Project) {
    if let Some(wanted) = case.text(WANTED) {
        std::fs::write(project.path().join(WANTED), wanted).expect("the file of what is to be");
    }
    project.set_source(&case.text("to.rs").unwrap_or_default());
    if let Some(objects) = case.text("to_objects.sql") {
        project.set_objects(&objects);
    }
}

/// Release N is live, with rows.
async fn start(case: &Case<'_>, project: &Project, database: &Database) {
    if let Some(sql) = case.text("from.sql") {
        database.execute(sql).await;
    }
    if let Some(objects) = case.text("from_objects.sql") {
        project.set_objects(&objects);
    }
    if let Some(structs) = case.text("from.rs") {
        project.set_source(&structs);
        project.run(database, &["diff", "--write"]).expect_code(0);
        project.run(database, &["apply"]).expect_code(0);
    }
    if let Some(sql) = case.text("before.sql") {
        database.execute(sql).await;
    }
}

/// The files of the new migrations; the version in the folder's name is left out.
fn written(folders: &[std::path::PathBuf]) -> String {
    let mut text = String::new();
    for folder in folders {
        let name = folder.file_name().expect("a name").to_string_lossy();
        let name = name.split_once('_').map_or("", |(_, name)| name);
        for file in ["migration.toml", "1_expand.sql", "2_backfill.sql", "3_contract.sql", "undo.sql"] {
            if let Ok(content) = std::fs::read_to_string(folder.join(file)) {
                writeln!(text, "=== {name}/{file}\n{content}").expect("a string takes all");
            }
        }
    }
    text
}

/// The same by the command line leaves nothing to do, and both ways lead to what a database made from the SQL itself has.
async fn as_wanted(
    case: &Case<'_>,
    project: &Project,
    [original, walked]: [&Database; 2],
    wanted: String,
) -> Result<(), String> {
    let server = original.server();
    let applied = server.copy_of(original).await;
    project.run(&applied, &["apply", "--all-phases"]).expect_code(0);
    let left = project.run(&applied, &[&["diff", "--exit-code"], case.sides(&applied).as_slice()].concat());
    if left.code() != 0 {
        return Err(format!("after apply diff still finds:\n{}{}", left.stdout, left.stderr));
    }
    let direct = server.fresh_database().await;
    direct.execute(wanted).await;
    let facts = async |database: &Database| {
        let lines = listing(database).await.into_iter();
        lines.filter(|line| !is_data(line)).collect::<Vec<_>>()
    };
    let wanted = facts(&direct).await;
    same_listing("the SQL itself against apply", &wanted, &facts(&applied).await)?;
    same_listing("the SQL itself against the walk", &wanted, &facts(walked).await)
}

/// The same by the command line on a database of its own, from the empty one on; and the catalog of both must be that
/// of a database made from the new structs alone.
async fn by_command_line(
    case: &Case<'_>,
    project: &Project,
    server: &'static Server,
    walked: &Database,
) -> Result<(), String> {
    let replayed = server.fresh_database().await;
    if let Some(sql) = case.text("empty.sql") {
        replayed.execute(sql).await;
    }
    project.run(&replayed, &["apply"]).expect_code(0);
    let empty = project.run(&replayed, &["diff", "--exit-code"]);
    if empty.code() != 0 {
        return Err(format!("after a replay of the history diff still finds:\n{}{}", empty.stdout, empty.stderr));
    }
    let again = project.run(&replayed, &["diff", "--write"]).expect_code(0);
    if again.stdout.contains("wrote ") {
        return Err(format!("a second diff --write writes something:\n{}", again.stdout));
    }
    let end = listing(&replayed).await;
    // What is renamed in place keeps the names of its constraints, which a new one gets after its own.
    let to = case.text("to.rs").unwrap_or_default();
    let renames_a_table = to.lines().any(|line| line.starts_with("#[db(table") && line.contains("renamed_from"));
    let in_place = renames_a_table || case.flags().iter().any(|flag| flag.ends_with("=view"));
    if case.text("from.sql").is_none() && !in_place {
        let direct = server.fresh_database().await;
        let fresh = Project::new();
        declare(case, &fresh);
        fresh.run(&direct, &["diff", "--write"]).expect_code(0);
        fresh.run(&direct, &["apply"]).expect_code(0);
        same_listing("replayed history against new structs", &listing(&direct).await, &end)?;
    }
    // What the application made by hand between the releases stands on the walked database only.
    if case.text("before.sql").is_none_or(|sql| !sql.contains("CREATE ")) {
        same_listing("replayed history against the walk", &end, &listing(walked).await)?;
    }
    Ok(())
}
