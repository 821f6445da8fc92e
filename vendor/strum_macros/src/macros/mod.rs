pub mod enum_count;
pub mod enum_discriminants;
pub mod enum_is;
pub mod enum_iter;
pub mod enum_messages;
pub mod enum_properties;
pub mod enum_table;
pub mod enum_try_as;
pub mod enum_variant_array;
pub mod enum_variant_names;
pub mod from_repr;

mod strings;

pub use self::strings::as_ref_str;
pub use self::strings::display;
pub use self::strings::from_string;
pub use self::strings::to_string;
