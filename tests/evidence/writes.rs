//! What the history and the sync triggers show: the confirmation, the time after it, writes of the old form.

use tests::majors;

use crate::support::Subject;

#[tokio::test]
async fn without_a_confirmation_it_is_closed() {
    for major in majors() {
        let subject = Subject::new(major).await;
        let refused = subject.is_closed_by(&["confirmation"]).await;
        assert!(refused.stderr.contains("say `cargo schema confirm RELEASE`"), "{}", refused.stderr);
        let status = subject.status().await;
        assert!(status.contains("gate closed       confirmation: "), "{status}");
        assert!(status.contains("gate not measured instances: "), "{status}");
        subject.confirm().await;
        subject.contract().await;
    }
}

#[tokio::test]
async fn a_write_of_the_old_form_since_the_confirmation_closes_it() {
    for major in majors() {
        let subject = Subject::new(major).await;
        subject.database.execute("UPDATE t SET o = 'b' WHERE id = 1").await;
        subject.confirm().await;
        let status = subject.status().await;
        assert!(
            status.contains("gate open         writes: no write of the old form since the confirmation"),
            "{status}"
        );
        // A job of the old release that runs once an hour; what the new release writes doesn't count.
        subject.database.execute("UPDATE t SET n = 'c' WHERE id = 2").await;
        subject.database.execute("UPDATE t SET o = 'd' WHERE id = 3").await;
        let refused = subject.is_closed_by(&["writes"]).await;
        assert!(
            refused.stderr.contains("writes: 1 writes of the old form since the confirmation"),
            "{}",
            refused.stderr
        );
        subject.confirm().await;
        subject.contract().await;
        assert_eq!(subject.database.value("SELECT string_agg(n, '' ORDER BY id) FROM t").await, "bcdaaaaaaa");
    }
}

#[tokio::test]
async fn the_time_to_wait_after_the_confirmation_closes_it() {
    for major in majors() {
        let subject = Subject::new(major).await;
        let toml = subject.application.path().join("schema.toml");
        let text = std::fs::read_to_string(&toml).expect("init wrote it");
        assert!(text.contains("# quiet = \"1d\""), "{text}");
        let settings = |quiet: &str| text.replace("# quiet = \"1d\"", &format!("quiet = \"{quiet}\""));
        std::fs::write(&toml, settings("1h")).expect("the file");
        subject.confirm().await;
        let refused = subject.is_closed_by(&["quiet"]).await;
        assert!(refused.stderr.contains("the contract waits until"), "{}", refused.stderr);
        std::fs::write(&toml, settings("soon")).expect("the file");
        let wrong = subject.application.run(&["confirm", "v2"]).await.expect_code(1);
        assert!(wrong.stderr.contains("schema.toml: quiet: `soon` is no time span"), "{}", wrong.stderr);
        std::fs::write(&toml, &text).expect("the file");
        subject.confirm().await;
        subject.contract().await;
    }
}
