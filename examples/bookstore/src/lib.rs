//! A small shop for books. Each table is a struct that derives [`schema_diff::Schema`] beside sqlx's own derives;
//! the functions beside it read and write through it. Every query names its columns, so that a new one disturbs
//! nobody.

pub mod author;
pub mod book;
pub mod category;
pub mod customer;
pub mod order;
pub mod review;

pub use author::{Author, AuthorId};
pub use book::{Book, BookDetails, BookFormat, BookId};
pub use category::Category;
pub use customer::{Customer, CustomerId};
pub use order::{Order, OrderId, OrderItem, OrderStatus};
pub use review::Review;
