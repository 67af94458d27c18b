//! Views, functions and triggers that are declared as SQL files beside the structs.

use schema_diff::embedded::Major;
use tests::{Database, Project, Server};

use crate::one_table;

const TOUCH: &str = "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := upper(NEW.a); RETURN NEW; END $$;\nCREATE TRIGGER t_touch BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();\n";

/// Writes a file of the folder.
fn set(project: &Project, file: &str, text: &str) {
    let folder = project.path().join("sql");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(file), text).expect("a file");
}

async fn project_with_folder() -> (Project, Database) {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let project = Project::new();
    let toml = project.path().join("schema.toml");
    let initial = std::fs::read_to_string(&toml).expect("init wrote it");
    std::fs::write(&toml, initial.replace("# sql = ", "sql = ")).expect("the file");
    project.set_source(&one_table("    pub a: String,\n"));
    set(&project, "touch.sql", TOUCH);
    // It sorts before the file whose function it uses, and needs the table.
    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, a FROM t WHERE a = upper(a);\n");
    project.run(&database, &["diff", "--write", "--name", "start"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    (project, database)
}

#[tokio::test]
async fn they_are_made_replaced_and_dropped_with_consent() {
    let (project, database) = project_with_folder().await;
    database.execute("INSERT INTO t VALUES (1, 'x')").await;
    assert_eq!(database.value("SELECT a FROM loud").await, "X", "trigger, function and view are there");
    let nothing = project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    assert!(nothing.stdout.starts_with("no difference"), "{}", nothing.stdout);

    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, a, length(a) AS size FROM t;\n");
    set(&project, "touch.sql", &TOUCH.replace("upper", "lower"));
    let changed = project.run(&database, &["diff", "--write"]).expect_code(0);
    for words in ["@@ function public.touch() @@", "replace view public.loud"] {
        assert!(changed.stdout.contains(words), "{words}: {}", changed.stdout);
    }
    project.run(&database, &["apply"]).expect_code(0);
    database.execute("INSERT INTO t VALUES (2, 'Y')").await;
    assert_eq!(database.value("SELECT a || size FROM loud WHERE id = 2").await, "y1");
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);

    std::fs::remove_file(project.path().join("sql/a_view.sql")).expect("the file");
    let refused = project.run(&database, &["diff", "--write"]).expect_code(5);
    assert!(refused.stderr.contains("--allow drop:public.loud"), "{}", refused.stderr);
    let short = project.run(&database, &["diff", "--allow", "drop:loud"]).expect_code(2);
    assert!(short.stderr.contains("there is public.loud"), "{}", short.stderr);
    project.run(&database, &["diff", "--write", "--allow", "drop:public.loud"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    let old_view = "SELECT coalesce(to_regclass('loud')::text, 'gone')";
    if database.value(old_view).await != "gone" {
        project.run(&database, &["confirm", "v2"]).expect_code(0);
        project.run(&database, &["contract"]).expect_code(0);
    }
    assert_eq!(database.value(old_view).await, "gone");
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn a_table_changes_under_its_view() {
    let (project, database) = project_with_folder().await;
    database.execute("INSERT INTO t VALUES (1, 'x')").await;
    project.set_source(&one_table("    pub a: String,\n    pub b: Option<i32>,\n"));
    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, a, b FROM t WHERE a = upper(a);\n");
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    assert_eq!(database.value("SELECT coalesce(b, 7) FROM loud").await, "7");
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn a_file_that_the_server_refuses_is_named() {
    let (project, database) = project_with_folder().await;
    set(&project, "a_view.sql", "CREATE VIEW loud AS SELECT id, nosuch FROM t;\n");
    let refused = project.run(&database, &["diff"]).expect_code(1);
    for words in ["a_view.sql", "nosuch"] {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
}
