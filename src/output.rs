//! A plan in, text out.
