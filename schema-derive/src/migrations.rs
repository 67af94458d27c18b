//! A folder of migrations as texts that the compiler includes.

use std::path::{Path, PathBuf};

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Token};

/// The library as its macro names it, and the folder, relative to the package.
pub(crate) struct Input {
    facade: Ident,
    folder: LitStr,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        // `$crate` is an identifier of its own kind, which only `parse_any` takes.
        let facade = syn::ext::IdentExt::parse_any(input)?;
        input.parse::<Token![,]>()?;
        Ok(Self { facade, folder: input.parse()? })
    }
}

/// The migrations of the folder, by name.
pub(crate) fn embed(input: &Input) -> syn::Result<TokenStream> {
    let error = |message: String| syn::Error::new(input.folder.span(), message);
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let folder = package.join(input.folder.value());
    let facade = &input.facade;
    let mut migrations = Vec::new();
    for path in listing(&folder).map_err(&error)?.iter().filter(|path| is_migration(path)) {
        let shown = format!("{}/{}", input.folder.value(), name(path));
        let files = listing(path).map_err(&error)?;
        let files = files.iter().filter(|file| is_file_of_migration(file)).map(|file| {
            let (name, path) = (name(file), file.to_string_lossy());
            quote!((#name, ::core::include_str!(#path)))
        });
        migrations.push(quote!(#facade::migration::EmbeddedMigration { path: #shown, files: &[#(#files),*] }));
    }
    // A new folder is nothing that the compiler could watch, but the lock file changes with it.
    let watched = [package.join("schema.lock"), folder.with_file_name("schema.lock")];
    let watched = watched.iter().find(|file| file.is_file()).map(|file| {
        let path = file.to_string_lossy();
        quote!(
            const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
        )
    });
    Ok(quote! {{
        #watched
        const MIGRATIONS: &[#facade::migration::EmbeddedMigration] = &[#(#migrations),*];
        MIGRATIONS
    }})
}

/// The entries of a folder, by name.
fn listing(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failure = |error: std::io::Error| {
        format!("the folder {} can't be read: {error}; its path is relative to the package", folder.display())
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failure)? {
        paths.push(entry.map_err(failure)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A number, an underscore, a name.
fn is_migration(path: &Path) -> bool {
    path.is_dir() && name(path).split_once('_').is_some_and(|(version, _)| version.parse::<i64>().is_ok())
}

fn is_file_of_migration(path: &Path) -> bool {
    path.is_file() && (name(path) == "migration.toml" || name(path).ends_with(".sql"))
}
