//! The column type of a Rust type, with newtypes, enums and aliases followed through the source.

use syn::{Type, TypePath};

use super::declaration::{Declaration, Declarations};
use super::scope::{Resolved, Target};
use super::tree::{ModuleId, Tree, TypeName};
use crate::declare::enum_item::Storage;
use crate::declare::item::{Item, Kind};
use crate::declare::mistake::Mistakes;
use crate::declare::rust_type::{self, Core, Peeled};
use crate::name::QualifiedName;
use crate::sql_type::SqlType;

/// What a Rust type is in the database.
#[derive(Clone, Debug)]
pub(crate) struct ColumnType {
    /// The type.
    pub(crate) sql_type: SqlType,
    /// Whether NULL can be decoded.
    pub(crate) optional: bool,
}

/// Looks types up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Types<'a> {
    /// The modules.
    pub(crate) tree: &'a Tree,
    /// The declarations.
    pub(crate) declarations: &'a Declarations,
}

/// Longer chains of aliases and newtypes than this are circles.
const MAX_DEPTH: usize = 16;

impl<'a> Types<'a> {
    /// The column type of a type that stands in a declaration. Where there is none, the mistake is noted.
    pub(crate) fn of(self, declaration: &Declaration, ty: &Type, mistakes: &mut Mistakes) -> Option<ColumnType> {
        self.in_module(declaration.module, Some(&declaration.item), ty, mistakes, MAX_DEPTH)
    }

    fn in_module(
        self,
        module: ModuleId,
        item: Option<&Item>,
        ty: &Type,
        mistakes: &mut Mistakes,
        depth: usize,
    ) -> Option<ColumnType> {
        let peeled = rust_type::peel(ty);
        let inner = match &peeled.core {
            Core::Bytes => plain(SqlType::builtin("bytea")),
            // The checks of the declaration have said why.
            Core::Impossible(..) => return None,
            Core::Path(path) => match item.filter(|item| item.is_parameter(path)) {
                Some(item) => {
                    let default = item.parameter_default(path)?;
                    self.in_module(module, Some(item), default, mistakes, depth.checked_sub(1)?)?
                }
                None => self.of_path(module, path, mistakes, depth)?,
            },
        };
        if peeled.array && inner.sql_type.array {
            mistakes.at(ty, "sqlx reads no arrays of arrays");
            return None;
        }
        Some(wrapped(inner, &peeled))
    }

    fn of_path(self, module: ModuleId, path: &TypePath, mistakes: &mut Mistakes, depth: usize) -> Option<ColumnType> {
        let segments = rust_type::segments(path);
        let known = match self.tree.resolve(module, &segments, path.path.leading_colon.is_some()) {
            Resolved::Here(target) => return self.of_target(&target, path, mistakes, depth),
            Resolved::Elsewhere(full) => rust_type::known(&full, path),
            Resolved::Open => rust_type::known(&segments, path),
        };
        if known.is_none() {
            unknown(path, mistakes);
        }
        known.map(plain)
    }

    fn of_target(
        self,
        target: &Target<'a>,
        path: &TypePath,
        mistakes: &mut Mistakes,
        depth: usize,
    ) -> Option<ColumnType> {
        let Some(depth) = depth.checked_sub(1) else {
            mistakes.at(path, "this type leads back to itself");
            return None;
        };
        if let TypeName::Alias(ty) = target.name {
            // A mistake behind the alias is shown where the alias is used, as the compiler does.
            let mut behind = Mistakes::default();
            let found = self.in_module(target.module, None, ty, &mut behind, depth);
            if found.is_none() {
                unknown(path, mistakes);
            }
            return found;
        }
        if self.declarations.is_broken(target) {
            return None;
        }
        let Some(index) = self.declarations.of(target) else {
            unknown(path, mistakes);
            return None;
        };
        self.of_declaration(&self.declarations.list[index], path, mistakes, depth)
    }

    fn of_declaration(
        self,
        declaration: &Declaration,
        path: &TypePath,
        mistakes: &mut Mistakes,
        depth: usize,
    ) -> Option<ColumnType> {
        match &declaration.item.kind {
            Kind::Enum(item) => Some(plain(storage_type(&item.storage))),
            Kind::Newtype(newtype) => match &newtype.sql_type {
                Some(written) => Some(plain(written.value.clone())),
                None => {
                    // A mistake in the newtype is shown there, once.
                    let mut inside = Mistakes::default();
                    self.in_module(declaration.module, Some(&declaration.item), &newtype.inner, &mut inside, depth)
                        .map(|inner| ColumnType { optional: false, ..inner })
                }
            },
            Kind::Table(_) => {
                let name = &declaration.item.ident;
                let help = "flatten it with `#[sqlx(flatten)]`, or store it as JSON with `#[sqlx(json)]`";
                mistakes.with_help(path, format_args!("`{name}` has several columns, not one"), help);
                None
            }
        }
    }
}

/// The column type of an enum.
pub(crate) fn storage_type(storage: &Storage) -> SqlType {
    match storage {
        Storage::Native(QualifiedName { namespace, name }) => SqlType::in_namespace(namespace.clone(), name.as_str()),
        Storage::Label(sql_type) | Storage::Number(sql_type) => sql_type.clone(),
    }
}

fn plain(sql_type: SqlType) -> ColumnType {
    ColumnType { sql_type, optional: false }
}

fn wrapped(inner: ColumnType, peeled: &Peeled) -> ColumnType {
    if peeled.array {
        return ColumnType { sql_type: inner.sql_type.into_array(), optional: peeled.optional };
    }
    ColumnType { sql_type: inner.sql_type, optional: inner.optional || peeled.optional }
}

fn unknown(path: &TypePath, mistakes: &mut Mistakes) {
    let name = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    // Said by the checks of the declaration.
    if rust_type::is_unmapped(&name) {
        return;
    }
    mistakes.with_help(path, format_args!("unknown column type `{name}`"), rust_type::advice(&name));
}
