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
