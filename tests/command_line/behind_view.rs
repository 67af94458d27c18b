//! A column that is renamed behind a view: who may use the table may use the view, and nobody else changes the table
//! meanwhile.

use sqlx::AssertSqlSafe;
use tests::{Application, Database, Server, majors};

const OLD: &str = "pub user_name: String,";
const NEW: &str = "#[db(renamed_from = \"user_name\")]\n    pub display_name: String,";

fn source(columns: &str) -> String {
    format!(
        "/// A user.\n#[derive(Schema)]\n#[db(table = \"users\")]\npub struct User {{\n    #[db(primary_key)]\n    pub id: i64,\n    {columns}\n}}\n"
    )
}

async fn renamed(database: &Database) -> Application {
    let application = Application::applied(&source(OLD), &database.url).await;
    database.execute("INSERT INTO users VALUES (1, 'a')").await;
    application.migrate_to(&source(NEW), &["--strategy", "users.display_name=view"]).await;
    application
}

/// Whether a role may do it; it is taken back.
async fn may(database: &Database, role: &str, sql: &str) -> bool {
    let mut transaction = database.pool.begin().await.expect("a transaction");
    sqlx::query(AssertSqlSafe(format!("SET LOCAL ROLE {role}"))).execute(&mut *transaction).await.expect("the role");
    let outcome = sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await;
    transaction.rollback().await.expect("the way back");
    outcome.is_ok()
}

#[tokio::test]
async fn the_tables_rights_are_the_views() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let application = renamed(&database).await;
        // Roles belong to the whole server.
        let name = database.value("SELECT current_database()").await;
        let (owner, reader) = (format!("\"owner {name}\""), format!("\"Reader {name}\""));
        database
            .execute(format!(
                "CREATE ROLE {owner}; CREATE ROLE {reader}; GRANT CREATE ON SCHEMA public TO {owner};
                 ALTER TABLE users OWNER TO {owner}; GRANT SELECT ON users TO {reader};
                 GRANT UPDATE (user_name) ON users TO {reader}"
            ))
            .await;
        application.run(&["apply"]).await.expect_code(0);
        for column in ["user_name", "display_name"] {
            let insert = format!("INSERT INTO users (id, {column}) VALUES (2, 'b')");
            let update = format!("UPDATE users SET {column} = 'c' WHERE id = 1");
            assert!(may(&database, &owner, &insert).await, "the owner on {major}: {insert}");
            assert!(may(&database, &reader, &update).await, "a role with rights on {major}: {update}");
            assert!(!may(&database, &reader, &insert).await, "a role without them on {major}: {insert}");
        }
        application.run(&["confirm", "v2"]).await.expect_code(0);
        application.run(&["contract"]).await.expect_code(0);
        assert!(may(&database, &reader, "UPDATE users SET display_name = 'c' WHERE id = 1").await);
        database.execute(format!("DROP OWNED BY {reader}; DROP ROLE {reader}; REASSIGN OWNED BY {owner} TO CURRENT_USER; DROP OWNED BY {owner}; DROP ROLE {owner}")).await;
    }
}

#[tokio::test]
async fn nobody_else_changes_the_table_meanwhile() {
    let major = *majors().last().expect("at least one");
    let database = Server::shared(major).await.fresh_database().await;
    let application = renamed(&database).await;
    application.run(&["apply"]).await.expect_code(0);
    let more = format!("{NEW}\n    pub note: Option<String>,");
    application.migrate_to(&source(&more), &[]).await;
    let refused = application.run(&["apply"]).await.expect_code(5);
    assert!(refused.stderr.contains("rename_users_user_name"), "{}", refused.stderr);
    assert_eq!(database.value("SELECT relkind FROM pg_class WHERE relname = 'users'").await, "v");
    application.run(&["confirm", "v2"]).await.expect_code(0);
    application.run(&["contract"]).await.expect_code(0);
    application.run(&["apply"]).await.expect_code(0);
    application.run(&["diff", "--exit-code"]).await.expect_code(0);
    assert_eq!(database.value("SELECT display_name FROM users WHERE note IS NULL").await, "a");
}

#[tokio::test]
async fn what_fails_on_a_view_stands_in_the_way() {
    let major = *majors().last().expect("at least one");
    let database = Server::shared(major).await.fresh_database().await;
    let truncating = format!("{}\n/// Empties it.\npub const EMPTY: &str = \"TRUNCATE users\";\n", source(OLD));
    let application = Application::applied(&truncating, &database.url).await;
    application.source(&truncating.replace(OLD, NEW));
    let flags = ["diff", "--write", "--strategy", "users.display_name=view"];
    let refused = application.run(&flags).await.expect_code(1);
    assert!(refused.stderr.contains("src/lib.rs:") && refused.stderr.contains("TRUNCATE"), "{}", refused.stderr);
    application.run(&["diff", "--write"]).await.expect_code(0);

    let published = Server::shared(major).await.fresh_database().await;
    let application = Application::applied(&source(OLD), &published.url).await;
    published.execute("CREATE PUBLICATION everything FOR TABLE users").await;
    application.source(&source(NEW));
    let refused = application.run(&flags).await.expect_code(1);
    assert!(refused.stderr.contains("publication"), "{}", refused.stderr);
}
