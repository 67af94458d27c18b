//! The cases that sqlx's `rename_all` knows.

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// A case by its name in `rename_all`, and what it makes of a Rust name.
pub(super) type Case = (&'static str, fn(&str) -> String);

/// All of them; the first that fits is taken.
pub(super) const CASES: &[Case] = &[
    ("snake_case", |name| name.to_snake_case()),
    ("lowercase", |name| name.to_lowercase()),
    ("SCREAMING_SNAKE_CASE", |name| name.to_shouty_snake_case()),
    ("UPPERCASE", |name| name.to_uppercase()),
    ("kebab-case", |name| name.to_kebab_case()),
    ("camelCase", |name| name.to_lower_camel_case()),
    ("PascalCase", |name| name.to_upper_camel_case()),
];
