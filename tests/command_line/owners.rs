//! The session that migrates is one role, the table's owner another one, and whoever writes a third.

use tests::{Project, Server, majors};

use crate::one_table;

#[tokio::test]
async fn whoever_may_insert_goes_on_inserting_while_a_column_gets_numbers() {
    for major in majors() {
        let database = Server::shared(major).await.fresh_database().await;
        let project = Project::new();
        project.set_source(&one_table("    pub a: String,\n"));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        let (owner, writer) = (format!("owner_{}", rand::random::<u32>()), format!("writer_{}", rand::random::<u32>()));
        let roles = format!(
            "CREATE ROLE {owner}; CREATE ROLE {writer}; ALTER TABLE t OWNER TO {owner}; GRANT SELECT, INSERT (id, a) ON t TO {writer};
             INSERT INTO t (id, a) VALUES (1, 'x')"
        );
        database.execute(roles).await;
        let insert = |id: u32| format!("SET ROLE {writer}; INSERT INTO t (id, a) VALUES ({id}, 'x'); RESET ROLE");

        let numbered = "    pub a: String,\n    #[db(identity = \"always\", unique)]\n    pub number: i64,\n    #[db(type = \"bigserial\")]\n    pub other: i64,\n";
        project.set_source(&one_table(numbered));
        project.run(&database, &["diff", "--write"]).expect_code(0);
        project.run(&database, &["apply"]).expect_code(0);
        database.execute(insert(2)).await;
        project.run(&database, &["confirm", "v2"]).expect_code(0);
        project.run(&database, &["contract"]).expect_code(0);
        database.execute(insert(3)).await;
        assert_eq!(database.value("SELECT count(DISTINCT number) || ' ' || count(DISTINCT other) FROM t").await, "3 3");
        project.run(&database, &["diff", "--exit-code"]).expect_code(0);
        // Roles are those of the whole server; what a proof elsewhere still holds of them may keep them.
        drop(database.attempt(format!("DROP OWNED BY {owner}, {writer}; DROP ROLE {owner}, {writer}")).await);
    }
}
