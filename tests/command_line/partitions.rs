//! Partitioned tables between two databases: changed and made, and their partitions added, detached and dropped.

use schema_diff::embedded::Major;
use tests::{Database, Project, Server, majors};

const KINDS: &str = "CREATE TABLE kinds (id int PRIMARY KEY);";

const BEFORE: &str = "
CREATE TABLE events (id bigint, at date, kind int REFERENCES kinds, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX events_kind_idx ON events (kind);
";

/// What its partitions have as well.
const AFTER: &str = "
CREATE TABLE events (id bigint, at date, kind int REFERENCES kinds, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX events_note_idx ON events (note);
CREATE TABLE logs (id bigint PRIMARY KEY, line text) PARTITION BY LIST (id);
CREATE INDEX logs_line_idx ON logs (line);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES IN (1, 2);
CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
";

const FIRST: &str = "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');";

const SECOND: &str = "CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');";

/// It keeps what it has.
const DETACHED: &str = "
CREATE TABLE events_2 (id bigint, at date, kind int CONSTRAINT events_kind_fkey REFERENCES kinds, note text, PRIMARY KEY (id, at));
CREATE INDEX events_2_note_idx ON events_2 (note);
";

const THIRD: &str = "
CREATE TABLE events_3 PARTITION OF events FOR VALUES FROM ('2028-01-01') TO ('2029-01-01') PARTITION BY LIST (id);
CREATE TABLE events_3_one PARTITION OF events_3 FOR VALUES IN (1);
";

const MORE: &str = "
CREATE TABLE events_3_two PARTITION OF events_3 FOR VALUES IN (2);
CREATE TABLE events_4 PARTITION OF events FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
CREATE TABLE events_5 PARTITION OF events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01') PARTITION BY HASH (id);
CREATE TABLE events_5_even PARTITION OF events_5 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
";

/// A database, and the project with the file of what is to be.
struct Subject {
    major: Major,
    database: Database,
    project: Project,
}

impl Subject {
    fn wanted(&self, parts: &[&str]) {
        std::fs::write(self.project.path().join("to.sql"), parts.concat()).expect("the file");
    }

    fn diff(&self, more: &[&str]) -> tests::Outcome {
        let sides = ["diff", "--from", self.database.url.as_str(), "--to", "to.sql"];
        self.project.run(&self.database, &[&sides[..], more].concat())
    }

    /// Plans, applies, and finds nothing more to do.
    fn migrate(&self, change: &str, more: &[&str]) {
        let written = self.diff(&[&["--write"], more].concat()).expect_code(0);
        assert!(written.stdout.contains(change), "{}: {}", self.major, written.stdout);
        for command in [&["apply"][..], &["confirm", "v2"], &["contract"]] {
            self.project.run(&self.database, command).expect_code(0);
        }
        let left = self.diff(&["--exit-code"]);
        assert_eq!(left.code(), 0, "{}: {}{}", self.major, left.stdout, left.stderr);
    }
}

#[tokio::test]
async fn partitions_come_and_go() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute([KINDS, BEFORE, FIRST, SECOND, THIRD].concat()).await;
        let rows = "INSERT INTO kinds VALUES (1);
            INSERT INTO events VALUES (1, '2026-05-05', 1), (2, '2027-05-05', 1), (1, '2028-05-05', 1)";
        database.execute(rows).await;
        let subject = Subject { major, database, project: Project::new() };

        subject.wanted(&[KINDS, AFTER, FIRST, SECOND, THIRD]);
        subject.migrate("add table public.logs", &[]);

        subject.wanted(&[KINDS, AFTER, SECOND, THIRD, MORE]);
        let refused = subject.diff(&[]).expect_code(5);
        assert!(refused.stderr.contains("--allow drop:events_1"), "{}", refused.stderr);
        subject.migrate("add partition public.events_4", &["--allow", "drop:events_1"]);

        subject.wanted(&[KINDS, AFTER, DETACHED, THIRD, MORE]);
        subject.migrate("detach partition public.events_2", &[]);

        let Subject { database, .. } = subject;
        assert_eq!(database.value("SELECT count(*) FROM events_2").await, "1", "rows of what is detached stay");
        assert_eq!(database.value("SELECT count(*) FROM events").await, "1");
        assert_eq!(database.value("SELECT (to_regclass('events_1') IS NULL)::text").await, "true");
        let valid = "SELECT bool_and(indisvalid)::text FROM pg_index WHERE indrelid = 'events'::regclass";
        assert_eq!(database.value(valid).await, "true");
    }
}

