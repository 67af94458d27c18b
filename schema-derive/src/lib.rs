//! The derive macro behind `schema_diff::Schema`.
