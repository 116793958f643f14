//! The client against a server.
