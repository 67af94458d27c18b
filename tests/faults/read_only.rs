//! Databases that can't be written: a standby, or a setting. Nothing is tried, and it is said what to do.

use schema_diff::embedded::Major;
use tests::cluster::Cluster;
use tests::workload::rename::Rename;
use tests::{Application, CargoSchema, majors};

use crate::support::everything;

const COMMANDS: [&[&str]; 4] = [&["apply"], &["confirm", "v2"], &["contract"], &["rollback"]];

async fn with_a_migration(major: Major) -> (Cluster, Application) {
    let rename = Rename::indexed(100);
    let server = Cluster::start(major, &[]).await;
    server.create_database("app", "template1").await;
    let application = Application::applied(&rename.old_source(), &server.url("app")).await;
    server.execute("app", &[&rename.load()]).await;
    application.migrate_to(&rename.new_source(), &[]).await;
    (server, application)
}

async fn run(application: &Application, url: &str, arguments: &[&str]) -> tests::Outcome {
    let schema = CargoSchema::in_directory(application.path()).database(url);
    tests::application::finish(schema.spawn(arguments)).await
}

async fn finish(application: &Application) {
    for command in COMMANDS.iter().take(3) {
        application.run(command).await.expect_code(0);
    }
    application.run(&["diff", "--exit-code"]).await.expect_code(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_is_told_from_its_primary() {
    for major in majors() {
        let (server, application) = with_a_migration(major).await;
        let standby = server.standby().await;
        for command in COMMANDS {
            let refused = run(&application, &standby.url("app"), command).await.expect_code(1);
            for words in ["is a standby", "nothing was changed", "primary"] {
                assert!(refused.stderr.contains(words), "{command:?}, {words}: {}", refused.stderr);
            }
        }
        let status = run(&application, &standby.url("app"), &["status"]).await.expect_code(0);
        assert!(status.stdout.contains("pending"), "{}", status.stdout);
        finish(&application).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_read_only_by_a_setting_is_told() {
    for major in majors() {
        let (server, application) = with_a_migration(major).await;
        let before = everything(&server.url("app")).await;
        server.execute("postgres", &["ALTER DATABASE app SET default_transaction_read_only = on"]).await;
        for command in COMMANDS {
            let refused = application.run(command).await.expect_code(1);
            for words in ["is read-only", "nothing was changed", "default_transaction_read_only"] {
                assert!(refused.stderr.contains(words), "{command:?}, {words}: {}", refused.stderr);
            }
        }
        assert_eq!(everything(&server.url("app")).await, before);
        server.execute("postgres", &["ALTER DATABASE app RESET default_transaction_read_only"]).await;
        finish(&application).await;
    }
}
