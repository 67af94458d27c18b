//! VACUUM between the batches keeps the table small.

use tests::majors;

use crate::subject::{NO_KEY, PLAIN, Subject};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vacuum_keeps_the_table_small() {
    for major in majors() {
        for (name, shape) in [("by key", PLAIN), ("by block", NO_KEY)] {
            let mut grown = Vec::new();
            for percent in ["10", "0"] {
                let subject = Subject::new(major, shape, 200_000).await;
                subject.database.execute("ALTER TABLE t SET (autovacuum_enabled = false)").await;
                let before = size(&subject).await;
                subject.application.run(&["apply", "--vacuum-after", percent]).await.expect_code(0);
                grown.push(size(&subject).await / before);
                subject.database.execute("ALTER TABLE t RESET (autovacuum_enabled)").await;
                subject.confirm_and_contract().await;
            }
            println!("{name} on {major}: {:.2} times the size, without VACUUM {:.2} times", grown[0], grown[1]);
            assert!(grown[0] < 0.85 * grown[1], "{name} on {major}: {grown:?}");
        }
    }
}

async fn size(subject: &Subject) -> f64 {
    subject.database.value("SELECT pg_total_relation_size('t')").await.parse().expect("a number")
}
