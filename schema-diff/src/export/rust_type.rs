//! What a path in a declaration means, as the compiler has it.

use std::fmt;
use std::marker::PhantomData;

use crate::{ColumnType, Row};

/// A type, told by its place instead of by the name that somebody calls it.
#[derive(Clone, Copy, Debug)]
pub enum RustType {
    /// None of ours: known by its name, or not at all.
    Unknown,
    /// A type of the standard library, by its full path.
    Named(&'static str),
    /// A type with `#[derive(Schema)]`.
    Declared {
        /// Its module.
        module: &'static str,
        /// Its name.
        name: &'static str,
    },
    /// An `Option`.
    Option(&'static RustType),
    /// A `Vec`, a slice or an array.
    Array(&'static RustType),
    /// A `Vec`, a slice or an array of `u8`.
    Bytes,
}

impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("_"),
            Self::Named(path) => f.write_str(path),
            Self::Declared { module, name } => write!(f, "::{module}::{name}"),
            Self::Option(inner) => write!(f, "::std::option::Option<{inner}>"),
            Self::Array(inner) => write!(f, "::std::vec::Vec<{inner}>"),
            Self::Bytes => f.write_str("::std::vec::Vec<u8>"),
        }
    }
}

/// What the paths in a declaration mean: implemented by the derive, beside the declaration, where they can be read.
pub trait Declared {
    /// Each path as it is written, and its meaning.
    const PATHS: &'static [(&'static str, &'static RustType)];
}

/// Asks for the meaning of any type: its own constants answer where the type implements the trait, those of
/// [`Undeclared`] where it doesn't.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: ColumnType + ?Sized> Probe<T> {
    /// What it is as the type of a column.
    pub const COLUMN: &'static RustType = T::RUST_TYPE;
}

impl<T: Row + ?Sized> Probe<T> {
    /// What it is as a struct with columns.
    pub const ROW: &'static RustType = T::RUST_TYPE;
}

/// The answer where there is no other.
pub trait Undeclared {
    /// What it is as the type of a column.
    const COLUMN: &'static RustType = &RustType::Unknown;
    /// What it is as a struct with columns.
    const ROW: &'static RustType = &RustType::Unknown;
}

impl<T: ?Sized> Undeclared for Probe<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_their_places() {
        struct Foreign;
        type Tags = Option<Vec<String>>;
        assert_eq!(Probe::<Tags>::COLUMN.to_string(), "::std::option::Option<::std::vec::Vec<::std::string::String>>");
        assert_eq!(Probe::<Box<[u8]>>::COLUMN.to_string(), "::std::vec::Vec<u8>");
        assert!(matches!(Probe::<Foreign>::COLUMN, RustType::Unknown));
        assert!(matches!(Probe::<i64>::ROW, RustType::Unknown));
    }
}
