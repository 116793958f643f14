//! Brivo over HTTP: reads into an account, and one method a write.
