//! `users.user_name` becomes `display_name`.

use tests::majors;
use tests::workload::rename::{Rename, UNEQUAL};

use crate::deployment::Deployment;

fn deployment(name: &'static str, rename: Rename) -> Deployment {
    Deployment {
        name,
        case: rename.case(),
        old_source: rename.old_source(),
        new_source: rename.new_source(),
        load: rename.load(),
        flags: &[],
        unequal: UNEQUAL,
        in_place: false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unique_column_is_renamed_under_writers() {
    for (major, rows) in majors().into_iter().zip([50_000].into_iter().chain(std::iter::repeat(200_000))) {
        deployment("rename, unique", Rename::unique(rows)).run(major).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_indexed_column_is_renamed_under_writers() {
    for (major, rows) in majors().into_iter().zip([200_000].into_iter().chain(std::iter::repeat(50_000))) {
        deployment("rename, indexed", Rename::indexed(rows)).run(major).await;
    }
}

/// The same column, and its table becomes `people` at once.
fn with_its_table(rows: i64) -> Deployment {
    let rename = Rename::unique(rows);
    Deployment {
        case: rename.case_of_people(),
        new_source: rename.new_source_of_people(),
        unequal: "SELECT 0",
        in_place: true,
        ..deployment("table and column renamed", rename)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_renamed_and_changed_under_writers() {
    for major in majors() {
        let rename = Rename::unique(20_000);
        let deployment = Deployment {
            case: rename.case_of_people(),
            new_source: rename.new_source_of_changed_people(),
            in_place: true,
            ..deployment("table renamed and changed", rename)
        };
        deployment.run(major).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_is_renamed_behind_a_view_under_writers() {
    for major in majors() {
        let deployment = Deployment {
            flags: &["--strategy", "users.user_name=view"],
            in_place: true,
            ..deployment("rename behind a view", Rename::unique(20_000))
        };
        deployment.run(major).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_renamed_with_a_column_under_writers() {
    for major in majors() {
        with_its_table(20_000).run(major).await;
    }
}