#[tokio::test]
async fn what_takes_another_table_or_reads_every_row_is_refused() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let rest = "CREATE TABLE events_rest PARTITION OF events DEFAULT;";
    let names =
        "CREATE TABLE named (name text) PARTITION BY LIST (name); CREATE TABLE named_rest PARTITION OF named DEFAULT;";
    let nameless = "CREATE TABLE nameless PARTITION OF named FOR VALUES IN (NULL);";
    let pairs = "CREATE TABLE pairs (a int, b int) PARTITION BY RANGE (a, b); CREATE TABLE pairs_rest PARTITION OF pairs DEFAULT;";
    let pair = "CREATE TABLE pairs_1 PARTITION OF pairs FOR VALUES FROM (1, 1) TO (2, 2);";
    database.execute([KINDS, BEFORE, FIRST, rest, names, pairs].concat()).await;
    let subject = Subject { major: Major::LATEST, database, project: Project::new() };
    let by_list = BEFORE.replace("RANGE (at)", "LIST (at)");
    let other = FIRST.replace("2026-01-01", "2026-02-01");
    for (parts, what) in [
        (
            vec![KINDS, BEFORE, FIRST, rest, pairs, pair],
            "looks through every row of the default partition public.pairs_rest",
        ),
        (vec![KINDS, BEFORE, FIRST, rest, names, nameless], "rows without a value may come at any time"),
        (vec![KINDS, BEFORE, FIRST, SECOND], "the default partition public.events_rest goes at once"),
        (vec![KINDS, &by_list], "it is partitioned by RANGE (at), and is to be by LIST (at)"),
        (vec![KINDS, BEFORE, &other, rest], "it holds the rows FOR VALUES FROM ('2026-01-01')"),
        (vec![KINDS, AFTER, SECOND, rest], "partitions of the table go, or others become some of it, at once"),
        (
            vec![KINDS, BEFORE, FIRST, rest, "ALTER TABLE events_1 ALTER kind SET NOT NULL;"],
            "a change of a partition alone",
        ),
    ] {
        subject.wanted(&parts);
        let refused = subject.diff(&["--allow", "drop:events_1", "--allow", "drop:events_rest"]);
        assert_ne!(refused.code(), 0, "{what}: {}", refused.stdout);
        assert!(refused.stderr.contains(what), "{what}: {}", refused.stderr);
    }
}

/// A year that was kept apart until now, with an index and a constraint less, and what it has more.
const KEPT_APART: &str = "
CREATE TABLE events_old (id bigint NOT NULL, at date NOT NULL, kind int, code text, CHECK (at < '2030-01-01'));
CREATE INDEX events_old_kind_idx ON events_old (kind);
";

#[tokio::test]
async fn a_table_with_rows_becomes_a_partition() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute([KINDS, BEFORE, FIRST, KEPT_APART].concat()).await;
        let rows = "INSERT INTO kinds VALUES (1);
            INSERT INTO events VALUES (1, '2026-05-05', 1);
            INSERT INTO events_old SELECT i, DATE '2025-01-01' + i, 1, 'c' FROM generate_series(1, 200) AS i;
            INSERT INTO events_old VALUES (1000, '2024-05-05', 1)";
        database.execute(rows).await;
        let subject = Subject { major, database, project: Project::new() };
        let partition = SECOND.replace("events_2", "events_old").replace("2027", "2025").replace("2028", "2026");
        subject.wanted(&[KINDS, BEFORE, FIRST, &partition]);
        subject.diff(&["--write", "--allow", "drop:events_old.code"]).expect_code(0);
        for command in [&["apply"][..], &["confirm", "v2"]] {
            subject.project.run(&subject.database, command).expect_code(0);
        }
        let refused = subject.project.run(&subject.database, &["contract"]).expect_code(5);
        assert!(refused.stderr.contains("rows of public.events_old that violate the check"), "{}", refused.stderr);
        subject.database.execute("DELETE FROM events_old WHERE id = 1000").await;
        subject.project.run(&subject.database, &["contract"]).expect_code(0);
        subject.diff(&["--exit-code"]).expect_code(0);
        let Subject { database, .. } = subject;
        assert_eq!(database.value("SELECT count(*) FROM events").await, "201", "{major}");
        let left = "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid = 'events_old'::regclass";
        assert_eq!(database.value(left).await, "0", "{major}");
    }
}

