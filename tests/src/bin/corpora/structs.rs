//! The same through structs: both databases are pulled, the first as the baseline, the second as what is declared then.

use tests::converge::{Ending, is_data, one_line, second_diff, write_plan};
use tests::round_trip::{declared_difference, make_the_rest};
use tests::{CargoSchema, Database, Project};

/// Release N's structs are those of the live database, release N+1's those of the wanted one.
pub(super) async fn converge(live: &Database, wanted: &Database, scratch: &Database, original: &str) -> Ending {
    let project = tokio::task::block_in_place(Project::new);
    let schema = CargoSchema::in_directory(project.path()).database(&live.url);
    let sides = ["--scratch-url", &scratch.url];
    let run = |arguments: &[&str]| tokio::task::block_in_place(|| schema.run(arguments));
    let pull = |from: &str| {
        let source = project.path().join("src");
        std::fs::write(source.join("schema.rs"), "").expect("the module");
        project.set_source("mod schema;\n");
        run(&["pull", "--from", from, "--no-sqlx"])
    };
    let first = pull(&live.url);
    if first.code() != 0 {
        return Ending::Wrong(format!("the first pull exits with {}: {}", first.code(), one_line(&first.stderr)));
    }
    for arguments in [&["diff", "--write", sides[0], sides[1]][..], &["apply"]] {
        let outcome = run(arguments);
        if outcome.code() != 0 {
            let what = one_line(&outcome.stderr);
            return Ending::Wrong(format!("the baseline's {} exits with {}: {what}", arguments[0], outcome.code()));
        }
    }
    let pulled = pull(&wanted.url);
    if pulled.code() != 0 {
        return Ending::Wrong(format!("the second pull exits with {}: {}", pulled.code(), one_line(&pulled.stderr)));
    }
    // What structs lean on and don't declare is made by other means.
    make_the_rest(live, wanted).await;
    let written = match write_plan(&schema, &sides, original, (live, project.path())).await {
        Ok(written) => written,
        Err(ending) => return ending,
    };
    let applied = run(&["apply", "--all-phases"]);
    if applied.code() != 0 {
        return Ending::Wrong(format!("apply exits with {}: {}", applied.code(), one_line(&applied.stderr)));
    }
    let differs = declared_difference(live, wanted, &pulled.stderr, is_data).await;
    if !differs.is_empty() {
        return Ending::Wrong(format!("differs: {}", differs.replace('\n', " ⏎ ")));
    }
    match second_diff(&schema, &sides) {
        Ok(()) => Ending::Converged(written),
        Err(what) => Ending::Wrong(what),
    }
}
