//! A struct of one field as a column type: `struct UserId(i64);`.

use syn::{DataStruct, Fields, Type};

use super::entry::Entry;
use super::mistake::{Mistakes, Spanned};
use super::rust_type;
use super::sqlx::SqlxAttributes;
use crate::sql_type::SqlType;

/// A newtype.
#[derive(Clone, Debug)]
pub struct Newtype {
    /// The type inside.
    pub inner: Type,
    /// The column type, where it is given.
    pub sql_type: Option<Spanned<SqlType>>,
}

/// The type inside, if the struct is a newtype. `PhantomData` beside it doesn't count.
pub(crate) fn inner(data: &DataStruct, transparent: bool) -> Option<&Type> {
    let fields = match &data.fields {
        Fields::Unnamed(fields) => &fields.unnamed,
        Fields::Named(fields) if transparent => &fields.named,
        _ => return None,
    };
    let mut real = fields.iter().filter(|field| !is_phantom(&field.ty));
    let first = real.next()?;
    real.next().is_none().then_some(&first.ty)
}

fn is_phantom(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"))
}

/// Reads a newtype.
pub(crate) fn read(inner: &Type, entries: &[Entry], sqlx: &SqlxAttributes, mistakes: &mut Mistakes) -> Newtype {
    let written = entries.iter().find(|entry| entry.name() == "type").and_then(|entry| entry.text(mistakes));
    let text = written.or_else(|| sqlx.type_name.clone());
    let sql_type = text.map(|text| Spanned { value: rust_type::written(&text.value), at: text.at });
    Newtype { inner: inner.clone(), sql_type }
}