#[tokio::test]
async fn a_column_is_filled_in_every_partition() {
    for major in majors().into_iter().filter(|major| major.number() > 12) {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute([KINDS, BEFORE, FIRST, THIRD, "INSERT INTO kinds VALUES (1)"].concat()).await;
        let rows = "INSERT INTO events SELECT i, DATE '2026-01-01' + i % 365, 1 FROM generate_series(1, 3000) AS i;
            INSERT INTO events SELECT 1, DATE '2028-01-01' + i, 1 FROM generate_series(1, 300) AS i";
        database.execute(rows).await;
        let subject = Subject { major, database, project: Project::new() };
        let column = "ALTER TABLE events ADD COLUMN place text NOT NULL CHECK (length(place) > 0);";
        subject.wanted(&[KINDS, BEFORE, FIRST, THIRD, column]);
        subject.diff(&["--write", "--backfill", "events.place=id || '/' || at"]).expect_code(0);
        subject.project.run(&subject.database, &["apply"]).expect_code(0);
        // A partition that comes meanwhile, and what the old release writes to it.
        subject.database.execute([SECOND, "INSERT INTO events VALUES (7, '2027-05-05', 1)"].concat()).await;
        for command in [&["confirm", "v2"][..], &["contract"]] {
            subject.project.run(&subject.database, command).expect_code(0);
        }
        subject.wanted(&[KINDS, BEFORE, FIRST, SECOND, THIRD, column]);
        subject.diff(&["--exit-code"]).expect_code(0);
        let right = "SELECT count(*) FROM events WHERE place = id || '/' || at";
        assert_eq!(subject.database.value(right).await, "3301", "{major}");
    }
}

#[tokio::test]
async fn what_a_partition_has_of_its_own_is_in_nobodys_way() {
    let own = "ALTER TABLE events_1 SET (fillfactor = 60), ALTER kind SET DEFAULT 1, ALTER kind SET NOT NULL;
        ALTER TABLE events_1 ADD CHECK (id > 0);
        ALTER TABLE events ADD CONSTRAINT of_all CHECK (id > -9) NOT VALID;
        ALTER TABLE events_3 ADD CHECK (id < 999), ALTER kind SET DEFAULT 2; ALTER TABLE events_3_one ALTER kind DROP DEFAULT;
        COMMENT ON TABLE events_1 IS 'The first'; COMMENT ON COLUMN events_1.kind IS 'Of its own';";
    let (of_kinds, of_events) = ("ALTER TABLE kinds ADD note text;", "ALTER TABLE events ADD note text;");
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute([KINDS, BEFORE, FIRST, SECOND, THIRD, own].concat()).await;
        let subject = Subject { major, database, project: Project::new() };
        for added in [&[of_kinds][..], &[of_kinds, of_events]] {
            subject.wanted(&[&[KINDS, BEFORE], added, &[FIRST, SECOND, THIRD, own]].concat());
            subject.diff(&["--write"]).expect_code(0);
            subject.project.run(&subject.database, &["apply"]).expect_code(0);
            subject.diff(&["--exit-code"]).expect_code(0);
        }
    }
}

