//! What a declaration becomes.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use schema_model::Identifier;
use schema_model::declare::{Core, DefaultValue, Field, Item, Kind, TableItem, known, peel};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Type, TypePath};

use crate::export;
use crate::source_text::SourceText;

/// The implementations of a declaration, and what the compiler is to check about it.
pub(crate) fn item(item: &Item, source: &SourceText) -> TokenStream {
    let implementations = implementations(item);
    let assertions = assertions(item);
    let export = export::item(item, source);
    quote! {
        #implementations
        #assertions
        #export
    }
}

/// The implementations alone.
pub(crate) fn implementations(item: &Item) -> TokenStream {
    let facade = facade(item);
    let ident = &item.ident;
    let (impl_generics, type_generics, where_clause) = item.generics.split_for_impl();
    let rust_name = ident.unraw().to_string();
    let rust_type = quote! {
        const RUST_TYPE: &'static #facade::export::RustType =
            &#facade::export::RustType::Declared { module: ::core::module_path!(), name: #rust_name };
    };
    let Kind::Table(table) = &item.kind else {
        return quote! {
            #[automatically_derived]
            impl #impl_generics #facade::ColumnType for #ident #type_generics #where_clause {
                #rust_type
            }
        };
    };
    let row = quote! {
        #[automatically_derived]
        impl #impl_generics #facade::Row for #ident #type_generics #where_clause {
            #rust_type
        }
    };
    if !table.is_table() {
        return row;
    }
    let columns = format_ident!("{}Columns", ident);
    let (handles, names): (Vec<_>, Vec<_>) = handles(table).into_iter().unzip();
    let name = table.name.to_string();
    // The struct of handles is out of reach of names, so that it can't be in the way of one of the user's.
    quote! {
        #row
        const _: () = {
            #[doc(hidden)]
            #[allow(dead_code, nonstandard_style, missing_debug_implementations, missing_copy_implementations)]
            pub struct #columns {
                #(#[doc(hidden)] pub #handles: #facade::ColumnHandle,)*
            }
            #[automatically_derived]
            impl #impl_generics #facade::Table for #ident #type_generics #where_clause {
                type Columns = #columns;
                const NAME: &'static ::core::primitive::str = #name;
                const COLUMNS: #columns = #columns {
                    #(#handles: #facade::ColumnHandle::new(#names),)*
                };
            }
        };
    }
}

/// The path of the library.
pub(crate) fn facade(item: &Item) -> TokenStream {
    match &item.facade {
        Some(path) => path.to_token_stream(),
        None => quote!(::schema_diff),
    }
}

/// The handle of each column with the column's name; of two columns of one name, which is a mistake, the first.
fn handles(table: &TableItem) -> Vec<(Ident, &str)> {
    let mut handles: Vec<(Ident, &str)> = Vec::new();
    for field in table.fields.iter().filter(|field| !field.flatten) {
        let handle = handle(&field.column.value, field.ident.span()).unwrap_or_else(|| field.ident.clone());
        if handles.iter().all(|(earlier, _)| *earlier != handle) {
            handles.push((handle, field.column.value.as_str()));
        }
    }
    handles
}

/// A column's name as a word of Rust, if it can be one.
fn handle(column: &Identifier, span: proc_macro2::Span) -> Option<Ident> {
    let name = column.as_str();
    // The compiler tells of a text that is no token even where we ask whether it is one.
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(char::is_numeric);
    if !is_word {
        return None;
    }
    let mut word = syn::parse_str::<Ident>(name).or_else(|_| syn::parse_str::<Ident>(&format!("r#{name}"))).ok()?;
    word.set_span(span);
    Some(word)
}

/// What the compiler checks: that the types are column types, the flattened structs rows, the references columns, and
/// the defaults variants.
fn assertions(item: &Item) -> TokenStream {
    let facade = facade(item);
    let mut types = Vec::new();
    let mut columns = Vec::new();
    match &item.kind {
        Kind::Newtype(newtype) if newtype.sql_type.is_none() => types.extend(column_type(item, &newtype.inner)),
        Kind::Newtype(_) | Kind::Enum(_) => {}
        Kind::Table(table) => {
            types.extend(table.fields.iter().filter_map(|field| field_type(item, field)));
            types.extend(table.fields.iter().filter_map(default));
            columns = references(table, &facade);
            columns.extend(projection(table, &facade));
        }
    }
    if types.is_empty() && columns.is_empty() {
        return TokenStream::new();
    }
    let (impl_generics, _, where_clause) = item.generics.split_for_impl();
    quote! {
        const _: () = {
            #[allow(dead_code, clippy::let_underscore_untyped)]
            fn types #impl_generics () #where_clause {
                fn column<T: #facade::ColumnType + ?::core::marker::Sized>() {}
                fn row<T: #facade::Row + ?::core::marker::Sized>() {}
                #(#types)*
            }
            #(#columns)*
        };
    }
}

fn field_type(item: &Item, field: &Field) -> Option<TokenStream> {
    if field.flatten {
        let ty = &field.ty;
        return Some(quote_spanned!(ty.span()=> row::<#ty>();));
    }
    if field.sql_type.is_some() {
        return None;
    }
    column_type(item, &field.ty)
}

/// The assertion about a type that isn't known by its name.
fn column_type(item: &Item, ty: &Type) -> Option<TokenStream> {
    let Core::Path(path) = peel(ty).core else { return None };
    if let Some(default) = item.parameter_default(&path) {
        return column_type(item, default);
    }
    let segments: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    known(&segments, &path).is_none().then(|| assertion(&path))
}

fn assertion(path: &TypePath) -> TokenStream {
    quote_spanned!(path.span()=> column::<#path>();)
}

/// That a default's variant exists.
fn default(field: &Field) -> Option<TokenStream> {
    match field.default.as_ref()? {
        DefaultValue::Variant(path) => Some(quote_spanned!(path.span()=> let _ = #path;)),
        DefaultValue::Sql(_) => None,
    }
}

/// That a projection is one of a table. Its columns are checked by the command line, which sees their types.
fn projection(table: &TableItem, facade: &TokenStream) -> Option<TokenStream> {
    let target = table.projection_of.as_ref()?;
    let columns = quote_spanned!(target.span()=> <#target as #facade::Table>::Columns);
    Some(quote! {
        #[allow(dead_code)]
        fn projection(_: #columns) {}
    })
}

/// That the referenced columns exist. The table stands in the type of a parameter, where its own type parameters
/// have their defaults.
fn references(table: &TableItem, facade: &TokenStream) -> Vec<TokenStream> {
    let references = table.all_references().enumerate();
    references
        .map(|(number, reference)| {
            let function = format_ident!("reference_{}", number);
            let target = &reference.target;
            let handles = reference.referenced.iter();
            let handles = handles.filter_map(|column| handle(&column.value, column.at.start()));
            let table = quote_spanned!(target.span()=> <#target as #facade::Table>::Columns);
            quote! {
                #[allow(dead_code, clippy::let_underscore_untyped)]
                fn #function(columns: #table) {
                    #(let _ = columns.#handles;)*
                }
            }
        })
        .collect()
}
