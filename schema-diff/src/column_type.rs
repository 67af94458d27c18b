//! Rust types that a column can have.

use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::export::RustType;

/// A Rust type that a column can have: implemented by `#[derive(Schema)]` on enums and newtypes.
///
/// The types of the crates that sqlx maps (chrono, uuid and so on) are known by their names and need no trait.
#[diagnostic::on_unimplemented(
    message = "unknown column type `{Self}`",
    label = "no column type is known for this",
    note = "put `#[derive(Schema)]` on it if it is an enum or a newtype of yours",
    note = "or `#[db(type = \"…\")]` at the field says which type the column has"
)]
pub trait ColumnType {
    /// What `cargo schema … --compiled` is told of it.
    #[doc(hidden)]
    const RUST_TYPE: &'static RustType = &RustType::Unknown;
}

/// What stands in a `Vec` or a slice: a column type, whose array it then is, or bytes, which are bytea.
#[doc(hidden)]
pub trait Element {
    /// What a row of such elements is.
    const ARRAY: &'static RustType;
}

impl<T: ColumnType> Element for T {
    const ARRAY: &'static RustType = &RustType::Array(T::RUST_TYPE);
}

impl Element for u8 {
    const ARRAY: &'static RustType = &RustType::Bytes;
}

macro_rules! column_types {
    ($($ty:ty = $path:literal),* $(,)?) => {
        $(impl ColumnType for $ty {
            const RUST_TYPE: &'static RustType = &RustType::Named($path);
        })*
    };
}

column_types!(
    bool = "::core::primitive::bool",
    i8 = "::core::primitive::i8",
    i16 = "::core::primitive::i16",
    i32 = "::core::primitive::i32",
    i64 = "::core::primitive::i64",
    f32 = "::core::primitive::f32",
    f64 = "::core::primitive::f64",
    str = "::core::primitive::str",
    String = "::std::string::String",
    IpAddr = "::std::net::IpAddr",
    Duration = "::std::time::Duration",
);

impl<T: ColumnType + ?Sized> ColumnType for &T {
    const RUST_TYPE: &'static RustType = T::RUST_TYPE;
}

impl<T: ColumnType + ?Sized> ColumnType for Box<T> {
    const RUST_TYPE: &'static RustType = T::RUST_TYPE;
}

impl<T: ColumnType + ?Sized> ColumnType for Rc<T> {
    const RUST_TYPE: &'static RustType = T::RUST_TYPE;
}

impl<T: ColumnType + ?Sized> ColumnType for Arc<T> {
    const RUST_TYPE: &'static RustType = T::RUST_TYPE;
}

impl<T: ColumnType + ToOwned + ?Sized> ColumnType for Cow<'_, T> {
    const RUST_TYPE: &'static RustType = T::RUST_TYPE;
}

impl<T: ColumnType> ColumnType for Option<T> {
    const RUST_TYPE: &'static RustType = &RustType::Option(T::RUST_TYPE);
}

impl<T: Element> ColumnType for Vec<T> {
    const RUST_TYPE: &'static RustType = T::ARRAY;
}

impl<T: Element> ColumnType for [T] {
    const RUST_TYPE: &'static RustType = T::ARRAY;
}

impl<T: Element, const N: usize> ColumnType for [T; N] {
    const RUST_TYPE: &'static RustType = T::ARRAY;
}
