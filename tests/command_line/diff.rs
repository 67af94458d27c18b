//! `diff`: exit codes, questions, consent, drift.

use crate::{live_project, one_table};

#[tokio::test]
async fn nothing_differs_after_apply_and_nothing_is_written_twice() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    project.set_source(&one_table("    pub a: String,\n    pub b: Option<i32>,\n"));
    project.run(&database, &["diff"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(3);
    project.run(&database, &["diff", "--write"]).expect_code(0);
    let again = project.run(&database, &["diff", "--write"]).expect_code(0);
    assert!(again.stdout.contains("1 migration pending") && again.stdout.contains("no difference"), "{}", again.stdout);
    assert_eq!(project.migrations().len(), 2);
    project.run(&database, &["diff", "--exit-code"]).expect_code(3);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn the_same_input_gives_the_same_bytes() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (project, database) = live_project("    #[db(unique, check = \"a <> ''\")]\n    pub a: String,\n").await;
        project.set_source(&one_table("    #[db(renamed_from = \"a\", unique, check = \"b <> ''\")]\n    pub b: String,\n    pub c: Option<i32>,\n"));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        let mut files = vec![std::fs::read_to_string(project.path().join("schema.lock")).expect("a lock file")];
        for folder in project.migrations() {
            let mut names: Vec<_> =
                std::fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
            names.sort();
            files.extend(names.iter().map(|file| std::fs::read_to_string(file).expect("a file")));
        }
        seen.push(files);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn an_undeclared_rename_is_asked_about_with_all_answers() {
    let (project, database) = live_project("    pub a: String,\n    pub n: i32,\n").await;
    project.set_source(&one_table("    pub b: String,\n    pub m: i32,\n"));
    let text = project.run(&database, &["diff", "--write"]).expect_code(2);
    for answer in ["--rename t.a=b", "--rename t.n=m", "--allow drop:t.a", "--allow drop:t.n"] {
        assert!(text.stderr.contains(answer), "{answer} in {}", text.stderr);
    }
    let json = project.run(&database, &["diff", "--write", "--format", "json"]).expect_code(2);
    let open: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON on stdout");
    assert_eq!(open["open"].as_array().map(Vec::len), Some(2), "{open}");
    assert_eq!(open["open"][0]["choices"][0]["answer"], "--rename t.a=b");
    assert_eq!(project.migrations().len(), 1);
    let answers = ["diff", "--write", "--rename", "t.a=b", "--allow", "drop:t.n", "--old-default", "t.n=0"];
    let answered = project.run(&database, &answers).expect_code(1);
    assert!(answered.stderr.contains("t.m is NOT NULL and new"), "{}", answered.stderr);
}

#[tokio::test]
async fn unknown_names_in_answers_are_mistakes() {
    let (project, database) = live_project("    pub a: String,\n").await;
    for flags in [
        ["--allow", "drop:t.nosuch"],
        ["--allow", "drop:nosuch"],
        ["--allow", "everything"],
        ["--rename", "t.nosuch=a"],
        ["--rename", "t.id=a"],
        ["--rename", "t.a"],
        ["--strategy", "t.a=nosuch"],
        ["--strategy", "nosuch=silent"],
        ["--old-default", "t.nosuch=0"],
    ] {
        project.run(&database, &["diff", flags[0], flags[1]]).expect_code(2);
    }
}

#[tokio::test]
async fn a_struct_that_vanished_is_refused_and_a_table_without_one_is_left_alone() {
    let (project, database) = live_project("    pub a: String,\n").await;
    database.execute("CREATE TABLE others (id int)").await;
    let kept = project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    assert!(kept.stdout.contains("1 table without a struct left alone"), "{}", kept.stdout);
    project.set_source("");
    let refused = project.run(&database, &["diff", "--write"]).expect_code(5);
    assert!(refused.stderr.contains("--allow drop:t"), "{}", refused.stderr);
    project.run(&database, &["diff", "--write", "--allow", "drop:t"]).expect_code(0);
}

#[tokio::test]
async fn drift_is_named_and_nothing_is_written_on_top_of_it() {
    let (project, database) = live_project("    pub a: String,\n").await;
    database.execute("ALTER TABLE t ALTER COLUMN a SET DEFAULT 'x'; CREATE INDEX by_hand ON t (a); ALTER TABLE t ADD COLUMN extra int").await;
    project.set_source(&one_table("    pub a: String,\n    pub b: Option<i32>,\n"));
    let refused = project.run(&database, &["diff", "--write"]).expect_code(4);
    for object in ["column public.t.a", "index public.t.by_hand", "column public.t.extra", "--from lock"] {
        assert!(refused.stderr.contains(object), "{object} in {}", refused.stderr);
    }
    assert_eq!(project.migrations().len(), 1);
    project.run(&database, &["diff", "--write", "--from", "lock"]).expect_code(0);
    assert_eq!(project.migrations().len(), 2);
}

#[tokio::test]
async fn a_deleted_pending_migration_is_planned_anew() {
    let (project, database) = live_project("    pub a: String,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"a\")]\n    pub b: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    std::fs::remove_dir_all(&project.migrations()[1]).expect("our own folder");
    project.run(&database, &["diff", "--write", "--name", "another try"]).expect_code(0);
    assert!(project.migrations()[1].to_string_lossy().ends_with("_another_try"));
    // The same after a roll-back: the folder goes, and the lock is as it was.
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["rollback"]).expect_code(0);
    std::fs::remove_dir_all(&project.migrations()[1]).expect("our own folder");
    project.set_source(&one_table("    pub a: String,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}

#[tokio::test]
async fn an_open_migration_is_no_difference_and_others_may_follow() {
    let (project, database) = live_project("    pub a: String,\n    pub n: i32,\n").await;
    project.set_source(&one_table("    #[db(renamed_from = \"a\")]\n    pub b: String,\n    pub n: i32,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    let open = project.run(&database, &["diff"]).expect_code(0);
    assert!(open.stdout.contains("no difference"), "{}", open.stdout);
    project.set_source(&one_table("    pub b: String,\n    #[db(renamed_from = \"n\")]\n    pub m: i32,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    // A third one on the same column waits for the first.
    project.set_source(&one_table("    #[db(renamed_from = \"b\")]\n    pub c: String,\n    pub m: i32,\n"));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    let overlap = project.run(&database, &["apply"]).expect_code(5);
    assert!(overlap.stderr.contains("cargo schema confirm"), "{}", overlap.stderr);
    project.run(&database, &["confirm", "v2"]).expect_code(0);
    project.run(&database, &["contract"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["confirm", "v3"]).expect_code(0);
    project.run(&database, &["contract"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
}