#[tokio::test]
async fn a_renamed_column_is_kept_in_step_in_every_partition() {
    for major in majors().into_iter().filter(|major| major.number() > 12) {
        let database = Server::shared(major).await.fresh_database().await;
        database
            .execute([KINDS, BEFORE, FIRST, SECOND, "INSERT INTO kinds SELECT generate_series(1, 9)"].concat())
            .await;
        let rows =
            "INSERT INTO events SELECT i, DATE '2026-01-01' + i % 720, 1 + i % 9 FROM generate_series(1, 3000) AS i";
        database.execute(rows).await;
        let subject = Subject { major, database, project: Project::new() };
        let renamed = BEFORE.replace(" kind ", " sort ").replace("(kind)", "(sort)");
        subject.wanted(&[KINDS, &renamed, FIRST, SECOND]);
        subject.diff(&["--write", "--rename", "events.kind=sort"]).expect_code(0);
        let run = |arguments: &[&str]| subject.project.run(&subject.database, arguments);
        run(&["apply"]).expect_code(0);
        let moved = "UPDATE events SET at = at - 360 WHERE at >= '2027-06-01' AND id % 3 = 0";
        subject.database.execute(moved).await;
        let untouched = "SELECT count(*) FROM events WHERE sort = 1 + id % 9 AND kind = sort";
        assert_eq!(subject.database.value(untouched).await, "3000", "{major}");

        // As many wrong rows in every partition, at the same places.
        let wrong = "BEGIN; SET LOCAL session_replication_role = replica;
            ALTER TABLE events DISABLE TRIGGER USER; UPDATE events SET sort = 10 - kind WHERE id % 2 = 1;
            ALTER TABLE events ENABLE ALWAYS TRIGGER zz_schema_sync_sort_i, ENABLE ALWAYS TRIGGER zz_schema_sync_sort_u;
            COMMIT";
        subject.database.execute(wrong).await;
        let found = run(&["status", "--verify"]);
        assert!(found.stdout.contains("in which kind and sort disagree"), "{major}: {}", found.stdout);
        let version = "SELECT max(version) FROM _schema_migrations WHERE state <> 'done'";
        let version = subject.database.value(version).await;
        run(&["repair", &version, "--from", "old"]).expect_code(0);
        assert_eq!(subject.database.value(untouched).await, "3000", "{major}");
        for command in [&["confirm", "v2"][..], &["contract"]] {
            run(command).expect_code(0);
        }
        subject.diff(&["--exit-code"]).expect_code(0);
        let right = "SELECT count(*) FROM events WHERE sort = 1 + id % 9";
        assert_eq!(subject.database.value(right).await, "3000", "{major}");
    }
}

#[tokio::test]
async fn a_table_whose_rows_the_server_would_read_is_not_attached() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let hash = "CREATE TABLE logs (id bigint PRIMARY KEY) PARTITION BY HASH (id);";
    database.execute([hash, "CREATE TABLE logs_1 (id bigint)"].concat()).await;
    let subject = Subject { major: Major::LATEST, database, project: Project::new() };
    let part = "CREATE TABLE logs_1 PARTITION OF logs FOR VALUES WITH (MODULUS 2, REMAINDER 0);";
    subject.wanted(&[hash, part]);
    let refused = subject.diff(&[]).expect_code(1);
    assert!(refused.stderr.contains("a check can't say which rows it holds"), "{}", refused.stderr);
}

#[tokio::test]
async fn rows_of_a_new_partition_are_found_in_the_default_one_before() {
    let rest = "CREATE TABLE events_rest PARTITION OF events DEFAULT;";
    let apart = "CREATE TABLE events_2 (id bigint NOT NULL, at date NOT NULL, kind int, PRIMARY KEY (id, at));";
    for (major, already) in majors().into_iter().flat_map(|major| [(major, ""), (major, apart)]) {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute([KINDS, BEFORE, FIRST, rest, already].concat()).await;
        database.execute("INSERT INTO events VALUES (1, '2027-05-05', NULL), (2, '2040-05-05', NULL)").await;
        let subject = Subject { major, database, project: Project::new() };
        subject.wanted(&[KINDS, BEFORE, FIRST, SECOND, rest]);
        let asked = subject.diff(&["--write"]).expect_code(5);
        assert!(asked.stderr.contains("--allow refuse:events_2"), "{major}: {}", asked.stderr);
        subject.diff(&["--write", "--allow", "refuse:events_2"]).expect_code(0);
        let run = |arguments: &[&str]| subject.project.run(&subject.database, arguments);
        for command in [&["apply"][..], &["confirm", "v2"]] {
            run(command).expect_code(0);
        }
        let refused = run(&["contract"]).expect_code(5);
        let what = "rows of public.events_rest that violate the check constraint events_2_elsewhere";
        assert!(refused.stderr.contains(what), "{major}: {}", refused.stderr);
        subject.database.execute("DELETE FROM events WHERE id = 1").await;
        run(&["contract"]).expect_code(0);
        subject.diff(&["--exit-code"]).expect_code(0);
        subject.database.execute("INSERT INTO events VALUES (1, '2027-05-05', NULL)").await;
        assert_eq!(subject.database.value("SELECT count(*) FROM events_2").await, "1", "{major}");
    }
}

