//! What a declaration with mistakes becomes: its compile errors, and implementations as far as they can be told, so
//! that one mistake isn't followed by errors wherever the declaration is used.

use proc_macro2::TokenStream;
use quote::quote;
use schema_model::declare::{Item, Mistakes};
use syn::DeriveInput;

use crate::expand;

/// The errors and the implementations.
pub(crate) fn item(input: &DeriveInput, item: Option<&Item>, mistakes: Mistakes) -> TokenStream {
    let errors = mistakes.into_errors().into_iter().map(|error| error.to_compile_error());
    let implementations = item.map_or_else(|| column_type(input), expand::implementations);
    quote! {
        #(#errors)*
        #implementations
    }
}

/// Whatever it was meant to be, fields of this type need no second error.
fn column_type(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::schema_diff::ColumnType for #ident #type_generics #where_clause {}
    }
}
