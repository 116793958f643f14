//! The command line as types; nothing happens here.
