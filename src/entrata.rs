//! Entrata over HTTP: a client of six services, and the snapshot they make.
