//! Tables as plain structs, migrations as expand-contract sequences.
