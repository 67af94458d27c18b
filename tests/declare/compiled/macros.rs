//! Structs and enums of macros, and paths that only the compiler can follow.

mod types {
    pub use schema_diff::Schema as Derive;

    #[macro_export]
    macro_rules! labels {
        ($name:ident: $($label:ident),*) => {
            #[derive($crate::types::Derive)]
            pub enum $name { $($label),* }
        };
    }

    labels!(Mood: Calm, Wild);

    #[derive(schema_diff::Schema)]
    pub struct Key(i64);

    macro_rules! aliases {
        ($($name:ident = $ty:ty;)*) => { $(pub type $name = $ty;)* };
    }

    // Aliases that the source reader doesn't see.
    aliases! {
        Tags = Option<Vec<String>>;
        Enemy = Option<Key>;
        State = Mood;
    }
}

macro_rules! animal {
    ($name:ident { $($(#[$attribute:meta])* $field:ident: $ty:ty,)* } $($key:tt)*) => {
        #[derive(schema_diff::Schema)]
        #[allow(dead_code)]
        $(#[db $key])*
        struct $name {
            #[db(primary_key)]
            id: $crate::types::Key,
            $($(#[$attribute])* $field: $ty,)*
        }
    };
}

animal!(Cat {
    #[db(default = Mood::Calm)]
    mood: types::Mood,
    lives: Option<i32>,
} (check(name = lives, lives > 0)));

use types::Mood;

animal!(Dog {
    #[db(references(crate::Cat::id))]
    enemy: types::Enemy,
    tags: types::Tags,
    mood: types::State,
});

fn main() {}
