//! The root.

use schema_diff::Schema;

pub mod people {
    //! People.

    #[derive(schema_diff::Schema)]
    #[db(table = "people")]
    pub struct Person {
        #[db(primary_key)]
        pub id: i64,
        pub status: super::PersonStatus,
    }
}

#[derive(Schema)]
#[sqlx(rename_all = "lowercase")]
pub enum PersonStatus {
    Here,
    Away,
}

pub mod posts;
