//! A plan, carried out: ordered, bounded, checked.
