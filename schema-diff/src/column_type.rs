//! Rust types that a column can have.

use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// A Rust type that a column can have: implemented by `#[derive(Schema)]` on enums and newtypes.
///
/// The types of the crates that sqlx maps (chrono, uuid and so on) are known by their names and need no trait.
#[diagnostic::on_unimplemented(
    message = "unknown column type `{Self}`",
    label = "no column type is known for this",
    note = "put `#[derive(Schema)]` on it if it is an enum or a newtype of yours",
    note = "or `#[db(type = \"…\")]` at the field says which type the column has"
)]
pub trait ColumnType {}

/// What stands in a `Vec` or a slice: a column type, whose array it then is, or bytes, which are bytea.
#[doc(hidden)]
pub trait Element {}

impl<T: ColumnType> Element for T {}
impl Element for u8 {}

macro_rules! column_types {
    ($($ty:ty),* $(,)?) => { $(impl ColumnType for $ty {})* };
}

column_types!(bool, i8, i16, i32, i64, f32, f64, str, String, IpAddr, Duration);

impl<T: ColumnType + ?Sized> ColumnType for &T {}
impl<T: ColumnType + ?Sized> ColumnType for Box<T> {}
impl<T: ColumnType + ?Sized> ColumnType for Rc<T> {}
impl<T: ColumnType + ?Sized> ColumnType for Arc<T> {}
impl<T: ColumnType + ToOwned + ?Sized> ColumnType for Cow<'_, T> {}
impl<T: ColumnType> ColumnType for Option<T> {}
impl<T: Element> ColumnType for Vec<T> {}
impl<T: Element> ColumnType for [T] {}
impl<T: Element, const N: usize> ColumnType for [T; N] {}