#[tokio::test]
async fn a_partition_with_a_struct_of_its_own_is_dropped_by_consent() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let events = "CREATE TABLE events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);";
    database.execute([events, FIRST, SECOND].concat()).await;
    let table = |name: &str| {
        format!(
            "#[derive(schema_diff::Schema)]\n#[db(table = \"{name}\", primary_key(id, at))]\npub struct {} {{\n    pub id: i64,\n    pub at: chrono::NaiveDate,\n}}\n\n",
            name.replace('_', "X")
        )
    };
    let project = Project::new();
    project.set_source(&(table("events") + &table("events_1")));
    project.run(&database, &["diff", "--write"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    project.run(&database, &["check"]).expect_code(0);
    project.set_source(&table("events"));
    let refused = project.run(&database, &["diff"]).expect_code(5);
    assert!(refused.stderr.contains("--allow drop:events_1"), "{}", refused.stderr);
    project.run(&database, &["diff", "--write", "--allow", "drop:events_1"]).expect_code(0);
    project.run(&database, &["apply"]).expect_code(0);
    project.run(&database, &["confirm", "v2"]).expect_code(0);
    project.run(&database, &["contract"]).expect_code(0);
    project.run(&database, &["diff", "--exit-code"]).expect_code(0);
    let left = "SELECT string_agg(inhrelid::regclass::text, ' ') FROM pg_inherits WHERE inhparent = 'events'::regclass";
    assert_eq!(database.value(left).await, "events_2");
}

#[tokio::test]
async fn a_partition_that_is_newer_than_the_plan_leaves_no_invalid_index() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        database.execute([KINDS, BEFORE, FIRST].concat()).await;
        let subject = Subject { major, database, project: Project::new() };
        let index = "CREATE INDEX events_at_idx ON events (at);";
        subject.wanted(&[KINDS, BEFORE, FIRST, index]);
        subject.diff(&["--write"]).expect_code(0);
        subject.database.execute(SECOND).await;
        let failed = subject.project.run(&subject.database, &["apply"]).expect_code(1);
        assert!(failed.stderr.contains("no part of the index public.events_at_idx"), "{major}: {}", failed.stderr);
        assert!(failed.stderr.contains("--rolled-back"), "{major}: {}", failed.stderr);
        // The way out that it names.
        subject.database.execute("DROP INDEX events_1_at_idx").await;
        let folder = subject.project.migrations().pop().expect("the migration");
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let version = name.split('_').next().expect("a version");
        let resolved = ["resolve", version, "--rolled-back", "--reason", "it is older than a partition"];
        subject.project.run(&subject.database, &resolved).expect_code(0);
        std::fs::remove_dir_all(folder).expect("the folder");
        subject.wanted(&[KINDS, BEFORE, FIRST, SECOND, index]);
        subject.diff(&["--write"]).expect_code(0);
        subject.project.run(&subject.database, &["apply"]).expect_code(0);
        subject.diff(&["--exit-code"]).expect_code(0);
        let left = subject.database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid").await;
        assert_eq!(left, "0", "{major}");
    }
}

#[tokio::test]
async fn a_partition_to_which_rows_may_refer_is_not_detached() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    let notes =
        "CREATE TABLE notes (id int, at date, event bigint, FOREIGN KEY (event, at) REFERENCES events (id, at));";
    database.execute([KINDS, BEFORE, FIRST, SECOND, notes].concat()).await;
    let subject = Subject { major: Major::LATEST, database, project: Project::new() };
    subject.wanted(&[KINDS, BEFORE, FIRST, notes]);
    let refused = subject.diff(&["--allow", "drop:events_2"]).expect_code(1);
    assert!(refused.stderr.contains("public.notes references public.events"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_column_is_added_where_a_partition_is_gone_since_the_plan() {
    let database = Server::shared(Major::LATEST).await.fresh_database().await;
    database.execute([KINDS, BEFORE, FIRST, SECOND].concat()).await;
    let subject = Subject { major: Major::LATEST, database, project: Project::new() };
    let column = "ALTER TABLE events ADD COLUMN note text;";
    subject.wanted(&[KINDS, BEFORE, FIRST, SECOND, column]);
    subject.diff(&["--write"]).expect_code(0);
    subject.database.execute("DROP TABLE events_1").await;
    subject.project.run(&subject.database, &["apply"]).expect_code(0);
    assert_eq!(subject.database.value("SELECT count(*) FROM pg_attribute WHERE attname = 'note'").await, "2");
}
