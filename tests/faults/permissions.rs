//! Roles that may not do what a migration needs: told, and nothing lies half done.

use schema_diff::embedded::{Major, Progress, ScratchServer};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tests::{Application, majors};

use crate::support::flat;

const SOURCE: &str = "/// A thing.
#[derive(Schema)]
#[db(table = \"t\")]
pub struct Thing {
    #[db(primary_key)]
    pub id: i64,
    #[db(COLUMN)]
    pub o: String,
}
";

/// A server of its own, since roles belong to all databases.
struct Restricted {
    server: ScratchServer,
}

impl Restricted {
    async fn start(major: Major) -> Self {
        let server = ScratchServer::start(major, &Progress::silent()).await.unwrap_or_else(|error| panic!("{error}"));
        server.create_database("app").await.unwrap_or_else(|error| panic!("{error}"));
        let restricted = Self { server };
        restricted.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE deployer LOGIN").await;
        restricted
    }

    fn url(&self, role: &str) -> String {
        let url = self.server.url("app");
        assert!(url.contains("postgres"), "{url}");
        url.replacen("//postgres@", &format!("//{role}@"), 1).replacen("user=postgres", &format!("user={role}"), 1)
    }

    async fn run(&self, statements: &str) {
        let mut connection = PgConnection::connect(&self.server.url("app")).await.expect("a connection");
        let done = sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut connection).await;
        done.unwrap_or_else(|error| panic!("{error}\nin: {statements}"));
        connection.close().await.expect("closed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_may_not_create_is_told_so() {
    for major in majors() {
        let restricted = Restricted::start(major).await;
        let application = Application::new(&SOURCE.replace("COLUMN", ""), &restricted.url("deployer")).await;
        application.run(&["diff", "--write"]).await.expect_code(0);
        let refused = application.run(&["apply"]).await.expect_code(1);
        assert!(refused.stderr.contains("permission denied for schema public"), "{}", refused.stderr);
        restricted.run("GRANT CREATE ON SCHEMA public TO deployer").await;
        application.run(&["apply"]).await.expect_code(0);
    }
}

/// `silent` needs the right to set `session_replication_role`: that is known before anything is changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_may_not_silence_triggers_is_told_so_before_anything() {
    for major in majors() {
        let restricted = Restricted::start(major).await;
        restricted.run("GRANT CREATE ON SCHEMA public TO deployer").await;
        let url = restricted.url("deployer");
        let application = Application::applied(&SOURCE.replace("COLUMN", ""), &url).await;
        restricted
            .run(
                "INSERT INTO t SELECT n, 'a' FROM generate_series(1, 10) AS n;
                 CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
                 CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()",
            )
            .await;
        let new = SOURCE.replace("COLUMN", "renamed_from = \"o\"").replace("pub o:", "pub n:");
        application.migrate_to(&new, &["--strategy", "t=silent"]).await;
        let refused = application.run(&["apply"]).await.expect_code(1);
        assert!(refused.stderr.contains("may not set session_replication_role"), "{}", refused.stderr);
        let pending = application.run(&["status"]).await.expect_code(0);
        assert!(pending.stdout.lines().any(|line| line.starts_with("pending")), "{}", pending.stdout);
        if major.number() >= 15 {
            restricted.run("GRANT SET ON PARAMETER session_replication_role TO deployer").await;
        } else {
            restricted.run("ALTER ROLE deployer SUPERUSER").await;
        }
        application.run(&["apply"]).await.expect_code(0);
    }
}

/// A role that owns another table than the migration's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_does_not_own_the_table_is_told_so() {
    for major in majors() {
        let restricted = Restricted::start(major).await;
        restricted.run("GRANT CREATE ON SCHEMA public TO deployer").await;
        let application = Application::applied(&SOURCE.replace("COLUMN", ""), &restricted.url("deployer")).await;
        restricted.run("ALTER TABLE t OWNER TO postgres; GRANT ALL ON t TO deployer").await;
        let new = SOURCE.replace("COLUMN", "renamed_from = \"o\"").replace("pub o:", "pub n:");
        application.migrate_to(&new, &[]).await;
        for _ in 0..2 {
            let refused = application.run(&["apply"]).await.expect_code(1);
            assert!(refused.stderr.contains("must be owner of table t"), "{}", refused.stderr);
            assert!(flat(&refused.stderr).contains("the same command again goes on from there"), "{}", refused.stderr);
        }
        restricted.run("ALTER TABLE t OWNER TO deployer").await;
        for command in [&["apply"][..], &["confirm", "v2"], &["contract"]] {
            application.run(command).await.expect_code(0);
        }
        application.run(&["diff", "--exit-code"]).await.expect_code(0);
    }
}
